"""What pages, the admin's pages and scripts may do, by the headers that come with them."""

import re

import pytest

from blog.config import Settings
from tests.pages import Visitor


def test_a_readers_page_runs_no_wasm_and_shows_videos_of_the_bucket_only(
    reader: Visitor, settings: Settings
) -> None:
    policy = directives(reader, "/")

    assert policy["default-src"] == ["'self'"]
    assert "script-src" not in policy
    assert policy["media-src"] == ["'self'", origin(settings.media_url)]


def test_the_admins_pages_have_workers_and_show_what_is_not_uploaded_yet(
    author: Visitor, settings: Settings
) -> None:
    policy = directives(author, "/admin/posts/new")

    assert policy["worker-src"] == ["'self'"]
    assert policy["media-src"] == ["'self'", "blob:", origin(settings.media_url)]
    assert "blob:" in policy["img-src"]
    assert "script-src" not in policy


@pytest.mark.parametrize("folder", ["/static", "/static/v/0123456789ab"])
def test_a_worker_may_run_wasm_and_nothing_of_elsewhere(reader: Visitor, folder: str) -> None:
    policy = directives(reader, f"{folder}/js/prepare/worker.js")

    assert policy["default-src"] == ["'self'"]
    assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert "worker-src" not in policy


def test_a_worker_that_has_not_changed_may_still_run_wasm(reader: Visitor) -> None:
    path = "/static/js/prepare/worker.js"
    first = reader.get(path, buffered=True).response

    again = reader.client.get(path, buffered=True, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_a_page_that_says_that_a_script_is_missing_runs_no_wasm(reader: Visitor) -> None:
    policy = directives(reader, "/static/js/none.js", status=404)

    assert "script-src" not in policy


def test_a_file_is_kept_for_ever_under_its_own_version_only(author: Visitor) -> None:
    page = author.get("/admin/posts/new").text
    addresses = re.findall(r'"(/static/[^"]+(?:\?v=|/v/)[^"]+)"', page)
    addresses += re.findall(r'"(/static/v/[^"]+)"', page)
    assert {"?v=" in address for address in addresses} == {True, False}

    for address in addresses:
        another = re.sub(r"(v[=/])[0-9a-f]{12}", r"\g<1>0123456789ab", address)
        assert "immutable" in cache_control(author, address)
        assert cache_control(author, another) == "no-cache"


def cache_control(visitor: Visitor, path: str) -> str:
    return visitor.get(path, buffered=True).response.headers["Cache-Control"]


def directives(visitor: Visitor, path: str, *, status: int = 200) -> dict[str, list[str]]:
    header = visitor.get(path, status=status, buffered=True).response.headers[
        "Content-Security-Policy"
    ]
    return {name: values for name, *values in map(str.split, header.split(";"))}


def origin(url: str) -> str:
    found = re.match(r"\w+://[^/]+", url)
    assert found
    return found[0]
