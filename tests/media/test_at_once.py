"""What two tabs, or two authors, do to the same files at the same moment."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from mypy_boto3_s3 import S3Client

from blog.accounts.models import User
from blog.db import now, session
from blog.media.models import Asset
from blog.media.removal import cancel, still_unused
from blog.storage import store
from tests import photos
from tests.conftest import signed_in
from tests.media.meanwhile import meanwhile
from tests.media.test_taking_away import counted, delete, keys
from tests.media.uploads import LARGE, Item, Uploader, a_film, a_picture, send

FILM = a_film()


def test_what_is_announced_as_something_else_meanwhile_is_not_confirmed(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    item = a_picture()[0]
    reserved = uploader.reserve([item])
    send(reserved["uploads"][0], item.content)
    as_another = Item("main", item.content, "image/png", changes={"size": 7})

    with meanwhile(app, "max(signatures.signed_at)", lambda: uploader.reserve([as_another])):
        answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert keys(owner) == []
    uploader.upload_all([item])
    delete(app, reserved["id"])
    assert keys(owner) == []
    assert counted(app) == (0, 0)


def test_what_somebody_else_confirmed_since_a_cancellation_stays(
    app: Flask, uploader: Uploader, somebody_else: Uploader
) -> None:
    main, shared, _ = a_picture()
    reserved = uploader.reserve([main, shared])
    send(reserved["uploads"][1], shared.content)
    uploader.complete(reserved["id"])
    another = Item("main", photos.jpeg(120, 80, seed=9), "image/jpeg", 120, 80)

    with app.app_context():
        leftover = cancel(session.get_one(Asset, reserved["id"]), at=now())
        session.commit()
        assert still_unused(leftover) == leftover
    somebody_else.upload_all([another, shared])

    with app.app_context():
        store.delete(*still_unused(leftover))
        assert store.stat(f"media/{shared.sha256}.webp").size == len(shared.content)


@pytest.mark.parametrize(
    ("changes", "path"),
    [({"size": 5}, "files.0.size"), ({"content_type": "video/webm"}, "files.0.content_type")],
)
def test_nobody_takes_over_what_somebody_else_is_sending(
    uploader: Uploader, somebody_else: Uploader, changes: dict[str, Any], path: str
) -> None:
    reserved = uploader.reserve([FILM])
    uploader.send_parts(reserved["id"], FILM, 1, 2)

    answer = somebody_else.announce_all([replace(FILM, changes=changes)])

    assert answer.status_code == 422
    [(named, words)] = answer.get_json()["errors"].items()
    assert named == path
    assert "Somebody else is sending these bytes" in words
    assert uploader.complete(reserved["id"]).status_code == 200


def test_an_upload_in_parts_that_is_announced_anew_as_another_ends(
    uploader: Uploader, owner: S3Client
) -> None:
    first = uploader.reserve([FILM])
    uploader.send_parts(first["id"], FILM, 1)

    again = uploader.reserve([replace(FILM, changes={"size": LARGE + 1})])

    assert again["uploads"][0]["arrived"] == []
    assert len(owner.list_multipart_uploads(Bucket="blog-media")["Uploads"]) == 1


def test_what_is_cancelled_while_it_is_announced_again_is_no_fault(
    app: Flask, ada: User, uploader: Uploader
) -> None:
    items = a_picture()
    asset = uploader.reserve(items)["id"]
    another_tab = Uploader(signed_in(app, ada))

    with meanwhile(app, "count(signatures.id)", lambda: another_tab.cancel(asset)) as cancelled:
        answer = uploader.announce_all(items, filename="other.jpg")

    assert answer.status_code == 201
    assert cancelled[0].status_code == 204
    assert uploader.complete(asset).status_code in (404, 409)
    uploader.upload_all(items)


def test_a_reservation_after_a_cancellation_works_anew(app: Flask, uploader: Uploader) -> None:
    items = a_picture()
    first = uploader.reserve(items)
    uploader.cancel(first["id"])
    assert uploader.complete(first["id"]).status_code == 404
    assert uploader.post(f"{first['id']}/parts", {"parts": []}).status_code == 404

    uploader.upload_all(items)


def test_announcements_one_by_one_do_not_add_up_to_more_files_than_one_may_have(
    uploader: Uploader,
) -> None:
    main = a_picture()[0]
    some = [
        Item("variant", photos.webp(60, 40) + bytes([seed]), "image/webp", 60, 40)
        for seed in range(16)
    ]
    uploader.upload_all([main, *some[:10]])

    answer = uploader.announce_all([main, *some[10:]])

    assert answer.status_code == 422
    assert "16 is the limit" in answer.get_json()["errors"]["files"]
    uploader.upload_all([main, *some[10:15]])


def test_a_completion_asks_for_what_its_author_announced_last(
    app: Flask, uploader: Uploader, somebody_else: Uploader
) -> None:
    main, own, others = a_picture()
    uploader.upload_all([main])
    sent = somebody_else.reserve([main, others])["uploads"][1]
    send(sent, others.content)

    done = uploader.upload_all([main, own])

    with app.app_context():
        pending = session.get_one(Asset, done["id"]).pending
        assert [file.sha256 for file in pending] == [others.sha256]
    somebody_else.upload_all([main, others])
