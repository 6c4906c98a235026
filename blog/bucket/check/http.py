"""HTTP as a stranger speaks it: no redirect is followed, nothing is tried twice, and no answer is
waited for without end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import urllib3
from urllib3 import exceptions

CONNECT_TIMEOUT = 5  # seconds
READ_TIMEOUT = 15


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
    def __init__(self) -> None:
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
        """Raises NoAnswer."""
        try:
            answer = self._pool.request(
                method, url, body=body, headers=dict(headers or {}), redirect=False
            )
        except (exceptions.HTTPError, UnicodeError) as error:
            raise NoAnswer(_why(error)) from None
        return Answer(answer.status, answer.headers, answer.data)


def _why(error: Exception) -> str:
    match error:
        case exceptions.NameResolutionError():
            return "there is no host of this name"
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
