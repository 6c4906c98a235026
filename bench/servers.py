"""Servers for a measurement: gunicorn, the embedded bucket, and a relay that counts bytes."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from blog.config import LOCAL_BUCKET, ROOT
from blog.local.server import BucketServer
from tests.postgres import free_port

# No limits: what is measured is the server, not when it has had enough.
UNLIMITED = {"UPLOADS_PENDING": "1000000", "UPLOAD_BYTES_PER_DAY": str(10**15)}


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs: its address, its process, and a link to sign in for the first time."""

    url: str
    pid: int
    link: str = ""


@contextmanager
def gunicorn(
    application: str, environment: dict[str, str], *, port: int, threads: int = 4
) -> Iterator[Served]:
    """One worker that serves the application; it is the only child of the process.

    Of its log only faults are shown, for a line a request would hide the figures.
    """
    url = f"http://127.0.0.1:{port}"
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", str(threads)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application, *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=log,
        )
        try:
            _wait_for(url)
            yield Served(url, process.pid)
        finally:
            process.terminate()
            process.wait()
            log.seek(0)
            sys.stderr.writelines(line for line in log if '"ERROR"' in line or "Error" in line)


@contextmanager
def blog(
    folder: Path, bucket: BucketServer, *, threads: int = 4, database_url: str = ""
) -> Iterator[Served]:
    """The blog in production's configuration, on SQLite unless a database is named."""
    port = free_port()
    environment = {
        "ENV": "production",
        "SECRET_KEY": "a key for one measurement, then never again",
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.db'}",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "S3_ENDPOINT_URL": bucket.url,
        "PATH": os.environ["PATH"],
        **LOCAL_BUCKET,
        **UNLIMITED,
    }
    flask = [sys.executable, "-m", "flask", "user", "link"]
    _run([sys.executable, "-m", "alembic", "upgrade", "head"], environment)
    link = re.sub(r"^https?://[^/]*", "", _run(flask, environment).strip())
    with gunicorn("wsgi:app", environment, port=port, threads=threads) as served:
        yield replace(served, link=link)


class CountingRelay:
    """Passes TCP connections on to a port, and adds up the bytes to it and from it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.received = 0
        self.sent = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def passed(self) -> tuple[int, int]:
        """Bytes to the port, and from it, until now."""
        with self.lock:
            return self.received, self.sent

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.target))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(
                    target=self._pass_on, args=(source, sink, server), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, server: socket.socket) -> None:
        try:
            while chunk := source.recv(65536):
                with self.lock:
                    if sink is server:
                        self.received += len(chunk)
                    else:
                        self.sent += len(chunk)
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two went away, as browsers do


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(
        arguments, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urlopen(url, timeout=5).close()
            return
        except (URLError, ConnectionError) as error:
            if getattr(error, "code", None):
                return  # it answers
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")
