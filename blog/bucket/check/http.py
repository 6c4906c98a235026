"""HTTP as a stranger speaks it: no redirect is followed, nothing is tried twice, and no answer is
waited for without end."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

import urllib3
from urllib3 import encode_multipart_formdata, exceptions

CONNECT_TIMEOUT = 5  # seconds
READ_TIMEOUT = 15
DEADLINE = 30  # for all of an answer
LONGEST_BODY = 1024 * 1024  # bytes
CHUNK = 64 * 1024

# What OpenSSL says where the answer to its greeting is no TLS.
NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST")


class NoAnswer(Exception):
    """Nobody answered; the message says why, without the address, which may be a signed one."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_refusal(self) -> bool:
        """The store understood, and will not: a store that is too busy, or lost patience, may do
        it the next time. What it has not at all (501) it refuses, too."""
        return self.status == 501 or (400 <= self.status < 500 and self.status not in (408, 429))

    @property
    def is_redirect(self) -> bool:
        return 300 <= self.status < 400

    @property
    def is_clear(self) -> bool:
        """It says what became of the request; where it does not, nothing can be concluded."""
        return self.is_success or self.is_refusal or self.is_redirect

    @property
    def code(self) -> str:
        """S3's name for the error: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
        code = self.element("Code")
        return code if re.fullmatch(r"[A-Za-z0-9.]{1,64}", code) else ""

    @property
    def words(self) -> str:
        """`403 AccessDenied`."""
        return f"{self.status} {self.code}".strip()

    def element(self, name: str) -> str:
        """The first element of this name in an XML answer, or nothing."""
        text = self.body[:65_536].decode(errors="replace")
        found = re.search(rf"<{name}>([^<]*)</{name}>", text)
        return found[1] if found else ""


class Http:
    """`deadline` for all of an answer in seconds, `longest_body` in bytes."""

    def __init__(self, *, deadline: float = DEADLINE, longest_body: int = LONGEST_BODY) -> None:
        self._deadline = deadline
        self._longest_body = longest_body
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT), retries=False
        )

    def close(self) -> None:
        self._pool.clear()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Of a long body the beginning, as it came over the line; raises NoAnswer."""
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        outcome: Queue[Answer | NoAnswer] = Queue()

        def ask() -> None:
            try:
                outcome.put(self._ask(method, url, sent, body))
            except NoAnswer as error:
                outcome.put(error)
            except Exception as error:  # noqa: BLE001 (a thread would print it, with its secrets)
                kind = type(error).__name__
                outcome.put(NoAnswer(f"the request could not be made ({kind})"))

        # One that sends a byte now and then keeps any timeout of a single read: it is left behind.
        thread = Thread(target=ask, daemon=True)
        thread.start()
        try:
            found = outcome.get(timeout=self._deadline)
        except Empty:
            raise NoAnswer(f"no whole answer within {self._deadline} seconds") from None
        except KeyboardInterrupt:
            # What is being stored arrives yet, and who tidies up has to find it.
            thread.join(READ_TIMEOUT)
            raise
        if isinstance(found, NoAnswer):
            raise found
        return found

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        until = time.monotonic() + self._deadline
        try:
            answer = self._pool.request(
                method,
                url,
                body=body,
                headers=headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            content = b""
            while chunk := answer.read1(CHUNK, decode_content=False):
                content += chunk
                if len(content) > self._longest_body or time.monotonic() > until:
                    answer.close()
                    break
            answer.release_conn()
        except (exceptions.HTTPError, UnicodeError) as error:
            raise NoAnswer(_why(error)) from None
        return Answer(answer.status, answer.headers, content[: self._longest_body])


def _why(error: Exception) -> str:
    match error:
        case exceptions.NameResolutionError():
            return "there is no host of this name"
        case exceptions.SSLError() if any(name in str(error) for name in NO_TLS):
            return "it speaks no https there, only http perhaps"
        case exceptions.SSLError():
            return "its certificate is not one for this name, or is not trusted"
        case exceptions.NewConnectionError():
            return "nothing listens there"
        case exceptions.ConnectTimeoutError():
            return f"no connection within {CONNECT_TIMEOUT} seconds"
        case exceptions.TimeoutError():
            return f"no answer within {READ_TIMEOUT} seconds"
        case exceptions.LocationParseError() | UnicodeError():
            return "this is no address"
    return "the connection broke off"


def form(fields: Mapping[str, str], content: bytes) -> tuple[bytes, str]:
    """A browser's form, the file last, and its content type."""
    file = ("file", ("blob", content, "application/octet-stream"))
    return encode_multipart_formdata([*fields.items(), file])
