"""Which media are used: it follows what posts say, however they come to say it."""

from flask import Flask

from blog.db import session
from blog.media.models import Asset
from blog.posts.models import Post
from tests.library.conftest import MakeAsset, MakePost
from tests.pages import Visitor

POST = {"title": "A walk", "tags": "", "excerpt": "", "save": "1"}


def is_used(app: Flask, asset: Asset) -> bool:
    with app.app_context():
        return session.get_one(Asset, asset.id).is_used


def test_a_saved_text_uses_what_it_refers_to(
    app: Flask, author: Visitor, make_asset: MakeAsset
) -> None:
    first, second = make_asset("first.webp"), make_asset("second.webp")
    page = author.get("/admin/posts/new")
    body = f"![]({first.reference}) and ![again]({first.reference})"

    saved = author.submit(page, {**POST, "body": body}, status=302)

    assert is_used(app, first)
    assert not is_used(app, second)
    changed = author.get(saved.location)
    author.submit(changed, {**POST, "body": f"[link]({second.reference})"}, status=302)
    assert not is_used(app, first)
    assert is_used(app, second)


def test_what_another_post_holds_stays_used(
    app: Flask, author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asset = make_asset()
    make_post(asset, title="One")
    path = f"/admin/posts/{make_post(asset, title='Two').id}"

    author.submit(author.get(f"{path}/deletion"), {}, status=302)
    assert is_used(app, asset)

    author.submit(author.get("/admin/posts/1/deletion"), {}, status=302)
    assert not is_used(app, asset)


def test_a_preview_uses_nothing(app: Flask, author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset()
    page = author.get("/admin/posts/new")

    author.submit(page, {**POST, "body": f"![]({asset.reference})"}, to="/admin/posts/preview")

    assert not is_used(app, asset)


def test_a_picture_that_comes_after_the_text_is_used_at_once(
    app: Flask, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asset = make_asset(is_confirmed=False)
    make_post(asset)
    assert not is_used(app, asset)

    with app.app_context():
        arrived = session.get_one(Asset, asset.id)
        arrived.digits = arrived.sha256[:12]
        session.commit()

    assert is_used(app, asset)


def test_a_reference_to_nothing_is_kept_for_its_day(app: Flask, make_post: MakePost) -> None:
    post = make_post(body="![](media:0123456789ab) but not media:0123456789abcdef")

    with app.app_context():
        kept = session.get_one(Post, post.id)
        assert [each.digits for each in kept.media] == ["0123456789ab"]


def test_thousands_of_references_are_followed(
    app: Flask, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asset = make_asset()

    make_post(asset, body=asset.reference + " " + " ".join(f"media:{n:012x}" for n in range(2500)))

    assert is_used(app, asset)
