"""`make run`: starts, tells the way in, and has everything again after it was stopped or killed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from blog.config import LOCAL_BUCKET, ROOT
from blog.local.server import BucketServer
from tests import photos
from tests.postgres import free_port
from tests.remote import RemoteAuthor

PARTS = ["blog", "templates", "static", "alembic", "alembic.ini", "wsgi.py"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, so that its instance/ is the test's own."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part)
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    return tmp_path


class Running:
    def __init__(self, process: subprocess.Popen[str], greeting: str, url: str) -> None:
        self.process = process
        self.greeting = greeting
        self.url = url

    @property
    def link(self) -> str:
        found = re.search(r"http://\S+/admin/welcome/\S+", self.greeting)
        assert found, self.greeting
        return found[0]


@contextmanager
def running(
    checkout: Path, ports: tuple[int, int], environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """The blog as `make run` starts it; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "blog.local.run"],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "PORT": str(ports[0]),
            "BUCKET_PORT": str(ports[1]),
            **(environment or {}),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    try:
        yield Running(process, "".join(lines), f"http://127.0.0.1:{ports[0]}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        wait_until_free(ports[1])


def wait_until_free(port: int) -> None:
    """The bucket ends by itself when the blog is gone, however that went."""
    for _ in range(100):
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=5)
        except requests.RequestException:
            return
        time.sleep(0.05)
    raise AssertionError(f"something still listens on port {port}")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_was_written_is_there_again(checkout: Path, end: signal.Signals) -> None:
    ports = (free_port(), free_port())
    photo = photos.jpeg()
    with running(checkout, ports) as blog, RemoteAuthor(blog.url) as author:
        author.welcome(blog.link)
        picture = author.upload(photo)
        author.publish("A gull", f"![A gull]({picture['reference']})")
        blog.process.send_signal(end)
        code = blog.process.wait(timeout=10)
    assert code == (-end if end == signal.SIGKILL else 0)

    with running(checkout, ports) as blog, RemoteAuthor(blog.url) as reader:
        assert picture["url"] in reader.get("/posts/a-gull")
        assert requests.get(picture["url"], timeout=10).content == photo
        assert "welcome" not in blog.greeting
        reader.sign_in()


def test_a_taken_port_is_told_with_another_to_try(checkout: Path) -> None:
    ports = (free_port(), free_port())
    with running(checkout, ports):
        second = subprocess.run(
            [sys.executable, "-m", "blog.local.run"],
            cwd=checkout,
            env={
                "PATH": os.environ["PATH"],
                "PORT": str(ports[0]),
                "BUCKET_PORT": str(free_port()),
            },
            capture_output=True,
            text=True,
            timeout=20,
        )

    assert second.returncode == 1
    assert f"Port {ports[0]} is taken" in second.stderr
    assert f"make run PORT={ports[0] + 1}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_bucket_without_a_key_of_the_apps_own_is_told(checkout: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "blog.local.run"],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "PORT": str(free_port()),
            "S3_BUCKET": "my-blog-pictures",
            "S3_REGION": "eu-central-1",
            "S3_SETUP_ACCESS_KEY_ID": "AKIASETUP",
            "S3_SETUP_SECRET_ACCESS_KEY": "its secret",
        },
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert started.returncode == 1
    assert "AWS_ACCESS_KEY_ID is not set" in started.stderr
    assert "step 4" in started.stderr


def test_a_bucket_of_ones_own_on_this_machine_is_not_started(checkout: Path) -> None:
    """MinIO say, which has its port already."""
    with BucketServer(bucket="mine") as server:
        environment = {
            "S3_BUCKET": "mine",
            "S3_REGION": "us-east-1",
            "S3_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        }
        with running(checkout, (free_port(), free_port()), environment) as blog:
            assert requests.get(f"{blog.url}/readyz", timeout=10).status_code == 200


def test_it_ends_with_make(checkout: Path) -> None:
    ports = (free_port(), free_port())
    script = f"{sys.executable} -m blog.local.run & echo; wait"
    environment = {"PATH": os.environ["PATH"], "PORT": str(ports[0]), "BUCKET_PORT": str(ports[1])}
    shell = subprocess.Popen(
        ["bash", "-c", script], cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert shell.stdout is not None
    while "Ctrl-C" not in shell.stdout.readline():
        pass

    shell.kill()
    shell.wait()

    for port in ports:
        wait_until_free(port)
    shell.stdout.close()


def test_make_run_obeys_the_ports_of_the_env_file(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "installed").touch()
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    shutil.copy(ROOT / "Makefile", checkout)
    (checkout / ".env").write_text("PORT=8450\nBUCKET_PORT=9450\n")
    shown = "shown: ; @.venv/bin/python -c 'from blog.config import Settings as S; "
    shown += "s = S.from_environment(); print(s.site_url, s.endpoint_url)'"

    def made(*arguments: str) -> str:
        return subprocess.run(
            ["make", "--silent", f"--eval={shown}", "shown", *arguments],
            cwd=checkout,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    assert made() == "http://127.0.0.1:8450 http://127.0.0.1:9450"
    assert made("PORT=8123") == "http://127.0.0.1:8123 http://127.0.0.1:9450"
