"""deploy/nginx.conf: what readers get while the app is away, and for how long."""

import re
import time
from pathlib import Path

from tests.deploy.conftest import installed
from tests.deploy.nginx import delete, eventually, find_nginx, status


def test_readers_notice_nothing_when_the_app_is_gone(migrated_sqlite: Path, tmp_path: Path) -> None:
    find_nginx()
    # Else what it shows while it asks behind the reader's back would do for some seconds.
    at_once = {"stale-while-revalidate=10": "stale-while-revalidate=0"}
    with installed(tmp_path, migrated_sqlite, changes=at_once) as installation:
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
        nginx.get("/admin/welcome/a-secret-of-one-time")

        assert away == "STALE"
        assert kept.text == page.text
        assert taken_back.status_code == 404
        assert kept.headers["Cache-Control"] == "no-cache"
        assert status(nginx.get(style[1])) == "HIT"
        for answer in (unknown, admin):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "10"
            assert "Not available for a moment" in answer.text
        errors = (nginx.folder / "error.log").read_text()
        assert '"GET /admin/ ' in errors
        assert "a-secret-of-one-time" not in errors


def test_what_may_have_been_taken_back_is_not_shown_for_ever_without_the_app(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    find_nginx()
    with installed(tmp_path, migrated_sqlite, changes={"inactive=1d": "inactive=1s"}) as ours:
        ours.author.publish("Mistaken", "for a moment")
        assert ours.nginx.get("/posts/mistaken").ok
        assert ours.application.stop() == 0
        for _ in range(150):  # nginx looks every ten seconds; to ask would renew it
            if not any(each.is_file() for each in tmp_path.glob("signpost-pages/**/*")):
                break
            time.sleep(0.2)

        assert ours.nginx.get("/posts/mistaken").status_code == 503
