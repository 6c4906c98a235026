"""Slugs and tags: addresses made from words."""

import pytest

from blog.posts.slugs import LONGEST, first_free, slugify
from tests.pages import Visitor
from tests.posts.test_writing import POST, write


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("A walk by the sea", "a-walk-by-the-sea"),
        ("  Über Straßen & Wege!  ", "über-strassen-wege"),
        ("日本の写真", "日本の写真"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Ça va ? Oui…", "ça-va-oui"),
        ("e\u0301te\u0301", "été"),
        ("C++ & C#", "c-c"),
        ("🎉🎉", ""),
        ("---", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 200, "x" * LONGEST),
    ],
)
def test_slugs_keep_letters_of_any_script(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_the_first_free_number_is_taken() -> None:
    assert first_free("sea", []) == "sea"
    assert first_free("sea", ["sea", "sea-2"]) == "sea-3"
    assert first_free("x" * LONGEST, ["x" * LONGEST]) == "x" * (LONGEST - 2) + "-2"


def test_a_taken_slug_gets_a_number(author: Visitor, reader: Visitor) -> None:
    for _ in range(3):
        write(author, button="publish")

    for slug in ("a-walk-by-the-sea", "a-walk-by-the-sea-2", "a-walk-by-the-sea-3"):
        reader.get(f"/posts/{slug}")


def test_a_long_title_may_be_used_again_and_again(author: Visitor) -> None:
    for _ in range(4):
        write(author, title="word " * 18)


def test_a_title_in_another_script_works(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish", title="日本の写真", tags="写真")

    assert "日本の写真" in reader.get("/posts/日本の写真").text
    reader.get("/tags/写真")


def test_a_title_of_only_emoji_has_an_address(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish", title="🎉🎉")

    assert "🎉🎉" in reader.get("/posts/post").text


def test_a_draft_follows_its_title(author: Visitor, reader: Visitor) -> None:
    path = write(author, title="Working title").location

    author.submit(author.get(path), {**POST, "title": "The end", "publish": "1"}, status=302)

    reader.get("/posts/the-end")


def test_a_chosen_address_stays(author: Visitor, reader: Visitor) -> None:
    path = write(author, slug="My Address").location
    editor = author.get(path)
    assert editor.all("input", name="slug")[0]["value"] == "my-address"

    author.submit(
        editor, {**POST, "title": "New", "slug": "my-address", "publish": "1"}, status=302
    )

    reader.get("/posts/my-address")


def test_a_chosen_address_that_is_taken_is_refused_with_words(author: Visitor) -> None:
    write(author, slug="here")

    page = write(author, slug="here", status=422)

    assert "Another post has this address already" in page.text


def test_an_address_without_a_letter_is_refused_with_words(author: Visitor) -> None:
    assert "needs a letter" in write(author, slug="!!!", status=422).text


def test_the_same_tag_in_other_spellings_is_one(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish", tags="Sea, #sea,  SEA ,, other")
    write(author, button="publish", title="Second", tags="sEa")

    page = reader.get("/tags/sea")
    assert "Second" in page.text
    assert "A walk" in page.text
    assert author.get("/admin/posts/1").all("input", name="tags")[0]["value"] == "other, Sea"


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (", ".join(f"t{n}" for n in range(51)), "51 tags are too many"),
        ("x" * 61, "too long for a tag"),
    ],
)
def test_absurd_tags_are_refused_with_words(author: Visitor, tags: str, words: str) -> None:
    page = write(author, tags=tags, status=422)

    assert words in page.text
    assert tags in page.text
