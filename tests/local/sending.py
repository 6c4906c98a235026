"""What an SDK and a browser send to a bucket, also what they never would."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import boto3
import requests
from botocore.config import Config

from blog.local import ACCESS_KEY_ID, BUCKET, REGION, SECRET_ACCESS_KEY
from blog.local.server import BucketServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
TIMEOUT = 20


def connect(
    url: str,
    key: str = ACCESS_KEY_ID,
    secret: str = SECRET_ACCESS_KEY,
    token: str | None = None,
    region: str = REGION,
) -> Any:
    """A boto3 client, as the blog's own but with boto3's default checksums."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"max_attempts": 0},
        ),
    )


@contextmanager
def serving(directory: Path) -> Iterator[Any]:
    """The owner's client of a bucket kept in the directory."""
    with BucketServer(directory) as server:
        client = connect(server.url)
        yield client
        client.close()


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def signing_key(date: str, secret: str = SECRET_ACCESS_KEY) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def policy_fields(
    conditions: Iterable[Any],
    fields: Mapping[str, str],
    *,
    at: datetime | None = None,
    lifetime: timedelta = timedelta(minutes=10),
) -> dict[str, str]:
    """A signed form whose policy says just what it is told, plus its own signing fields."""
    at = at or datetime.now(UTC)
    timestamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{REGION}/s3/aws4_request"
    signing = {
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"{ACCESS_KEY_ID}/{scope}",
        "x-amz-date": timestamp,
    }
    document = {
        "expiration": (at + lifetime).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [*conditions, *({name: value} for name, value in signing.items())],
    }
    policy = base64.b64encode(json.dumps(document).encode()).decode()
    signature = sign(signing_key(timestamp[:8]), policy)
    return {**fields, **signing, "policy": policy, "x-amz-signature": signature}


def upload_form(
    key: str, *conditions: Any, fields: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The usual form: a key, a type, 1 to 1024 bytes. More conditions come alone, more fields
    with a condition each."""
    covered = {
        "key": key,
        "Content-Type": "image/png",
        "success_action_status": "201",
        **(fields or {}),
    }
    exact = [{name: value} for name, value in covered.items()]
    limits = ["content-length-range", 1, 1024]
    return policy_fields([{"bucket": BUCKET}, limits, *exact, *conditions], covered)


def post(
    url: str,
    fields: Mapping[str, str] | Iterable[tuple[str, str]],
    content: bytes = PNG,
    *,
    filename: str = "a.png",
    headers: Mapping[str, str] | None = None,
) -> requests.Response:
    """A browser's form: the fields in their order, the file last."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in pairs]
    parts.append(("file", (filename, content, "text/html")))
    return requests.post(
        f"{url}/{BUCKET}",
        files=parts,
        headers=dict(headers or {}),
        timeout=TIMEOUT,
        allow_redirects=False,
    )


def presign(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    at: datetime | None = None,
    expires: int = 60,
) -> str:
    """A presigned address for a URL without a query, signed over these headers too."""
    timestamp = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{REGION}/s3/aws4_request"
    signed = {"host": urlsplit(url).netloc, **(headers or {})}
    names = ";".join(sorted(signed))
    parameters = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{ACCESS_KEY_ID}/{scope}",
        "X-Amz-Date": timestamp,
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": names,
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    canonical = "\n".join(
        [
            *(method, urlsplit(url).path, query),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            names,
            "UNSIGNED-PAYLOAD",
        ]
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    return f"{url}?{query}&X-Amz-Signature={sign(signing_key(timestamp[:8]), text)}"


def authorize(
    method: str, url: str, headers: Mapping[str, str], *, at: datetime | None = None
) -> dict[str, str]:
    """These headers, which name `x-amz-content-sha256`, with the date and the signature."""
    timestamp = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{REGION}/s3/aws4_request"
    signed = {**headers, "host": urlsplit(url).netloc, "x-amz-date": timestamp}
    names = ";".join(sorted(signed))
    canonical = "\n".join(
        [
            *(method, urlsplit(url).path, ""),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            names,
            signed["x-amz-content-sha256"],
        ]
    )
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    signature = sign(signing_key(timestamp[:8]), text)
    credential = f"Credential={ACCESS_KEY_ID}/{scope}"
    value = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "x-amz-date": timestamp, "authorization": value}


def code_of(response: requests.Response) -> str:
    """`403 AccessDenied`, of an S3 error document."""
    code = response.text.partition("<Code>")[2].partition("</Code>")[0]
    return f"{response.status_code} {code}"
