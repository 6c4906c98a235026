"""The bucket as a process: how it starts, what it takes, and what survives its end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, connect, serving, sha256
from tests.requirements import lacking


@contextmanager
def running(directory: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """The bucket as a process of its own; its first line is still to be read."""
    command = [sys.executable, "-m", "blog.local", "--port", "0", "--directory", str(directory)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith(f"Embedded bucket {BUCKET} on http://127.0.0.1:"), line
    return line.split()[4].rstrip(",")


def test_an_acknowledged_upload_survives_kill_9(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        client = connect(address_of(process))
        client.put_object(Bucket=BUCKET, Key="media/a", Body=b"first")
        client.put_object(
            Bucket=BUCKET,
            Key="media/a",
            Body=PNG,
            ContentType="image/png",
            Metadata={"owner": "7"},
            ChecksumAlgorithm="SHA256",
        )
        process.send_signal(signal.SIGKILL)
        process.wait()
        client.close()

    with serving(tmp_path) as owner:
        kept = owner.get_object(Bucket=BUCKET, Key="media/a", ChecksumMode="ENABLED")
        assert kept["Body"].read() == PNG
        assert (kept["ContentType"], kept["Metadata"]) == ("image/png", {"owner": "7"})
        assert kept["ChecksumSHA256"] == sha256(PNG)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as process:
        address_of(process)
        process.send_signal(number)
        output, errors = process.communicate(timeout=5)

    assert (process.returncode, output, errors) == (0, "", "")


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "blog.local", "--port", "0", "--directory", str(tmp_path)]
    script = f"""
import os, subprocess
bucket = subprocess.Popen({[*command, "--exit-with-parent"]!r}, stdout=subprocess.PIPE)
bucket.stdout.readline()
print(bucket.pid, flush=True)
os._exit(0)
"""
    parent = subprocess.run(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True
    )

    deadline = time.monotonic() + 2
    while is_running(int(parent.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_running(int(parent.stdout))


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    # An orphan whose new parent does not wait for it stays as a zombie.
    status = Path(f"/proc/{process_id}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_port_or_directory_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with BucketServer(tmp_path) as server:
        for options in (["--port", str(server.port)], []):
            with running(tmp_path, *options) as process:
                output, errors = process.communicate(timeout=5)

            assert (process.returncode, output) == (1, "")
            assert "use" in errors
            assert errors.count("\n") == 1


def test_starting_does_not_read_the_objects(tmp_path: Path) -> None:
    size = 128 * 1024**2
    with serving(tmp_path) as owner:
        for number in range(2):
            owner.put_object(Bucket=BUCKET, Key=f"media/{number}", Body=b"")
    for document in (tmp_path / "buckets" / BUCKET / "objects").iterdir():
        described = json.loads(document.read_text())
        with (tmp_path / "files" / described["file"]).open("wb") as file:
            file.truncate(size)
        document.write_text(json.dumps({**described, "size": size}))

    with running(tmp_path) as process:
        url = f"{address_of(process)}/{BUCKET}/media/0"
        with requests.get(url, stream=True, timeout=TIMEOUT) as answer:
            read = sum(len(chunk) for chunk in answer.iter_content(2**20))
        status = Path(f"/proc/{process.pid}/status")
        if not status.exists():
            lacking("/proc")
        peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024

    assert read == size
    assert peak < 1.5 * size
