"""A load of requests over connections that stay open, from processes of its own."""

import multiprocessing
import secrets
import socket
import time
from collections.abc import Mapping
from typing import BinaryIO, TypedDict
from urllib.parse import urlsplit

CONNECTIONS = 4

# Stands in a body for a hash that is another one in every request.
ANY_SHA256 = b"<a hash of its own>"


class Load(TypedDict):
    """What requests_per_second() takes, of a load that is used again."""

    url: str
    seconds: float
    method: str
    headers: Mapping[str, str]
    body: bytes


def requests_per_second(
    url: str,
    *,
    seconds: float,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> float:
    """How often a second the server answers 200 or 201; any other answer is an AssertionError."""
    job = (url, seconds, method, dict(headers or {}), body)
    with multiprocessing.get_context("spawn").Pool(CONNECTIONS) as pool:
        return sum(pool.starmap(_ask_again_and_again, [job] * CONNECTIONS))


def _ask_again_and_again(
    url: str, seconds: float, method: str, headers: dict[str, str], body: bytes
) -> float:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        answers = connection.makefile("rb")
        count, start = 0, time.monotonic()
        while time.monotonic() < start + seconds:
            sent = body.replace(ANY_SHA256, secrets.token_hex(32).encode(), 1)
            named = {"Host": parts.netloc, **headers, "Content-Length": str(len(sent))}
            lines = [f"{method} {parts.path or '/'} HTTP/1.1"]
            lines += [f"{name}: {value}" for name, value in named.items()]
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + sent)
            _read_answer(answers)
            count += 1
        elapsed = time.monotonic() - start  # with the last answer, which may take long
        answers.close()
    return count / elapsed


def _read_answer(answers: BinaryIO) -> None:
    status = answers.readline()
    assert status.split()[1] in (b"200", b"201"), status
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
