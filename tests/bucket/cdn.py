"""A CDN before the bucket: it reads with a key of its own, and changes what it passes on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIEnvironment

import requests
from werkzeug.wrappers import Request, Response

from blog.config import LOCAL_BUCKET
from blog.storage.probing import Probing
from tests.bucket.sabotage import BUCKET, RightBucket
from tests.serving import serving

NOSNIFF = {"X-Content-Type-Options": "nosniff"}


@contextmanager
def cdn(
    bucket: RightBucket,
    *,
    of: str = BUCKET,
    drops: Iterable[str] = (),
    adds: dict[str, str] = NOSNIFF,
    hands_on: str | tuple[str, ...] = "/media/",
    otherwise: tuple[str, int] = ("Nothing here", 404),
    methods: tuple[str, ...] = ("GET",),
) -> Iterator[str]:
    """The address of a CDN before the bucket, or another bucket `of` this name. It drops and adds
    some headers, hands on what begins with `hands_on`, and answers otherwise to all else. What is
    not among the `methods` it answers as if it were a GET."""
    store = Probing(
        bucket.settings(
            access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
            secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        )
    )
    kept = {"content-type", "cache-control"} - {name.lower() for name in drops}

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = str(environ["RAW_URI"])
        if not asked.startswith(hands_on):
            return Response(*otherwise)(environ, start_response)
        url = f"{bucket.server.url}/{of}{asked}"
        asked_by = str(environ["REQUEST_METHOD"])
        method = asked_by if asked_by in methods else "GET"
        body = Request(environ).get_data() if method == "PUT" else b""
        signed = store.authorize(method, url, headers={}, body=body)
        found = requests.request(method, url, headers=signed, data=body, timeout=10)
        headers = {name: value for name, value in found.headers.items() if name.lower() in kept}
        answer = Response(found.content, found.status_code, headers=headers)
        answer.headers.update(adds)
        if "content-type" not in kept:
            answer.headers["Content-Type"] = "application/octet-stream"
        return answer(environ, start_response)

    with serving(application) as url:
        yield url
