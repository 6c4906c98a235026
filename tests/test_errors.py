"""What people and scripts get when something is wrong."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from blog.config import Settings
from tests.pages import Visitor


def test_a_page_that_is_not_there(reader: Visitor) -> None:
    page = reader.get("/posts/nowhere", status=404)

    assert "Nothing is here" in page.text


def test_our_own_fault_is_logged_and_told_with_its_number(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the details")

    app.testing = False
    with caplog.at_level(logging.ERROR):
        page = Visitor(app).get("/broken", status=500)

    number = page.response.headers["X-Request-ID"]
    assert number in page.text
    assert "the details" not in page.text
    assert "the details" in caplog.text
    assert number in caplog.text


def test_no_reader_of_a_deployed_blog_sees_a_traceback(
    make_app: Callable[[Settings], Flask], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    is_debugged = {
        environment: make_app(replace(settings, environment=environment)).debug
        for environment in ("development", "staging", "production")
    }

    assert is_debugged == {"development": True, "staging": False, "production": False}


@pytest.mark.parametrize("given", ["good-id_1", "bad id\n", "x" * 500])
def test_only_a_request_id_that_looks_like_one_is_taken_over(reader: Visitor, given: str) -> None:
    response = reader.get("/", headers={"X-Request-ID": given.strip()}).response

    taken_over = response.headers["X-Request-ID"] == given.strip()
    assert taken_over == (given == "good-id_1")


def test_health_touches_nothing_and_readiness_asks_the_database(reader: Visitor) -> None:
    assert reader.get("/healthz").response.get_json() == {"status": "alive"}
    assert reader.get("/readyz").response.get_json() == {"status": "ready"}


def test_a_text_of_two_megabytes_is_fine(author: Visitor) -> None:
    body = "Wörter und noch mehr. " * 90_000

    page = author.get("/admin/posts/new")
    saved = author.submit(page, {"title": "Long", "body": body, "save": "1"}, status=302)

    assert author.get(saved.location).text.count("Wörter") == 90_000


def test_twenty_megabytes_are_refused_with_words(author: Visitor) -> None:
    page = author.get("/admin/posts/new")

    answer = author.submit(page, {"title": "Huge", "body": "x" * 20_000_000}, status=413)

    assert "your text is still there" in answer.text


def test_more_than_the_longest_text_comes_back_with_words(author: Visitor) -> None:
    page = author.get("/admin/posts/new")

    answer = author.submit(page, {"title": "Long", "body": "x" * 5_100_000}, status=422)

    assert "split it into two posts" in answer.text
    assert answer.text.count("xxxxx" * 1000) > 1000


@pytest.mark.parametrize("path", ["/posts/a%00", "/tags/%00/feed.xml", "/posts/%0a", "/%00"])
def test_no_page_has_a_control_character_in_its_address(reader: Visitor, path: str) -> None:
    reader.get(path, status=404)


@pytest.mark.parametrize("path", ["/posts//hello", "/admin/posts", "//posts//x", "//admin/posts"])
def test_redirects_never_name_the_host_that_was_asked(reader: Visitor, path: str) -> None:
    asked = {"PATH_INFO": path}  # as it is: a client would take "//posts" for a host
    response = reader.client.get("/", headers={"Host": "localhost"}, environ_overrides=asked)

    assert re.match(r"/(?!/)", response.headers["Location"])
