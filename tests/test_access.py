"""Who may reach what: every route under /admin is closed, every writing request is guarded."""

from flask import Flask

from blog.accounts.access import is_open
from tests.pages import Visitor

OPEN = {"accounts.sign_in", "accounts.check_sign_in", "accounts.welcome", "accounts.use_link"}


def admin_routes(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, path and method of every route under /admin."""
    return [
        (rule.endpoint, path, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin")
        for path in [rule.rule.replace("<int:id>", "1").replace("<token>", "x")]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def test_only_the_ways_in_are_open(app: Flask) -> None:
    endpoints = {endpoint for endpoint, _, _ in admin_routes(app)}

    assert {e for e in endpoints if is_open(app, e)} == OPEN


def test_every_admin_route_asks_a_stranger_to_sign_in(app: Flask, reader: Visitor) -> None:
    routes = [route for route in admin_routes(app) if route[0] not in OPEN]

    assert len(routes) > 8
    for _, path, method in routes:
        answer = reader.client.open(path, method=method)
        if method == "GET":
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith("/admin/sign-in?next=/admin"), path
        else:
            assert answer.status_code == 401, path


def test_every_writing_request_needs_a_token(app: Flask, author: Visitor) -> None:
    routes = [route for route in admin_routes(app) if route[2] != "GET"]

    for _, path, method in routes:
        answer = author.client.open(path, method=method, data={"title": "x", "email": "a@b"})
        assert answer.status_code in (400, 404, 410, 422), path
        if answer.status_code == 422:
            assert "csrf" not in answer.text.lower() or "csrf_token" in answer.text, path


def test_a_stranger_who_sends_json_gets_json(reader: Visitor) -> None:
    answer = reader.client.post("/admin/media/", json={})

    assert answer.status_code == 401
    assert "signed out" in answer.get_json()["error"]


def test_a_form_from_somebody_who_was_signed_out_is_not_thrown_away(reader: Visitor) -> None:
    page = reader.post("/admin/posts/new", {"title": "Long work"}, status=401)

    assert "what you typed is still there" in page.text


def test_readers_get_no_cookie_and_the_same_page(reader: Visitor) -> None:
    for path in ("/", "/feed.xml", "/sitemap.xml", "/robots.txt"):
        response = reader.get(path).response
        assert "Set-Cookie" not in response.headers, path
        assert "Cookie" not in response.headers.get("Vary", ""), path


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(
    author: Visitor, app: Flask
) -> None:
    page = author.get("/admin/posts/")
    cookie = author.client.get_cookie("session")

    assert page.response.headers["Cache-Control"] == "no-store"
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
