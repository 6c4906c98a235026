"""An author whose browser is a Python client: signs in, announces files, sends them, confirms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from bench.servers import Served

ADMIN = {"email": "ada@example.com", "name": "Ada", "password": "correct horse battery"}
SIGNED_TOGETHER = 16  # parts, as static/js/upload/parts.js asks for them
TIMEOUT = 120  # seconds


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as the browser would have prepared it."""

    role: str
    content_type: str
    width: int
    height: int
    content: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "content_type": self.content_type,
            "size": len(self.content),
            "sha256": sha256(self.content).hexdigest(),
            "width": self.width,
            "height": self.height,
        }


class Author:
    """Speaks to the blog with `headers`, and to the bucket with those that it was signed."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.blog = requests.Session()
        self.blog.headers.update(headers or {})
        self.bucket = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.blog.close()
        self.bucket.close()

    @classmethod
    def signed_in(cls, served: Served) -> Self:
        """By the first link, which makes the account."""
        author = cls(served.url)
        page = author.get(served.link)
        form = {**ADMIN, "csrf_token": _token(page)}
        author.blog.post(f"{author.url}{served.link}", data=form, timeout=TIMEOUT)
        author.blog.headers["X-CSRFToken"] = _token(author.get("/admin/posts/new"))
        return author

    @property
    def headers(self) -> dict[str, str]:
        """What another client says to be the same author."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.blog.cookies)
        return {"X-CSRFToken": str(self.blog.headers["X-CSRFToken"]), "Cookie": cookies}

    def get(self, path: str) -> str:
        answer = self.blog.get(f"{self.url}{path}", timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.text

    def ask(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.blog.post(f"{self.url}{path}", json=body, timeout=TIMEOUT)
        assert answer.ok, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def upload(self, name: str, files: Sequence[Prepared]) -> None:
        """A picture and its variants, from the announcement to the confirmation."""
        announced = [file.to_json() for file in files]
        reserved = self.ask("/admin/media/", {"filename": name, "alt": "", "files": announced})
        for signed, file in zip(reserved["uploads"], files, strict=True):
            self._send(signed, file.content)
        self.ask(f"/admin/media/{reserved['id']}/completion", {})

    def upload_in_parts(self, video: Path, poster: Prepared, *, width: int, height: int) -> None:
        """A large MP4 and its poster; a part at a time is in memory."""
        size = video.stat().st_size
        with video.open("rb") as file:
            digest = sha256()
            while piece := file.read(1 << 20):
                digest.update(piece)
        main = {
            "role": "main",
            "content_type": "video/mp4",
            "size": size,
            "sha256": digest.hexdigest(),
            "width": width,
            "height": height,
        }
        announcement = {"filename": video.name, "alt": "", "files": [main, poster.to_json()]}
        reserved = self.ask("/admin/media/", announcement)
        in_parts, signed_poster = reserved["uploads"]
        numbers = range(1, in_parts["parts"] + 1)
        for first in numbers[::SIGNED_TOGETHER]:
            together = [n for n in numbers if first <= n < first + SIGNED_TOGETHER]
            self._send_parts(video, in_parts, together)
        self._send(signed_poster, poster.content)
        self.ask(f"/admin/media/{reserved['id']}/completion", {})

    def _send_parts(self, video: Path, upload: dict[str, Any], numbers: list[int]) -> None:
        described = []
        for number in numbers:
            part = _read_part(video, upload["part_size"], number)
            digest = sha256(part).hexdigest()
            described.append({"number": number, "size": len(part), "sha256": digest})
        for signed in self.ask(upload["url"], {"parts": described})["parts"]:
            self._send(signed, _read_part(video, upload["part_size"], signed["number"]))

    def _send(self, signed: dict[str, Any], content: bytes) -> None:
        if signed["method"] == "POST":
            answer = self.bucket.post(
                signed["url"], data=signed["fields"], files={"file": content}, timeout=TIMEOUT
            )
        else:
            answer = self.bucket.put(
                signed["url"], data=content, headers=signed["headers"], timeout=TIMEOUT
            )
        assert answer.ok, answer.text


def _read_part(video: Path, size: int, number: int) -> bytes:
    with video.open("rb") as file:
        file.seek((number - 1) * size)
        return file.read(size)


def _token(page: str) -> str:
    found = re.search(r'name="csrf[-_]token"[^>]* (?:value|content)="([^"]+)"', page)
    assert found, page
    return found[1]
