"""What is refused of main files, variants and posters alike, whichever way they come."""

import base64
import hashlib
import struct
import zlib

import pytest
import requests
from flask import Flask

from blog.local.server import BucketServer
from tests import photos
from tests.containers import mp4, webm
from tests.media.test_many_files import files_of
from tests.media.uploads import Item, Uploader, send

PAGE = b"<!doctype html><script>alert(1)</script>"


def with_one(role: str, content: bytes, content_type: str) -> list[Item]:
    """An announcement of which this file is a part, the others being sound."""
    one = Item(role, content, content_type)
    match role:
        case "variant":
            return [Item("main", photos.jpeg(), "image/jpeg", 120, 80), one]
        case "poster":
            return [Item("main", mp4(), "video/mp4", 320, 240), one]
        case _:
            return [one]


def absurd_png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">II", width, height) + b"\x08\2\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\x0d"
        + header
        + struct.pack(">I", zlib.crc32(header))
        + bytes(60)
        + b"\0\0\0\0IEND\xaeB`\x82"
    )


CASES = [
    *((role, PAGE, "image/webp", "an HTML page") for role in ("main", "variant", "poster")),
    *((role, photos.png(), "image/webp", "image/png") for role in ("main", "variant", "poster")),
    *((role, photos.webp()[:-9], "image/webp", "cut off") for role in ("variant", "poster")),
    *((role, photos.jpeg()[:-90], "image/jpeg", "cut off") for role in ("variant", "poster")),
    ("main", photos.avif()[:-9], "image/avif", "cut off"),
    ("variant", photos.avif()[:-9], "image/avif", "cut off"),
    *(
        (role, absurd_png(60_000, 60_000), "image/png", "60000 by 60000")
        for role in ("main", "variant", "poster")
    ),
    ("main", absurd_png(0, 7), "image/png", "0 by 7"),
    ("main", mp4(65_535, 65_535), "video/mp4", "65535 by 65535"),
    ("main", photos.jpeg(), "video/mp4", "a JPEG picture"),
    ("main", PAGE, "video/mp4", "an HTML page"),
    ("main", PAGE, "video/webm", "an HTML page"),
    ("main", bytes(3000), "video/mp4", "not a picture or video that we know"),
    ("main", mp4()[:-500], "video/mp4", "cut off"),
    ("main", webm()[:-50], "video/webm", "cut off"),
    ("main", mp4(), "video/webm", "This is video/mp4"),
    ("main", mp4(brand=b"qt  "), "video/mp4", "QuickTime"),
    ("main", mp4(), "image/webp", "a video"),
    ("variant", photos.webp(61, 80), "image/webp", "belongs to another one"),
    ("variant", photos.webp(240, 160), "image/webp", "belongs to another one"),
]


@pytest.mark.parametrize(("role", "content", "content_type", "words"), CASES)
def test_what_is_not_what_it_was_announced_as_is_refused_and_not_kept(
    app: Flask,
    either_way: Uploader,
    bucket: BucketServer,
    role: str,
    content: bytes,
    content_type: str,
    words: str,
) -> None:
    items = with_one(role, content, content_type)
    reserved = either_way.reserve(items)
    for upload, item in zip(reserved["uploads"], items, strict=True):
        assert send(upload, item.content).ok

    answer = either_way.complete(reserved["id"])

    assert answer.status_code == 409
    assert answer.get_json()["role"] == role
    assert words in answer.get_json()["error"]
    assert ("reference" in answer.get_json()) == (role != "main")
    assert [confirmed for confirmed, *_ in files_of(app)] == (["main"] if role != "main" else [])
    # The object is gone, so that what is sent next is looked at anew.
    again = either_way.complete(reserved["id"])
    assert "has not arrived" in again.get_json()["error"]
    digest = hashlib.sha256(content).hexdigest()
    for extension in ("jpg", "png", "webp", "avif", "mp4", "webm"):
        url = f"{bucket.url}/blog-media/media/{digest}.{extension}"
        assert requests.get(url, timeout=10).status_code in (403, 404)


@pytest.mark.parametrize("role", ["main", "variant", "poster"])
@pytest.mark.parametrize("sent", [b"", b"x", photos.webp() + b"x", photos.webp(seed=9)])
def test_the_bucket_refuses_other_bytes_for_every_role(
    either_way: Uploader, role: str, sent: bytes
) -> None:
    items = with_one(role, photos.webp(), "image/webp")
    reserved = either_way.reserve(items)

    assert send(reserved["uploads"][-1], sent).status_code in (400, 403)

    for upload, item in zip(reserved["uploads"][:-1], items, strict=False):
        send(upload, item.content)
    answer = either_way.complete(reserved["id"])
    assert answer.status_code == 409
    assert answer.get_json()["role"] == role


@pytest.mark.parametrize("role", ["main", "variant", "poster"])
def test_the_bucket_refuses_another_type_for_every_role(either_way: Uploader, role: str) -> None:
    items = with_one(role, photos.webp(), "image/webp")
    upload = either_way.reserve(items)["uploads"][-1]
    told = "fields" if upload["method"] == "POST" else "headers"

    for change in (
        {"Content-Type": "text/html"},
        {"x-amz-checksum-sha256": base64.b64encode(bytes(32)).decode()},
    ):
        changed = {**upload, told: {**upload[told], **change}}
        assert send(changed, items[-1].content).status_code in (400, 403)


def test_a_put_is_never_stored_over_another(either_way: Uploader) -> None:
    [item] = with_one("main", photos.webp(), "image/webp")
    [upload] = either_way.reserve([item])["uploads"]

    first, second = send(upload, item.content), send(upload, item.content)

    assert first.ok
    assert second.status_code == (412 if upload["method"] == "PUT" else 201)
    if upload["method"] == "PUT":
        assert upload["headers"]["If-None-Match"] == "*"
