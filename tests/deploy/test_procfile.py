"""The Procfile as it stands, run by honcho as a platform would: release, then web."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from blog.config import ROOT
from blog.local.server import BucketServer
from tests.postgres import free_port, new_database
from tests.remote import RemoteAuthor
from tests.servers import GRACE, first_link, production, wait_until_served

BINARIES = Path(sys.executable).parent


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """A database of its own, without a table, in the spelling that platforms hand out."""
    with new_database(postgres_url, "procfile") as url:
        yield url.replace("postgresql+psycopg:", "postgres:")


def honcho(process: str, port: int = 5000) -> list[str]:
    """The command that runs one line of the Procfile, and reads no .env."""
    return [f"{BINARIES}/honcho", "start", "--env", os.devnull, "--port", str(port), process]


def release(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        honcho("release"),
        cwd=ROOT,
        env={**environment, "PATH": f"{BINARIES}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )


@contextmanager
def web(environment: dict[str, str], port: int, log_file: Path) -> Iterator[str]:
    """The URL of the web process, which honcho starts and ends."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            honcho("web", port),
            cwd=ROOT,
            env={**environment, "PATH": f"{BINARIES}:{os.environ['PATH']}"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_served(url, process, log_file)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=GRACE)


def test_release_then_web_serve_readers(
    empty_database: str, bucket: BucketServer, tmp_path: Path
) -> None:
    port = free_port()
    environment = production(
        empty_database,
        bucket.url,
        SITE_URL=f"http://127.0.0.1:{port}",
        WEB_CONCURRENCY="2",
        # As Heroku's buildpack sets it; and only this machine may reach the test.
        GUNICORN_CMD_ARGS=f"--access-logfile - --bind 127.0.0.1:{port}",
    )

    released = release(environment)
    assert released.returncode == 0, released.stdout
    with web(environment, port, tmp_path / "log") as url, RemoteAuthor(url) as author:
        author.welcome(first_link(environment))
        author.publish("By the Procfile", "As it stands.")
        page = requests.get(f"{url}/posts/by-the-procfile", timeout=10)
        ready = requests.get(f"{url}/readyz", timeout=10)

    assert (page.status_code, ready.status_code) == (200, 200)
    assert "As it stands." in page.text
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "Shutting down: Master" in log  # honcho asks it to end, as a platform does


def test_release_needs_the_database_and_nothing_else(empty_database: str) -> None:
    first = release({"ENV": "production", "DATABASE_URL": empty_database})
    again = release({"ENV": "production", "DATABASE_URL": empty_database})

    assert first.returncode == 0, first.stdout
    assert again.returncode == 0, again.stdout


def test_a_release_without_its_database_fails() -> None:
    nobody = f"postgres://blog@127.0.0.1:{free_port()}/blog"

    unreachable = release({"ENV": "production", "DATABASE_URL": nobody})
    unnamed = release({"ENV": "production"})

    assert unreachable.returncode == 1
    assert unnamed.returncode == 1
    assert "DATABASE_URL is not set" in unnamed.stdout


def test_web_listens_where_the_platform_says() -> None:
    environment = production("sqlite://", "http://127.0.0.1:9", PORT="4711")

    said = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--print-config", "wsgi:app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.search(r"^bind +=.*'0\.0\.0\.0:4711'", said.stdout, re.MULTILINE), said.stdout
