"""An allowed request carried out: by moto, one at a time, and on disk before it is answered."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from moto.core.request import Request

from blog.local import lifecycle
from blog.local.backend import LocalBackend, LocalBucket
from blog.local.disk import Content
from blog.local.errors import Refusal, invalid_argument
from blog.local.records import Records
from blog.local.request import S3Request
from blog.local.responses import LocalResponse
from blog.local.stored import StoredKey


@dataclass
class Answer:
    """Status, headers and body; `file` holds the body instead where it is an object's."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    file: BinaryIO | None = None
    size: int = 0


# What moto raises where a document lacks what it looks for.
MALFORMED = (
    *(ExpatError, ElementTree.ParseError, KeyError, IndexError, AttributeError),
    *(TypeError, ValueError, AssertionError),
)


class Operations:
    """`lock` guards moto and the documents on disk. Nothing that waits for a client, or that
    writes an object's bytes as they come, holds it."""

    def __init__(self, backend: LocalBackend, records: Records) -> None:
        self.backend = backend
        self.records = records
        self.lock = threading.RLock()

    def perform(
        self,
        request: S3Request,
        body: bytes | Content = b"",
        may_delete: Callable[[str], bool] = lambda _: True,
    ) -> Answer:
        """`may_delete` is asked for each key of a DeleteObjects."""
        content = body if isinstance(body, Content) else None
        document = body if isinstance(body, bytes) else b""
        environ = request.to_environ(len(document))
        environ["wsgi.input"] = BytesIO(document)
        if document:
            environ["CONTENT_TYPE"] = "application/xml"
        moto_request = Request(environ)
        response = LocalResponse(self.backend, content, may_delete)
        respond = response.key_response if request.key else response.bucket_response
        with self.lock:
            try:
                self.check_upload(request)
                status, headers, answered = respond(
                    moto_request, moto_request.raw_url, dict(moto_request.headers)
                )
                if status < 400 and request.method not in ("GET", "HEAD"):
                    self.keep(request, document)
            except Exception as error:
                self.undo(request, content)
                if (document or request.subresource) and isinstance(error, MALFORMED):
                    message = "The XML you provided was not well-formed or did not validate"
                    raise Refusal(400, "MalformedXML", message) from error
                if isinstance(error, ValueError | AssertionError | IndexError):
                    raise invalid_argument(f"Invalid argument: {error}") from error
                raise
            if status >= 400:
                self.undo(request, content)
            if status < 300 and request.key and request.method != "DELETE":
                headers = {**headers, "x-amz-expiration": self.expiration(request)}
            return to_answer(request, status, headers, answered)

    def check_upload(self, request: S3Request) -> None:
        """Raise Refusal where the upload is one of another key, which the policies did not judge:
        moto looks at its id alone."""
        bucket = self.backend.buckets.get(request.bucket)
        upload = bucket.multiparts.get(request.parameters.get("uploadId", "")) if bucket else None
        if upload and upload.key_name != request.key:
            message = (
                "The specified upload does not exist. The upload ID may be invalid, or the upload"
                " may have been aborted or completed."
            )
            raise Refusal(404, "NoSuchUpload", message)

    def expiration(self, request: S3Request) -> str | None:
        """What is said when an object is stored, copied, completed or read, and a rule will take
        it. None where nothing is to be said."""
        is_part = request.subresource == "uploadId" and request.method != "POST"
        bucket = self.backend.local_bucket(request.bucket)
        key = bucket.keys.get(request.key)
        is_about_object = request.subresource in (None, "uploadId") and not is_part
        if not is_about_object or not isinstance(key, StoredKey):
            return None
        return lifecycle.expiration(bucket, key)

    def keep(self, request: S3Request, document: bytes) -> None:
        upload_id = request.parameters.get("uploadId")
        if not request.key and request.subresource == "delete":
            for name in keys_of(document):
                self.records.save_object(request.bucket, name)
        elif not request.key:
            self.records.save_bucket(request.bucket)
        else:
            is_part = request.method == "PUT" and upload_id is not None
            if not is_part and request.subresource != "uploads":
                self.records.save_object(request.bucket, request.key)
            if upload_id is not None or request.subresource == "uploads":
                self.records.save_uploads(request.bucket, upload_id)
        self.records.remove_discarded()

    def undo(self, request: S3Request, content: Content | None) -> None:
        """moto refused. Where it had begun, the object becomes again what the disk knows."""
        bucket = self.backend.buckets.get(request.bucket) if content else None
        key = bucket.keys.get(request.key) if bucket else None
        has_begun = isinstance(key, StoredKey) and content and key.content.path == content.path
        if isinstance(bucket, LocalBucket) and has_begun:
            kept = bucket.keys.getlist(request.key)[:-1]
            saved = None if kept else self.records.reload_object(bucket, request.key)
            bucket.keys.pop(request.key)
            if kept or saved:
                bucket.keys.setlist(request.key, kept or [saved])
        self.backend.discarded.clear()
        if content is not None:
            self.records.disk.remove(content)


def keys_of(document: bytes) -> list[str]:
    root = ElementTree.fromstring(document)  # noqa: S314 (expat refuses entity bombs)
    return [element.text or "" for element in root.iter() if element.tag.endswith("Key")]


def to_answer(request: S3Request, status: int, headers: dict[str, Any], body: Any) -> Answer:
    named = {
        name.lower(): (name, str(value)) for name, value in headers.items() if value is not None
    }
    for name in [*named]:
        if name.startswith("access-control-") or name in ("server", "date", "status"):
            del named[name]
    answer = Answer(int(status), size=int(named.pop("content-length", ("", "0"))[1] or 0))
    answer.headers = [(name, re.sub(r"[\r\n]+", " ", value)) for name, value in named.values()]
    if isinstance(body, Content):
        answer.size = body.size
        if request.method != "HEAD":
            answer.file = body.open()
    elif request.method != "HEAD" and status != 304:
        answer.body = body.encode() if isinstance(body, str) else bytes(body)
        answer.size = len(answer.body)
    return answer
