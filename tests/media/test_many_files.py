"""Pictures with variants and videos with posters: each file for itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from blog.db import now, session
from blog.local.server import BucketServer
from blog.media.models import Asset, File
from tests import photos
from tests.containers import mp4, webm
from tests.media.uploads import Item, Uploader, a_picture, send


def files_of(app: Flask) -> list[tuple[str, str, int | None, int | None]]:
    """Role, type and size of the files that are confirmed."""
    with app.app_context():
        confirmed = select(File).where(File.confirmed_at.is_not(None)).order_by(File.id)
        return [(f.role, f.content_type, f.width, f.height) for f in session.scalars(confirmed)]


def test_a_picture_arrives_with_its_variants(
    app: Flask, either_way: Uploader, bucket: BucketServer
) -> None:
    items = a_picture()

    answer = either_way.upload_all(items)

    assert answer["kind"] == "picture"
    assert (answer["width"], answer["height"]) == (120, 80)
    assert files_of(app) == [
        ("main", "image/jpeg", 120, 80),
        ("variant", "image/webp", 60, 40),
        ("variant", "image/avif", 60, 40),
    ]
    for item in items:
        extension = item.content_type.removeprefix("image/").replace("jpeg", "jpg")
        url = f"{bucket.url}/blog-media/media/{item.sha256}.{extension}"
        kept = requests.get(url, timeout=10)
        assert kept.content == item.content
        assert kept.headers["Content-Type"] == item.content_type
        assert f'filename="beach.{extension}"' in kept.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "content_type"), [(mp4(turn=90), "video/mp4"), (webm(240, 320), "video/webm")]
)
def test_a_video_arrives_with_its_poster(
    app: Flask, either_way: Uploader, content: bytes, content_type: str
) -> None:
    answer = either_way.upload_all(
        [Item("main", content, content_type), Item("poster", photos.webp(24, 32), "image/webp")]
    )

    assert answer["kind"] == "video"
    assert (answer["width"], answer["height"]) == (240, 320)
    assert files_of(app) == [
        ("main", content_type, 240, 320),
        ("poster", "image/webp", 24, 32),
    ]
    assert requests.get(answer["url"], timeout=10).content == content


def test_uploads_stand_in_the_order_announced(uploader: Uploader) -> None:
    items = a_picture()[::-1]

    reserved = uploader.reserve(items)

    assert [(u["role"], u["sha256"]) for u in reserved["uploads"]] == [
        (item.role, item.sha256) for item in items
    ]
    assert reserved["kind"] == "picture"


def test_a_missing_variant_costs_nothing_but_itself(app: Flask, either_way: Uploader) -> None:
    items = a_picture()
    reserved = either_way.reserve(items)
    for upload, item in zip(reserved["uploads"][:2], items, strict=False):
        send(upload, item.content)

    answer = either_way.complete(reserved["id"])

    assert answer.status_code == 409
    said = answer.get_json()
    assert said["role"] == "variant"
    assert "has not arrived" in said["error"]
    assert said["reference"] == f"media:{items[0].sha256[:12]}"
    assert {"id", "url", "width", "height", "kind"} <= set(said)
    assert [role for role, *_ in files_of(app)] == ["main", "variant"]

    again = either_way.reserve(items)
    assert [upload["method"] is None for upload in again["uploads"]] == [True, True, False]
    either_way.upload_all(items)
    assert len(files_of(app)) == 3


def test_variants_that_came_before_the_main_file_are_kept(app: Flask, uploader: Uploader) -> None:
    items = a_picture()
    reserved = uploader.reserve(items)
    for upload, item in zip(reserved["uploads"][1:], items[1:], strict=True):
        send(upload, item.content)

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert answer.get_json()["role"] == "main"
    assert "reference" not in answer.get_json()
    assert len(files_of(app)) == 2
    assert uploader.upload_all(items)["width"] == 120


def test_a_variant_that_came_first_and_belongs_to_another_picture_is_taken_back(
    app: Flask, uploader: Uploader, bucket: BucketServer
) -> None:
    main, variant = a_picture()[:2]
    stranger = Item("variant", photos.webp(40, 40), "image/webp", 60, 40)
    reserved = uploader.reserve([main, variant, stranger])
    send(reserved["uploads"][2], stranger.content)
    uploader.complete(reserved["id"])
    for upload, item in zip(reserved["uploads"][:2], (main, variant), strict=True):
        send(upload, item.content)

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert answer.get_json()["role"] == "variant"
    assert "belongs to another one" in answer.get_json()["error"]
    assert [role for role, *_ in files_of(app)] == ["main", "variant"]
    url = f"{bucket.url}/blog-media/media/{stranger.sha256}.webp"
    assert requests.get(url, timeout=10).status_code in (403, 404)


def test_more_variants_may_follow(app: Flask, uploader: Uploader) -> None:
    main, webp, avif = a_picture()
    first = uploader.upload_all([main, webp])

    assert uploader.upload_all([main, avif]) == first
    assert len(files_of(app)) == 3


def test_a_variant_that_an_earlier_visit_left_behind_is_no_problem(uploader: Uploader) -> None:
    main, webp, avif = a_picture()
    uploader.reserve([main, webp])  # the tab was closed here

    uploader.upload_all([main, avif])


def test_calling_completion_twice_is_harmless(uploader: Uploader) -> None:
    first = uploader.upload_all(a_picture())

    assert uploader.complete(first["id"]).get_json() == first


def test_two_completions_at_once_are_harmless(uploader: Uploader) -> None:
    items = a_picture()
    reserved = uploader.reserve(items)
    for upload, item in zip(reserved["uploads"], items, strict=True):
        send(upload, item.content)

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(uploader.complete, [reserved["id"]] * 4))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.get_json() == answers[0].get_json() for answer in answers)


def test_two_tabs_at_once_end_with_one_asset(app: Flask, either_way: Uploader) -> None:
    def one_tab(_: int) -> Any:
        reserved = either_way.reserve(a_picture())
        for upload, item in zip(reserved["uploads"], a_picture(), strict=True):
            if upload["method"]:
                # 412: the other tab's bytes are there already, and they are the same.
                assert send(upload, item.content).status_code in (200, 201, 412)
        return either_way.complete(reserved["id"]).get_json()

    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(one_tab, range(4)))

    assert answers == [answers[0]] * 4
    assert len(files_of(app)) == 3


def test_nobody_confirms_what_somebody_else_sends(
    uploader: Uploader, somebody_else: Uploader
) -> None:
    reserved = uploader.reserve(a_picture())

    for answer in (somebody_else.complete(reserved["id"]), somebody_else.cancel(reserved["id"])):
        assert answer.status_code == 403
        assert "Somebody else" in answer.get_json()["error"]


def test_two_authors_may_send_the_same_file(uploader: Uploader, somebody_else: Uploader) -> None:
    reserved = uploader.reserve(a_picture())

    answer = somebody_else.upload_all(a_picture())

    assert answer["id"] == reserved["id"]
    assert uploader.complete(reserved["id"]).get_json() == answer


def test_what_is_in_the_library_is_there_for_everybody(
    uploader: Uploader, somebody_else: Uploader
) -> None:
    items = a_picture()
    done = uploader.upload_all(items[:1])
    uploader.reserve(items)  # her variants are still to come

    assert somebody_else.complete(done["id"]).get_json() == done
    assert somebody_else.upload_all(items[:1]) == done


def test_the_same_bytes_may_belong_to_two_pictures(app: Flask, uploader: Uploader) -> None:
    [first, shared, _] = a_picture()
    second = Item("main", photos.jpeg(120, 80, seed=8), "image/jpeg", 120, 80)

    uploader.upload_all([first, shared])
    uploader.upload_all([second, shared])
    uploader.upload_all([Item("main", shared.content, "image/webp", 60, 40)])

    with app.app_context():
        assert len(session.scalars(select(Asset)).all()) == 3


@pytest.mark.parametrize("days", [-1, 1])
def test_the_clock_of_the_authors_computer_does_not_matter(uploader: Uploader, days: int) -> None:
    wrong = {"Date": format_datetime(now() + timedelta(days=days), usegmt=True)}
    items = a_picture()
    reserved = uploader.post(
        "", {"filename": "a.jpg", "files": [item.to_json() for item in items]}, **wrong
    ).get_json()
    for upload, item in zip(reserved["uploads"], items, strict=True):
        sent = requests.post(
            upload["url"],
            data=upload["fields"],
            files={"file": item.content},
            headers=wrong,
            timeout=10,
        )
        assert sent.status_code == 201

    assert uploader.post(f"{reserved['id']}/completion", **wrong).status_code == 200
