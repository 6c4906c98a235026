"""What the author waits for: a large photo, from the drop until the bucket has all of it."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from bench.chromium import Chromium, editor
from bench.photos import photo
from bench.servers import blog
from blog.local.server import BucketServer

RUNS, SLOW_RUNS = 3, 2  # of which the quickest counts
SLOW_LINE = 1_250_000  # bytes a second to the bucket: 10 Mbit/s
LATENCY = 20  # milliseconds, on that line

# Notes when files were chosen and when each arrived, and what kept the page from answering;
# the browser tells of tasks from 50 ms on. All in milliseconds.
NOTE = """() => {
  window.noted = { start: null, arrived: [], tasks: [] };
  const note = (list) => noted.tasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ type: "longtask" });
  addEventListener("change", () => (noted.start ??= performance.now()), { capture: true });
  const arrive = () => noted.arrived.push(performance.now() - noted.start);
  document.querySelector("media-uploader").addEventListener("media-uploaded", arrive);
}"""

MAKE_ROOM_FOR_ORIGINAL = """() => {
  const input = document.createElement("input");
  document.body.append(Object.assign(input, { type: "file", id: "as-is" }));
}"""

# The page's own way to the bucket, without what makes pictures ready for the web.
SEND_ORIGINAL = """async ([width, height]) => {
  const [blob] = document.querySelector("#as-is").files;
  const scripts = document.querySelector("script[src$='/js/editor.js']").src;
  const { describeFile } = await import(new URL("prepare/prepared.js", scripts));
  const { transfer } = await import(new URL("upload/transfer.js", scripts));
  const { reserveUrl, completeUrl } = document.querySelector("media-uploader").dataset;
  const start = performance.now();
  await transfer({
    urls: { reserve: reserveUrl, complete: completeUrl },
    name: blob.name,
    files: [await describeFile("main", { width, height, blob })],
    signal: new AbortController().signal,
    onReserved() {},
    onState() {},
    onProgress() {},
  });
  return performance.now() - start;
}"""


@dataclass(frozen=True, slots=True)
class Times:
    """In milliseconds; `longest_task` is 0 where none was longer than 50. `uploaded` in bytes."""

    prepared: float
    original: float
    longest_task: float
    uploaded: int


def measure() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(os.environ.get("BENCH_PHOTO") or Path(folder) / "photo.jpg")
        if not path.exists():
            path.write_bytes(photo(4000, 3000))
        size, (width, height) = path.stat().st_size, size_in_pixels(path)
        near = [upload_both(path) for _ in range(RUNS)]
        far = [upload_both(path, is_slow=True) for _ in range(SLOW_RUNS)]
        avif = until_avif(path)
    prepared = min(each.prepared for each in near)
    original = min(each.original for each in near)
    name = f"a photo of {width * height / 1e6:.0f} megapixels"
    yield f"{name}, from drop to confirmed", f"{prepared / 1000:.2f} s"
    yield f"{name}, the original as it is", f"{original / 1000:.2f} s"
    yield "prepared beside original, on this machine", f"{prepared / original:.1f} times"
    prepared = min(each.prepared for each in far)
    original = min(each.original for each in far)
    yield (
        f"prepared beside original, on a line of {SLOW_LINE * 8 / 1e6:.0f} Mbit/s",
        f"{prepared / original:.1f} times ({prepared / 1000:.1f} s, {original / 1000:.1f} s)",
    )
    uploaded = near[0].uploaded
    yield "bytes uploaded, beside those of the original", f"{uploaded:,} of {size:,}"
    tasks = [each.longest_task for each in near]
    yield (
        "longest task of the page while it prepares and uploads",
        " ".join(f"{each:.0f}" for each in tasks) + " ms (limit 100; 0: none over 50)",
    )
    yield f"{name}, until its AVIF files are there, too", f"{avif / 1000:.1f} s"


def upload_both(path: Path, *, is_slow: bool = False) -> Times:
    """The same photo as it is and prepared, to a new blog: nothing is in its bucket."""
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
        editor(served.url, served.link) as chromium,
    ):
        page = chromium.page
        warm_up(page, Path(folder))
        if is_slow:
            slow_down(chromium)
        page.evaluate(MAKE_ROOM_FOR_ORIGINAL)
        page.set_input_files("#as-is", path)
        original = page.evaluate(SEND_ORIGINAL, list(size_in_pixels(path)))
        bucket.received.clear()
        noted = drop(page, [path], seconds=120)
        uploaded = sum(each.size for each in bucket.received if each.origin)
        return Times(noted["arrived"][-1], original, max(noted["tasks"], default=0), uploaded)


def until_avif(path: Path) -> float:
    """Milliseconds from the drop, a pause among them, until the last AVIF is confirmed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
        editor(served.url, served.link, with_avif=True) as chromium,
    ):
        page = chromium.page
        drop(page, [path], seconds=120)
        told = page.locator("[data-avif-state]")
        expect(told).not_to_be_empty()
        expect(told).to_be_empty(timeout=120_000)
        elapsed: float = page.evaluate("performance.now() - noted.start")
        return elapsed


def drop(page: Page, paths: list[Path], *, seconds: float) -> dict[str, Any]:
    """Chooses the files in one go, and waits for all; what was noted."""
    page.evaluate(NOTE)
    page.get_by_label("Add images or video").set_input_files(paths)
    arrived = page.locator("[role=progressbar][aria-valuenow='100']")
    expect(arrived).to_have_count(len(paths), timeout=1000 * seconds)
    noted: dict[str, Any] = page.evaluate("noted")
    return noted


def size_in_pixels(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def warm_up(page: Page, folder: Path) -> None:
    """What the app and the browser load once is not this photo's; then the page anew."""
    path = folder / "first.jpg"
    path.write_bytes(photo(1700, 1300, seed=99))
    drop(page, [path], seconds=120)
    page.reload()


def slow_down(chromium: Chromium) -> None:
    session = chromium.page.context.new_cdp_session(chromium.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": -1,
            "uploadThroughput": SLOW_LINE,
        },
    )
