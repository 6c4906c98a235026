"""Signature Version 4: who signed this request, and whether it is the request that was signed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote, unquote_to_bytes

from blog.local import REGION
from blog.local.errors import Refusal, access_denied, invalid_argument
from blog.local.request import S3Request
from blog.local.users import User, Users

ALGORITHM = "AWS4-HMAC-SHA256"
MAX_SKEW = timedelta(minutes=15)
EMPTY_HASH = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Scope:
    """A credential: `KEY/20261122/us-east-1/s3/aws4_request`."""

    user: User
    date: str
    name: str

    @classmethod
    def parse(
        cls,
        credential: str,
        timestamp: str,
        users: Users,
        malformed: Callable[[str, str], Refusal],
    ) -> Self:
        """Raises Refusal where the credential is not one for this bucket at that time: what
        `malformed` makes of the reason and the credential, for each way to sign has its own."""
        access_key_id, _, name = credential.partition("/")
        parts = name.split("/")
        if len(parts) != 4:
            reason = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/'
            raise malformed(f'{reason}aws4_request"', credential)
        date, region, service, terminator = parts
        if region != REGION:
            refusal = malformed(f"the region '{region}' is wrong; expecting '{REGION}'", credential)
            refusal.details["Region"] = REGION
            raise refusal
        if (service, terminator) != ("s3", "aws4_request"):
            raise malformed("incorrect service or terminal; expecting s3/aws4_request", credential)
        if date != timestamp[:8]:
            raise malformed("the credential date is not the date of the request", credential)
        return cls(users.find(access_key_id), date, name)

    @property
    def signing_key(self) -> bytes:
        key = f"AWS4{self.user.secret_access_key}".encode()
        for part in self.name.split("/"):
            key = keyed_hash(key, part)
        return key


@dataclass(frozen=True)
class Signed:
    """A request whose signature is right; what the chunks of a streamed body continue from."""

    scope: Scope
    timestamp: str
    signature: str


def authenticate(request: S3Request, users: Users, now: datetime) -> Signed | None:
    """None for an anonymous request; raises Refusal for a wrong signature. The body is not looked
    at: its hash is the signed header `x-amz-content-sha256`."""
    authorization = request.headers.get("authorization", "")
    is_presigned = "X-Amz-Algorithm" in request.parameters
    if authorization and is_presigned:
        raise invalid_argument("Only one auth mechanism allowed")
    if authorization.startswith("AWS ") or "AWSAccessKeyId" in request.parameters:
        message = (
            "The authorization mechanism you have provided is not supported."
            " Please use AWS4-HMAC-SHA256."
        )
        raise Refusal(400, "InvalidRequest", message)
    if authorization:
        return from_header(request, authorization, users, now)
    if is_presigned:
        return from_query(request, users, now)
    return None


def from_header(request: S3Request, authorization: str, users: Users, now: datetime) -> Signed:
    mechanism, _, rest = authorization.partition(" ")
    pairs = (part.strip().partition("=") for part in rest.split(","))
    parts = {name: value for name, _, value in pairs}
    if mechanism != ALGORITHM or not {"Credential", "SignedHeaders", "Signature"} <= set(parts):
        raise malformed_header("it holds Credential, SignedHeaders and Signature")
    timestamp = request.headers.get("x-amz-date", "")
    signed_at = parse_timestamp(timestamp)
    scope = Scope.parse(parts["Credential"], timestamp, users, malformed_header)
    if abs(now - signed_at) > MAX_SKEW:
        message = "The difference between the request time and the current time is too large."
        raise Refusal(403, "RequestTimeTooSkewed", message)
    payload = request.headers.get("x-amz-content-sha256")
    if payload is None:
        message = "Missing required header for this request: x-amz-content-sha256"
        raise Refusal(400, "InvalidRequest", message)
    names = parts["SignedHeaders"].split(";")
    signed = compare(request, scope, timestamp, names, payload, parts["Signature"])
    scope.user.check_token(request.headers.get("x-amz-security-token", ""), now)
    return signed


def from_query(request: S3Request, users: Users, now: datetime) -> Signed:
    given = request.parameters
    needed = ("X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders")
    if given["X-Amz-Algorithm"] != ALGORITHM or not {*needed, "X-Amz-Signature"} <= set(given):
        message = "Query-string authentication version 4 requires the X-Amz-Algorithm,"
        names = "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and"
        raise malformed_query(f"{message} {names} X-Amz-Expires parameters.")
    signed_at = parse_timestamp(given["X-Amz-Date"])
    scope = Scope.parse(
        given["X-Amz-Credential"],
        given["X-Amz-Date"],
        users,
        lambda reason, _: malformed_query(
            f"Error parsing the X-Amz-Credential parameter; {reason}"
        ),
    )
    if not re.fullmatch(r"\d{1,6}", given["X-Amz-Expires"]):
        raise malformed_query("X-Amz-Expires should be a number")
    seconds = int(given["X-Amz-Expires"])
    if not 0 < seconds <= 604_800:
        raise malformed_query("X-Amz-Expires must be between 1 second and a week (in seconds)")
    if signed_at - now > MAX_SKEW:
        raise access_denied("Request is not yet valid")
    if now > signed_at + timedelta(seconds=seconds):
        raise access_denied("Request has expired")
    payload = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    signed_names = given["X-Amz-SignedHeaders"].split(";")
    signed = compare(
        request, scope, given["X-Amz-Date"], signed_names, payload, given["X-Amz-Signature"]
    )
    scope.user.check_token(given.get("X-Amz-Security-Token", ""), now)
    return signed


def compare(
    request: S3Request,
    scope: Scope,
    timestamp: str,
    signed_headers: Sequence[str],
    payload: str,
    signature: str,
) -> Signed:
    unsigned = [
        name
        for name in request.headers
        if name.startswith("x-amz-")
        and name not in signed_headers
        and name != "x-amz-content-sha256"
    ]
    if "host" not in signed_headers or unsigned:
        message = "There were headers present in the request which were not signed"
        missing = ", ".join(unsigned or ["host"])
        raise Refusal(403, "AccessDenied", message, {"HeadersNotSigned": missing})
    canonical = canonical_request(request, signed_headers, payload)
    hashed = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    text = f"{ALGORITHM}\n{timestamp}\n{scope.name}\n{hashed}"
    verify(text, scope, signature)
    return Signed(scope, timestamp, signature)


def verify(text: str, scope: Scope, signature: str) -> None:
    """Raise Refusal where this is not the signature of the text; a POST policy and a streamed
    chunk are checked the same way."""
    expected = keyed_hash(scope.signing_key, text).hex()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        message = (
            "The request signature we calculated does not match the signature you provided."
            " Check your key and signing method."
        )
        details = {"AWSAccessKeyId": scope.user.access_key_id, "StringToSign": text}
        raise Refusal(403, "SignatureDoesNotMatch", message, details)


def canonical_request(request: S3Request, signed_headers: Sequence[str], payload: str) -> str:
    path = quote(unquote_to_bytes(request.raw_path), safe="/-_.~") or "/"
    query = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in request.query
        if name != "X-Amz-Signature"
    )
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed_headers
    )
    return "\n".join(
        [
            request.method,
            path,
            "&".join(f"{name}={value}" for name, value in query),
            headers,
            ";".join(signed_headers),
            payload,
        ]
    )


def parse_timestamp(timestamp: str) -> datetime:
    """`20261122T150000Z`, as `x-amz-date` writes it."""
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        message = "AWS authentication requires a valid Date or x-amz-date header"
        raise access_denied(message) from None


def keyed_hash(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def malformed_header(reason: str, _credential: str = "") -> Refusal:
    message = f"The authorization header is malformed; {reason}"
    return Refusal(400, "AuthorizationHeaderMalformed", message)


def malformed_query(message: str) -> Refusal:
    return Refusal(400, "AuthorizationQueryParametersError", message)
