"""Keys that the store does not take: the check finds that, in whatever words the store says it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.wrappers import Response

from blog.bucket.policies import app_policy
from blog.local.server import BucketServer, User
from tests.bucket import lenient
from tests.bucket.rights import without_statement
from tests.bucket.sabotage import BUCKET, SECRET, failures, right_bucket

WHOLE = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again, whole"


def refusing_keys(status: int, code: str, message: str) -> type[BucketServer]:
    """A store that knows nobody, and says so in these words."""

    class KnowsNobody(lenient.Clerk):
        def __call__(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> Iterable[bytes]:
            if "Credential=APPKEY" not in environ.get("HTTP_AUTHORIZATION", ""):
                return super().__call__(environ, start_response)
            body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            answer = Response(body, status, content_type="application/xml")
            return answer(environ, start_response)

    return lenient.store(KnowsNobody)


@pytest.mark.parametrize(
    ("status", "code", "message", "fix"),
    [
        (401, "Unauthorized", "Unauthorized", WHOLE),
        (
            *(400, "InvalidArgument"),
            *("Invalid Argument: Credential access key has length 20, should be 32", WHOLE),
        ),
        (403, "AccessDenied", "Forbidden: No such key: APPKEY", WHOLE),
        (403, "AccessDenied", "Forbidden: Invalid signature", "Set AWS_SECRET_ACCESS_KEY again"),
    ],
)
def test_key_that_a_store_refuses_in_its_own_words(
    status: int, code: str, message: str, fix: str
) -> None:
    """Cloudflare R2, and Garage, which says AccessDenied of all that it refuses."""
    with right_bucket(refusing_keys(status, code, message)) as bucket:
        results = bucket.check()

    assert failures(results) == {"credentials"}
    assert fix in results["credentials"].fix


def test_key_that_the_store_cannot_read_is_no_fault_of_the_region() -> None:
    with right_bucket() as bucket:
        results = bucket.check(access_key_id="AKIA,EXAMPLE")

    assert failures(results) == {"credentials"}
    assert results["region"].outcome == "passed"
    assert WHOLE in results["credentials"].fix


def test_key_that_may_not_list_is_not_said_to_be_known() -> None:
    """The answer is the same as to a key that some stores do not know."""
    with right_bucket(policy=without_statement("FindWhatIsStored")) as bucket:
        results = bucket.check()

    assert results["credentials"].outcome == "passed"
    assert results["credentials"].happened == "not refused"
    assert failures(results) == {"sweep: objects"}


def test_no_key_of_the_apps_own_yet() -> None:
    """As where the bucket was just set up, by S3_SETUP_ACCESS_KEY_ID."""
    with right_bucket() as bucket:
        results = bucket.check(access_key_id="", secret_access_key="")

        assert bucket.keys() == []
    assert failures(results) == {"credentials"}
    assert results["credentials"].happened == "AWS_ACCESS_KEY_ID is not set"
    assert "step 4" in results["credentials"].fix


def test_expired_temporary_credentials() -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    user = User("TEMPORARY", SECRET, app_policy(BUCKET), "its token", yesterday)
    with right_bucket(users=[user]) as bucket:
        results = bucket.check(access_key_id="TEMPORARY", session_token="its token")

    assert failures(results) == {"credentials"}
    assert "AWS_SESSION_TOKEN" in results["credentials"].fix
