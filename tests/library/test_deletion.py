"""Deleting from the library: what is used stays, what is not is gone from the bucket too."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from blog.accounts.models import User
from blog.config import LOCAL_BUCKET, Settings
from blog.db import now, session
from blog.media.ledger import StorageDay
from blog.media.models import Asset, File
from blog.media.words import AssetWord
from tests.conftest import signed_in
from tests.library.conftest import MAIN, MakeAsset, MakePost
from tests.media.meanwhile import meanwhile
from tests.pages import Visitor

BUCKET = LOCAL_BUCKET["S3_BUCKET"]
FILES = (MAIN, ("variant", "image/webp", 480, 320))


@pytest.fixture
def stored(make_asset: MakeAsset, s3: Any) -> MakeAsset:
    """Makes assets whose objects are really there."""

    def make(filename: str, **options: Any) -> Asset:
        def store(key: str) -> None:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"picture")

        return make_asset(filename, files=FILES, store=store, **options)

    return make


def keys(s3: Any) -> set[str]:
    return {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def delete(author: Visitor, *assets: Asset, status: int = 302) -> Any:
    query = "&".join(f"id={asset.id}" for asset in assets)
    question = author.get(f"/admin/media/deletion?{query}")
    ids = [str(asset.id) for asset in assets]
    return author.submit(question, {"id": ids}, status=status)


def test_it_asks_before_it_deletes(author: Visitor, stored: MakeAsset, s3: Any) -> None:
    asset = stored("beach.webp")

    page = author.get(f"/admin/media/deletion?id={asset.id}")

    assert "beach.webp" in page.text
    assert page.all("input", name="id", value=str(asset.id))
    assert len(keys(s3)) == 2


def test_what_is_unused_is_gone_from_the_bucket_too(
    app: Flask, author: Visitor, stored: MakeAsset, s3: Any
) -> None:
    first, second, kept = stored("first.webp"), stored("second.webp"), stored("kept.webp")

    answer = delete(author, first, second)

    assert answer.location == "/admin/media/"
    assert "2 files deleted." in author.get("/admin/media/").text
    assert keys(s3) == {str(file.key) for file in kept.files}
    author.get(f"/admin/media/{first.id}", status=404)
    with app.app_context():
        assert {asset.id for asset in session.query(Asset)} == {kept.id}
        assert {file.asset_id for file in session.query(File)} == {kept.id}
        assert {word.asset_id for word in session.query(AssetWord)} == {kept.id}
        day = session.get_one(StorageDay, now().date())
        assert (day.size, day.objects) == (-6000, -4)


def test_what_is_used_stays_and_says_where(
    author: Visitor, stored: MakeAsset, make_post: MakePost, s3: Any
) -> None:
    used, unused = stored("used.webp"), stored("unused.webp")
    post = make_post(used, title="By the sea")

    question = author.get(f"/admin/media/deletion?id={used.id}&id={unused.id}")
    answer = delete(author, used, unused, status=409)

    assert question.all("input", name="id", value=str(used.id)) == []
    for page in (question, answer):
        assert "By the sea" in page.text
        assert page.all("a", href=f"/admin/posts/{post.id}")
    assert keys(s3) == {str(file.key) for file in used.files}


def test_what_came_into_use_after_the_question_stays(
    author: Visitor, stored: MakeAsset, make_post: MakePost, s3: Any
) -> None:
    asset = stored("beach.webp")
    question = author.get(f"/admin/media/deletion?id={asset.id}")
    make_post(asset, title="Meanwhile")

    answer = author.submit(question, {"id": str(asset.id)}, status=409)

    assert "Meanwhile" in answer.text
    assert len(keys(s3)) == 2


def test_a_script_is_told_what_was_deleted_and_what_was_not(
    author: Visitor, stored: MakeAsset, make_post: MakePost
) -> None:
    used, unused = stored("used.webp"), stored("unused.webp")
    post = make_post(used, title="By the sea")
    headers = {"Accept": "application/json", "X-CSRFToken": author.get("/admin/").token()}

    answer = author.client.post(
        "/admin/media/deletion", data={"id": [used.id, unused.id]}, headers=headers
    )

    assert answer.get_json() == {
        "deleted": [unused.id],
        "refused": [
            {
                "id": used.id,
                "filename": "used.webp",
                "posts": [{"title": "By the sea", "url": f"/admin/posts/{post.id}"}],
            }
        ],
    }


def test_an_object_that_another_asset_has_too_stays(
    app: Flask, author: Visitor, stored: MakeAsset, s3: Any
) -> None:
    asset, other = stored("first.webp"), stored("second.webp")
    shared = str(other.files[1].key)
    with app.app_context():
        session.get_one(File, asset.files[1].id).key = shared
        session.commit()

    delete(author, asset)

    assert shared in keys(s3)


def test_deleting_twice_is_harmless(author: Visitor, stored: MakeAsset) -> None:
    asset, other = stored("first.webp"), stored("second.webp")
    question = author.get(f"/admin/media/deletion?id={asset.id}&id={other.id}")
    delete(author, asset)

    author.submit(question, {"id": [str(asset.id), str(other.id)]}, status=302)
    author.submit(question, {"id": str(asset.id)}, status=404)


def test_a_bucket_that_is_away_costs_nothing(
    make_app: Callable[[Settings], Flask],
    app: Flask,
    author: Visitor,
    settings: Settings,
    stored: MakeAsset,
    s3: Any,
) -> None:
    asset = stored("beach.webp")
    elsewhere = make_app(replace(settings, endpoint_url="http://127.0.0.1:9"))
    visitor = Visitor(elsewhere)
    cookie = author.client.get_cookie("session")
    assert cookie is not None
    visitor.client.set_cookie("session", cookie.value)

    answer = delete(visitor, asset, status=503)

    assert "The bucket does not answer" in answer.text
    assert len(keys(s3)) == 2
    author.get(f"/admin/media/{asset.id}")
    with app.app_context():
        assert session.get(StorageDay, now().date()) is None


def test_what_has_not_arrived_yet_cannot_be_deleted(
    author: Visitor, stored: MakeAsset, make_asset: MakeAsset
) -> None:
    pending = make_asset("pending.webp", is_confirmed=False)

    author.get(f"/admin/media/deletion?id={pending.id}", status=404)


def test_two_tabs_may_delete_the_same_at_once(
    app: Flask, author: Visitor, ada: User, stored: MakeAsset, s3: Any
) -> None:
    first, second = stored("first.webp"), stored("second.webp")
    another_tab = signed_in(app, ada)

    with meanwhile(app, "SELECT assets.id FROM assets", lambda: delete(another_tab, first, second)):
        answer = delete(author, first, second)

    assert answer.location == "/admin/media/"
    assert keys(s3) == set()
    with app.app_context():
        day = session.get_one(StorageDay, now().date())
        assert (day.size, day.objects) == (-6000, -4)
