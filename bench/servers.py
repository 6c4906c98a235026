"""Servers for a measurement: gunicorn, the embedded bucket, and a relay that counts bytes."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from blog.local.server import BucketServer
from tests import servers

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
    options = ("--workers", "1", "--threads", str(threads))
    with servers.gunicorn(
        {**os.environ, **environment}, application=application, port=port, options=options
    ) as server:
        try:
            yield Served(server.url, server.process.pid)
        finally:
            lines = server.log.splitlines(keepends=True)
            sys.stderr.writelines(line for line in lines if '"ERROR"' in line or "Error" in line)


@contextmanager
def blog(
    folder: Path, bucket: BucketServer, *, threads: int = 4, database_url: str = ""
) -> Iterator[Served]:
    """The blog in production's configuration, on SQLite unless a database is named."""
    environment = servers.production(
        database_url or f"sqlite:///{folder / 'bench.db'}", bucket.url, **UNLIMITED
    )
    servers.run(environment, "alembic", "upgrade", "head")
    link = urlsplit(servers.first_link(environment)).path
    port = urlsplit(environment["SITE_URL"]).port or 0
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
