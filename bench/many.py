"""Many photos in one drop: whether all arrive, and what the browser holds in memory meanwhile."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from bench import processes
from bench.chromium import editor
from bench.photos import photo
from bench.pictures import warm_up
from bench.servers import blog
from blog.local.server import BucketServer

PHOTOS = 100
STAGES = (10, 50, PHOTOS)  # photos that have arrived
WIDTH, HEIGHT = 1600, 1200
PAUSE = 250  # milliseconds between two looks
LONGEST = 600  # seconds

Sample = tuple[int, int]  # photos that have arrived, and bytes of memory


def measure() -> Iterator[tuple[str, str]]:
    name = f"{PHOTOS} photos in one drop"
    if not processes.ARE_COUNTED:
        yield name, processes.WHERE_NOT
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
        editor(served.url, served.link) as chromium,
    ):
        paths = [Path(folder) / f"{number}.jpg" for number in range(PHOTOS)]
        for seed, path in enumerate(paths):
            path.write_bytes(photo(WIDTH, HEIGHT, seed=seed))
        warm_up(chromium.page, Path(folder))
        start = time.monotonic()
        samples = list(drop_and_watch(chromium.page, paths, processes.find(chromium.mark)))
        seconds = time.monotonic() - start
    first, middle, last = (sampled(samples, stage) for stage in STAGES)
    stages = ", ".join(map(str, STAGES))
    yield f"{name}, arrived", f"{samples[-1][0]} in {seconds:.0f} s"
    yield f"{name}, memory of the browser before", f"{samples[0][1] / 1e6:.0f} MB"
    yield (
        f"{name}, memory while {stages} arrive: the most since the stage before",
        f"{first / 1e6:.0f}, {middle / 1e6:.0f}, {last / 1e6:.0f} MB",
    )
    yield f"{name}, the last half beside the first ten", f"{last / first:.2f} times"


def drop_and_watch(page: Page, paths: list[Path], pid: int) -> Iterator[Sample]:
    """Looks again and again until all have arrived, and ends in any case."""
    arrived = page.locator("[role=progressbar][aria-valuenow='100']")
    yield 0, processes.memory(pid)
    page.get_by_label("Add images or video").set_input_files(paths)
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        count = arrived.count()
        yield count, processes.memory(pid)
        if count == len(paths):
            return
        page.wait_for_timeout(PAUSE)


def sampled(samples: list[Sample], stage: int) -> int:
    """The most memory, in bytes, from the stage before this one until this one is reached."""
    before = max((each for each in STAGES if each < stage), default=-1)
    return max(memory for count, memory in samples if before < count <= stage)
