"""deploy/nginx.conf: which pages nginx keeps, for how long, and for whom."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.processes import ARE_COUNTED, family
from blog.config import ROOT
from tests.deploy.conftest import Installation
from tests.deploy.nginx import Nginx, delete, eventually, status
from tests.remote import RemoteAuthor
from tests.requirements import lacking
from tests.servers import Server

# What nginx answers from what it has; which it says depends on how long ago it got that.
KEPT = ("HIT", "STALE", "UPDATING")


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """The master and its workers stand still: they accept connections, and answer nothing."""
    if not ARE_COUNTED:
        lacking("/proc")
    processes = family(server.process.pid)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def test_a_page_is_asked_for_once_and_then_kept(nginx: Nginx, author: RemoteAuthor) -> None:
    author.publish("Kept", "for a moment")

    first, second = nginx.get("/posts/kept"), nginx.get("/posts/kept")

    assert status(first) == "MISS"
    assert status(second) in KEPT
    assert second.text == first.text
    assert second.headers["Cache-Control"] == "no-cache"  # a browser asks each time
    assert second.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert "Set-Cookie" not in first.headers


def test_an_unchanged_page_is_not_sent_again(nginx: Nginx) -> None:
    first = nginx.get("/")

    second = nginx.get("/", **{"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304


def test_no_reader_waits_while_nginx_asks_for_the_new_page(
    installation: Installation, nginx: Nginx
) -> None:
    nginx.get("/feed.xml")
    time.sleep(2.1)  # it is kept for one second; nginx counts whole ones

    with frozen(installation.application):
        first, second = nginx.get("/feed.xml"), nginx.get("/feed.xml")

    assert (status(first), status(second)) == ("STALE", "UPDATING")


def test_a_change_is_seen_at_once_by_its_author_and_then_by_all(
    nginx: Nginx, author: RemoteAuthor
) -> None:
    before = nginx.get("/")
    author.publish("Brand new", "just now")

    own = author.session.get(f"{nginx.url}/", timeout=10)
    after = nginx.get("/")

    assert "Brand new" not in before.text
    assert status(own) in ("BYPASS", "EXPIRED")
    assert "Brand new" in own.text
    assert "Brand new" in after.text


def test_what_is_taken_back_is_gone_for_everybody(nginx: Nginx, author: RemoteAuthor) -> None:
    author.publish("A mistake", "which nobody should read")
    eventually(lambda: nginx.get("/posts/a-mistake"), until=lambda answer: answer.ok)

    delete(author, "A mistake")

    eventually(lambda: nginx.get("/posts/a-mistake"), until=lambda a: a.status_code == 404)
    assert nginx.get("/posts/a-mistake").status_code == 404


def test_a_query_makes_no_page_of_its_own(nginx: Nginx, author: RemoteAuthor) -> None:
    author.publish("Linked", "from elsewhere")

    plain = nginx.get("/posts/linked")
    linked = nginx.get("/posts/linked?utm_source=elsewhere#there")

    assert status(linked) in KEPT
    assert linked.text == plain.text
    # A path is not normalized, however: what leads to the plain address must not stand for it.
    assert nginx.get("/posts//linked?a=b").headers["Location"].endswith("/posts/linked")
    assert nginx.get("/posts/linked").status_code == 200


def test_the_second_page_of_a_tag_is_another_than_its_first(
    nginx: Nginx, author: RemoteAuthor
) -> None:
    for number in range(11):
        gull = {"title": f"Gull {number:02}", "body": "flies", "tags": "gulls", "publish": "1"}
        author.submit("/admin/posts/new", gull)

    first, second = nginx.get("/tags/gulls"), nginx.get("/tags/gulls?a=b&page=2")

    assert (first.text.count("Gull 10"), first.text.count("Gull 00")) != (0, 0)
    assert "Gull 00" in second.text
    assert "Gull 00" not in first.text


def test_reader_pages_ask_for_no_parameter_that_nginx_takes_away() -> None:
    sources = (ROOT / "blog" / "reader").glob("*.py")
    asked = [name for s in sources for name in re.findall(r"request\.args(.{0,20})", s.read_text())]

    assert asked
    assert {name[:11] for name in asked} == {'.get("page"'}


def test_an_address_that_nothing_has_is_asked_for_once(nginx: Nginx) -> None:
    first, second = nginx.get("/wp-login.php"), nginx.get("/wp-login.php")

    assert (first.status_code, second.status_code) == (404, 404)
    assert status(second) in KEPT


def test_a_page_that_comes_later_is_found(nginx: Nginx, author: RemoteAuthor) -> None:
    early = nginx.get("/posts/not-yet")

    author.publish("Not yet", "but now")

    assert early.status_code == 404
    eventually(lambda: nginx.get("/posts/not-yet"), until=lambda answer: answer.ok)


def test_what_a_script_is_told_is_not_kept_for_people(nginx: Nginx) -> None:
    nginx.get("/posts/nowhere", Accept="application/json", **{"X-CSRFToken": "x"})

    answer = nginx.get("/posts/nowhere", Accept="text/html")

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Nothing is here" in answer.text


def test_the_admin_is_never_kept(nginx: Nginx, author: RemoteAuthor) -> None:
    for path in ("/admin/", "/admin/posts/", "/%61dmin/posts/", "//admin/posts/"):
        mine = author.session.get(f"{nginx.url}{path}", timeout=10)
        somebodys = nginx.get(path)

        assert mine.ok
        assert "X-Cache-Status" not in mine.headers
        assert "X-Cache-Status" not in somebodys.headers
        assert somebodys.status_code in (302, 308), path  # to sign in, or to the plain address
        assert mine.headers["Cache-Control"] == "no-store"

    kept = (f.read_bytes() for f in nginx.folder.glob("signpost-*/**/*") if f.is_file())
    for content in kept:
        assert b"session=" not in content
        assert b"csrf" not in content


def test_neither_is_its_health(nginx: Nginx) -> None:
    for path in ("/healthz", "/readyz"):
        answer = nginx.get(path)

        assert answer.ok
        assert "X-Cache-Status" not in answer.headers
