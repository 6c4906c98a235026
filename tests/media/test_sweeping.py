"""What was begun and forgotten is swept a day later, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask
from mypy_boto3_s3 import S3Client
from sqlalchemy import update

from blog.db import now, session
from blog.media.ledger import Signature
from blog.media.models import Asset
from blog.media.sweeping import sweep
from tests.media.test_taking_away import keys, rows
from tests.media.uploads import Uploader, a_film, a_picture, send

FILM = a_film()


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


def test_what_somebody_went_on_with_since_the_sweep_began_is_not_swept(
    app: Flask, uploader: Uploader
) -> None:
    first, items = a_picture(), a_picture(seed=5)
    uploader.reserve(first)
    uploader.reserve(items)
    forget(app)

    with app.app_context():
        lines = sweep(at=now(), is_dry=False)
        next(lines)
        with ThreadPoolExecutor() as another_tab:
            another_tab.submit(uploader.reserve, items).result()
        assert len([*lines]) == 2

    assert rows(app) == (1, 3)


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
