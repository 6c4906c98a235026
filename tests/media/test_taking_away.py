"""Taking uploads and assets away: cancelled, deleted, or swept because they were forgotten."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from mypy_boto3_s3 import S3Client
from sqlalchemy import select, update

from blog import create_app
from blog.config import Settings
from blog.db import now, session
from blog.media.ledger import Signature, StorageDay
from blog.media.models import Asset, File
from blog.media.removal import remove
from blog.media.sweeping import sweep
from blog.storage import StorageError
from tests.containers import mp4
from tests.media.test_other_stores import connect
from tests.media.uploads import Item, Uploader, a_picture, send

FILM = Item("main", mp4(640, 360, size=64_000_001), "video/mp4", 640, 360)


@pytest.fixture
def owner(settings: Settings) -> Iterator[S3Client]:
    with closing(connect(settings)) as client:
        yield client


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


def forget(app: Flask) -> None:
    """As if everything had happened two days ago."""
    with app.app_context():
        past = now() - timedelta(days=2)
        session.execute(update(Asset).values(created_at=past))
        session.execute(update(Signature).values(signed_at=past, expires_at=past))
        session.commit()


def swept(app: Flask, *, later: timedelta = timedelta(0), is_dry: bool = False) -> list[str]:
    with app.app_context():
        return list(sweep(at=now() + later, is_dry=is_dry))


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


def test_forgotten_uploads_are_swept_after_a_day(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    items = a_picture()
    kept = uploader.upload_all(a_picture(seed=4)[:1])
    reserved = uploader.reserve(items)
    send(reserved["uploads"][0], items[0].content)
    uploader.send_parts(uploader.reserve([FILM])["id"], FILM, 1)
    assert swept(app) == []
    forget(app)

    promised = swept(app, is_dry=True)
    assert rows(app) == (3, 5)
    done = swept(app)

    assert promised == done
    assert len(done) == 4
    assert any("an upload in parts of its main file (64000001 bytes)" in line for line in done)
    assert rows(app) == (1, 1)
    assert len(keys(owner)) == 1
    assert "Uploads" not in owner.list_multipart_uploads(Bucket="blog-media")
    assert uploader.complete(kept["id"]).get_json() == kept
    assert swept(app) == []


def test_an_upload_with_a_recent_sign_of_life_is_not_swept(app: Flask, uploader: Uploader) -> None:
    asset = uploader.reserve([FILM])["id"]
    forget(app)
    uploader.sign_parts(asset, FILM, 1)

    assert swept(app) == []


def test_what_nobody_knows_is_swept_from_the_bucket(
    app: Flask, uploader: Uploader, owner: S3Client
) -> None:
    uploader.reserve(a_picture())
    owner.put_object(Bucket="blog-media", Key="pending/unknown", Body=b"x")
    owner.create_multipart_upload(Bucket="blog-media", Key="media/lost.mp4")
    assert swept(app) == []

    lines = swept(app, later=timedelta(hours=25))

    assert any(line.startswith("pending/unknown") for line in lines)
    assert any(line.startswith("media/lost.mp4") for line in lines)
    assert keys(owner) == []
    assert "Uploads" not in owner.list_multipart_uploads(Bucket="blog-media")


def test_the_command_says_what_it_takes_away(app: Flask, uploader: Uploader) -> None:
    uploader.reserve(a_picture()[:1])
    forget(app)
    runner = app.test_cli_runner()

    dry, wet, again = (
        runner.invoke(args=["media", "sweep", *options]) for options in (["--dry-run"], [], [])
    )

    assert "beach.jpg: an upload of its main file" in dry.output
    assert "1 would be taken away." in dry.output
    assert "1 were taken away." in wet.output
    assert again.output == "0 were taken away.\n"
    assert rows(app) == (0, 0)
