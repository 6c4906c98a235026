"""What one asset costs the app, from its announcement to its confirmation: time and bytes."""

import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, Request, expect

from bench import processes
from bench.author import Author, Prepared
from bench.chromium import editor
from bench.photos import photo
from bench.servers import CountingRelay, Served, blog
from blog.local.server import BucketServer
from tests import videos

ASSETS = 50
WIDTHS = (2400, 480, 960, 1600)  # of the main picture and its variants
VIDEO = 1_000_000_000  # bytes

# What the browser adds to each request by itself, or for its body.
OF_ONE_REQUEST = ("host", "connection", "content-length")


def measure() -> Iterator[tuple[str, str]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
    ):
        spent = f"{milliseconds_per_asset(served):.0f} ms" if processes.ARE_COUNTED else ""
    yield (
        "CPU time of the app for an asset of 4 files, to sign and to confirm it",
        f"{spent} (limit 100)" if spent else processes.WHERE_NOT,
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
    ):
        yield from bytes_per_asset(served, Path(folder))


def milliseconds_per_asset(served: Served) -> float:
    files = prepared_picture()
    with Author.signed_in(served) as author:
        for number in range(3):  # what the first request loads is no asset's
            author.upload(f"{number}.webp", [_altered(file, number) for file in files])
        before = processes.cpu_seconds(served.pid)
        for number in range(3, 3 + ASSETS):
            author.upload(f"{number}.webp", [_altered(file, number) for file in files])
        return 1000 * (processes.cpu_seconds(served.pid) - before) / ASSETS


def bytes_per_asset(served: Served, folder: Path) -> Iterator[tuple[str, str]]:
    """All that passes between a browser and the app from a drop to its confirmation."""
    relay = CountingRelay(urlsplit(served.url).port or 0)
    with editor(relay.url, served.link) as chromium:
        page = chromium.page
        announcements: list[Request] = []
        page.on("request", lambda each: announcements.append(each) if _announces(each) else None)
        start = relay.passed
        _drop(page, folder / "first.jpg", seed=1)
        received, sent = (after - before for before, after in zip(start, relay.passed, strict=True))
        yield "bytes the app receives for a page's first photo, scripts and all", f"{received:,}"
        yield "bytes the app sends for a page's first photo, scripts and all", f"{sent:,}"
        start = relay.passed
        _drop(page, folder / "second.jpg", seed=2)
        files = len(json.loads(announcements[-1].post_data or "")["files"])
        yield from _rows(f"a photo in {files} files", start, relay.passed)
        headers = announcements[-1].all_headers()
    film = videos.padded(videos.mp4(), VIDEO, folder / "film.mp4")
    poster = replace(prepared_picture()[1], role="poster")
    kept = {name: value for name, value in headers.items() if name not in OF_ONE_REQUEST}
    start = relay.passed
    with Author(relay.url, kept) as author:
        author.upload_in_parts(film, poster, width=160, height=120)
    yield from _rows("a video of 1 GB", start, relay.passed)


def prepared_picture() -> list[Prepared]:
    """A picture and its variants, as the browser would have made them."""
    scene = Image.open(io.BytesIO(photo(WIDTHS[0], WIDTHS[0] * 3 // 4)))
    files = []
    for width in WIDTHS:
        buffer = io.BytesIO()
        scene.resize((width, width * 3 // 4)).save(buffer, "WEBP", quality=60, method=0)
        role = "main" if width == WIDTHS[0] else "variant"
        files.append(Prepared(role, "image/webp", width, width * 3 // 4, buffer.getvalue()))
    return files


def _altered(file: Prepared, number: int) -> Prepared:
    """Another file of the same picture: a few bytes at its end are its last blocks of pixels."""
    return replace(file, content=file.content[:-8] + number.to_bytes(8))


def _rows(name: str, start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[str, str]]:
    yield f"bytes the app receives for {name}", f"{end[0] - start[0]:,} (limit 16,384)"
    yield f"bytes the app sends for {name}", f"{end[1] - start[1]:,}"


def _announces(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/admin/media/")


def _drop(page: Page, path: Path, *, seed: int) -> None:
    path.write_bytes(photo(3000, 2250, seed=seed))
    page.get_by_label("Add images or video").set_input_files(path)
    rows = page.get_by_role("list", name="Uploads").get_by_role("listitem")
    bar = rows.filter(has_text=path.name).get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=60_000)
