"""Uploads as the browser does them: reserve, send to the bucket, confirm."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import requests
from botocore.config import Config
from mypy_boto3_s3 import S3Client
from werkzeug.test import TestResponse

from blog.config import Settings
from blog.media.parts import part_size
from tests import photos
from tests.containers import mp4
from tests.pages import Visitor

LARGE = 64_000_001  # bytes, the least that comes in parts


@dataclass
class Item:
    """One file of an announcement; `changes` replace what is announced of it."""

    role: str
    content: bytes = field(repr=False)
    content_type: str
    width: int | None = None
    height: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "content_type": self.content_type,
            "size": len(self.content),
            "sha256": self.sha256,
            "width": self.width,
            "height": self.height,
            **self.changes,
        }

    def part(self, number: int) -> bytes:
        size = part_size(len(self.content))
        return self.content[(number - 1) * size : number * size]


def a_picture(seed: int = 0) -> list[Item]:
    """A main picture with two variants, as the browser prepares them."""
    return [
        Item("main", photos.jpeg(120, 80, seed=seed), "image/jpeg", 120, 80),
        Item("variant", photos.webp(60, 40, seed=seed), "image/webp", 60, 40),
        Item("variant", photos.avif(60, 40, seed=seed), "image/avif", 60, 40),
    ]


def a_film() -> Item:
    """A video that is just large enough to come in parts, two of them."""
    return Item("main", mp4(640, 360, size=LARGE), "video/mp4", 640, 360)


class Uploader:
    """Speaks to the app as a signed-in author's script, and to the bucket as her browser."""

    def __init__(self, author: Visitor) -> None:
        self.author = author
        self.headers = {"X-CSRFToken": author.get("/admin/posts/new").token()}

    def announce(
        self,
        content: bytes,
        *,
        content_type: str = "image/jpeg",
        filename: str = "beach.jpg",
        alt: str = "",
        **changes: Any,
    ) -> TestResponse:
        """The answer to the reservation; `changes` replace what is announced of the file."""
        item = Item("main", content, content_type, 1, 1, changes)
        return self.announce_all([item], filename=filename, alt=alt)

    def announce_all(
        self, items: Collection[Item], *, filename: str = "beach.jpg", alt: str = ""
    ) -> TestResponse:
        body = {"filename": filename, "alt": alt, "files": [item.to_json() for item in items]}
        return self.post("", body)

    def reserve(self, items: Collection[Item]) -> dict[str, Any]:
        answer = self.announce_all(items)
        assert answer.status_code == 201, answer.text
        reserved: dict[str, Any] = answer.get_json()
        return reserved

    def complete(self, id: int) -> TestResponse:
        return self.post(f"{id}/completion")

    def cancel(self, id: int) -> TestResponse:
        return self.post(f"{id}/cancellation")

    def sign_parts(self, id: int, item: Item, *numbers: int, **changes: Any) -> TestResponse:
        parts = [
            {
                "number": number,
                "size": len(item.part(number)),
                "sha256": hashlib.sha256(item.part(number)).hexdigest(),
                **changes,
            }
            for number in numbers
        ]
        return self.post(f"{id}/parts", {"parts": parts})

    def send_parts(self, id: int, item: Item, *numbers: int) -> None:
        for upload in self.sign_parts(id, item, *numbers).get_json()["parts"]:
            sent = send(upload, item.part(upload["number"]))
            assert sent.ok, sent.text

    def upload(self, content: bytes, **options: Any) -> dict[str, Any]:
        """The whole way of a main file alone; the answer to the completion."""
        reserved = self.announce(content, **options).get_json()
        [upload] = reserved["uploads"]
        if upload["method"]:
            sent = send(upload, content)
            assert sent.ok, sent.text
        return self._confirmed(reserved["id"])

    def upload_all(self, items: Collection[Item]) -> dict[str, Any]:
        """The whole way of many files; the answer to the completion."""
        reserved = self.reserve(items)
        for upload, item in zip(reserved["uploads"], items, strict=True):
            if upload["method"] == "PARTS":
                self.send_parts(reserved["id"], item, *range(1, upload["parts"] + 1))
            elif upload["method"]:
                sent = send(upload, item.content)
                assert sent.ok, sent.text
        return self._confirmed(reserved["id"])

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.author.client.post(
            f"/admin/media/{path}", json=body or {}, headers={**self.headers, **headers}
        )

    def _confirmed(self, id: int) -> dict[str, Any]:
        confirmed = self.complete(id)
        assert confirmed.status_code == 200, confirmed.text
        answer: dict[str, Any] = confirmed.get_json()
        return answer


def connect(settings: Settings) -> S3Client:
    """The bucket as its owner sees it."""
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        config=Config(request_checksum_calculation="when_required"),
    )


def send(upload: dict[str, Any], content: bytes) -> requests.Response:
    """Sends the bytes as the signed upload says."""
    if upload["method"] == "PUT":
        return requests.put(upload["url"], data=content, headers=upload["headers"], timeout=20)
    return requests.post(upload["url"], data=upload["fields"], files={"file": content}, timeout=20)
