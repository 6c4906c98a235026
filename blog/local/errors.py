"""Refusals in S3's own words: an error code, a message, and the XML document around them.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape


class Refusal(Exception):
    """What S3 answers instead of doing what it was asked."""

    def __init__(
        self, status: int, code: str, message: str, details: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})


def access_denied(message: str = "Access Denied") -> Refusal:
    return Refusal(403, "AccessDenied", message)


def invalid_argument(message: str, **details: str) -> Refusal:
    return Refusal(400, "InvalidArgument", message, details)


def no_such_bucket(bucket: str) -> Refusal:
    message = "The specified bucket does not exist"
    return Refusal(404, "NoSuchBucket", message, {"BucketName": bucket})


def document(refusal: Refusal, resource: str, request_id: str) -> bytes:
    """The XML body of an error answer."""
    elements = {
        "Code": refusal.code,
        "Message": refusal.message,
        **refusal.details,
        "Resource": resource,
        "RequestId": request_id,
    }
    inner = "".join(
        f"<{name}>{escape(printable(value))}</{name}>" for name, value in elements.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode()


def printable(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot carry, lone surrogates
    included."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)


# What moto says with an empty body.
BARE: dict[int, tuple[str, str]] = {
    400: ("InvalidRequest", "The request is not valid."),
    403: ("AccessDenied", "Access Denied"),
    404: ("NoSuchKey", "The specified key does not exist."),
    405: ("MethodNotAllowed", "The specified method is not allowed against this resource."),
    411: ("MissingContentLength", "You must provide the Content-Length HTTP header."),
    412: (
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    ),
    416: ("InvalidRange", "The requested range is not satisfiable"),
}


def completed(body: bytes, status: int, resource: str, request_id: str) -> bytes:
    """moto's error document with the elements that it leaves out; a whole one where it sent
    none."""
    text = body.decode(errors="replace")
    end = text.rfind("</Error>")
    if end < 0:
        code, message = BARE.get(status, ("InvalidRequest", "The request is not valid."))
        return document(Refusal(status, code, message), resource, request_id)
    text = re.sub(r"<(RequestId|Resource)>[^<]*</\1>|<(RequestId|Resource)/>", "", text)
    end = text.rfind("</Error>")
    missing = f"<Resource>{escape(printable(resource))}</Resource><RequestId>{request_id}"
    return (text[:end] + missing + "</RequestId>" + text[end:]).encode()
