"""Two machines on one database and one bucket: what happens on one is true on the other."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests

from blog.local.server import BucketServer
from tests import photos
from tests.media.uploads import send
from tests.postgres import free_port
from tests.remote import RemoteAuthor
from tests.servers import Server, first_link, gunicorn, production

SOON = 1.0  # seconds


@pytest.fixture(params=["postgres"])
def database_url(database_url: str) -> str:
    """Postgres only: nobody shares a file between machines."""
    return database_url


@pytest.fixture
def environment(database_url: str, bucket: BucketServer) -> dict[str, str]:
    return production(database_url, bucket.url)


@pytest.fixture
def dynos(environment: dict[str, str]) -> Iterator[tuple[Server, Server]]:
    """Two of the same blog, as a router would reach them under one address."""
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(gunicorn(environment, port=free_port())) for _ in range(2)
        )
        yield first, second


@pytest.fixture
def authors(
    dynos: tuple[Server, Server], environment: dict[str, str]
) -> Iterator[tuple[RemoteAuthor, RemoteAuthor]]:
    """One author, signed in on the first machine, on the first and on the second."""
    here, there = dynos
    link = first_link(environment).replace(environment["SITE_URL"], here.url)
    with RemoteAuthor(here.url) as author:
        author.welcome(link)
        yield author, author.at(there.url)


def test_what_is_published_on_one_is_seen_on_the_other_within_a_second(
    authors: tuple[RemoteAuthor, RemoteAuthor],
) -> None:
    here, there = authors
    before = {path: there.get(path) for path in ("/", "/feed.xml", "/sitemap.xml")}

    here.publish("A gull", "It waits.")

    soon(lambda: all(there.get(path) != told for path, told in before.items()))
    assert "A gull" in there.get("/")
    assert "It waits." in there.get("/posts/a-gull")


def test_who_signed_in_on_one_is_signed_in_on_the_other_and_signs_out_of_both(
    authors: tuple[RemoteAuthor, RemoteAuthor],
) -> None:
    here, there = authors
    there.publish("Written there", "Words")
    copied = here.session.cookies.copy()

    here.sign_out()

    answer = requests.get(
        f"{there.url}/admin/posts/", cookies=copied, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 302
    assert "/admin/sign-in" in answer.headers["Location"]


def test_what_was_reserved_on_one_is_completed_on_the_other(
    authors: tuple[RemoteAuthor, RemoteAuthor],
) -> None:
    here, there = authors
    photo = photos.jpeg()

    reserved = here.reserve(photo)
    assert send(reserved["uploads"][0], photo).status_code == 201
    picture = there.complete(reserved["id"])

    assert requests.get(picture["url"], timeout=10).content == photo
    here.publish("A gull", f"![A gull]({picture['reference']})")
    assert picture["url"] in there.get("/posts/a-gull")


def test_wrong_passwords_count_on_both_together(
    authors: tuple[RemoteAuthor, RemoteAuthor],
) -> None:
    with RemoteAuthor(authors[0].url) as here:
        there = here.at(authors[1].url)
        for guess, author in enumerate([here, there, here, there, here]):
            author.sign_in(password=f"a guess, number {guess}", status=422)

        there.sign_in(status=429)
        here.sign_in(status=429)


def soon(condition: Callable[[], bool]) -> None:
    """The condition holds, at the latest when it is asked for after a second."""
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, f"not within {SOON} s"
        time.sleep(0.05)
