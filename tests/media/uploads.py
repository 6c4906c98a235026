"""Uploads as the browser does them: reserve, send to the bucket, confirm."""

import hashlib
from typing import Any

import requests
from werkzeug.test import TestResponse

from tests.pages import Visitor


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
        file = {
            "role": "main",
            "content_type": content_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "width": 1,
            "height": 1,
            **changes,
        }
        body = {"filename": filename, "alt": alt, "files": [file]}
        return self.author.client.post("/admin/media/", json=body, headers=self.headers)

    def complete(self, id: int) -> TestResponse:
        return self.author.client.post(f"/admin/media/{id}/completion", headers=self.headers)

    def upload(self, content: bytes, **options: Any) -> dict[str, Any]:
        """The whole way; the answer to the completion."""
        reserved = self.announce(content, **options).get_json()
        [upload] = reserved["uploads"]
        if upload["method"]:
            sent = send(upload, content)
            assert sent.ok, sent.text
        confirmed = self.complete(reserved["id"])
        assert confirmed.status_code == 200, confirmed.text
        answer: dict[str, Any] = confirmed.get_json()
        return answer


def send(upload: dict[str, Any], content: bytes) -> requests.Response:
    """Sends the bytes as the signed upload says."""
    if upload["method"] == "PUT":
        return requests.put(upload["url"], data=content, headers=upload["headers"], timeout=10)
    return requests.post(upload["url"], data=upload["fields"], files={"file": content}, timeout=10)
