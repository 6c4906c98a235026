"""gunicorn in production's configuration, started and ended by a test."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from blog.config import LOCAL_BUCKET, ROOT
from tests.postgres import free_port

# Seconds from SIGTERM to SIGKILL on Heroku; what takes longer is cut off there.
GRACE = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn that runs: where it listens, its master process, and all that it has said."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        """Standard output and standard error, in the order in which they came."""
        return self.log_file.read_text()

    def stop(self) -> int:
        """SIGTERM to the master, as a process manager sends it; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=GRACE)


def production(database_url: str, bucket_url: str, **others: str) -> dict[str, str]:
    """All the variables of an installation in production, whose SITE_URL is a free port of this
    machine unless `others` name one; nothing else of this process's environment."""
    return {
        "PATH": os.environ["PATH"],
        "ENV": "production",
        "SECRET_KEY": "a secret key of production, long enough",
        # In the spelling that platforms hand out.
        "DATABASE_URL": database_url.replace("postgresql+psycopg:", "postgres:"),
        "SITE_URL": f"http://127.0.0.1:{free_port()}",
        "S3_ENDPOINT_URL": bucket_url,
        **LOCAL_BUCKET,
        **others,
    }


@contextmanager
def gunicorn(
    environment: dict[str, str],
    *,
    application: str = "wsgi:app",
    port: int | None = None,
    options: tuple[str, ...] = (),
    folder: Path = ROOT,
) -> Iterator[Server]:
    """Serves the application of `folder`, by gunicorn.conf.py there, once /healthz answers.

    It listens on the port, else on that of a SITE_URL on this machine, else on a free one. What
    the test has not ended by itself is ended after it, and has to end with exit code 0.
    """
    own = re.fullmatch(r"http://127\.0\.0\.1:(\d+)", environment.get("SITE_URL", ""))
    port = port or (int(own[1]) if own else free_port())
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    with tempfile.TemporaryDirectory(prefix="signpost-gunicorn-") as temporary:
        log_file = Path(temporary) / "log"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                [*command, *options],
                cwd=folder,
                env={"WEB_CONCURRENCY": "2", "PYTHONUNBUFFERED": "1", **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        server = Server(f"http://127.0.0.1:{port}", process, log_file)
        try:
            wait_until_served(server.url, process, log_file)
            yield server
            if process.poll() is None:
                assert server.stop() == 0, server.log
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def run(environment: dict[str, str], *arguments: str, folder: Path = ROOT, code: int = 0) -> str:
    """What a command of this installation prints (`"flask", "user", "link"`), faults included
    where it has to fail; it has to end with this exit code."""
    ended = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout if code == 0 else ended.stdout + ended.stderr


def first_link(environment: dict[str, str]) -> str:
    """The address that makes the first admin."""
    return re.sub(r"\s", "", run(environment, "flask", "user", "link"))


def wait_until_served(url: str, process: subprocess.Popen[bytes], log_file: Path) -> None:
    """Until something answers there; an AssertionError with the log where nothing comes."""
    for _ in range(400):
        try:
            requests.get(f"{url}/healthz", timeout=5)
            return
        except requests.ConnectionError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise AssertionError(f"{url} is not served:\n{log_file.read_text()}")
