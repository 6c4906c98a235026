"""How the blog ends: with the answers that it began, soon, and refusing who comes too late."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from bench.processes import ARE_COUNTED, family
from tests.requirements import lacking
from tests.servers import GRACE, Server, gunicorn, production

WHOLE = b"word " * 50_000  # what tests/slow.py answers

# Seconds from SIGTERM to the end, whatever is going on.
MOST_TO_END = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the slow page says that it has begun, and looks whether it may go on."""
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    environment = production(
        f"sqlite:///{folder / 'none.db'}", "http://127.0.0.1:9", SLOW_FOLDER=str(folder)
    )
    with gunicorn(environment, application="tests.slow:app") as server:
        # A signal to a worker that is a few milliseconds old is lost; gunicorn kills it in the end.
        wait_for(lambda: len(list(folder.glob("worker-*"))) == 2)
        yield server


@pytest.fixture
def slow_request(server: Server, folder: Path) -> Iterator[Future[requests.Response]]:
    """A request that is being answered."""
    with ThreadPoolExecutor() as pool:
        future = pool.submit(requests.get, f"{server.url}/slow", timeout=2 * GRACE)
        wait_for(lambda: (folder / "started").exists())
        yield future
        (folder / "go").touch()


@pytest.mark.parametrize("told", ["master", "all"])
def test_what_was_begun_is_answered_and_who_comes_later_is_refused(
    server: Server, slow_request: Future[requests.Response], folder: Path, told: str
) -> None:
    end(server, told)
    wait_for(lambda: is_refused(server))
    assert server.process.poll() is None
    (folder / "go").touch()

    answer = slow_request.result(timeout=GRACE)
    assert answer.status_code == 200
    assert answer.content == WHOLE
    assert server.process.wait(timeout=GRACE) == 0
    assert "Traceback" not in server.log


def test_who_is_connected_already_is_answered(
    server: Server, slow_request: Future[requests.Response], folder: Path
) -> None:
    with requests.Session() as idle:
        idle.get(f"{server.url}/healthz", timeout=5)  # keeps its connection
        end(server, "all")

        answer = idle.get(f"{server.url}/healthz", timeout=5)

    assert answer.status_code == 200
    (folder / "go").touch()
    assert slow_request.result(timeout=GRACE).content == WHOLE


@pytest.mark.parametrize("told", ["master", "all"])
def test_it_ends_in_time_whoever_does_not(
    server: Server, slow_request: Future[requests.Response], told: str
) -> None:
    """A request without end, connections that stay open, one that says nothing, half a request."""
    with requests.Session() as idle, connection(server) as silent, connection(server) as half:
        idle.get(f"{server.url}/healthz", timeout=5)
        half.sendall(b"GET / HTTP/1.1\r\nHo")

        end(server, told)

        assert server.process.wait(timeout=MOST_TO_END) == 0, server.log
        assert silent.recv(100) == b""
    with pytest.raises(requests.ConnectionError):
        slow_request.result(timeout=GRACE)


def end(server: Server, told: str) -> None:
    """SIGTERM as a process manager sends it, to the master, or as Heroku does, to every process."""
    if told == "all" and not ARE_COUNTED:
        lacking("/proc")
    for pid in family(server.process.pid) if told == "all" else [server.process.pid]:
        os.kill(pid, signal.SIGTERM)


def connection(server: Server) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=GRACE)


def is_refused(server: Server) -> bool:
    try:
        connection(server).close()
    except ConnectionRefusedError:
        return True
    return False


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("what was waited for did not come")
