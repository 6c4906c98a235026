"""deploy/signpost.service: what systemd thinks of it, and what it is told by gunicorn."""

import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from bench.processes import ARE_COUNTED, family
from blog.config import ROOT
from tests.postgres import free_port
from tests.requirements import lacking
from tests.servers import GRACE, production

UNIT = ROOT / "deploy" / "signpost.service"
INSTALLED = "/srv/signpost"
MOST_EXPOSED = 20  # tenths, of 100: how “systemd-analyze security” counts


def lines(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)


def line(name: str) -> str:
    [value] = lines(name)
    return value


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    said = analyze("verify", here(tmp_path))

    assert said.returncode == 0, said.stderr
    assert not [line for line in said.stderr.splitlines() if "signpost.service" in line]


def test_systemd_finds_it_well_shut_in(tmp_path: Path) -> None:
    said = analyze(
        "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", here(tmp_path)
    )

    assert said.returncode == 0, said.stdout


def here(folder: Path) -> Path:
    """The unit with the paths of this checkout, for systemd looks whether its command is there."""
    binaries = Path(sys.executable).parent
    text = UNIT.read_text().replace(f"{INSTALLED}/.venv/bin", str(binaries))
    (folder / UNIT.name).write_text(text.replace(INSTALLED, str(ROOT)))
    return folder / UNIT.name


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    binary = shutil.which("systemd-analyze")
    if binary is None:
        lacking("systemd")
    return subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=60)


def test_it_has_longer_to_end_than_its_requests() -> None:
    graceful = re.search(
        r"^graceful_timeout = (\d+)", (ROOT / "gunicorn.conf.py").read_text(), re.MULTILINE
    )

    assert graceful
    assert int(line("TimeoutStopSec")) > int(graceful[1])
    assert line("KillMode") == "mixed"


def test_only_nginx_reaches_it() -> None:
    upstream = re.search(
        r"upstream signpost \{\s*server ([^;]+);", (ROOT / "deploy" / "nginx.conf").read_text()
    )

    assert upstream
    assert shlex.split(line("ExecStart"))[-2:] == ["--bind", upstream[1]]


@contextmanager
def service(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], socket.socket, str]]:
    """What ExecStart starts, with the socket on which it speaks to systemd, and its URL."""
    port = free_port()
    command = line("ExecStart").replace(f"{INSTALLED}/.venv/bin", str(Path(sys.executable).parent))
    environment = production(
        f"sqlite:///{folder / 'blog.db'}", "http://127.0.0.1:9", NOTIFY_SOCKET=f"{folder}/notify"
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{folder}/notify")
        manager.settimeout(GRACE)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                shlex.split(command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")),
                cwd=ROOT,
                env={**environment, "WEB_CONCURRENCY": "2"},
                stderr=log,
            )
        try:
            yield process, manager, f"http://127.0.0.1:{port}"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> Path:
    shutil.copy(migrated_sqlite, tmp_path / "blog.db")
    return tmp_path


def test_it_says_when_it_is_ready_and_ends_when_asked(database: Path) -> None:
    with service(database) as (process, manager, url):
        said = manager.recv(1000).decode()
        answer = requests.get(f"{url}/readyz", timeout=10)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=int(line("TimeoutStopSec")))

    assert line("Type") == "notify"
    assert "READY=1" in said
    assert answer.ok
    assert code == 0


def test_a_reload_replaces_the_workers_and_refuses_nobody(database: Path) -> None:
    reload = line("ExecReload").split()
    assert reload[1:] == ["-HUP", "$MAINPID"]

    with service(database) as (process, manager, url):
        assert "READY=1" in manager.recv(1000).decode()
        before = two_workers(process, url)
        subprocess.run([*reload[:2], str(process.pid)], check=True)
        after = two_workers(process, url, instead_of=before)

    assert not before & after


def two_workers(
    process: subprocess.Popen[bytes], url: str, instead_of: frozenset[int] = frozenset()
) -> frozenset[int]:
    """The workers, once there are two and none of those; every request meanwhile is answered."""
    for _ in range(400):
        assert requests.get(f"{url}/readyz", timeout=10).ok
        found = workers(process)
        if len(found) == 2 and not found & instead_of:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{found} instead of {instead_of}")


def workers(process: subprocess.Popen[bytes]) -> frozenset[int]:
    if not ARE_COUNTED:
        lacking("/proc")
    return frozenset(family(process.pid)[1:])
