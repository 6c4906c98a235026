"""The upload path: what is signed, what is kept, what readers get of it."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from blog.config import ROOT, Settings
from blog.db import session
from blog.local.server import BucketServer
from blog.media.models import Asset
from tests import photos
from tests.media.uploads import Uploader, send
from tests.pages import Visitor
from tests.posts.test_writing import write

PICTURES = {
    "image/jpeg": photos.jpeg(),
    "image/png": photos.png(),
    "image/webp": photos.webp(),
    "image/gif": photos.gif(),
}


@pytest.mark.parametrize("content_type", PICTURES)
def test_a_picture_reaches_the_bucket_and_the_library(
    uploader: Uploader, bucket: BucketServer, content_type: str
) -> None:
    content = PICTURES[content_type]
    digest = hashlib.sha256(content).hexdigest()

    answer = uploader.upload(content, content_type=content_type, filename="Möwe am Meer.x")

    kept = requests.get(answer["url"], timeout=10)
    assert kept.content == content
    assert kept.headers["Content-Type"] == content_type
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kept.headers["Content-Disposition"].startswith("inline; ")
    assert "M%C3%B6we%20am%20Meer.x" in kept.headers["Content-Disposition"]
    assert answer["reference"] == f"media:{digest[:12]}"
    assert answer["url"].startswith(f"{bucket.url}/blog-media/media/{digest}.")
    assert (answer["width"], answer["height"]) in [(120, 80), (60, 40)]


@pytest.mark.parametrize(("orientation", "size"), [(1, (120, 80)), (3, (120, 80)), (6, (80, 120))])
def test_the_size_is_the_displayed_one_read_from_the_bytes(
    uploader: Uploader, orientation: int, size: tuple[int, int]
) -> None:
    answer = uploader.upload(photos.jpeg(120, 80, orientation=orientation))

    assert (answer["width"], answer["height"]) == size


def test_everything_is_signed_exactly(uploader: Uploader) -> None:
    content = photos.jpeg()

    [upload] = uploader.announce(content).get_json()["uploads"]

    policy = json.loads(base64.b64decode(upload["fields"]["policy"]))
    conditions = policy["conditions"]
    named = {name for c in conditions if isinstance(c, dict) for name in c}
    assert upload["method"] == "POST"
    assert set(upload["fields"]) - {"policy", "x-amz-signature"} <= named
    assert ["content-length-range", len(content), len(content)] in conditions
    assert {"Content-Type": "image/jpeg"} in conditions
    assert {"success_action_status": "201"} in conditions
    assert upload["fields"]["key"].startswith("pending/")
    assert not any(isinstance(c, list) and c[0] == "starts-with" for c in conditions)


def test_a_picture_with_a_video_behind_it_is_whole(uploader: Uploader) -> None:
    moving = photos.jpeg() + bytes(200_000)

    uploader.upload(moving)


def test_a_picture_behind_long_metadata_is_read(uploader: Uploader) -> None:
    plain = photos.jpeg()
    segment = b"\xff\xed\xff\xff" + bytes(65_533)  # APP13, as photo editors write it

    answer = uploader.upload(plain[:2] + segment * 5 + plain[2:])

    assert (answer["width"], answer["height"]) == (120, 80)


def test_the_same_bytes_are_one_asset_and_sent_once(
    app: Flask, uploader: Uploader, bucket: BucketServer
) -> None:
    content = photos.jpeg()
    first = uploader.upload(content)
    posts = sum(request.method == "POST" for request in bucket.received)

    again = uploader.announce(content, filename="copy.jpg").get_json()

    assert again["id"] == first["id"]
    digest = hashlib.sha256(content).hexdigest()
    assert again["uploads"] == [{"role": "main", "sha256": digest, "method": None}]
    assert uploader.complete(again["id"]).get_json() == first
    assert sum(request.method == "POST" for request in bucket.received) == posts
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Asset)) == 1


def test_a_retry_gets_a_fresh_signature_for_the_same_place(uploader: Uploader) -> None:
    content = photos.jpeg()
    first = uploader.announce(content).get_json()
    second = uploader.announce(content).get_json()

    assert second["id"] == first["id"]
    assert second["uploads"][0]["fields"]["key"] == first["uploads"][0]["fields"]["key"]
    send(second["uploads"][0], content)
    assert uploader.complete(second["id"]).status_code == 200


def test_a_later_announcement_names_a_file_that_never_came(uploader: Uploader) -> None:
    content = photos.jpeg()
    uploader.announce(content, filename="wrong.html", alt="wrong")

    answer = uploader.upload(content, filename="right.jpg", alt="right")

    kept = requests.get(answer["url"], timeout=10)
    assert "right.jpg" in kept.headers["Content-Disposition"]


def test_two_tabs_at_once_end_with_one_asset(app: Flask, uploader: Uploader) -> None:
    content = photos.jpeg()

    def one_tab(_: int) -> Any:
        return uploader.upload(content)

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(one_tab, range(4)))

    assert answers == [answers[0]] * 4


def test_a_published_picture_is_complete(
    uploader: Uploader, author: Visitor, reader: Visitor
) -> None:
    picture = uploader.upload(photos.jpeg(120, 80, orientation=6), alt="A gull")

    write(author, button="publish", body=f"Look:\n\n![]({picture['reference']})\n")

    [image] = reader.get("/posts/a-walk-by-the-sea").all("img")
    assert image["src"] == picture["url"]
    assert (image["width"], image["height"]) == ("80", "120")
    assert image["alt"] == "A gull"
    assert picture["url"] in reader.get("/feed.xml").text


def test_a_worker_that_serves_readers_never_loads_boto3(
    uploader: Uploader, author: Visitor, settings: Settings
) -> None:
    picture = uploader.upload(photos.jpeg())
    write(author, button="publish", body=f"![]({picture['reference']})")
    script = (
        "import sys; from blog import create_app; from blog.config import ROOT, Settings;"
        "reader = create_app(Settings.from_environment()).test_client();"
        "pages = [reader.get(p).text for p in ('/', '/posts/a-walk-by-the-sea', '/feed.xml')];"
        "assert all('/media/' in page for page in pages[1:]), pages;"
        "assert not {'boto3', 'botocore', 'moto'} & set(sys.modules), 'boto3 was imported'"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": settings.database_url},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stderr


def test_link_previews_show_the_first_picture(
    uploader: Uploader, author: Visitor, reader: Visitor
) -> None:
    first, second, third = (uploader.upload(photos.jpeg(seed=seed)) for seed in range(3))
    body = "".join(f"![]({picture['reference']})\n\n" for picture in (second, third, first))

    write(author, button="publish", body=body)

    [preview] = reader.get("/posts/a-walk-by-the-sea").all("meta", property="og:image")
    assert preview["content"] == second["url"]


def test_a_picture_that_never_arrived_is_not_shown(
    uploader: Uploader, author: Visitor, reader: Visitor
) -> None:
    content = photos.jpeg()
    uploader.announce(content)
    reference = f"media:{hashlib.sha256(content).hexdigest()[:12]}"

    write(author, button="publish", body=f"![Gull]({reference})\n")

    page = reader.get("/posts/a-walk-by-the-sea")
    assert page.all("img") == []
    assert "Gull" in page.text
