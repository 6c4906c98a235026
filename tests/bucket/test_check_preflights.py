"""What a store answers to a preflight, judged as browsers judge it."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.wrappers import Response

from blog.bucket.check.pages import Preflight
from blog.bucket.check.target import Target
from blog.local.server import BucketServer
from tests.bucket import lenient
from tests.bucket.sabotage import SITE_URL, failures, right_bucket


def granting_with_stars(origin: str) -> type[BucketServer]:
    """Names what it grants to this origin, or any other, by a star, like SeaweedFS."""

    class Grants(lenient.Clerk):
        def __call__(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] != "OPTIONS":
                return super().__call__(environ, start_response)
            answer = Response()
            if origin in ("*", environ["HTTP_ORIGIN"]):
                answer.headers["Access-Control-Allow-Origin"] = origin
                answer.headers["Access-Control-Allow-Methods"] = "*"
                answer.headers["Access-Control-Allow-Headers"] = "*"
            return answer(environ, start_response)

    return lenient.store(Grants)


@pytest.mark.parametrize(
    ("origin", "failed"), [(SITE_URL, set()), ("*", {"uploads from other sites"})]
)
@pytest.mark.parametrize("method", ["post", "put"])
def test_methods_and_headers_by_a_star(origin: str, failed: set[str], method: str) -> None:
    with right_bucket(granting_with_stars(origin)) as bucket:
        results = bucket.check(upload_method=method)

    assert failures(results) == failed


def test_a_star_is_not_for_authorization() -> None:
    with right_bucket(granting_with_stars("*")) as bucket:
        target = Target(bucket.settings())

        granted = [
            Preflight("PUT", "media/none", (name,)).is_granted(target, SITE_URL)
            for name in ("content-type", "authorization")
        ]
        target.http.close()

    assert granted == [True, False]
