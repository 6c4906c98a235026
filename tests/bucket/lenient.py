"""Stores that do not enforce what the app signs.

A lenient store is the strict one behind a clerk who knows the secret: what a store would overlook,
the clerk mends, and signs anew.
"""

import base64
import io
import json
import os
import signal
from collections.abc import Iterable, MutableMapping
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from urllib3 import encode_multipart_formdata
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from blog.local.guard import Guard
from blog.local.server import BucketServer, RequestHandler
from tests.bucket.sabotage import BUCKET, SECRET
from tests.local.sending import presign, sign, signing_key

Fields = MutableMapping[str, str]
Document = dict[str, Any]


class Clerk(Guard):
    """A guard who overlooks what `mend` mends, in forms that were signed rightly."""

    looks_at_signatures = True

    def __init__(self, guard: Guard) -> None:
        self.__dict__.update(guard.__dict__)

    def mend(self, fields: Fields, document: Document) -> None:
        """Changes the fields of a form and its policy, before it is signed anew."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and "multipart/form-data" in environ.get(
            "CONTENT_TYPE", ""
        ):
            self._sign_anew(environ)
        return super().__call__(environ, start_response)

    def _sign_anew(self, environ: WSGIEnvironment) -> None:
        request = Request(environ)
        fields = dict(request.form)
        content = request.files["file"].read()
        request.close()
        if "policy" in fields:
            key = signing_key(fields["x-amz-date"][:8], SECRET)
            is_right = sign(key, fields["policy"]) == fields["x-amz-signature"]
            if is_right or not self.looks_at_signatures:
                document = json.loads(base64.b64decode(fields["policy"]))
                self.mend(fields, document)
                fields["policy"] = base64.b64encode(json.dumps(document).encode()).decode()
                fields["x-amz-signature"] = sign(key, fields["policy"])
        body, content_type = encode_multipart_formdata(
            [*fields.items(), ("file", ("blob", content, "application/octet-stream"))]
        )
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["CONTENT_TYPE"] = content_type


def _without(document: Document, *names: str) -> None:
    document["conditions"] = [
        condition
        for condition in document["conditions"]
        if not (isinstance(condition, dict) and {*condition} & {*names})
    ]


class ForgetsSizes(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        for condition in document["conditions"]:
            if isinstance(condition, list) and condition[0] == "content-length-range":
                condition[1:] = [0, 1_000_000]


class ForgetsTime(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        document["expiration"] = "2999-01-01T00:00:00Z"


class ForgetsTypes(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        _without(document, "Content-Type")
        document["conditions"].append(["starts-with", "$Content-Type", ""])


class ForgetsKeys(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        _without(document, "key")
        document["conditions"].append(["starts-with", "$key", ""])


class TakesAnyField(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        extra = [name for name in fields if name.startswith("x-amz-meta-")]
        document["conditions"] += [{name: fields[name]} for name in extra]


class ForgetsSignatures(Clerk):
    """Judges a policy by what it says, whoever wrote it."""

    looks_at_signatures = False


class ForgetsChecksums(Clerk):
    def mend(self, fields: Fields, document: Document) -> None:
        names = [name for name in fields if name.startswith("x-amz-checksum-")]
        _without(document, *names)
        for name in names:
            del fields[name]


class BelievesChecksums(ForgetsChecksums):
    """Tells whatever checksum was claimed for an object, as if it had been compared."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(guard)
        self.claimed: dict[str, str] = {}

    def mend(self, fields: Fields, document: Document) -> None:
        self.claimed[fields["key"]] = fields["x-amz-checksum-sha256"]
        super().mend(fields, document)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        claimed = self.claimed.get(environ["PATH_INFO"].lstrip("/").partition("/")[2])

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if environ["REQUEST_METHOD"] == "HEAD" and claimed:
                headers.append(("x-amz-checksum-sha256", claimed))
            return start_response(status, headers, *rest)

        return super().__call__(environ, start)


class KnowsNoPost(Clerk):
    """Like Cloudflare R2."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST" and not environ["QUERY_STRING"]:
            body = b"<Error><Code>NotImplemented</Code></Error>"
            answer = Response(body, 501, content_type="application/xml")
            return answer(environ, start_response)
        return super().__call__(environ, start_response)


class TakesAnyPolicy(Clerk):
    """Takes what is no policy for an empty one."""

    answers_with = 204

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_policy = environ["REQUEST_METHOD"] == "PUT" and environ["QUERY_STRING"] == "policy="
        if is_policy and environ["CONTENT_LENGTH"] == "1":
            self.authorization.bucket(BUCKET).policy = b'{"Statement": []}'
            self.taken()
            return Response(status=self.answers_with)(environ, start_response)
        return super().__call__(environ, start_response)

    def taken(self) -> None:
        """After that, and before the answer."""


class TakesAnyPolicyAndFails(TakesAnyPolicy):
    """A proxy before it loses the answer."""

    answers_with = 502


class TakesAnyPolicyAndInterrupts(TakesAnyPolicy):
    """Presses Ctrl-C when it has taken one."""

    def taken(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


class BelievesAddresses(Clerk):
    """Takes whatever comes to an address that was signed once, for whatever it was signed."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, _, query = environ["RAW_URI"].partition("?")
        is_file = "X-Amz-Signature" in query and "partNumber" not in query
        if environ["REQUEST_METHOD"] == "PUT" and is_file:
            environ.pop("HTTP_X_AMZ_CHECKSUM_SHA256", None)
            named = {
                name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
                for name, value in environ.items()
                if name.startswith("HTTP_X_AMZ_")
            }
            url = presign("PUT", f"http://{environ['HTTP_HOST']}{path}", headers=named)
            environ["RAW_URI"] = url.removeprefix(f"http://{environ['HTTP_HOST']}")
            environ["QUERY_STRING"] = url.partition("?")[2]
        return super().__call__(environ, start_response)


class Interrupts(Clerk):
    """Ends us (by Ctrl-C, say) when an upload in parts has been begun, and was not answered yet."""

    number = signal.SIGINT

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answered = super().__call__(environ, start_response)
        if (environ["REQUEST_METHOD"], environ["QUERY_STRING"]) == ("POST", "uploads"):
            os.kill(os.getpid(), self.number)
        return answered


class LosesAnAnswer(Clerk):
    """Begins an upload in parts and says that it was busy; the next one it begins and tells."""

    is_lost = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_beginning = environ["QUERY_STRING"] == "uploads" and environ["REQUEST_METHOD"] == "POST"
        if not is_beginning or type(self).is_lost:
            return super().__call__(environ, start_response)
        type(self).is_lost = True
        run_wsgi_app(super().__call__, environ)
        return Response(status=503)(environ, start_response)


def store(clerk: type[Clerk]) -> type[BucketServer]:
    """The embedded bucket with this clerk at the counter."""

    class Store(BucketServer):
        def open_store(self) -> Guard:
            return clerk(super().open_store())

        def handler(self) -> type[RequestHandler]:
            return type("Handler", (super().handler(),), {"version_string": lambda _: "Lenient"})

    return Store
