"""Finding things in the library: by words, by kind, by use."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert

from blog.accounts.models import User
from blog.db import now, session
from blog.library import searching
from blog.library.forms import Search
from blog.media.models import Asset, File
from blog.media.words import AssetWord, words_of
from tests.library.conftest import MOVIE, MakeAsset, MakePost
from tests.library.test_grid import names
from tests.pages import Visitor


@pytest.fixture
def library(make_asset: MakeAsset, make_post: MakePost) -> None:
    make_asset("Café-Zürich.webp", alt="Two cups by the window")
    make_asset("IMG_2041.webp", alt="Gulls over the harbour")
    make_asset("harbour.mp4", alt="", kind="video", files=(MOVIE,))
    make_post(make_asset("dune.webp", alt="A dune, a gull"))


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("gull", ["dune.webp", "IMG_2041.webp"]),
        ("GULLS", ["IMG_2041.webp"]),
        ("harb", ["harbour.mp4", "IMG_2041.webp"]),
        ("gull dune", ["dune.webp"]),
        ("cafe zurich", ["Café-Zürich.webp"]),
        ("CAFÉ", ["Café-Zürich.webp"]),
        ("2041", ["IMG_2041.webp"]),
        ("img_2041.jpg", ["IMG_2041.webp"]),
        ("window cup", ["Café-Zürich.webp"]),
        ("ull", []),
        ("gull zebra", []),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("\U0010ffff", []),
    ],
)
def test_every_word_begins_a_word_of_what_is_found(
    author: Visitor, library: None, q: str, found: list[str]
) -> None:
    page = author.get("/admin/media/", query_string={"q": q})

    assert names(page.text) == found
    assert page.all("input", name="q", value=q)
    assert ('class="library-none"' in page.text) == (not found)


def test_a_reference_finds_its_picture(author: Visitor, make_asset: MakeAsset) -> None:
    make_asset("other.webp")
    asset = make_asset("this.webp")

    page = author.get("/admin/media/", query_string={"q": f"![]({asset.reference})"})

    assert names(page.text) == ["this.webp"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=videos", ["harbour.mp4"]),
        ("kind=pictures&use=unused", ["IMG_2041.webp", "Café-Zürich.webp"]),
        ("use=used", ["dune.webp"]),
        ("use=used&kind=videos", []),
        ("use=unused&q=gull", ["IMG_2041.webp"]),
        ("kind=nonsense&use=nonsense", ["dune.webp", "harbour.mp4", "IMG_2041.webp"]),
    ],
)
def test_kind_and_use_narrow_what_is_found(
    author: Visitor, library: None, query: str, found: list[str]
) -> None:
    page = author.get(f"/admin/media/?{query}")

    assert names(page.text)[:3] == found


def test_the_way_on_keeps_what_is_searched_for(author: Visitor, make_asset: MakeAsset) -> None:
    for number in range(searching.PER_PAGE + 3):
        make_asset(f"gull-{number}.webp")

    page = author.get("/admin/media/?q=gull&kind=pictures&use=unused")
    [link] = page.all("a", rel="next")
    further = author.get(str(link["href"]))

    assert names(further.text) == ["gull-2.webp", "gull-1.webp", "gull-0.webp"]
    [chosen] = further.all("input", id="library-use-unused")
    assert "checked" in chosen


def test_a_word_is_found_under_its_new_name_only(author: Visitor, make_asset: MakeAsset) -> None:
    asset = make_asset("beach.webp", alt="Sand")
    page = author.get(f"/admin/media/{asset.id}")

    author.submit(
        page,
        {"alt": "Sand and water", "filename": "shore.webp"},
        to=f"/admin/media/{asset.id}/description",
        status=302,
    )

    assert names(author.get("/admin/media/?q=beach").text) == []
    assert names(author.get("/admin/media/?q=shore+sand+wat").text) == ["shore.webp"]


LARGE = 5000
WORDS = ["all", "rare", "old", "half", "third", "fifth"]


def words_at(number: int) -> str:
    """Common words and rare ones, near and long ago, for the asset of this number."""
    has = {
        "all": True,
        "rare": number % 1000 == 7,
        "old": number <= 1200,
        "half": number <= LARGE // 2,
        "third": number % 3 == 0,
        "fifth": number % 5 == 0,
    }
    return " ".join(word for word in WORDS if has[word])


def test_a_large_library_is_searched_whole(app: Flask, ada: User) -> None:
    texts = {number: words_at(number) for number in range(1, LARGE + 1)}
    used = {number for number in texts if number % 4}
    with app.app_context():
        fill(texts, used)

        for q, use in [
            *((word, "all") for word in WORDS),
            ("old third", "all"),
            ("fifth third", "all"),
            ("half third fifth", "all"),
            ("third", "used"),
            ("all", "unused"),
            ("fifth", "unused"),
        ]:
            expected = [
                number
                for number, text in reversed(texts.items())
                if set(q.split()) <= set(text.split())
                and (use == "all" or (number in used) == (use == "used"))
            ]

            found, has_more = first_pages(Search(q=q, use=use))

            assert found == expected[: len(found)], (q, use)
            assert has_more or len(found) == len(expected), (q, use)


def first_pages(search: Search) -> tuple[list[int], bool]:
    """The numbers on the first three pages, and whether there is a fourth."""
    found: list[int] = []
    for _ in range(3):
        shelf = searching.find(search)
        found += [asset.id for asset in shelf.assets]
        if shelf.next_before is None:
            return found, False
        search = replace(search, before=shelf.next_before)
    assert len(found) == 3 * searching.PER_PAGE
    return found, True


def fill(texts: dict[int, str], used: set[int]) -> None:
    at = now()
    words = [{"asset_id": n, "word": word} for n, text in texts.items() for word in words_of(text)]
    session.execute(
        insert(Asset),
        [{**_asset(n, text, n in used), "created_at": at} for n, text in texts.items()],
    )
    session.execute(insert(File), [{**_file(n), "confirmed_at": at} for n in texts])
    session.execute(insert(AssetWord), words)


def _asset(number: int, text: str, is_used: bool) -> dict[str, object]:
    digits = f"{number:064x}"
    return {
        "id": number,
        "sha256": digits,
        "digits": digits[-12:],
        "kind": "picture",
        "filename": f"{number}.webp",
        "alt": text,
        "is_used": is_used,
    }


def _file(number: int) -> dict[str, object]:
    return {
        "asset_id": number,
        "role": "main",
        "content_type": "image/webp",
        "size": 1,
        "sha256": f"{number:064x}",
        "pending_key": f"pending/{number}",
        "key": f"media/{number}.webp",
    }
