"""Objects in the bucket: what is stored, its bytes, copies and deletions."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from urllib.parse import quote

from blog.storage.checksums import sha256_from
from blog.storage.client import (
    IMMUTABLE,
    Connection,
    ObjectMissing,
    StorageError,
    inline,
    is_refusal,
    our_errors,
    status_of,
)

CHUNK = 256 * 1024  # bytes
MOST_DELETED = 1000  # objects that one request may delete


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the bucket says of an object; `size` in bytes, `sha256` in hex where it was checked."""

    size: int
    content_type: str
    etag: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class ListedObject:
    key: str
    stored_at: datetime


class Objects(Connection):
    _deletes_one_by_one = False

    def url(self, key: str) -> str:
        """Where readers get the object."""
        return f"{self._settings.media_url}/{quote(key)}"

    def stat(self, key: str) -> StoredObject:
        """What is stored under the key; raises ObjectMissing or StorageError."""
        with self._asking_for(key):
            answer = self._client.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
            return StoredObject(
                size=answer["ContentLength"],
                content_type=answer["ContentType"],
                etag=answer["ETag"],
                sha256=sha256_from(answer.get("ChecksumSHA256")),
            )

    def read(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`, or fewer at the object's end."""
        with self._asking_for(key):
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}"
            )
            return answer["Body"].read()

    def chunks(self, key: str) -> Iterator[bytes]:
        """All bytes of the object, piece by piece."""
        with self._asking_for(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            yield from answer["Body"].iter_chunks(CHUNK)

    def sha256(self, key: str) -> str:
        """The object's hash in hex by reading it back, for stores that check none themselves."""
        digest = hashlib.sha256()
        for chunk in self.chunks(key):
            digest.update(chunk)
        return digest.hexdigest()

    def promote(
        self, source: str, target: str, *, etag: str, content_type: str, filename: str
    ) -> None:
        """Copies inside the bucket, with the final headers; safe to repeat.

        Raises ObjectMissing where the source went, StorageError where it is not `etag` any more.
        """
        with self._asking_for(source):
            self._client.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
                CopySourceIfMatch=etag,
                MetadataDirective="REPLACE",
                ContentType=content_type,
                CacheControl=IMMUTABLE,
                ContentDisposition=inline(filename),
            )

    @contextmanager
    def _asking_for(self, key: str) -> Iterator[None]:
        """Raises ObjectMissing also where S3 says 403 for it. It says 404 only to a key that may
        list the bucket, and ours may list two prefixes: whether that is enough for a request that
        has no prefix is S3's to judge. A listing with the prefix is certain.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, Permissions
        """
        try:
            with our_errors(key):
                yield
        except StorageError as error:
            if status_of(error) == 403 and not self._may_be_there(key):
                raise ObjectMissing(key) from error
            raise

    def _may_be_there(self, key: str) -> bool:
        try:
            with our_errors(key):
                answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        except StorageError:
            return True
        return any(found["Key"] == key for found in answer.get("Contents", []))

    def delete(self, *keys: str) -> None:
        """Deletes the objects, mostly in one request; it is no error where there is none."""
        for some in batched(keys, MOST_DELETED):
            if len(some) == 1 or self._deletes_one_by_one or not self._delete_together(some):
                for key in some:
                    with our_errors(key):
                        self._client.delete_object(Bucket=self._bucket, Key=key)

    def _delete_together(self, keys: tuple[str, ...]) -> bool:
        """False where the store does not take it: some demand a Content-MD5, which boto3 replaced
        by a checksum of its own, and some know no DeleteObjects at all."""
        from botocore.exceptions import ClientError

        try:
            with our_errors(keys[0]):
                answer = self._client.delete_objects(
                    Bucket=self._bucket,
                    Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
                )
        except StorageError as error:
            if not isinstance(error.__cause__, ClientError):
                raise
            self._deletes_one_by_one = is_refusal(error)
            return False
        return not answer.get("Errors")

    def objects(self, prefix: str) -> Iterator[ListedObject]:
        """Every object below this prefix, in the order of keys."""
        with our_errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                for found in page.get("Contents", []):
                    # What is listed is deleted, where a sweep asks: not by a store's mistake.
                    if found["Key"].startswith(prefix):
                        yield ListedObject(found["Key"], found["LastModified"])
