"""Writing: drafts, publishing, editing, deleting, previews."""

import pytest
from flask import Flask

from blog.db import session
from blog.posts.models import Post
from tests.pages import Page, Visitor

POST = {"title": "A walk by the sea", "body": "We *walked*.", "tags": "Sea, Walks", "excerpt": ""}


def write(author: Visitor, *, button: str = "save", status: int = 302, **fields: str) -> Page:
    page = author.get("/admin/posts/new")
    return author.submit(page, {**POST, **fields, button: "1"}, status=status)


def test_a_draft_is_kept_and_shown_to_nobody_else(author: Visitor, reader: Visitor) -> None:
    saved = write(author)

    editor = author.get(saved.location)
    assert "A walk by the sea" in editor.text
    assert "Sea, Walks" in editor.text
    reader.get("/posts/a-walk-by-the-sea", status=404)
    assert "A walk" not in reader.get("/").text
    assert "A walk" not in reader.get("/feed.xml").text
    reader.get("/tags/sea", status=404)


def test_publishing_shows_it(author: Visitor, reader: Visitor) -> None:
    write(author, button="publish")

    page = reader.get("/posts/a-walk-by-the-sea")
    assert "<em>walked</em>" in page.text
    assert "Ada Lovelace" in page.text
    assert "A walk by the sea" in reader.get("/").text
    assert "A walk by the sea" in reader.get("/tags/walks").text


def test_unpublishing_hides_it_again(author: Visitor, reader: Visitor) -> None:
    saved = write(author, button="publish")

    author.submit(author.get(saved.location), {**POST, "unpublish": "1"}, status=302)

    reader.get("/posts/a-walk-by-the-sea", status=404)


def test_an_update_is_live_and_keeps_the_address(author: Visitor, reader: Visitor) -> None:
    saved = write(author, button="publish")

    changed = {**POST, "title": "Another title", "body": "New words.", "slug": ""}
    author.submit(author.get(saved.location), {**changed, "update": "1"}, status=302)

    page = reader.get("/posts/a-walk-by-the-sea")
    assert "Another title" in page.text
    assert "New words." in page.text


def test_deleting_asks_first(author: Visitor, reader: Visitor) -> None:
    saved = write(author, button="publish")

    question = author.get(f"{saved.location}/deletion")
    reader.get("/posts/a-walk-by-the-sea")
    author.submit(question, {"delete": "1"}, status=302)

    reader.get("/posts/a-walk-by-the-sea", status=404)
    author.get(saved.location, status=404)
    author.get(f"{saved.location}/deletion", status=404)


def test_the_preview_is_the_readers_page_and_saves_nothing(
    app: Flask, author: Visitor, reader: Visitor
) -> None:
    page = author.get("/admin/posts/new")

    preview = author.submit(page, {**POST, "tags": "Sea, New tag"}, to="/admin/posts/preview")

    write(author, button="publish", tags="Sea, New tag")
    published = reader.get("/posts/a-walk-by-the-sea")
    for piece in ("<em>walked</em>", "New tag", "Ada Lovelace"):
        assert piece in preview.text
        assert piece in published.text
    with app.app_context():
        assert session.query(Post).count() == 1


def test_a_preview_of_absurdly_many_tags_is_cut(author: Visitor) -> None:
    tags = ",".join(f"t{number}" for number in range(1000))

    page = author.get("/admin/posts/new")
    preview = author.submit(page, {**POST, "tags": tags}, to="/admin/posts/preview")

    assert "t49" in preview.text
    assert "t50" not in preview.text


def test_a_preview_of_nothing_works(author: Visitor) -> None:
    author.submit(author.get("/admin/posts/new"), {}, to="/admin/posts/preview")


def test_a_missing_title_is_said_and_nothing_is_lost(author: Visitor) -> None:
    page = write(author, title="  ", body="Precious words.", status=422)

    assert "Give the post a title." in page.text
    assert "Precious words." in page.text
    assert "Sea, Walks" in page.text


def test_a_stale_form_is_shown_again_with_everything_typed(author: Visitor) -> None:
    page = author.get("/admin/posts/new")

    answer = author.post("/admin/posts/new", {**POST, "csrf_token": "stale"}, status=422)

    assert "save once more" in answer.text
    assert "We *walked*." in answer.text
    assert page.token()
    author.submit(answer, {**POST, "save": "1"}, status=302)


def test_an_older_form_does_not_overwrite_newer_words(author: Visitor) -> None:
    path = write(author).location
    first, second = author.get(path), author.get(path)
    author.submit(first, {**POST, "body": "From the first tab."}, status=302)

    conflict = author.submit(second, {**POST, "body": "From the second tab."}, status=409)

    assert "changed elsewhere" in conflict.text
    assert "From the second tab." in conflict.text
    assert conflict.all("a", href=path, target="_blank")
    assert "From the first tab." in author.get(path).text
    author.submit(conflict, {**POST, "body": "From the second tab."}, status=302)
    assert "From the second tab." in author.get(path).text


@pytest.mark.parametrize("button", ["save", "publish"])
@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "%00\x00"],
)
def test_hostile_words_stay_words(
    author: Visitor, reader: Visitor, hostile: str, button: str
) -> None:
    saved = write(
        author,
        button=button,
        slug="hostile",
        title=f"T {hostile}",
        body=hostile,
        tags=hostile,
        excerpt=hostile,
    )

    pages = [author.get(saved.location), author.get("/admin/posts/")]
    if button == "publish":
        pages += [reader.get("/posts/hostile"), reader.get("/"), reader.get("/feed.xml")]
    for page in pages:
        assert "<script>alert" not in page.text
        assert "onerror" not in str([a for tag, a in page.elements if tag == "img"])
        assert "T 49" not in page.text


def test_a_post_that_was_deleted_meanwhile_says_so(author: Visitor) -> None:
    path = write(author).location
    editor = author.get(path)
    author.submit(author.get(f"{path}/deletion"), {"delete": "1"}, status=302)

    answer = author.submit(editor, POST, status=404)

    assert "Go back to copy your text" in answer.text


@pytest.mark.parametrize("path", ["/admin/posts/99", "/admin/posts/99/deletion"])
def test_posts_that_never_were_are_not_found(author: Visitor, path: str) -> None:
    author.get(path, status=404)
    author.post(path, {"csrf_token": author.get("/admin/posts/new").token()}, status=404)


def test_a_number_that_no_database_knows_is_not_found(author: Visitor) -> None:
    author.get("/admin/posts/99999999999999999999", status=404)


def test_the_list_has_pages(author: Visitor) -> None:
    for number in range(31):
        write(author, title=f"Post {number}")

    assert "Post 30" in author.get("/admin/posts/").text
    assert "Post 0" in author.get("/admin/posts/?page=2").text
    author.get("/admin/posts/?page=3", status=404)
    author.get("/admin/posts/?page=99999999999999999999", status=404)
    author.get("/admin/posts/?page=x")
