"""deploy/nginx.conf: which pages nginx keeps, for how long, and for whom."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from blog.config import ROOT
from tests.deploy.conftest import Installation, installed
from tests.deploy.nginx import Nginx, find_nginx
from tests.remote import RemoteAuthor
from tests.requirements import lacking
from tests.servers import Server

# What nginx answers from what it has; which it says depends on how long ago it got that.
KEPT = ("HIT", "STALE", "UPDATING")


def status(answer: requests.Response) -> str:
    return answer.headers["X-Cache-Status"]


def eventually(ask: Callable[[], requests.Response], *, until: Callable[..., bool]) -> str:
    """Asks until the answer is as it should be, half a minute at most; its cache status."""
    for _ in range(150):
        answer = ask()
        if until(answer):
            return status(answer)
        time.sleep(0.2)
    raise AssertionError(f"{answer.status_code} {answer.headers}\n{answer.text}")


def delete(author: RemoteAuthor, title: str) -> None:
    editor = re.search(rf'href="(/admin/posts/\d+)"[^>]*>\s*{title}', author.get("/admin/posts/"))
    assert editor
    author.submit(f"{editor[1]}/deletion", {})


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """The master and its workers stand still: they accept connections, and answer nothing."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not children.exists():
        lacking("/proc")
    processes = [server.process.pid, *map(int, children.read_text().split())]
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


def test_readers_notice_nothing_when_the_app_is_gone(migrated_sqlite: Path, tmp_path: Path) -> None:
    find_nginx()
    with installed(tmp_path, migrated_sqlite) as installation:
        nginx = installation.nginx
        installation.author.publish("Still here", "whatever happens")
        page = nginx.get("/posts/still-here")
        style = re.search(r'"(/static/css/[^"]+)"', page.text)
        assert style
        assert nginx.get(style[1]).ok
        installation.author.publish("Taken back", "before the app goes")
        assert nginx.get("/posts/taken-back").ok
        delete(installation.author, "Taken back")
        eventually(lambda: nginx.get("/posts/taken-back"), until=lambda a: a.status_code == 404)
        assert installation.application.stop() == 0

        away = eventually(
            lambda: nginx.get("/posts/still-here"), until=lambda a: status(a) != "HIT"
        )
        kept = nginx.get("/posts/still-here")
        taken_back = nginx.get("/posts/taken-back")
        unknown = nginx.get("/posts/never-asked-for")
        admin = nginx.get("/admin/")

        assert away in ("STALE", "UPDATING")
        assert kept.text == page.text
        assert taken_back.status_code == 404
        assert kept.headers["Cache-Control"] == "no-cache"
        assert status(nginx.get(style[1])) == "HIT"
        for answer in (unknown, admin):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "10"
            assert "Not available for a moment" in answer.text


def test_what_may_have_been_taken_back_is_not_shown_for_ever_without_the_app(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    find_nginx()
    sooner = {"stale-if-error=86400": "stale-if-error=1", "=10, stale-if": "=1, stale-if"}
    with installed(tmp_path, migrated_sqlite, changes=sooner) as installation:
        nginx = installation.nginx
        installation.author.publish("Mistaken", "for a moment")
        assert nginx.get("/posts/mistaken").ok
        assert installation.application.stop() == 0

        eventually(lambda: nginx.get("/posts/mistaken"), until=lambda a: a.status_code == 503)
