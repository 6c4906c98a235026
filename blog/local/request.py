"""One S3 request as it came in: where it points, what it asks for, and its headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self
from urllib.parse import quote, unquote_plus, unquote_to_bytes, urlencode, urlsplit
from wsgiref.types import WSGIEnvironment

from blog.local.errors import Refusal, invalid_argument

# Query parameters that select something other than the bucket's listing or the object's bytes.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
SUBRESOURCES = (
    *("accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption"),
    *("intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging"),
    *("metrics", "notification", "object-lock", "ownershipControls", "policy", "policyStatus"),
    *("publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select"),
    *("tagging", "torrent", "uploadId", "uploads", "versioning", "versions", "website"),
)

# What moto does well and the disk keeps. It takes what it does not know for something else:
# `DELETE /bucket?metrics` would delete the bucket.
SUPPORTED = {
    ("bucket", "PUT"): "acl cors encryption lifecycle ownershipControls policy publicAccessBlock "
    "tagging versioning",
    ("bucket", "DELETE"): "cors encryption lifecycle ownershipControls policy publicAccessBlock "
    "tagging",
    ("bucket", "GET"): "acl cors encryption lifecycle location logging notification object-lock "
    "ownershipControls policy policyStatus publicAccessBlock replication tagging uploads "
    "versioning versions website",
    ("bucket", "POST"): "delete",
    ("key", "PUT"): "acl tagging uploadId",
    ("key", "GET"): "acl attributes tagging uploadId",
    ("key", "DELETE"): "tagging uploadId",
    ("key", "POST"): "uploadId uploads",
}


@dataclass(frozen=True)
class S3Request:
    """Header names are lower-case; query parameters are decoded, in the order they came in."""

    method: str
    raw_path: str
    bucket: str
    key: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    base_url: str = field(default="")

    @classmethod
    def from_environ(cls, environ: WSGIEnvironment) -> Self:
        uri = str(environ["RAW_URI"])
        path, _, query = uri.partition("?")
        if not path.startswith("/"):
            path = urlsplit(path).path or "/"
        # Virtual-hosted style: http://blog-media.localhost:9000/key, a name that browsers resolve.
        host, _, domain = environ.get("HTTP_HOST", "").partition(":")[0].rpartition(".")
        address = f"/{host}{path}" if host and domain == "localhost" else path
        try:
            bucket, _, key = unquote_to_bytes(address).decode().removeprefix("/").partition("/")
        except UnicodeDecodeError:
            bucket, key = "", ""
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        }
        headers.update(environ.get("blog.local.underscored", {}))
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        return cls(
            method=environ["REQUEST_METHOD"],
            raw_path=path,
            bucket=bucket,
            key=key,
            query=tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs),
            headers=headers,
            base_url=f"http://{headers.get('host', 'localhost')}",
        )

    @cached_property
    def parameters(self) -> dict[str, str]:
        return dict(reversed(self.query))

    @property
    def subresource(self) -> str | None:
        return next((name for name in SUBRESOURCES if name in self.parameters), None)

    @property
    def origin(self) -> str | None:
        return self.headers.get("origin")

    @property
    def resource(self) -> str:
        """The path as an error document names it."""
        return f"/{self.bucket}/{self.key}" if self.key else f"/{self.bucket}"

    @property
    def is_form(self) -> bool:
        """A browser's POST with a policy."""
        content_type = self.headers.get("content-type", "")
        is_multipart = content_type.lower().startswith("multipart/form-data")
        return self.method == "POST" and not self.key and is_multipart

    @property
    def is_copy(self) -> bool:
        return self.method == "PUT" and "x-amz-copy-source" in self.headers

    @property
    def carries_object(self) -> bool:
        """PutObject or UploadPart: the body is the bytes of an object."""
        is_plain = self.subresource in (None, "uploadId")
        return self.method == "PUT" and bool(self.key) and is_plain and not self.is_copy

    def check(self) -> None:
        """Raise Refusal where no S3 operation can be meant."""
        if not self.bucket and self.raw_path != "/":
            raise Refusal(400, "InvalidURI", "Couldn't parse the specified URI.")
        if len(self.key.encode()) > 1024:
            raise Refusal(400, "KeyTooLongError", "Your key is too long")
        known = SUPPORTED.get(("key" if self.key else "bucket", self.method), "").split()
        is_known = self.method in ("GET", "HEAD", "PUT", "POST", "DELETE")
        if not is_known or (not self.bucket and self.method not in ("GET", "HEAD")):
            message = "The specified method is not allowed against this resource."
            raise Refusal(405, "MethodNotAllowed", message)
        if self.subresource and self.subresource not in known:
            message = "The embedded bucket does not know this operation."
            raise Refusal(501, "NotImplemented", message)
        if self.method == "POST" and not self.subresource and not self.is_form:
            message = "Bucket POST must be of the enclosure-type multipart/form-data"
            raise Refusal(412, "PreconditionFailed", message)
        number = self.parameters.get("partNumber", "1" if "uploadId" not in self.parameters else "")
        is_part = self.method == "PUT" and "uploadId" in self.parameters
        if (is_part or "partNumber" in self.parameters) and not re.fullmatch(r"\d{1,5}", number):
            raise invalid_argument("Part number must be an integer between 1 and 10000, inclusive")

    def only_headers(self, headers: Mapping[str, str]) -> Self:
        return replace(self, headers=headers)

    def with_query_headers(self) -> Self:
        """A presigned address may carry, as parameters, what would otherwise be headers."""
        hoisted = {
            name.lower(): value
            for name, value in self.query
            if name.lower().startswith("x-amz-") and name not in SIGNING_PARAMETERS
        }
        return replace(self, headers={**hoisted, **self.headers})

    def to_environ(self, body_length: int) -> WSGIEnvironment:
        """This request without its signature, as moto is shown it."""
        query = [pair for pair in self.query if not pair[0].lower().startswith("x-amz-")]
        path = f"/{self.bucket}/{quote(self.key)}" if self.key else f"/{self.bucket}"
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": (f"/{self.bucket}/{self.key}").encode().decode("latin-1"),
            "QUERY_STRING": urlencode(query, quote_via=quote),
            "RAW_URI": path,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "CONTENT_LENGTH": str(body_length),
        }
        names = {}
        for name, value in self.headers.items():
            if name in UNSHOWN or (name == "range" and not re.fullmatch(r"bytes=\d*-\d*", value)):
                continue
            variable = name.upper().replace("-", "_")
            variable = variable if name == "content-type" else f"HTTP_{variable}"
            environ[variable] = value
            if "_" in name:
                names[variable] = name
        # moto takes a request without it for an anonymous one; who asks was settled before.
        environ["HTTP_AUTHORIZATION"] = (
            "AWS4-HMAC-SHA256 Credential=LOCAL/20260101/us-east-1/s3/aws4_request"
        )
        environ["HTTP_HOST"] = "localhost"
        environ["moto.preserved_header_names"] = names
        return environ


# Settled before moto is asked, or stored by it as if they were metadata.
UNSHOWN = {
    *("authorization", "content-length", "content-md5", "cookie", "expect", "host", "origin"),
    *("transfer-encoding", "x-amz-content-sha256", "x-amz-date", "x-amz-decoded-content-length"),
    *("x-amz-security-token", "x-amz-trailer", "x-moto-account-id", "x-amz-target"),
}

SIGNING_PARAMETERS = {
    *("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires"),
    *("X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token"),
}
