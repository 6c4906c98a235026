"""moto's answers with what they leave out, for the operations that the blog relies on."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from moto.core.responses import ActionResult
from moto.s3 import exceptions
from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from blog.local import checksums, lifecycle
from blog.local.backend import LocalBackend
from blog.local.disk import Content
from blog.local.stored import StoredKey, StoredUpload


class LocalResponse(S3Response):
    """moto's answers, on our backend and with an object's bytes left on disk."""

    def __init__(
        self, backend: LocalBackend, content: Content | None, may_delete: Callable[[str], bool]
    ) -> None:
        super().__init__()
        self.local_backend = backend
        self.content = content
        self.may_delete = may_delete

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
            case "ListParts", {"UploadId": str(upload_id), "Parts": list(listed)}:
                arrived = self.backend.upload(self.bucket_name, upload_id).parts
                for described in listed:
                    part = arrived[described["PartNumber"]]
                    if part.checksum_algorithm:
                        described[f"Checksum{part.checksum_algorithm}"] = part.checksum_value
            case "ListMultipartUploads", {"Uploads": list(uploads)}:
                for described in uploads:
                    upload = self.backend.upload(self.bucket_name, described["UploadId"])
                    described["Initiated"] = upload.initiated
        return super().serialized(action_result)

    def _bucket_response_delete_keys(self, bucket_name: str, authenticated: bool = True) -> Any:
        """moto asks the bucket about each key, which does not know for whom."""
        self.backend.local_bucket(bucket_name).may_delete = self.may_delete
        return super()._bucket_response_delete_keys(bucket_name, authenticated)

    def get_bucket_lifecycle(self) -> Any:
        bucket = self.backend.local_bucket(self.bucket_name)
        if not bucket.lifecycle_rules:
            return super().get_bucket_lifecycle()
        return 200, {"content-type": "application/xml"}, lifecycle.document(bucket)

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
