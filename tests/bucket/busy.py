"""A store that is too busy for some requests, as S3 says it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Response

from blog.local.server import BucketServer
from tests.bucket import lenient


@dataclass(frozen=True)
class Asked:
    """A request as a test recognises it."""

    method: str
    key: str
    query: str
    is_signed: bool
    origin: str

    @classmethod
    def by(cls, environ: WSGIEnvironment) -> "Asked":
        _, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
        is_signed = "HTTP_AUTHORIZATION" in environ
        origin = environ.get("HTTP_ORIGIN", "")
        return cls(environ["REQUEST_METHOD"], key, environ["QUERY_STRING"], is_signed, origin)


def busy(is_meant: Callable[[Asked], bool], status: int = 503) -> type[BucketServer]:
    class Busy(lenient.Clerk):
        def __call__(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> Iterable[bytes]:
            if is_meant(Asked.by(environ)):
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                body = b"<Error><Code>SlowDown</Code></Error>"
                answer = Response(body, status, content_type="application/xml")
                return answer(environ, start_response)
            return super().__call__(environ, start_response)

    return lenient.store(Busy)
