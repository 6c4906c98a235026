"""What an upload costs the app: the bytes it receives, and the signatures it gives a second."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect

from bench.author import Author
from bench.chromium import editor
from bench.load import ANY_SHA256, requests_per_second
from bench.servers import CountingRelay, Served, blog, gunicorn
from blog.local.server import BucketServer
from tests import photos
from tests.postgres import free_port

SECONDS = 3.0


def measure() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder, BucketServer(directory=None) as bucket:
        with blog(Path(folder), bucket) as served:
            photo, received = bytes_through_the_app(served, Path(folder))
        yield (
            f"bytes the app receives for a photo of {photo / 1e6:.1f} MB, sign-in to publication",
            f"{received:,} (limit 65,536)",
        )
    with tempfile.TemporaryDirectory() as folder, BucketServer(directory=None) as bucket:
        with blog(Path(folder), bucket, threads=1) as served:
            signed = signatures_per_second(served)
        with gunicorn("bench.apps:proxy", dict(os.environ), port=free_port(), threads=1) as proxy:
            headers, body = form_with_file(10_000_000)
            headers["X-Bucket"] = bucket.url
            proxied = requests_per_second(
                proxy.url, seconds=SECONDS, method="POST", headers=headers, body=body
            )
    yield "uploads of 10 MB a second, one worker that proxies them", f"{proxied:.1f}"
    yield "uploads a second, one worker that signs them", f"{signed:.0f}"
    yield "ratio", f"{signed / proxied:.0f} (at least 20)"


def bytes_through_the_app(served: Served, folder: Path) -> tuple[int, int]:
    """A real browser from the first link to the published post; sizes in bytes."""
    photo = folder / "large.jpg"
    photo.write_bytes(photos.jpeg(6400, 4500, is_grainy=True))
    relay = CountingRelay(urlsplit(served.url).port or 0)
    with editor(relay.url, served.link) as chromium:
        page = chromium.page
        page.get_by_label("Title").fill("A large photo")
        page.get_by_label("Add images or video").set_input_files(photo)
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_attribute("aria-valuenow", "100", timeout=60_000)
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("button", name="Unpublish")).to_be_visible()
    return photo.stat().st_size, relay.received


def signatures_per_second(served: Served) -> float:
    with Author.signed_in(served) as author:
        headers = {"Content-Type": "application/json", **author.headers}
    file = {
        "role": "main",
        "content_type": "image/jpeg",
        "size": 10_000_000,
        "sha256": ANY_SHA256.decode(),
    }
    body = json.dumps({"filename": "a.jpg", "alt": "", "files": [file]}).encode()
    address = f"{served.url}/admin/media/"
    return requests_per_second(address, seconds=SECONDS, method="POST", headers=headers, body=body)


def form_with_file(size: int) -> tuple[dict[str, str], bytes]:
    """Headers and body of a form with a file of so many bytes, as a browser sends it."""
    prepared = requests.Request("POST", "http://x", files={"file": os.urandom(size)}).prepare()
    assert isinstance(prepared.body, bytes)
    return {"Content-Type": prepared.headers["Content-Type"]}, prepared.body
