"""The first page of the admin: the last posts, and what is stored."""

from datetime import timedelta

import pytest
from flask import Flask

from blog.db import now, session
from blog.library.usage import DAYS, find_usage
from blog.media.ledger import StorageDay
from blog.site import bytes_in_words
from tests.library.conftest import MakePost
from tests.pages import Visitor


def store(app: Flask, *days: tuple[int, int, int]) -> None:
    """Days ago, bytes, objects."""
    with app.app_context():
        for ago, size, objects in days:
            day = now().date() - timedelta(days=ago)
            session.add(StorageDay(day=day, size=size, objects=objects))
        session.commit()


def test_a_new_blog_is_greeted(author: Visitor) -> None:
    page = author.get("/admin/")

    assert "Write the first post." in page.text
    assert "Nothing is stored yet." in page.text
    assert page.all("svg") == []


def test_the_last_five_posts_are_there(author: Visitor, make_post: MakePost) -> None:
    posts = [make_post(title=f"Post {number}") for number in range(7)]

    page = author.get("/admin/")

    shown = [post for post in posts if page.all("a", href=f"/admin/posts/{post.id}")]
    assert shown == posts[2:]
    assert page.all("a", href="/admin/posts/new", **{"class": "button primary"})


def test_the_chart_says_its_numbers(app: Flask, author: Visitor) -> None:
    store(app, (200, 5_000_000, 7), (40, 1_200_000_000, 1_400), (0, -200_000_000, -7))

    page = author.get("/admin/")

    assert "1.0 GB in 1,400 files" in page.text
    assert "it was 5.0 MB" in page.text
    assert "style=" not in page.text
    assert len(page.all("svg")) == len(page.all("figcaption")) == 1


def test_each_day_adds_to_those_before(app: Flask) -> None:
    store(app, (DAYS, 100, 1), (DAYS - 1, 10, 1), (1, 5, 1), (0, -15, -1))

    with app.app_context():
        usage = find_usage(now().date())

    assert len(usage.sizes) == DAYS + 1
    assert [usage.sizes[n] for n in (0, 1, -3, -2, -1)] == [100, 110, 110, 115, 100]
    assert usage.objects == 2
    assert usage.line.startswith("M0 ")
    assert usage.line.count("L") == DAYS


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (9_960, "10 kB"),
        (999_600, "1.0 MB"),
        (1_234_000_000, "1.2 GB"),
        (5 * 10**15, "5000 TB"),
    ],
)
def test_sizes_are_said_in_words(size: int, words: str) -> None:
    assert bytes_in_words(size) == words
