"""The object store: keys, sizes and uploads in our words; the only module that knows boto3."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from flask import Flask, current_app
from werkzeug.local import LocalProxy

from blog.config import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_LIFETIME = 600  # seconds in which a signed upload may begin

# What a key names never changes, for it is the hash of its bytes.
IMMUTABLE = "public, max-age=31536000, immutable"

CHUNK = 256 * 1024  # bytes


class StorageError(Exception):
    """The bucket could not be asked, or refused; the message is for the log."""


class ObjectMissing(StorageError):
    """Nothing is stored under this key."""


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """What the browser sends a file with: `fields` of a form (POST) or `headers` (PUT)."""

    method: str
    url: str
    fields: dict[str, str] | None = None
    headers: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        part = {"fields": self.fields} if self.fields is not None else {"headers": self.headers}
        return {"method": self.method, "url": self.url, **part}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the bucket says of an object; `size` in bytes, `sha256` in hex where it was checked."""

    size: int
    content_type: str
    etag: str
    sha256: str | None


class ObjectStore:
    """One bucket. The client is made at the first use, once, and shared by all threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bucket = settings.bucket
        self._lock = Lock()

    def url(self, key: str) -> str:
        """Where readers get the object."""
        return f"{self._settings.media_url}/{quote(key)}"

    def sign_upload(self, key: str, *, content_type: str, size: int, sha256: str) -> SignedUpload:
        """Permission to store exactly these bytes under exactly this key, for ten minutes.

        `size` in bytes, `sha256` in hex. Nothing is sent to the bucket.
        """
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        if self._settings.upload_method == "put":
            return self._sign_put(key, content_type, size, checksum)
        # Every field needs its condition, and boto3 adds none for `Fields`:
        # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        fields = {
            "Content-Type": content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum,
            "success_action_status": "201",
        }
        signed = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(fields),
            Conditions=[
                *({name: value} for name, value in fields.items()),
                ["content-length-range", size, size],
            ],
            ExpiresIn=UPLOAD_LIFETIME,
        )
        return SignedUpload("POST", signed["url"], fields=signed["fields"])

    def _sign_put(self, key: str, content_type: str, size: int, checksum: str) -> SignedUpload:
        url = self._client.generate_presigned_url(
            "put_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ContentType": content_type,
                "ContentLength": size,
                "ChecksumSHA256": checksum,
            },
            ExpiresIn=UPLOAD_LIFETIME,
        )
        headers = {"Content-Type": content_type, "x-amz-checksum-sha256": checksum}
        return SignedUpload("PUT", url, headers=headers)

    def stat(self, key: str) -> StoredObject:
        """What is stored under the key; raises ObjectMissing or StorageError."""
        with _our_errors(key):
            answer = self._client.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        checksum = answer.get("ChecksumSHA256")
        return StoredObject(
            size=answer["ContentLength"],
            content_type=answer["ContentType"],
            etag=answer["ETag"],
            sha256=base64.b64decode(checksum).hex() if checksum else None,
        )

    def read(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`, or fewer at the object's end."""
        with _our_errors(key):
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes={start}-{start + length - 1}"
            )
            return answer["Body"].read()

    def chunks(self, key: str) -> Iterator[bytes]:
        """All bytes of the object, piece by piece."""
        with _our_errors(key):
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
        with _our_errors(source):
            self._client.copy_object(
                Bucket=self._bucket,
                Key=target,
                CopySource={"Bucket": self._bucket, "Key": source},
                CopySourceIfMatch=etag,
                MetadataDirective="REPLACE",
                ContentType=content_type,
                CacheControl=IMMUTABLE,
                ContentDisposition=_inline(filename),
            )

    def delete(self, key: str) -> None:
        """Deletes the object; it is no error where there is none."""
        with _our_errors(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    @property
    def _client(self) -> "S3Client":
        with self._lock:
            return self._made_client

    @cached_property
    def _made_client(self) -> "S3Client":
        # Imported here, for a worker that only serves readers never needs its 40 MB.
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            region_name=self._settings.region,
            endpoint_url=self._settings.endpoint_url,
            aws_access_key_id=self._settings.access_key_id,
            aws_secret_access_key=self._settings.secret_access_key,
            config=Config(
                signature_version="s3v4",  # newer buckets refuse what boto3 falls back to
                s3={"addressing_style": self._settings.addressing_style},
                request_checksum_calculation="when_required",  # other stores know no others
                response_checksum_validation="when_required",
                retries={"mode": "standard", "max_attempts": 3},
                connect_timeout=3,
                read_timeout=10,
            ),
        )


@contextmanager
def _our_errors(key: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            raise ObjectMissing(key) from error
        raise StorageError(f"{key}: {error}") from error
    except BotoCoreError as error:
        raise StorageError(f"{key}: {error}") from error


def _inline(filename: str) -> str:
    """A Content-Disposition that carries the name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename
    )
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["store"] = ObjectStore(settings)


# The bucket of this application.
store = cast("ObjectStore", LocalProxy(lambda: current_app.extensions["store"]))
