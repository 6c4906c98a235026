"""The grid of the library: what it shows, page by page."""

import re

import pytest
from flask import Flask
from sqlalchemy import event

from blog.library.searching import PER_PAGE
from tests.library.conftest import MAIN, MOVIE, MakeAsset, MakePost
from tests.pages import Page, Visitor


def names(text: str) -> list[str]:
    return re.findall(r'class="library-name"[^>]*title="([^"]*)"', text)


def next_link(page: Page) -> str:
    [link] = page.all("a", rel="next")
    return str(link["href"])


def test_an_empty_library_invites(author: Visitor) -> None:
    page = author.get("/admin/media/")

    assert "Nothing here yet" in page.text
    assert page.all("a", href="/admin/posts/new")


def test_the_newest_stand_first(author: Visitor, make_asset: MakeAsset) -> None:
    for name in ("first.webp", "second.webp", "third.webp"):
        make_asset(name)

    assert names(author.get("/admin/media/").text) == ["third.webp", "second.webp", "first.webp"]


def test_every_asset_stands_on_one_of_the_pages(author: Visitor, make_asset: MakeAsset) -> None:
    made = [make_asset(f"photo-{number}.webp").filename for number in range(2 * PER_PAGE + 5)]

    first = author.get("/admin/media/")
    second = author.get(next_link(first))
    third = author.get(next_link(second))

    assert names(first.text) + names(second.text) + names(third.text) == made[::-1]
    assert len(names(first.text)) == PER_PAGE
    assert third.all("a", rel="next") == []
    assert second.all("a", href="/admin/media/")


def test_a_full_last_page_leads_nowhere(author: Visitor, make_asset: MakeAsset) -> None:
    for number in range(PER_PAGE):
        make_asset(f"photo-{number}.webp")

    assert author.get("/admin/media/").all("a", rel="next") == []


def test_what_has_not_arrived_is_not_in_the_library(author: Visitor, make_asset: MakeAsset) -> None:
    pending = make_asset("pending.webp", is_confirmed=False)

    assert "Nothing here yet" in author.get("/admin/media/").text
    author.get(f"/admin/media/{pending.id}", status=404)


def thumbnails(page: Page) -> list[dict[str, str | None]]:
    """Those of the library; the upload's own row has one, too."""
    return [image for image in page.all("img") if "data-thumbnail" not in image]


def test_the_smallest_variant_that_is_large_enough_is_shown(
    author: Visitor, make_asset: MakeAsset
) -> None:
    sizes = [(1600, 1067), (480, 320), (160, 107), (960, 640)]
    make_asset(files=(MAIN, *(("variant", "image/webp", w, h) for w, h in sizes)))

    [image] = thumbnails(author.get("/admin/media/"))

    assert (image["width"], image["height"]) == ("480", "320")
    assert image["loading"] == "lazy"
    assert image["alt"] == ""


def test_a_picture_without_variants_shows_itself(author: Visitor, make_asset: MakeAsset) -> None:
    make_asset(files=(MAIN, ("variant", "image/webp", 160, 107)))

    [image] = thumbnails(author.get("/admin/media/"))

    assert image["width"] == "1600"


def test_a_video_shows_its_poster_or_none(author: Visitor, make_asset: MakeAsset) -> None:
    make_asset("bare.mp4", kind="video", files=(MOVIE,))
    make_asset("nice.mp4", kind="video", files=(MOVIE, ("poster", "image/webp", 1280, 720)))

    page = author.get("/admin/media/")

    [image] = thumbnails(page)
    assert str(image["src"]).endswith(".webp")
    assert page.text.count(">Video<") == 2


def test_marks_tell_what_is_unused_and_undescribed(
    author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    used = make_asset("used.webp", alt="A dune")
    make_asset("unused.webp", alt="")
    make_post(used)

    page = author.get("/admin/media/")

    assert page.text.count(">Not used<") == 1
    assert "A dune</textarea>" in page.text
    assert len(page.all("textarea", name="alt", placeholder="No alternative text")) == 2


def test_hostile_names_stay_words(author: Visitor, make_asset: MakeAsset) -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}'
    asset = make_asset(hostile, alt=hostile)

    pages = [author.get(f"/admin/media/{path}") for path in ("", asset.id, f"?q={hostile}")]
    fragment = author.client.get("/admin/media/?fragment=picker").text

    for text in [*(page.text for page in pages), fragment]:
        assert "<script>alert" not in text
        assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("fragment", ["1", "picker"])
def test_a_fragment_is_the_items_and_the_way_on(
    author: Visitor, make_asset: MakeAsset, fragment: str
) -> None:
    for number in range(PER_PAGE + 1):
        make_asset(f"photo-{number}.webp")

    text = author.client.get(f"/admin/media/?fragment={fragment}").text

    assert "<html" not in text
    assert text.count("<li ") == PER_PAGE
    assert 'rel="next" href="/admin/media/?before=2"' in text


def test_the_picker_is_told_the_markdown(author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset(alt="A [large] beach")

    text = author.client.get("/admin/media/?fragment=picker").text

    assert f'data-markdown="![A \\[large\\] beach]({asset.reference})"' in text
    assert f'data-reference="{asset.reference}"' in text


def test_a_full_page_asks_the_database_no_more_often(
    app: Flask, author: Visitor, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asked: list[str] = []
    event.listen(
        app.extensions["engine"],
        "before_cursor_execute",
        lambda connection, cursor, statement, *rest: asked.append(statement),
    )
    make_post(make_asset("first.webp"))
    asked.clear()
    author.get("/admin/media/")
    few = len(asked)
    for number in range(PER_PAGE):
        make_asset(f"photo-{number}.webp")

    asked.clear()
    author.get("/admin/media/")

    assert len(asked) == few
    assert not [statement for statement in asked if "count(" in statement.lower()]


@pytest.mark.parametrize("query", ["before=x", "before=-5", "before=99999999999999999999", "q=%00"])
def test_no_address_breaks_the_page(author: Visitor, make_asset: MakeAsset, query: str) -> None:
    make_asset()

    author.get(f"/admin/media/?{query}")
