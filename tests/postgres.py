"""A PostgreSQL server of the tests' own, on a free port of this machine, thrown away after."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url, text

from blog.db import make_engine

# Speed for durability, which a server that is thrown away needs not.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB"]


def find_binaries() -> Path | None:
    """The folder of `postgres` and `initdb`; Debian keeps it off PATH."""
    candidates = [*Path("/usr/lib/postgresql").glob("*/bin"), *_on_path()]
    return next((folder for folder in reversed(candidates) if (folder / "postgres").exists()), None)


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """The URL of an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="signpost-postgres-"))
    as_user = _unprivileged(folder)
    port = free_port()
    _run(
        [binaries / "initdb", "-D", folder / "data", "-U", "blog", "-A", "trust", "-E", "UTF8"],
        as_user,
    )
    options = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={folder}",
        *FAST,
    ]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                folder / "data",
                *(x for o in options for x in ("-c", o)),
            ],
            stdout=log,
            stderr=log,
            **as_user,
        )
    try:
        url = f"postgresql://blog@127.0.0.1:{port}/postgres"
        _wait_for(url, server, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown", which does not wait for clients
        server.wait()
        shutil.rmtree(folder)


@contextmanager
def new_database(server_url: str, name: str) -> Iterator[str]:
    """The URL of an empty database of its own on the server, thrown away after."""
    engine = make_engine(server_url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _on_path() -> list[Path]:
    found = shutil.which("postgres")
    return [Path(found).resolve().parent] if found else []


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Postgres refuses to run as root: there the user that its package made runs it."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}


def _run(arguments: list[Any], as_user: dict[str, Any]) -> None:
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, **as_user)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
