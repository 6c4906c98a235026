"""The ledger: every signature is a row, nobody has more than the quota, and each day is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from blog.accounts.models import User
from blog.config import Settings
from blog.db import now, session
from blog.media.ledger import Signature, StorageDay
from tests import photos
from tests.conftest import signed_in
from tests.media.meanwhile import meanwhile
from tests.media.uploads import Item, Uploader, a_film, a_picture

MakeUploader = Callable[..., Uploader]
FILM = a_film()


@pytest.fixture
def with_limits(
    make_app: Callable[[Settings], Flask], settings: Settings, ada: User
) -> MakeUploader:
    """Ada, at a blog with these limits."""

    def make(**limits: int) -> Uploader:
        return Uploader(signed_in(make_app(replace(settings, **limits)), ada))  # type: ignore[arg-type]

    return make


def signatures(app: Flask) -> list[Signature]:
    with app.app_context():
        return list(session.scalars(select(Signature).order_by(Signature.id)))


def stored(app: Flask) -> list[tuple[int, int]]:
    """Bytes and objects of each day."""
    with app.app_context():
        days = session.scalars(select(StorageDay).order_by(StorageDay.day))
        return [(day.size, day.objects) for day in days]


def make_older(app: Flask, age: timedelta) -> None:
    with app.app_context():
        past = now() - age
        session.execute(
            update(Signature).values(signed_at=past, expires_at=past + timedelta(minutes=10))
        )
        session.commit()


def test_every_signed_upload_is_a_row(app: Flask, uploader: Uploader, ada: User) -> None:
    items = a_picture()

    reserved = uploader.reserve(items)

    rows = signatures(app)
    assert [(r.user_id, r.asset_id, r.part) for r in rows] == [(ada.id, reserved["id"], None)] * 3
    for row, item, upload in zip(rows, items, reserved["uploads"], strict=True):
        assert row.key == upload["fields"]["key"]
        assert (row.size, row.sha256) == (len(item.content), item.sha256)
        assert row.content_type == item.content_type
        assert row.expires_at - row.signed_at == timedelta(minutes=10)


def test_every_signed_part_is_a_row(app: Flask, uploader: Uploader) -> None:
    asset = uploader.reserve([FILM])["id"]

    uploader.sign_parts(asset, FILM, 1, 2)

    whole, first, second = signatures(app)
    assert {row.key for row in (whole, first, second)} == {f"media/{FILM.sha256}.mp4"}
    assert [row.part for row in (whole, first, second)] == [None, 1, 2]
    assert (whole.size, first.size + second.size) == (64_000_001, 64_000_001)
    assert first.expires_at - first.signed_at == timedelta(hours=1)


def test_what_is_in_the_library_is_not_signed_again(app: Flask, uploader: Uploader) -> None:
    uploader.upload_all(a_picture())
    uploader.upload_all(a_picture())

    assert len(signatures(app)) == 3


def test_a_day_has_so_many_bytes(app: Flask, with_limits: MakeUploader) -> None:
    first, second = photos.jpeg(seed=1), photos.jpeg(seed=2)
    uploader = with_limits(upload_bytes_per_day=len(first) + len(second) - 1)
    uploader.upload(first)

    answer = uploader.announce(second)

    assert answer.status_code == 429
    assert "in the last 24 hours" in answer.get_json()["error"]
    assert "24 hours." in answer.get_json()["error"]
    assert 86_000 < int(answer.headers["Retry-After"]) <= 86_401
    assert len(signatures(app)) == 1
    make_older(app, timedelta(hours=24))
    uploader.upload(second)


def test_a_signature_for_the_same_place_does_not_count_again(with_limits: MakeUploader) -> None:
    content = photos.jpeg()
    uploader = with_limits(upload_bytes_per_day=len(content), uploads_pending=1)

    for _ in range(5):
        assert uploader.announce(content).status_code == 201
    uploader.upload(content)


def test_what_can_never_fit_is_said_at_once(with_limits: MakeUploader) -> None:
    answer = with_limits(upload_bytes_per_day=64_000_000).announce_all([FILM])

    assert answer.status_code == 429
    assert "64 MB are more than the 64 MB" in answer.get_json()["error"]
    assert "Retry-After" not in answer.headers


def test_a_large_video_counts_once_however_many_parts_are_signed(with_limits: MakeUploader) -> None:
    uploader = with_limits(upload_bytes_per_day=64_000_001)
    asset = uploader.reserve([FILM])["id"]

    for _ in range(3):
        assert uploader.sign_parts(asset, FILM, 1, 2).status_code == 200
    assert uploader.announce_all([FILM]).status_code == 201


def test_so_many_files_may_be_on_their_way(app: Flask, with_limits: MakeUploader) -> None:
    uploader = with_limits(uploads_pending=4)
    uploader.reserve(a_picture())

    answer = uploader.announce_all(a_picture(seed=5))

    assert answer.status_code == 429
    assert "3 of your files are on their way, and 4 at once" in answer.get_json()["error"]
    assert "in 10 minutes" in answer.get_json()["error"]
    assert 0 < int(answer.headers["Retry-After"]) <= 601
    uploader.upload_all(a_picture())
    uploader.upload_all(a_picture(seed=5))


def test_two_announcements_at_once_do_not_pass_the_limit_together(
    app: Flask, with_limits: MakeUploader
) -> None:
    uploader, another_tab = with_limits(uploads_pending=4), with_limits(uploads_pending=4)
    running: Flask = uploader.author.client.application

    with meanwhile(
        running, "count(signatures.id)", lambda: another_tab.announce_all(a_picture(seed=5))
    ) as answers:
        answers.append(uploader.announce_all(a_picture()))

    assert {answer.status_code for answer in answers} == {201, 429}


def test_more_files_than_may_ever_be_on_their_way_are_refused(with_limits: MakeUploader) -> None:
    answer = with_limits(uploads_pending=2).announce_all(a_picture())

    assert answer.status_code == 429
    assert "3 files are more than the 2" in answer.get_json()["error"]


def test_signatures_that_ended_are_not_on_their_way(app: Flask, with_limits: MakeUploader) -> None:
    uploader = with_limits(uploads_pending=3)
    uploader.reserve(a_picture())

    make_older(app, timedelta(minutes=11))

    assert uploader.announce_all(a_picture(seed=5)).status_code == 201


def test_each_author_has_a_quota_of_her_own(
    with_limits: MakeUploader, somebody_else: Uploader
) -> None:
    somebody_else.reserve(a_picture())

    assert with_limits(uploads_pending=3).announce_all(a_picture(seed=5)).status_code == 201


def test_each_day_knows_what_it_added(app: Flask, uploader: Uploader) -> None:
    first, second = a_picture(), a_picture(seed=5)

    uploader.upload_all(first)
    uploader.upload_all(second)
    uploader.upload_all(second)

    assert stored(app) == [(sum(len(item.content) for item in first + second), 6)]


def test_an_object_that_two_pictures_share_is_counted_once(app: Flask, uploader: Uploader) -> None:
    main, shared, _ = a_picture()

    uploader.upload_all([main, shared])
    uploader.upload_all([Item("main", shared.content, "image/webp", 60, 40)])

    assert stored(app) == [(len(main.content) + len(shared.content), 2)]
