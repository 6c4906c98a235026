"""What two tabs, or two authors, do to the same files at the same moment."""

from flask import Flask
from mypy_boto3_s3 import S3Client

from blog.db import now, session
from blog.media.models import Asset
from blog.media.removal import cancel, still_unused
from blog.storage import store
from tests import photos
from tests.media.meanwhile import meanwhile
from tests.media.test_taking_away import counted, delete, keys
from tests.media.uploads import Item, Uploader, a_picture, send


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
