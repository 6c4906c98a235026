"""Replacing a picture in every post that holds it."""

import pytest
from flask import Flask

from blog.accounts.models import User
from blog.db import session
from blog.media.models import Asset
from blog.posts.models import Post
from tests.conftest import signed_in
from tests.library.conftest import MakeAsset, MakePost
from tests.media.meanwhile import meanwhile
from tests.pages import Page, Visitor


def replace(author: Visitor, old: Asset, by: object, *, status: int = 302) -> Page:
    page = author.get(f"/admin/media/{old.id}")
    path = f"/admin/media/{old.id}/replacement"
    return author.submit(page, {"replacement": str(by)}, to=path, status=status)


def test_every_post_gets_the_other_picture(
    app: Flask, author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    old, new = make_asset("old.webp"), make_asset("new.webp")
    body = f'![A gull]({old.reference} "By day") and [large]({old.reference}), {old.reference}ff'
    one, two = make_post(title="One", body=body), make_post(old, title="Two")
    other = make_post(title="Other", body="Nothing.")

    answer = replace(author, old, new.id)

    assert answer.location == f"/admin/media/{new.id}"
    assert "Replaced in 2 posts." in author.get(answer.location).text
    with app.app_context():
        changed = session.get_one(Post, one.id)
        assert changed.body == (
            f'![A gull]({new.reference} "By day") and [large]({new.reference}), {old.reference}ff'
        )
        assert changed.revision == one.revision + 1
        assert changed.updated_at > one.updated_at
        assert [each.digits for each in changed.media] == [new.digits]
        assert session.get_one(Post, two.id).body == f"![]({new.reference})"
        assert session.get_one(Post, other.id).revision == other.revision
        assert not session.get_one(Asset, old.id).is_used
        assert session.get_one(Asset, new.id).is_used


def test_a_post_that_holds_both_holds_one(
    app: Flask, author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    old, new = make_asset("old.webp"), make_asset("new.webp")
    post = make_post(old, new)

    replace(author, old, new.reference)

    with app.app_context():
        assert [each.digits for each in session.get_one(Post, post.id).media] == [new.digits]


def test_an_editor_that_is_open_is_told(
    author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    old, new = make_asset("old.webp"), make_asset("new.webp")
    editor = author.get(f"/admin/posts/{make_post(old).id}")

    replace(author, old, new.reference)

    answer = author.submit(editor, {"title": "A walk", "body": "Mine.", "save": "1"}, status=409)
    assert "changed elsewhere" in answer.text
    assert "Mine." in answer.text


@pytest.mark.parametrize("named", ["", "99", "media:0123456789ab", "x", "9" * 40, "²"])
def test_what_is_not_in_the_library_replaces_nothing(
    author: Visitor, make_asset: MakeAsset, make_post: MakePost, named: str
) -> None:
    old = make_asset()
    make_post(old)

    answer = replace(author, old, named, status=422)

    assert "There is nothing of this reference in the library." in answer.text


def test_nothing_is_replaced_by_itself(
    author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    old = make_asset()
    make_post(old)

    assert "This is the same one." in replace(author, old, old.reference, status=422).text


def test_what_is_deleted_at_the_same_moment_replaces_nothing(
    app: Flask, author: Visitor, ada: User, make_asset: MakeAsset, make_post: MakePost
) -> None:
    old, new = make_asset("old.webp"), make_asset("new.webp")
    post = make_post(old)
    page, another_tab = author.get(f"/admin/media/{old.id}"), signed_in(app, ada)
    question = another_tab.get(f"/admin/media/deletion?id={new.id}")

    with meanwhile(
        app, "post_media", lambda: another_tab.submit(question, {"id": [str(new.id)]}, status=302)
    ):
        path = f"/admin/media/{old.id}/replacement"
        answer = author.submit(page, {"replacement": new.reference}, to=path, status=422)

    assert "There is nothing of this reference in the library." in answer.text
    with app.app_context():
        assert session.get_one(Post, post.id).body == post.body
