"""The connection to the bucket, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from blog.config import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Backblaze B2 answers "not implemented" to If-None-Match and refuses checksum headers:
# https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
PLAIN_STORES = ("backblazeb2.com",)

# What a key under media/ names never changes, for it is the hash of its bytes.
IMMUTABLE = "public, max-age=31536000, immutable"


class StorageError(Exception):
    """The bucket could not be asked, or refused; the message is for the log."""


class ObjectMissing(StorageError):
    """Nothing is stored under this key, or the bucket does not know this upload in parts."""


class Connection:
    """One bucket. The client is made at the first use, once, and shared by all threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bucket = settings.bucket
        self._lock = Lock()
        host = urlsplit(settings.endpoint_url or "").hostname or ""
        self._is_plain = host.endswith(PLAIN_STORES)

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
            aws_session_token=self._settings.session_token or None,
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
def our_errors(key: str) -> Iterator[None]:
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


def inline(filename: str) -> str:
    """A Content-Disposition that carries the name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename
    )
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
