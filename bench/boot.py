"""What a machine needs to serve the blog: the time until it answers, and memory meanwhile."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import processes
from bench.load import requests_per_second
from bench.pages import fill
from blog.local.server import BucketServer
from tests.servers import gunicorn, production, run

STARTS = 5
SECONDS = 2.0  # of each page
PAGES = ("/", "/posts/post-1", "/feed.xml", "/sitemap.xml")

LONGEST_BOOT = 2.0  # seconds
MOST_MEMORY = 200e6  # bytes


def measure() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder, BucketServer(directory=None) as bucket:
        database = Path(folder) / "bench.db"
        environment = production(f"sqlite:///{database}", bucket.url)
        run(environment, "alembic", "upgrade", "head")
        fill(database)
        seconds = statistics.median(boot_seconds(environment) for _ in range(STARTS))
        yield (
            "from the start of gunicorn with 2 workers until /healthz answers",
            f"{seconds:.2f} s, the median of {STARTS} (limit {LONGEST_BOOT:.0f})",
        )
        name = "memory of the master and 2 workers that serve readers (PSS)"
        if not processes.ARE_COUNTED:
            yield name, processes.WHERE_NOT
            return
        memory = memory_while_serving(environment)
        yield name, f"{memory / 1e6:.0f} MB (limit {MOST_MEMORY / 1e6:.0f})"


def boot_seconds(environment: dict[str, str]) -> float:
    start = time.monotonic()
    with gunicorn(environment):
        return time.monotonic() - start


def memory_while_serving(environment: dict[str, str]) -> int:
    """Bytes, the most after any of the pages was asked for again and again."""
    with gunicorn(environment) as server:
        found = []
        for page in PAGES:
            requests_per_second(f"{server.url}{page}", seconds=SECONDS)
            found.append(processes.memory(server.process.pid))
        return max(found)
