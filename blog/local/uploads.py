"""A browser's POST: the form read, its policy checked, and the file stored as the fields say.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from blog.local import checksums, post_policy
from blog.local.body import MAX_OBJECT_SIZE, Incoming
from blog.local.disk import Content, Disk
from blog.local.errors import Refusal, invalid_argument, printable
from blog.local.form import Form
from blog.local.operations import Answer, Operations
from blog.local.request import S3Request
from blog.local.users import User, Users

# Fields that become headers of the stored object; `x-amz-meta-*` do, too.
STORED = {
    *("cache-control", "content-type", "content-disposition", "content-encoding", "expires"),
    *("content-language", "x-amz-storage-class", "x-amz-website-redirect-location"),
    *("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"),
}


def receive(
    request: S3Request,
    incoming: Incoming,
    disk: Disk,
    operations: Operations,
    authorize: Callable[[S3Request, User | None], None],
    users: Users,
    now: datetime,
) -> Answer:
    """`authorize` is asked with the PUT that the form amounts to, and who signed it."""
    form = Form(incoming, request.headers["content-type"])
    fields = form.fields().expanded()
    if not fields.get("key"):
        message = (
            "Bucket POST must contain a field named 'key'."
            " If it is specified, please check the order of the fields."
        )
        raise invalid_argument(message, ArgumentName="key")
    if fields.setdefault("bucket", request.bucket) != request.bucket:
        raise invalid_argument("The field 'bucket' names another bucket than the address.")
    smallest, largest = 0, MAX_OBJECT_SIZE
    user = None
    if post_policy.is_signed(fields):
        user, policy = post_policy.authenticate(fields, users, now)
        policy.check(fields, now)
        smallest, largest = policy.smallest, policy.largest
    put = S3Request("PUT", "", request.bucket, fields["key"], (), headers_of(request, fields))
    put.check()
    authorize(put, user)
    content = form.receive(disk, checksums.announced(fields), smallest, largest)
    answer = operations.perform(with_checksum(put, content), content)
    if answer.status >= 400:
        return answer
    told = [header for header in answer.headers if header[0] == "x-amz-expiration"]
    accepting = accepted(request, fields, content)
    accepting.headers += told
    return accepting


def headers_of(request: S3Request, fields: Mapping[str, str]) -> dict[str, str]:
    headers = {
        name: value.encode().decode("latin-1")
        for name, value in fields.items()
        if name in STORED or name.startswith("x-amz-meta-")
    }
    if "acl" in fields:
        headers["x-amz-acl"] = fields["acl"]
    if "tagging" in fields:
        headers["x-amz-tagging"] = tagging_header(fields["tagging"])
    for name in ("origin", "referer"):
        if name in request.headers:
            headers[name] = request.headers[name]
    return headers


def tagging_header(document: str) -> str:
    try:
        tags = ElementTree.fromstring(document).iter("Tag")  # noqa: S314 (expat refuses bombs)
        return urlencode([(tag.findtext("Key", ""), tag.findtext("Value", "")) for tag in tags])
    except ElementTree.ParseError:
        message = "The XML you provided was not well-formed or did not validate"
        raise Refusal(400, "MalformedXML", message) from None


def with_checksum(request: S3Request, content: Content) -> S3Request:
    """The request as moto wants it, to store the checksum that was verified."""
    unwanted = ("x-amz-checksum-", "x-amz-sdk-checksum-algorithm", "x-amz-trailer")
    headers = {
        name: value for name, value in request.headers.items() if not name.startswith(unwanted)
    }
    if content.checksum:
        algorithm, value = content.checksum
        headers["x-amz-sdk-checksum-algorithm"] = algorithm
        headers[f"x-amz-checksum-{algorithm.lower()}"] = value
    encodings = [part.strip() for part in headers.pop("content-encoding", "").split(",")]
    kept = [part for part in encodings if part and part != "aws-chunked"]
    if kept:
        headers["content-encoding"] = ", ".join(kept)
    return request.only_headers(headers)


def accepted(request: S3Request, fields: Mapping[str, str], content: Content) -> Answer:
    key, etag = fields["key"], f'"{content.md5}"'
    location = f"{request.base_url}/{request.bucket}/{quote(key, safe='')}"
    headers = [("ETag", etag), ("Location", location)]
    redirect = urlsplit(fields.get("success_action_redirect") or fields.get("redirect", ""))
    if redirect.scheme in ("http", "https") and redirect.netloc:
        query = urlencode({"bucket": request.bucket, "key": key, "etag": etag})
        query = f"{redirect.query}&{query}" if redirect.query else query
        target = urlunsplit(redirect._replace(query=query)).replace("\r", "").replace("\n", "")
        return Answer(303, [("ETag", etag), ("Location", target)])
    match fields.get("success_action_status"):
        case "201":
            elements = {
                "Location": location,
                "Bucket": request.bucket,
                "Key": printable(key),
                "ETag": etag,
            }
            inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
            body = f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inner}</PostResponse>'
            headers.append(("Content-Type", "application/xml"))
            return Answer(201, headers, body.encode())
        case "200":
            return Answer(200, headers)
        case _:
            return Answer(204, headers)
