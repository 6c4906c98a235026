"""An author who reaches a running blog over HTTP, as a script would."""

import hashlib
import re
from typing import Any

import requests

from tests.media.uploads import send

ADMIN = {"email": "ada@example.com", "name": "Ada", "password": "correct horse battery"}


class RemoteAuthor:
    """Makes the first admin by a link, uploads, publishes."""

    def __init__(self, url: str, session: requests.Session | None = None) -> None:
        self.url = url
        self.session = session or requests.Session()

    def __enter__(self) -> "RemoteAuthor":
        return self

    def __exit__(self, *error: object) -> None:
        self.session.close()

    def at(self, url: str) -> "RemoteAuthor":
        """The same author, signed in as before, at another address of the same blog."""
        return RemoteAuthor(url, self.session)

    def get(self, path: str, *, status: int = 200) -> str:
        answer = self.session.get(f"{self.url}{path}", timeout=10)
        assert answer.status_code == status, answer.text
        return answer.text

    def submit(self, path: str, fields: dict[str, str], *, status: int = 200) -> str:
        """Sends the form of the page, and returns the page that it leads to."""
        data = {**fields, "csrf_token": _token(self.get(path)), "base": "0"}
        answer = self.session.post(f"{self.url}{path}", data=data, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.text

    def welcome(self, link: str) -> None:
        self.submit(link.removeprefix(self.url), ADMIN)

    def sign_in(self, *, password: str = ADMIN["password"], status: int = 200) -> None:
        self.submit("/admin/sign-in", {**ADMIN, "password": password}, status=status)

    def sign_out(self) -> None:
        data = {"csrf_token": _token(self.get("/admin/posts/"))}
        answer = self.session.post(f"{self.url}/admin/sign-out", data=data, timeout=10)
        assert answer.status_code == 200, answer.text

    def publish(self, title: str, body: str) -> None:
        self.submit("/admin/posts/new", {"title": title, "body": body, "publish": "1"})

    def upload(self, content: bytes) -> dict[str, Any]:
        """A JPEG, all the way into the library; the answer to its completion."""
        reserved = self.reserve(content)
        assert send(reserved["uploads"][0], content).status_code == 201
        return self.complete(reserved["id"])

    def reserve(self, content: bytes) -> dict[str, Any]:
        """The answer to its announcement: the asset's id, and how to send the file."""
        file = {
            "role": "main",
            "content_type": "image/jpeg",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return self._post("/admin/media/", {"filename": "a.jpg", "alt": "", "files": [file]})

    def complete(self, asset_id: int) -> dict[str, Any]:
        return self._post(f"/admin/media/{asset_id}/completion", {})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-CSRFToken": _token(self.get("/admin/posts/new"))}
        answer = self.session.post(f"{self.url}{path}", json=body, headers=headers, timeout=10)
        assert answer.ok, answer.text
        said: dict[str, Any] = answer.json()
        return said


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found, page
    return found[1]
