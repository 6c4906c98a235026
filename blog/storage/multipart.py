"""Uploads in parts, as the bucket knows them: opened, listed, completed, aborted.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from blog.storage.checksums import sha256_from, to_base64
from blog.storage.client import IMMUTABLE, Connection, ObjectMissing, inline, our_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that the bucket has; `size` in bytes, `sha256` in hex where the store tells it."""

    number: int
    size: int
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """An upload that was begun and neither completed nor aborted."""

    key: str
    multipart_id: str
    begun_at: datetime


class Multipart(Connection):
    def open_multipart(self, key: str, *, content_type: str, filename: str) -> str:
        """Begins an upload in parts, and returns the bucket's name for it."""
        wanted: dict[str, Any] = {} if self._store.is_plain else {"ChecksumAlgorithm": "SHA256"}
        with our_errors(key):
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                ContentType=content_type,
                CacheControl=IMMUTABLE,
                ContentDisposition=inline(filename),
                **wanted,
            )
            return answer["UploadId"]

    def parts(self, key: str, multipart_id: str) -> list[StoredPart]:
        """What has arrived so far, by number; raises ObjectMissing where the upload ended."""
        with our_errors(key):
            pages = self._client.get_paginator("list_parts").paginate(
                Bucket=self._bucket, Key=key, UploadId=multipart_id
            )
            return [
                StoredPart(
                    part["PartNumber"],
                    part["Size"],
                    part["ETag"],
                    sha256_from(part.get("ChecksumSHA256")),
                )
                for page in pages
                for part in page.get("Parts", [])
            ]

    def complete_multipart(self, key: str, multipart_id: str, parts: Sequence[StoredPart]) -> None:
        """Makes the parts one object, visible from now on under its key."""
        wanted: dict[str, Any] = {}
        if not self._store.is_plain:
            wanted["MpuObjectSize"] = sum(part.size for part in parts)
        with our_errors(key):
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=multipart_id,
                MultipartUpload={"Parts": [_named(part) for part in parts]},
                **wanted,
            )

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        """Ends the upload and deletes its parts; it is no error where it has ended already."""
        try:
            with our_errors(key):
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=key, UploadId=multipart_id
                )
        except ObjectMissing:
            pass

    def open_uploads(self, prefix: str) -> Iterator[OpenUpload]:
        """Every upload in parts that is under way below this prefix."""
        with our_errors(prefix):
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                for upload in page.get("Uploads", []):
                    # What is listed is aborted, where a sweep asks: not by a store's mistake.
                    if upload["Key"].startswith(prefix):
                        yield OpenUpload(upload["Key"], upload["UploadId"], upload["Initiated"])


def _named(part: StoredPart) -> "CompletedPartTypeDef":
    # S3 wants the checksum of each part of an upload that was opened with an algorithm.
    if part.sha256 is None:
        return {"PartNumber": part.number, "ETag": part.etag}
    checksum = to_base64(part.sha256)
    return {"PartNumber": part.number, "ETag": part.etag, "ChecksumSHA256": checksum}
