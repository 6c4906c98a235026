"""The way in: every request is authenticated, allowed and checked here before moto sees it."""

import secrets
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import BinaryIO
from wsgiref.types import StartResponse, WSGIEnvironment

from blog.local import REGION, body, cors, errors, signature, uploads
from blog.local.authorization import Authorization
from blog.local.body import Incoming
from blog.local.disk import Disk, read_chunks
from blog.local.errors import Refusal, access_denied
from blog.local.operations import Answer, Operations
from blog.local.request import S3Request
from blog.local.users import Users

REGION_HEADER = "x-amz-bucket-region"


@dataclass(frozen=True)
class Received:
    """A request that was answered; `path` with its query, `size` in bytes of body, `at` in UTC."""

    method: str
    path: str
    status: int
    size: int
    origin: str | None
    at: datetime


class Guard:
    """The WSGI application. `received` holds the last thousand requests; `clock` says what time
    it is for the bucket (UTC)."""

    def __init__(
        self,
        disk: Disk,
        operations: Operations,
        users: Users,
        clock: Callable[[], datetime],
    ) -> None:
        self.disk = disk
        self.operations = operations
        self.users = users
        self.clock = clock
        self.authorization = Authorization(operations)
        self.received: deque[Received] = deque(maxlen=1000)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = S3Request.from_environ(environ)
        incoming = Incoming(environ)
        request_id = secrets.token_hex(8).upper()
        try:
            answer = self.answer(request, incoming)
        except Refusal as refusal:
            document = errors.document(refusal, request.resource, request_id)
            answer = Answer(refusal.status, [("Content-Type", "application/xml")], document)
        except OSError as error:
            print(f"{request.method} {request.resource}: {error}", file=sys.stderr)
            message = "We encountered an internal error. Please try again."
            failure = Refusal(500, "InternalError", message)
            answer = Answer(500, [], errors.document(failure, request.resource, request_id))
        incoming.drain()
        self.complete(request, answer, request_id)
        self.received.append(
            Received(
                request.method,
                str(environ["RAW_URI"]),
                answer.status,
                incoming.received,
                request.origin,
                self.clock(),
            )
        )
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.headers)
        if answer.file is not None:
            return FileBody(answer.file, answer.size)
        return [] if request.method == "HEAD" else [answer.body]

    def answer(self, request: S3Request, incoming: Incoming) -> Answer:
        now = self.clock()
        if request.method == "OPTIONS":
            rules = self.authorization.cors_rules(request.bucket)
            return Answer(200, cors.preflight(request, rules))
        request.check()
        if incoming.is_ambiguous:
            raise Refusal(400, "InvalidRequest", "Content-Length or Transfer-Encoding, not both.")
        if request.is_form:
            return self.receive_form(request, incoming, now)
        signed = signature.authenticate(request, self.users, now)
        if signed is not None:
            request = request.with_query_headers()
        user = signed.scope.user if signed else None
        self.authorization.check(request, user)
        if request.carries_object:
            content = body.receive(incoming, request.headers, signed, self.disk)
            return self.operations.perform(uploads.with_checksum(request, content), content)
        document = body.receive_document(incoming, request.headers)
        self.authorization.check_configuration(request, document)
        if request.subresource == "delete":
            may_delete = self.authorization.may_delete(request, user)
            return self.operations.perform(request, document, may_delete)
        return self.operations.perform(request, document)

    def receive_form(self, request: S3Request, incoming: Incoming, now: datetime) -> Answer:
        if "authorization" in request.headers or "X-Amz-Algorithm" in request.parameters:
            raise access_denied("A form is signed by its policy.")
        self.authorization.bucket(request.bucket)
        authorize = self.authorization.check
        return uploads.receive(
            request, incoming, self.disk, self.operations, authorize, self.users, now
        )

    def complete(self, request: S3Request, answer: Answer, request_id: str) -> None:
        """The headers that every answer has, and moto's errors in full."""
        if (
            answer.status >= 400
            and request.method != "HEAD"
            and request_id.encode() not in answer.body
        ):
            answer.body = errors.completed(answer.body, answer.status, request.resource, request_id)
            answer.size = len(answer.body)
            answer.headers = [
                header for header in answer.headers if header[0].lower() != "content-type"
            ]
            answer.headers.append(("Content-Type", "application/xml"))
        elif answer.file is None and answer.body:
            answer.size = len(answer.body)
        if answer.status not in (204, 304):
            answer.headers.append(("Content-Length", str(answer.size)))
        if request.method != "OPTIONS":
            rules = self.authorization.cors_rules(request.bucket)
            answer.headers += cors.headers_for(request, rules)
        if request.method == "HEAD" and not request.key:
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html, also with errors
            told = {name.lower() for name, _ in answer.headers}
            if request.bucket in self.operations.backend.buckets and REGION_HEADER not in told:
                answer.headers.append((REGION_HEADER, REGION))
        answer.headers.append(("x-amz-request-id", request_id))
        answer.headers.append(("x-amz-id-2", secrets.token_urlsafe(32)))
        answer.headers = [(name, as_header(value)) for name, value in answer.headers]


def as_header(value: str) -> str:
    """HTTP carries Latin-1; what is beyond goes as the bytes of its UTF-8."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode().decode("latin-1")
    return value


class FileBody:
    """An object on its way to the client; it stays readable when it is deleted meanwhile."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file = file
        self.size = size

    def __iter__(self) -> Iterator[bytes]:
        return read_chunks(self.file, self.size)

    def close(self) -> None:
        self.file.close()
