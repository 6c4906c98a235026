"""The connection to the bucket, and its errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from blog.config import Settings
from blog.storage.stores import store_at

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What a key under media/ names never changes, for it is the hash of its bytes.
IMMUTABLE = "public, max-age=31536000, immutable"

# What boto3 would take from the environment or from ~/.aws, by its names, and what it has instead.
# That is for other programs: pages may send to `Settings.bucket_url` alone.
UNREAD = {
    "profile": (None, None, None, None),
    "config_file": (None, None, "/dev/null", None),
    "credentials_file": (None, None, "/dev/null", None),
    "ignore_configured_endpoint_urls": (None, None, True, None),
    "use_fips_endpoint": (None, None, False, None),
    "use_dualstack_endpoint": (None, None, False, None),
    "defaults_mode": (None, None, "legacy", None),
    "sts_regional_endpoints": (None, None, "regional", None),
    "account_id_endpoint_mode": (None, None, "preferred", None),
    "request_min_compression_size_bytes": (None, None, 10240, None),
    "disable_request_compression": (None, None, False, None),
    "max_attempts": (None, None, None, None),
    "retry_mode": (None, None, "standard", None),
}


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
        self._store = store_at(settings.endpoint_url)

    @property
    def _client(self) -> "S3Client":
        with self._lock:
            return self._made_client

    @cached_property
    def _made_client(self) -> "S3Client":
        # Imported here, for a worker that only serves readers never needs its 40 MB.
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        session = boto3.Session(botocore_session=Session(session_vars=UNREAD))
        return session.client(
            "s3",
            region_name=self._settings.region,
            endpoint_url=self._settings.endpoint_url,
            aws_access_key_id=self._settings.access_key_id,
            aws_secret_access_key=self._settings.secret_access_key,
            aws_session_token=self._settings.session_token or None,
            config=Config(
                signature_version="s3v4",  # newer buckets refuse what boto3 falls back to
                s3={
                    "addressing_style": self._settings.addressing_style,
                    "us_east_1_regional_endpoint": "regional",
                },
                request_checksum_calculation="when_required",  # other stores know no others
                response_checksum_validation="when_required",
                retries={"mode": "standard", "max_attempts": 3},
                connect_timeout=3,
                read_timeout=10,
            ),
        )


@contextmanager
def our_errors(key: str) -> Iterator[None]:
    """Around a request and the reading of its answer."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        if status_of(error) == 404:
            raise ObjectMissing(key) from error
        raise StorageError(f"{key}: {error}") from error
    except BotoCoreError as error:
        raise StorageError(f"{key}: {error}") from error
    except (LookupError, ValueError, ParseError, ResponseParserError, RuntimeError) as error:
        # The last is botocore's: pages without end, or redirects in a circle (RecursionError).
        raise StorageError(f"{key}: an answer that no S3 gives") from error


def status_of(error: BaseException | None) -> int | None:
    """What the store answered with, by its error or by ours; None where there was no answer."""
    response = getattr(error, "response", None) or getattr(
        error and error.__cause__, "response", None
    )
    return response["ResponseMetadata"]["HTTPStatusCode"] if response else None


def is_refusal(error: BaseException) -> bool:
    """Whether the store will never do it, rather than being busy now."""
    status = status_of(error) or 0
    return 400 <= status < 500 or status == 501


def inline(filename: str) -> str:
    """A Content-Disposition that carries the name in any script (RFC 6266, RFC 8187)."""
    plain = "".join(
        c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename
    )
    return f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
