"""Taking away uploads that are cancelled and assets that are deleted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from mypy_boto3_s3 import S3Client
from sqlalchemy import select

from blog import create_app
from blog.config import Settings
from blog.db import now, session
from blog.media.completion import look, write_down
from blog.media.ledger import StorageDay
from blog.media.models import Asset, Cancelled, File
from blog.media.removal import remove
from blog.storage import StorageError, store
from tests.media.uploads import Item, Uploader, a_picture, send


def keys(owner: S3Client) -> list[str]:
    listed = owner.list_objects_v2(Bucket="blog-media").get("Contents", [])
    return sorted(found["Key"] for found in listed)


def rows(app: Flask) -> tuple[int, int]:
    """How many assets and files there are."""
    with app.app_context():
        return len(session.scalars(select(Asset)).all()), len(session.scalars(select(File)).all())


def counted(app: Flask) -> tuple[int, int]:
    with app.app_context():
        [day] = session.scalars(select(StorageDay))
        return day.size, day.objects


def delete(app: Flask, id: int) -> None:
    with app.app_context():
        remove(session.get_one(Asset, id), at=now())
        session.commit()


def test_a_cancelled_upload_leaves_nothing(app: Flask, uploader: Uploader, owner: S3Client) -> None:
    items = a_picture()
    reserved = uploader.reserve(items)
    send(reserved["uploads"][0], items[0].content)

    answer = uploader.cancel(reserved["id"])

    assert (answer.status_code, answer.data) == (204, b"")
    assert keys(owner) == []
    assert rows(app) == (0, 0)
    assert uploader.complete(reserved["id"]).status_code == 404


def test_variants_that_came_before_a_cancelled_main_file_go_with_it(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    items = a_picture()
    reserved = uploader.reserve(items)
    send(reserved["uploads"][1], items[1].content)
    uploader.complete(reserved["id"])
    assert len(keys(owner)) == 1

    uploader.cancel(reserved["id"])

    assert keys(owner) == []
    assert rows(app) == (0, 0)
    assert counted(app) == (0, 0)


def test_cancelling_what_is_in_the_library_takes_away_what_is_still_to_come(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    items = a_picture()
    done = uploader.upload_all(items[:2])
    reserved = uploader.reserve(items)
    send(reserved["uploads"][2], items[2].content)

    assert uploader.cancel(done["id"]).status_code == 204

    assert rows(app) == (1, 2)
    extensions = {"image/jpeg": "jpg", "image/webp": "webp"}
    expected = [f"media/{i.sha256}.{extensions[i.content_type]}" for i in items[:2]]
    assert keys(owner) == sorted(expected)
    assert uploader.complete(done["id"]).get_json() == done
    assert uploader.cancel(done["id"]).status_code == 204


def test_what_is_cancelled_while_it_is_confirmed_leaves_nothing(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    items = a_picture()
    reserved = uploader.reserve(items)
    for upload, item in zip(reserved["uploads"], items, strict=True):
        send(upload, item.content)

    with app.app_context():
        asset = session.get_one(Asset, reserved["id"])
        arrivals = look(store, asset, expected=[item.sha256 for item in items], signed_parts={})
        with ThreadPoolExecutor() as another_tab:
            another_tab.submit(uploader.cancel, reserved["id"]).result()
        with pytest.raises(Cancelled):
            write_down(asset, arrivals, at=now())
        session.rollback()
        store.delete(*arrivals.unwanted)

    assert keys(owner) == []
    assert rows(app) == (0, 0)


def test_cancelling_spares_the_same_file_of_somebody_else(
    app: Flask, uploader: Uploader, somebody_else: Uploader
) -> None:
    reserved = uploader.reserve(a_picture())
    somebody_else.reserve(a_picture())

    assert uploader.cancel(reserved["id"]).status_code == 204

    assert rows(app) == (1, 3)
    somebody_else.upload_all(a_picture())


def test_an_unknown_upload_cannot_be_cancelled(uploader: Uploader) -> None:
    assert uploader.cancel(99).status_code == 404


def test_a_deleted_picture_leaves_nothing(app: Flask, uploader: Uploader, owner: S3Client) -> None:
    asset = uploader.upload_all(a_picture())["id"]

    delete(app, asset)

    assert keys(owner) == []
    assert rows(app) == (0, 0)
    assert counted(app) == (0, 0)


def test_an_object_that_another_picture_uses_stays(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    main, shared, _ = a_picture()
    first = uploader.upload_all([main, shared])["id"]
    second = uploader.upload_all([Item("main", shared.content, "image/webp", 60, 40)])["id"]

    delete(app, first)

    assert keys(owner) == [f"media/{shared.sha256}.webp"]
    assert counted(app) == (len(shared.content), 1)
    delete(app, second)
    assert keys(owner) == []
    assert counted(app) == (0, 0)


def test_a_deletion_that_the_bucket_refused_is_run_again(
    app: Flask, settings: Settings, uploader: Uploader
) -> None:
    asset = uploader.upload_all(a_picture())["id"]
    unplugged = create_app(replace(settings, endpoint_url="http://127.0.0.1:9"))

    with pytest.raises(StorageError):
        delete(unplugged, asset)
    unplugged.extensions["engine"].dispose()

    assert rows(app) == (1, 3)
    delete(app, asset)
    assert rows(app) == (0, 0)
