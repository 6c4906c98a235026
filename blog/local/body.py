"""The body of a request: read once, to its end, and written to disk as it comes.

Streamed bodies: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from wsgiref.types import WSGIEnvironment

from blog.local import checksums
from blog.local.disk import CHUNK, Content, Disk, Spool
from blog.local.errors import Refusal
from blog.local.signature import EMPTY_HASH, Signed, verify

MAX_OBJECT_SIZE = 5 * 1024**3
MAX_DOCUMENT_SIZE = 8 * 1024**2


class Incoming:
    """The client's side of the connection, counted."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.stream = environ["wsgi.input"]
        length = environ.get("CONTENT_LENGTH", "")
        is_terminated = environ.get("wsgi.input_terminated", False)
        self.is_ambiguous = bool(length) and is_terminated
        self.remaining: int | None = int(length) if length.isdigit() else 0
        if is_terminated:
            self.remaining = 0 if self.is_ambiguous else None
        self.received = 0

    def read(self, size: int = CHUNK) -> bytes:
        """At most `size` bytes, empty at the end; raises Refusal where the client goes away."""
        wanted = size if self.remaining is None else min(size, self.remaining)
        try:
            chunk: bytes = self.stream.read(wanted) if wanted else b""
        except (ConnectionError, TimeoutError):
            self.remaining = 0
            raise incomplete_body() from None
        self.received += len(chunk)
        if self.remaining is not None:
            self.remaining -= len(chunk)
            if wanted and not chunk:
                self.remaining = 0
                raise incomplete_body()
        return chunk

    def readline(self) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n") and len(line) < 16_384:
            byte = self.read(1)
            if not byte:
                break
            line += byte
        return bytes(line)

    def chunks(self) -> Iterator[bytes]:
        while chunk := self.read():
            yield chunk

    def drain(self) -> None:
        """Read what a refused client still sends: answered earlier, a browser sees a broken
        connection instead of the answer."""
        try:
            while self.received < 2 * MAX_OBJECT_SIZE and self.read():
                pass
        except (Refusal, OSError):
            self.remaining = 0


def receive(
    incoming: Incoming, headers: Mapping[str, str], signed: Signed | None, disk: Disk
) -> Content:
    """The object of a PutObject or UploadPart, on disk, with everything about it checked that
    its headers promise."""
    if incoming.remaining is None and "x-amz-decoded-content-length" not in headers:
        message = "You must provide the Content-Length HTTP header."
        raise Refusal(411, "MissingContentLength", message)
    payload = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    trailers: dict[str, str] = {}
    chunks: Iterable[bytes] = incoming.chunks()
    if payload.startswith("STREAMING-"):
        chunks = Streamed(incoming, payload, signed, trailers).chunks()
    named = checksums.announced(headers)
    running = {algorithm: checksums.start(algorithm) for algorithm in named}
    sha256 = hashlib.sha256()
    is_hashed = payload != "UNSIGNED-PAYLOAD" and not payload.startswith("STREAMING-")

    spool = disk.spool()
    try:
        for chunk in chunks:
            spool.write(chunk)
            check_size(spool)
            for checksum in running.values():
                checksum.update(chunk)
            if is_hashed:
                sha256.update(chunk)
        if is_hashed:
            verify_payload(payload, sha256.hexdigest())
        check_length(headers, spool)
        if "content-md5" in headers:
            checksums.verify_md5(headers["content-md5"], spool.md5.digest())
        found = None
        for algorithm, promised in named.items():
            promised = promised or trailers.get(f"x-amz-checksum-{algorithm.lower()}", "")
            value = checksums.verify(algorithm, promised, running[algorithm].digest())
            found = (algorithm, value)
        content = spool.finish()
    except (Refusal, OSError):
        spool.discard()
        raise
    return Content(content.path, content.size, content.md5, is_new=True, checksum=found)


def receive_document(incoming: Incoming, headers: Mapping[str, str]) -> bytes:
    """The body of any other operation, an XML or JSON document."""
    parts = []
    for chunk in incoming.chunks():
        if incoming.received > MAX_DOCUMENT_SIZE:
            raise Refusal(400, "MaxMessageLengthExceeded", "Your request was too big.")
        parts.append(chunk)
    document = b"".join(parts)
    payload = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if payload != "UNSIGNED-PAYLOAD" and not payload.startswith("STREAMING-"):
        verify_payload(payload, hashlib.sha256(document).hexdigest())
    if "content-md5" in headers:
        digest = hashlib.md5(document, usedforsecurity=False).digest()
        checksums.verify_md5(headers["content-md5"], digest)
    return document


def verify_payload(promised: str, computed: str) -> None:
    if promised.lower() != computed:
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise Refusal(400, "XAmzContentSHA256Mismatch", message)


def check_size(spool: Spool) -> None:
    if spool.size > MAX_OBJECT_SIZE:
        message = "Your proposed upload exceeds the maximum allowed size"
        raise Refusal(400, "EntityTooLarge", message)


def check_length(headers: Mapping[str, str], spool: Spool) -> None:
    decoded = headers.get("x-amz-decoded-content-length")
    if decoded is not None and decoded != str(spool.size):
        raise incomplete_body()


class Streamed:
    """An aws-chunked body: each chunk with its size, some with a signature, then trailers."""

    def __init__(
        self, incoming: Incoming, payload: str, signed: Signed | None, trailers: dict[str, str]
    ) -> None:
        self.incoming = incoming
        self.signed = signed if payload.startswith("STREAMING-AWS4-HMAC-SHA256") else None
        self.trailers = trailers
        self.previous = signed.signature if signed else ""
        self.has_trailers = payload.endswith("-TRAILER")

    def chunks(self) -> Iterator[bytes]:
        while True:
            head, _, extension = self.incoming.readline().strip().partition(b";")
            if not re.fullmatch(rb"[0-9a-fA-F]{1,16}", head):
                raise incomplete_body()
            size = int(head, 16)
            digest = hashlib.sha256()
            remaining = size
            while remaining:
                chunk = self.incoming.read(min(CHUNK, remaining))
                if not chunk:
                    raise incomplete_body()
                remaining -= len(chunk)
                digest.update(chunk)
                yield chunk
            signature = extension.removeprefix(b"chunk-signature=").decode("latin-1")
            self.verify("PAYLOAD", signature, f"{EMPTY_HASH}\n{digest.hexdigest()}")
            if not size:
                break
            self.incoming.readline()
        self.read_trailers()

    def read_trailers(self) -> None:
        text = ""
        signature = ""
        while line := self.incoming.readline().strip().decode("latin-1"):
            name, _, value = line.partition(":")
            if name.lower() == "x-amz-trailer-signature":
                signature = value.strip()
            else:
                self.trailers[name.strip().lower()] = value.strip()
                text += f"{name.strip().lower()}:{value.strip()}\n"
        if self.has_trailers and self.signed:
            self.verify("TRAILER", signature, hashlib.sha256(text.encode("latin-1")).hexdigest())

    def verify(self, kind: str, signature: str, hashes: str) -> None:
        if self.signed is None:
            return
        scope, timestamp = self.signed.scope, self.signed.timestamp
        head = f"AWS4-HMAC-SHA256-{kind}\n{timestamp}\n{scope.name}\n{self.previous}"
        verify(f"{head}\n{hashes}", scope, signature)
        self.previous = signature


def incomplete_body() -> Refusal:
    message = "You did not provide the number of bytes specified by the Content-Length HTTP header."
    return Refusal(400, "IncompleteBody", message)
