"""What an upload costs the app: the bytes it receives, and the signatures it gives a second."""

import json
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect

from bench.author import Author
from bench.chromium import editor
from bench.load import ANY_SHA256, Load, requests_per_second
from bench.servers import CountingRelay, Served, blog, gunicorn
from blog.local.server import BucketServer
from tests import photos
from tests.postgres import free_port

SECONDS, RUNS = 2.0, 3
SIZE = 10_000_000  # bytes of a photo


def measure() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder, BucketServer(directory=None) as bucket:
        with blog(Path(folder), bucket) as served:
            photo, received = bytes_through_the_app(served, Path(folder))
        yield (
            f"bytes the app receives for a photo of {photo / 1e6:.1f} MB, sign-in to publication",
            f"{received:,} (limit 65,536)",
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket, threads=1) as served,
        gunicorn("bench.apps:proxy", dict(os.environ), port=free_port(), threads=1) as proxy,
    ):
        sign, take = announcements(served), forms(proxy, bucket)
        # In turn, so that noise meets both.
        rates = [(requests_per_second(**sign), requests_per_second(**take)) for _ in range(RUNS)]
    signed, proxied = (statistics.median(each) for each in zip(*rates, strict=True))
    yield "uploads of 10 MB a second, one worker that proxies them", f"{proxied:.1f}"
    yield "uploads a second, one worker that signs them", f"{signed:.0f}"
    ratio = statistics.median(signed / proxied for signed, proxied in rates)
    yield "ratio", f"{ratio:.0f} (aim: 20)"


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


def announcements(served: Served) -> Load:
    """Of a photo each, by somebody who is signed in."""
    with Author.signed_in(served) as author:
        headers = {"Content-Type": "application/json", **author.headers}
    file = {
        "role": "main",
        "content_type": "image/jpeg",
        "size": SIZE,
        "sha256": ANY_SHA256.decode(),
    }
    body = json.dumps({"filename": "a.jpg", "alt": "", "files": [file]}).encode()
    url = f"{served.url}/admin/media/"
    return {"url": url, "seconds": SECONDS, "method": "POST", "headers": headers, "body": body}


def forms(proxy: Served, bucket: BucketServer) -> Load:
    """With a photo each, as browsers send a form with a file."""
    form = requests.Request("POST", "http://x", files={"file": os.urandom(SIZE)}).prepare()
    assert isinstance(form.body, bytes)
    headers = {"Content-Type": form.headers["Content-Type"], "X-Bucket": bucket.url}
    return {
        "url": proxy.url,
        "seconds": SECONDS,
        "method": "POST",
        "headers": headers,
        "body": form.body,
    }
