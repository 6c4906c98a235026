"""`flask bucket setup` at a terminal asks first; without one it changes nothing unasked."""

import os
import pty
import select
import subprocess
import sys

import pytest

from blog.config import LOCAL_BUCKET, ROOT
from blog.local.server import BucketServer
from tests.bucket.commands import NAME, SITE, run, said, settings_for


def test_without_a_terminal_it_does_not_ask_and_changes_nothing(bucket: BucketServer) -> None:
    result = run(settings_for(bucket.url), "setup")

    assert result.exit_code == 1
    assert "There is nobody to ask here: say --yes to change this." in said(result)
    assert {request.method for request in bucket.received} == {"HEAD", "GET"}


@pytest.mark.parametrize(("answer", "status"), [("n", 1), ("y", 0)])
def test_at_a_terminal_it_asks_first(bucket: BucketServer, answer: str, status: int) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SITE_URL": SITE,
        "S3_BUCKET": NAME,
        "S3_REGION": LOCAL_BUCKET["S3_REGION"],
        "S3_ENDPOINT_URL": bucket.url,
        "AWS_ACCESS_KEY_ID": LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    }
    ours, theirs = pty.openpty()

    with subprocess.Popen(
        [sys.executable, "-m", "flask", "bucket", "setup"],
        cwd=ROOT,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = read_until(ours, f"Change {NAME}? [y/N]: ")
        os.write(ours, f"{answer}\n".encode())
        shown += read_until(ours, None)
        process.wait(timeout=60)
    os.close(ours)

    assert process.returncode == status
    assert ("Nothing was changed." in shown) is (answer == "n")
    assert "Aborted" not in shown
    assert "\x1b[32m+" in shown  # what is added is green
    assert {request.method for request in bucket.received} == (
        {"HEAD", "GET"} if answer == "n" else {"HEAD", "GET", "PUT"}
    )


def read_until(terminal: int, end: str | None) -> str:
    """What the terminal shows, up to these words, or to the end of the program."""
    shown = b""
    while end is None or not shown.decode(errors="replace").endswith(end):
        assert select.select([terminal], [], [], 60)[0], shown.decode(errors="replace")
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # Linux's word for: nobody is there any more
            break
    return shown.decode()
