"""The embedded bucket as a server on 127.0.0.1, for tests and for the command line."""

import socket
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from wsgiref.types import WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from blog.local import BUCKET, lifecycle
from blog.local.backend import LocalBackend
from blog.local.defaults import DEFAULT_ORIGINS, prepare
from blog.local.disk import Disk
from blog.local.guard import Guard, Received
from blog.local.operations import Operations
from blog.local.records import Records
from blog.local.users import User, Users
from blog.storage.stores import EMBEDDED_SERVER

__all__ = ["DEFAULT_ORIGINS", "BucketServer", "Received", "User"]

HOST = "127.0.0.1"


def utc_now() -> datetime:
    return datetime.now(UTC)


class RequestHandler(WSGIRequestHandler):
    """Silent, and patient for a minute with a client that sends nothing."""

    timeout = 60
    is_verbose = False
    clock: Callable[[], datetime]

    def make_environ(self) -> WSGIEnvironment:
        """werkzeug drops headers with an underscore; a metadata key may hold one."""
        environ = super().make_environ()
        environ["blog.local.underscored"] = {
            name.lower(): value
            for name, value in self.headers.items()
            if "_" in name and name.lower().startswith("x-amz-meta-")
        }
        return environ

    def date_time_string(self, timestamp: float | None = None) -> str:
        """For the Date header: the time as the bucket knows it."""
        return format_datetime(self.clock(), usegmt=True)

    def version_string(self) -> str:
        """For the Server header, by which “flask bucket check” knows this bucket."""
        return EMBEDDED_SERVER

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.is_verbose:
            print(f"{self.command} {self.path} {code}", flush=True)

    def log_error(self, format: str, *args: object) -> None:
        if self.is_verbose:
            print(format % args, flush=True)


class BucketServer:
    """A bucket that answers from a thread, between `with BucketServer(...) as bucket:` and the
    end of the block. Without a directory it keeps nothing. Port 0 takes a free one. Users are
    known besides the owner; the clock, which returns UTC, may be off as a real one is.

    Raises OSError where the port is taken and `blog.local.disk.DirectoryInUse` where another
    server keeps its bucket in the directory.
    """

    def __init__(
        self,
        directory: Path | None = None,
        port: int = 0,
        origins: Sequence[str] = DEFAULT_ORIGINS,
        bucket: str = BUCKET,
        *,
        users: Iterable[User] = (),
        clock: Callable[[], datetime] = utc_now,
        is_verbose: bool = False,
    ) -> None:
        self.directory = directory
        self.port = port
        self.origins = origins
        self.bucket = bucket
        self.users = Users(users)
        self.clock = clock
        self.is_verbose = is_verbose
        self.received: deque[Received] = deque(maxlen=1000)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        listener = socket.create_server((HOST, self.port), backlog=128)
        self.port = listener.getsockname()[1]
        self.temporary = None
        try:
            if self.directory is None:
                self.temporary = tempfile.TemporaryDirectory(prefix="bucket-")
            self.disk = Disk(
                Path(self.temporary.name) if self.temporary else self.directory or Path(),
                is_durable=self.temporary is None,
            )
            guard = self.open_store()
        except BaseException:
            listener.close()
            if self.temporary:
                self.temporary.cleanup()
            raise
        self.server = make_server(
            HOST,
            self.port,
            guard,
            threaded=True,
            request_handler=self.handler(),
            fd=listener.fileno(),
        )
        listener.close()
        # How long stopping may take, in seconds; a test stops a server each, and should not wait.
        interval = 0.01 if self.temporary else 0.1
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(interval,), daemon=True
        )
        self.thread.start()
        return self

    def handler(self) -> type[RequestHandler]:
        told = {"is_verbose": self.is_verbose, "clock": staticmethod(self.clock)}
        return type("Handler", (RequestHandler,), told)

    def open_store(self) -> Guard:
        backend = LocalBackend(self.disk)
        records = Records(self.disk, backend)
        records.load()
        operations = Operations(backend, records)
        prepare(operations, self.bucket, self.origins)
        lifecycle.expire(backend, records)
        guard = Guard(self.disk, operations, self.users, self.clock)
        guard.received = self.received
        return guard

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.disk.close()
        if self.temporary:
            self.temporary.cleanup()
