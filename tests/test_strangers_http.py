"""Answers without an end, or that are more than they seem."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from blog.bucket.check.http import Http, NoAnswer


@contextmanager
def saying(head: bytes, again: bytes = b"") -> Iterator[str]:
    """The address of a server that says this to one who asks, and then something again and again
    until he goes away."""
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(head)
                while again and not is_over.wait(0.02):
                    connection.sendall(again)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        is_over.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("head", "again"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_what_never_ends_is_left(head: bytes, again: bytes) -> None:
    with saying(head, again) as url, pytest.raises(NoAnswer, match="within 1 seconds"):
        Http(deadline=1).request("GET", url)


def test_request_that_cannot_be_made_is_told_without_what_it_holds(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A header with a line break, which http.client refuses and quotes."""
    token = "the token\nof a key"
    with pytest.raises(NoAnswer, match=r"could not be made \(ValueError\)") as raised:
        Http().request("GET", "http://127.0.0.1:9/", headers={"X-Amz-Security-Token": token})

    assert "the token" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_body_that_never_ends_is_cut() -> None:
    with saying(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100) as url:
        answer = Http(longest_body=1000).request("GET", url)

    assert answer.body == b"x" * 1000


def test_compressed_bytes_stay_so() -> None:
    bomb = gzip.compress(bytes(1_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"

    with saying(head.encode() + bomb) as url:
        assert Http().request("GET", url).body == bomb


def test_http_where_https_was_asked_for() -> None:
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    with saying(refusal) as url, pytest.raises(NoAnswer, match="no https"):
        Http().request("GET", url.replace("http:", "https:"))
