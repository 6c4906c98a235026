"""An allowed request carried out: by moto, one at a time, and on disk before it is answered."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from moto.core.request import Request
from moto.core.responses import ActionResult
from moto.s3 import exceptions
from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from blog.local import checksums
from blog.local.backend import LocalBackend, LocalBucket
from blog.local.disk import Content
from blog.local.errors import Refusal, invalid_argument
from blog.local.records import Records
from blog.local.request import S3Request
from blog.local.stored import StoredKey, StoredUpload


@dataclass
class Answer:
    """Status, headers and body; `file` holds the body instead where it is an object's."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    file: BinaryIO | None = None
    size: int = 0


class LocalResponse(S3Response):
    """moto's answers, on our backend and with an object's bytes left on disk."""

    def __init__(self, backend: LocalBackend, content: Content | None) -> None:
        super().__init__()
        self.local_backend = backend
        self.content = content

    @property
    def backend(self) -> LocalBackend:
        return self.local_backend

    def setup_class(self, *arguments: Any, **fields: Any) -> None:
        super().setup_class(*arguments, **fields)
        if self.content is not None:
            self.body = self.content

    def serialized(self, action_result: ActionResult) -> Any:
        """moto's result with what it leaves out."""
        result: Any = action_result.result
        match self.data.get("Action"), result:
            case "CompleteMultipartUpload", {"Key": str(name)}:
                key = self.backend.get_object(self.bucket_name, name)
                if key and key.checksum_algorithm:
                    parts = f"-{key.checksum_parts}" if key.checksum_type == "COMPOSITE" else ""
                    result[f"Checksum{key.checksum_algorithm}"] = f"{key.checksum_value}{parts}"
                    result["ChecksumType"] = key.checksum_type
            case "ListMultipartUploads", {"Uploads": list(uploads)}:
                for described in uploads:
                    upload = self.backend.upload(self.bucket_name, described["UploadId"])
                    described["Initiated"] = upload.initiated
        return super().serialized(action_result)

    def head_object(self, *arguments: Any, **fields: Any) -> Any:
        status, headers, body = super().head_object(*arguments, **fields)
        key = self.backend.get_object(self.bucket_name, self.parse_key_name())
        if key and key.checksum_type and key.checksum_algorithm:
            name = f"x-amz-checksum-{key.checksum_algorithm.lower()}"
            if name in headers:
                headers["x-amz-checksum-type"] = key.checksum_type
                if key.checksum_type == "COMPOSITE":
                    headers[name] = f"{key.checksum_value}-{key.checksum_parts}"
        return status, headers, body

    def copy_object(self) -> Any:
        """moto would read the object to compute a checksum of its own."""
        environ = self.normalized_request.environ
        algorithm = environ.pop("HTTP_X_AMZ_CHECKSUM_ALGORITHM", "")
        if_none_match = self.headers.get("If-None-Match")
        name = self.parse_key_name()
        if if_none_match == "*" and self.backend.get_object(self.bucket_name, name):
            raise exceptions.PreconditionFailed("If-None-Match")
        self.check_source()
        answer = super().copy_object()
        key = self.backend.get_object(self.bucket_name, name)
        if algorithm in checksums.LENGTHS and isinstance(key, StoredKey):
            running = checksums.start(algorithm)
            for chunk in key.content.chunks():
                running.update(chunk)
            key.checksum_algorithm = algorithm
            key.checksum_value = checksums.verify(algorithm, "", running.digest())
        return answer

    def check_source(self) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, If-Match"""
        wanted = self.headers.get("x-amz-copy-source-if-match")
        path = unquote(self.headers["x-amz-copy-source"].partition("?")[0]).lstrip("/")
        bucket, _, name = path.partition("/")
        source = self.backend.get_object(bucket, name)
        if wanted and source and source.etag.strip('"') != wanted.strip('"'):
            raise exceptions.PreconditionFailed("x-amz-copy-source-If-Match")

    def _complete_multipart_body(self, body: bytes) -> Iterator[tuple[int, str]]:
        """Part numbers and ETags; the order, and the checksums that stand beside them, are
        compared with what arrived."""
        upload = self.backend.upload(self.bucket_name, self.querystring["uploadId"][0])
        previous = 0
        for element in parts_of(body):
            number = int(element.get("PartNumber", "0"))
            if number <= previous:
                raise exceptions.InvalidPartOrder()
            previous = number
            part = upload.parts.get(number)
            for algorithm in checksums.LENGTHS:
                promised = element.get(f"Checksum{algorithm}")
                if promised and (not part or not has_checksum(part, algorithm, promised)):
                    raise exceptions.InvalidPart()
            yield number, element.get("ETag", "")
        self.check_announced_size(upload)

    def check_announced_size(self, upload: StoredUpload) -> None:
        announced = self.headers.get("x-amz-mp-object-size")
        size = sum(part.size for part in upload.parts.values())
        if announced is not None and announced != str(size):
            raise exceptions.InvalidRequest("CompleteMultipartUpload")


def parts_of(body: bytes) -> list[dict[str, str]]:
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 (expat refuses entity bombs)
    except ElementTree.ParseError:
        raise exceptions.MalformedXML() from None
    return [
        {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
        for element in root
        if element.tag.rpartition("}")[2] == "Part"
    ]


def has_checksum(part: FakeKey, algorithm: str, promised: str) -> bool:
    return part.checksum_algorithm == algorithm and part.checksum_value == promised


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

    def perform(self, request: S3Request, body: bytes | Content = b"") -> Answer:
        content = body if isinstance(body, Content) else None
        document = body if isinstance(body, bytes) else b""
        environ = request.to_environ(len(document))
        environ["wsgi.input"] = BytesIO(document)
        if document:
            environ["CONTENT_TYPE"] = "application/xml"
        moto_request = Request(environ)
        response = LocalResponse(self.backend, content)
        respond = response.key_response if request.key else response.bucket_response
        with self.lock:
            try:
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
            return to_answer(request, status, headers, answered)

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
