"""The log: one line a record, in JSON or text, and nothing in it that lets anybody in."""

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

import pytest
import requests
from flask import Flask

from blog.config import Settings
from blog.local.server import BucketServer
from blog.logs import FORMATTERS, Format
from tests import photos
from tests.pages import Visitor
from tests.remote import RemoteAuthor
from tests.servers import first_link, gunicorn, production

MakeApp = Callable[[Settings], Flask]

TOKEN = "Zt3_example-of-a-token-43-characters-long-x"
HALF, REST = TOKEN[:20], TOKEN[20:]


@pytest.fixture(params=["sqlite"])
def database_url(database_url: str) -> str:
    """One kind: what is logged does not depend on it."""
    return database_url


@pytest.fixture
def make_logging_app(make_app: MakeApp, settings: Settings) -> Iterator[MakeApp]:
    """Applications that log; how this process logs is afterwards as it was."""
    root, blog = logging.getLogger(), logging.getLogger("blog")
    handlers, level = list(root.handlers), blog.level
    yield make_app
    root.handlers[:] = handlers
    blog.setLevel(level)


@contextmanager
def written(log_format: Format) -> Iterator[io.StringIO]:
    """What the loggers of this process write meanwhile, as the format has it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FORMATTERS[log_format]())
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_of_json(make_logging_app: MakeApp, settings: Settings) -> None:
    visitor = Visitor(make_logging_app(replace(settings, log_format="json")))

    with written("json") as stream:
        page = visitor.get("/?page=secret", headers={"X-Request-ID": "from-the-router"})

    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert isinstance(told.pop("duration_ms"), float)
    assert told == {
        "level": "INFO",
        "logger": "blog.logs",
        "message": "GET / 200",
        "method": "GET",
        "path": "/",
        "status": 200,
        "bytes": len(page.response.data),
        "request_id": "from-the-router",
    }


def test_a_request_is_one_line_of_text(make_logging_app: MakeApp, settings: Settings) -> None:
    visitor = Visitor(make_logging_app(replace(settings, log_format="text")))

    with written("text") as stream:
        visitor.get("/nowhere?a=b", status=404, headers={"X-Request-ID": "n1"})

    expected = r"\S+Z INFO GET /nowhere 404 request_id=n1 duration_ms=\d+\.\d bytes=[1-9]\d*\n"
    assert re.fullmatch(expected, stream.getvalue())


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/admin/welcome/{TOKEN}", "/admin/welcome/…"),
        (f"/admin/welcome/{TOKEN}/", "/admin/welcome/…"),
        (f"/admin/welcome/{TOKEN}.", "/admin/welcome/…"),
        (f"/admin/welcome/{HALF}+{REST}/", "/admin/welcome/…"),
        (f"/admin/welcome/{HALF}/{REST}", "/admin/welcome/…"),
        (f"/admin/welcome/{HALF}%0A{REST}/", "/admin/welcome/…"),
        (f"/Admin/Welcome/{HALF}%20{REST}", "/Admin/Welcome/…"),
        (f"/admin/welcome%20{HALF}+{REST}", "/admin/welcome …"),
        (f"/admin/welcome%252f{HALF}+{REST}", "/admin/welcome%2f…"),
        ("/posts/welcome/a", "/posts/welcome/…"),
        ("/posts/welcome-to-all", "/posts/welcome-to-all"),
        (f"/admin//welcome/{TOKEN}", "/admin//welcome/…"),
        (f"/welcome/{TOKEN}?next={TOKEN}", "/welcome/…"),
        ("/posts/a%0Ab%1b[31m", "/posts/a\\nb\\x1b[31m"),
        ("/posts/b%C3%BCcher", "/posts/bücher"),
        ("/posts/%E2%80%AEb", "/posts/\\u202eb"),
        ("/x/" + "long/" * 100, ("/x/" + "long/" * 100)[:200] + "…"),
    ],
)
def test_a_path_is_told_without_its_secrets(
    make_logging_app: MakeApp, settings: Settings, path: str, shown: str
) -> None:
    client = make_logging_app(replace(settings, log_format="json")).test_client()

    with written("json") as stream:
        client.get(path)

    assert json.loads(stream.getvalue())["path"] == shown


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_fault_is_one_line_with_its_traceback_and_request_id(
    make_logging_app: MakeApp, settings: Settings, log_format: Literal["json", "text"]
) -> None:
    app = make_logging_app(replace(settings, log_format=log_format))
    app.testing = False

    @app.get("/broken/<token>")
    def broken(token: str) -> str:
        raise RuntimeError(f"https://b.example/key?X-Amz-Signature=signed and {token}\nand forged")

    with written(log_format) as stream:
        page = Visitor(app).get(f"/broken/{TOKEN}?q=hidden", status=500)

    fault, request = stream.getvalue().splitlines()
    number = page.response.headers["X-Request-ID"]
    for part in (
        "ERROR",
        "Fault in GET /broken/",
        "RuntimeError",
        "https://b.example/key?",
        number,
    ):
        assert part in fault
    assert number in request
    for secret in (TOKEN, "signed", "hidden"):
        assert secret not in stream.getvalue()


def test_development_and_tests_log_no_requests(reader: Visitor) -> None:
    with written("json") as stream:
        reader.get("/")

    assert stream.getvalue() == ""


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_gunicorn_on_heroku_tells_each_request_once_and_nobodys_secrets(
    database_url: str, bucket: BucketServer, log_format: str
) -> None:
    environment = production(
        database_url,
        bucket.url,
        LOG_FORMAT=log_format,
        # As Heroku's buildpack sets it.
        GUNICORN_CMD_ARGS="--access-logfile -",
        FORWARDED_ALLOW_IPS="*",
    )
    link = first_link(environment)
    with gunicorn(environment) as server:
        with RemoteAuthor(server.url) as author:
            author.welcome(link)
            cookie = author.session.cookies["session"]
            author.upload(photos.jpeg())
            author.get("/?q=a-private-question")
            author.get("/posts/one-by-its-name", status=404)
            author.get("/static/css/admin.css")
            requests.get(server.url, headers={"Authorization": "Bearer hidden"}, timeout=10)
        assert server.stop() == 0
        log = server.log

    told = lines_of(log, log_format)
    assert len([line for line in told if "GET /posts/one-by-its-name 404" in line]) == 1
    assert len([line for line in told if "GET /static/css/admin.css 200" in line]) == 1
    assert len([line for line in told if "/admin/welcome/… " in line]) == 2
    assert any("Booting worker" in line for line in told)
    token = link.rpartition("/")[2]
    secrets = ["private-question", "Bearer", "X-Amz", "correct horse battery"]
    for secret in [*secrets, token, cookie, environment["SECRET_KEY"]]:
        assert secret not in log


def lines_of(log: str, log_format: str) -> list[str]:
    """What each line says; every one has to be of the format."""
    if log_format == "text":
        found = [re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z [A-Z]+ (.*)", x) for x in log.splitlines()]
        assert None not in found, log
        return [line[1] for line in found if line]
    records: list[dict[str, Any]] = [json.loads(line) for line in log.splitlines()]
    assert all(told.keys() >= {"time", "level", "logger"} for told in records)
    return [told["message"] for told in records]
