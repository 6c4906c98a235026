"""The page of one asset: what it is, what it is called, and where it is used."""

from typing import Any

import pytest
from flask import Flask

from blog.db import session
from blog.markup import Picture, render
from blog.media.models import Asset
from tests.library.conftest import MAIN, MOVIE, MakeAsset, MakePost
from tests.pages import Visitor

JSON = {"Accept": "application/json"}


def described(app: Flask, asset: Asset) -> tuple[str, str]:
    with app.app_context():
        found = session.get_one(Asset, asset.id)
        return found.filename, found.alt


def describe(author: Visitor, asset: Asset, **fields: str) -> Any:
    headers = {**JSON, "X-CSRFToken": author.get("/admin/").token()}
    path = f"/admin/media/{asset.id}/description"
    return author.client.post(path, data=fields, headers=headers)


def test_it_tells_what_it_is(author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset(files=(MAIN, ("variant", "image/avif", 480, 320)))

    page = author.get(f"/admin/media/{asset.id}")

    for fact in ("1600 × 1067 pixels", "3.0 kB", "Ada Lovelace", "image/avif", "480 × 320"):
        assert fact in page.text
    assert page.all("input", value=f"![A beach]({asset.reference})")
    [image] = page.all("img", alt="A beach")
    assert image["width"] == "1600"
    assert "In no post." in page.text


def test_a_video_is_played(author: Visitor, make_asset: MakeAsset) -> None:
    files = (MOVIE, ("poster", "image/webp", 1280, 720))
    asset = make_asset("gulls.mp4", kind="video", files=files)

    page = author.get(f"/admin/media/{asset.id}")

    [video] = page.all("video")
    assert "controls" in video
    assert str(video["poster"]).endswith(".webp")
    policy = page.response.headers["Content-Security-Policy"]
    origin = str(video["src"]).partition("/media/")[0].rpartition("/")[0]
    assert origin in policy.partition("media-src")[2].partition(";")[0]


def test_it_tells_where_it_is_used(
    author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asset = make_asset()
    post = make_post(asset, title="By the sea")
    make_post(make_asset("other.webp"), title="Elsewhere")

    page = author.get(f"/admin/media/{asset.id}")

    assert page.all("a", href=f"/admin/posts/{post.id}")
    assert "By the sea" in page.text
    assert "Draft" in page.text
    assert "Elsewhere" not in page.text
    assert "It can be deleted when no post uses it." in page.text


def test_its_words_are_edited(app: Flask, author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset()
    page = author.get(f"/admin/media/{asset.id}")

    saved = author.submit(
        page,
        {"alt": " Two  gulls\nover it ", "filename": "gulls.webp"},
        to=f"/admin/media/{asset.id}/description",
        status=302,
    )

    assert saved.location == f"/admin/media/{asset.id}"
    assert described(app, asset) == ("gulls.webp", "Two gulls over it")


def test_the_form_in_the_grid_leads_back_to_its_place(
    app: Flask, author: Visitor, make_asset: MakeAsset
) -> None:
    asset = make_asset()
    page = author.get("/admin/media/?q=beach")

    fields = {"alt": "Sand", "back": f"/admin/media/?q=beach#item-{asset.id}"}
    saved = author.submit(page, fields, to=f"/admin/media/{asset.id}/description", status=302)

    assert saved.location == f"/admin/media/?q=beach#item-{asset.id}"
    assert described(app, asset) == ("beach.webp", "Sand")


def test_the_way_back_leads_to_no_other_site(author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset()
    page = author.get("/admin/media/")

    fields = {"alt": "Sand", "back": "//evil.example"}
    saved = author.submit(page, fields, to=f"/admin/media/{asset.id}/description", status=302)

    assert saved.location == f"/admin/media/{asset.id}"


def test_a_script_is_told_what_is_kept(app: Flask, author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset()

    answer = describe(author, asset, alt=" Sand  and sea ")

    assert answer.get_json() == {"id": asset.id, "alt": "Sand and sea", "filename": "beach.webp"}
    assert described(app, asset) == ("beach.webp", "Sand and sea")


def test_an_alternative_text_may_be_taken_away(
    app: Flask, author: Visitor, make_asset: MakeAsset
) -> None:
    asset = make_asset()

    assert describe(author, asset, alt="").status_code == 200

    assert described(app, asset) == ("beach.webp", "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt": "x" * 1001}, "1,000 characters are the most."),
        ({"alt": "x", "filename": "  "}, "It needs a name."),
        ({"alt": "x", "filename": "x" * 201}, "200 characters at most."),
    ],
)
def test_what_is_not_acceptable_is_said_and_nothing_is_lost(
    app: Flask, author: Visitor, make_asset: MakeAsset, fields: dict[str, str], words: str
) -> None:
    asset = make_asset()
    page = author.get(f"/admin/media/{asset.id}")

    path = f"/admin/media/{asset.id}/description"
    answer = author.submit(page, fields, to=path, status=422)

    assert words in answer.text
    assert fields["alt"] in answer.text
    assert describe(author, asset, **fields).get_json() == {"error": words}
    assert described(app, asset) == ("beach.webp", "A beach")


@pytest.mark.parametrize(
    "alt", ["plain", "a [b] c", "back\\slash", "`code`", "*stars* _x_", '"q" <b>']
)
def test_the_markdown_says_the_alternative_text(
    author: Visitor, make_asset: MakeAsset, alt: str
) -> None:
    asset = make_asset(alt=alt)

    [field] = author.get(f"/admin/media/{asset.id}").all("input", id="markdown")
    html = render(str(field["value"]), {asset.reference: Picture("https://b.test/x", 2, 1)})

    [image] = [part for part in html.split("<") if part.startswith("img")]
    expected = alt.replace('"', "&#34;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'alt="{expected}"' in image


def test_somebody_who_was_signed_out_is_told(reader: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset()

    answer = reader.client.post(
        f"/admin/media/{asset.id}/description", data={"alt": "x"}, headers=JSON
    )

    assert answer.status_code == 401
    assert "signed out" in answer.get_json()["error"]


@pytest.mark.parametrize("path", ["/99", "/99/description", "/99/replacement", "/deletion"])
def test_what_never_was_is_not_found(author: Visitor, path: str) -> None:
    token = author.get("/admin/").token()

    author.post(
        f"/admin/media{path}",
        {"csrf_token": token, "id": "99"},
        status=404 if path != "/99" else 405,
    )
    author.get("/admin/media/99", status=404)
    author.get("/admin/media/deletion?id=99", status=404)
    author.get("/admin/media/deletion", status=404)


@pytest.mark.parametrize("path", ["description", "replacement"])
def test_changing_by_a_link_is_not_possible(
    author: Visitor, make_asset: MakeAsset, path: str
) -> None:
    author.get(f"/admin/media/{make_asset().id}/{path}", status=405)
