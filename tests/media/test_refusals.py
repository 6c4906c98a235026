"""What the upload path refuses, in the app and in the bucket."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask

from blog.accounts.models import User
from blog.config import Settings
from blog.local.server import BucketServer
from tests import photos
from tests.conftest import signed_in
from tests.media.uploads import Uploader, send

MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize(
    "change",
    [
        {"key": "media/elsewhere.jpg"},
        {"Content-Type": "image/svg+xml"},
        {"x-amz-checksum-sha256": base64.b64encode(bytes(32)).decode()},
        {"acl": "public-read"},
        {"x-amz-meta-note": "extra"},
    ],
)
def test_the_bucket_refuses_what_was_not_signed(uploader: Uploader, change: dict[str, str]) -> None:
    content = photos.jpeg()
    [upload] = uploader.announce(content).get_json()["uploads"]

    answer = send({**upload, "fields": {**upload["fields"], **change}}, content)

    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("sent", [b"", b"x", photos.jpeg() + b"x", photos.jpeg(seed=9)])
def test_the_bucket_refuses_other_bytes(uploader: Uploader, sent: bytes) -> None:
    reserved = uploader.announce(photos.jpeg()).get_json()

    answer = send(reserved["uploads"][0], sent)

    assert answer.status_code in (400, 403)
    assert uploader.complete(reserved["id"]).status_code == 409


def test_completion_before_the_file_arrives_is_refused(uploader: Uploader) -> None:
    reserved = uploader.announce(photos.jpeg()).get_json()

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert answer.get_json()["role"] == "main"
    assert "has not arrived" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("content", "content_type", "words"),
    [
        (photos.png(), "image/jpeg", "This is image/png"),
        (b"<!doctype html><script>alert(1)</script>", "image/png", "an HTML page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png", "an SVG drawing"),
        (photos.jpeg()[:-100], "image/jpeg", "cut off"),
        (photos.png()[:-20], "image/png", "cut off"),
        (photos.webp()[:-20], "image/webp", "cut off"),
        (photos.jpeg()[:20], "image/jpeg", "cut off"),
        (b"\0" * 5000, "image/gif", "not a picture"),
    ],
)
def test_what_is_not_the_announced_picture_is_refused_and_not_kept(
    uploader: Uploader, bucket: BucketServer, content: bytes, content_type: str, words: str
) -> None:
    reserved = uploader.announce(content, content_type=content_type).get_json()
    send(reserved["uploads"][0], content)

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert words in answer.get_json()["error"]
    digest = hashlib.sha256(content).hexdigest()
    for extension in ("jpg", "png", "webp", "gif"):
        url = f"{bucket.url}/blog-media/media/{digest}.{extension}"
        assert requests.get(url, timeout=10).status_code in (403, 404)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"content_type": "image/svg+xml"}, "files.0.content_type"),
        ({"content_type": "text/html"}, "files.0.content_type"),
        ({"content_type": ["image/png"]}, "files.0.content_type"),
        ({"size": 0}, "files.0.size"),
        ({"size": 50_000_001}, "files.0.size"),
        ({"size": -1}, "files.0.size"),
        ({"size": "12"}, "files.0.size"),
        ({"size": True}, "files.0.size"),
        ({"sha256": "abc"}, "files.0.sha256"),
        ({"sha256": "A" * 64}, "files.0.sha256"),
        ({"role": "owner"}, "files.0.role"),
    ],
)
def test_an_unacceptable_file_is_refused_by_its_path(
    uploader: Uploader, changes: dict[str, Any], path: str
) -> None:
    options = {"content_type": "image/jpeg", **changes}
    answer = uploader.announce(photos.jpeg(), **options)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [path]


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {},
        {"filename": "a"},
        {"filename": "a", "files": []},
        {"filename": 3, "files": [{}]},
        {"filename": "a", "files": [1]},
        {"filename": "", "files": [{}]},
    ],
)
def test_any_other_json_is_refused(uploader: Uploader, body: Any) -> None:
    answer = uploader.author.client.post("/admin/media/", json=body, headers=uploader.headers)

    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_what_is_not_json_is_refused(uploader: Uploader) -> None:
    answer = uploader.author.client.post(
        "/admin/media/", data="{", content_type="application/json", headers=uploader.headers
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"]


@pytest.mark.parametrize("id", [99, 2**31, 10**30])
def test_an_unknown_upload_is_not_found(uploader: Uploader, id: int) -> None:
    answer = uploader.complete(id)

    assert answer.status_code == 404


def test_a_bucket_that_is_down_is_told(make_app: MakeApp, settings: Settings, ada: User) -> None:
    unplugged = make_app(replace(settings, endpoint_url="http://127.0.0.1:9", media_url=""))
    uploader = Uploader(signed_in(unplugged, ada))
    reserved = uploader.announce(photos.jpeg()).get_json()

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 503
    assert "bucket does not answer" in answer.get_json()["error"]


def test_a_false_announcement_blocks_nobody(uploader: Uploader) -> None:
    content = photos.jpeg()
    digest = hashlib.sha256(content).hexdigest()

    uploader.announce(content, sha256=digest[:12] + "0" * 52)

    uploader.upload(content)


def test_json_that_is_nested_too_deep_is_refused(uploader: Uploader) -> None:
    answer = uploader.author.client.post(
        "/admin/media/",
        data="[" * 100_000 + "]" * 100_000,
        content_type="application/json",
        headers=uploader.headers,
    )

    assert answer.status_code == 400
