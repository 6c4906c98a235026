"""All that the app does with its bucket, step by step, through its own pages and commands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from blog.db import now
from blog.media.sweeping import sweep
from blog.storage import StorageError
from tests.bucket.rights import BUCKET
from tests.media.uploads import LARGE, Item, Uploader, a_picture, send
from tests.pages import Visitor


class Journey:
    """Each step fails by an assertion where the bucket refuses what it needs."""

    def __init__(self, app: Flask, author: Visitor, owner: Any, film: Item) -> None:
        self.app = app
        self.author = author
        self.owner = owner
        self.film = film
        self.uploader = Uploader(author)

    def stops_at(self) -> str | None:
        """The name of the first step that fails, or None at the end of the way."""
        for step in STEPS:
            try:
                step(self)
            except (AssertionError, StorageError):
                return name_of(step)
        return None

    def send_a_picture(self) -> None:
        items = a_picture()
        self.picture = self.uploader.reserve(items)
        for upload, item in zip(self.picture["uploads"], items, strict=True):
            sent = send(upload, item.content)
            assert sent.ok, sent.text

    def confirm_it(self) -> None:
        answer = self.uploader.complete(self.picture["id"])
        assert answer.status_code == 200, answer.text
        assert self.keys("pending/") == []
        assert len(self.keys("media/")) == 3

    def delete_it(self) -> None:
        picture = self.picture["id"]
        question = self.author.get(f"/admin/media/deletion?id={picture}")
        self.author.submit(question, {"id": [str(picture)]}, status=302)
        assert self.keys("") == []

    def confirm_a_picture_that_has_not_arrived(self) -> None:
        reserved = self.uploader.reserve(a_picture(seed=1))
        answer = self.uploader.complete(reserved["id"])
        assert answer.status_code == 409, answer.text

    def begin_a_video_again_whose_parts_expired(self) -> None:
        self.begin_a_video("0a" * 32)
        self.abort_as_the_lifecycle_does()
        again = self.begin_a_video("0a" * 32)
        assert again["uploads"][0]["method"] == "PARTS"

    def send_a_video_in_parts(self) -> None:
        self.uploader.upload_all([self.film])
        assert len(self.keys("media/")) == 1

    def cancel_a_video(self) -> None:
        reserved = self.begin_a_video("0b" * 32)
        before = self.open_uploads()
        answer = self.uploader.cancel(reserved["id"])
        assert answer.status_code == 204, answer.text
        assert len(self.open_uploads()) == len(before) - 1

    def sweep(self) -> None:
        self.owner.put_object(Bucket=BUCKET, Key="pending/nobody", Body=b"x")
        self.owner.create_multipart_upload(Bucket=BUCKET, Key="media/nobody")
        with self.app.app_context():
            list(sweep(at=now() + timedelta(days=2), is_dry=False))
        assert self.keys("pending/") == []
        assert self.open_uploads() == []
        assert len(self.keys("media/")) == 1

    def begin_a_video(self, sha256: str) -> dict[str, Any]:
        """Announces one of which no byte is ever sent."""
        announced = {"size": LARGE, "sha256": sha256}
        return self.uploader.reserve([Item("main", b"", "video/mp4", 640, 360, announced)])

    def abort_as_the_lifecycle_does(self) -> None:
        for upload in self.open_uploads():
            self.owner.abort_multipart_upload(
                Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]
            )

    def keys(self, prefix: str) -> list[str]:
        listed = self.owner.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [found["Key"] for found in listed]

    def open_uploads(self) -> list[Any]:
        found: list[Any] = self.owner.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return found


Step = Callable[[Journey], None]

STEPS: tuple[Step, ...] = (
    Journey.send_a_picture,
    Journey.confirm_it,
    Journey.delete_it,
    Journey.confirm_a_picture_that_has_not_arrived,
    Journey.begin_a_video_again_whose_parts_expired,
    Journey.send_a_video_in_parts,
    Journey.cancel_a_video,
    Journey.sweep,
)


def name_of(step: Step) -> str:
    return step.__name__.replace("_", " ")
