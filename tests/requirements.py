"""What some tests need of the machine, and what happens where it is missing."""

import os
from typing import NoReturn

import pytest

HOW_TO_GET = {
    "PostgreSQL": "apt-get install postgresql   (or brew install postgresql)",
    "nginx": "apt-get install nginx   (or brew install nginx)",
    "systemd": "apt-get install systemd   (only Linux has it)",
    "ffmpeg": "apt-get install ffmpeg   (or brew install ffmpeg)",
    "/proc": "run the tests on Linux",
    "Chromium": "apt-get install chromium   (or: .venv/bin/playwright install chromium)",
}


def lacking(what: str) -> NoReturn:
    """Skips the test, or fails it where REQUIRE_ALL=1 says that nothing may be missing."""
    reason = f"{what} is not installed: {HOW_TO_GET[what]}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
