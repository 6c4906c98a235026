"""Behind proxies: whom they name is believed, whom a client names is not; hosts; https."""

import http.client
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from blog.config import Settings
from blog.local.server import BucketServer
from tests.pages import Visitor
from tests.servers import gunicorn, production

MakeApp = Callable[[Settings], Flask]

PROXY = "10.0.0.1"  # who connects to the blog
CLIENT = "203.0.113.7"  # who connected to the proxy
NOBODY = "6.6.6.6"  # whom the client claims to be

PATHS = ["/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/posts//x", "/admin/", "/admin/sign-in"]

FORGED = [
    ("X-Forwarded-For", NOBODY),
    ("X-Forwarded-For", f'"{NOBODY}'),  # a quotation mark that would swallow what comes after
    ("X-Forwarded-Proto", "http"),
    ("X-Forwarded-Proto", '"http'),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "8443"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Forwarded-Protocol", "ssl"),
    ("X-Forwarded-Ssl", "on"),
    ("X-Forwarded-Server", "evil.example"),
    ("X-Real-IP", NOBODY),
    ("X-Script-Name", "/evil"),
    ("X-Original-URL", "/admin/"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Request-ID", "evil.example"),
    ("Forwarded", f"for={NOBODY};host=evil.example;proto=http"),
    ("SCRIPT_NAME", "/evil"),
    ("Script-Name", "/evil"),
    ("PATH_INFO", "/admin/"),
    ("REMOTE_ADDR", NOBODY),
]


@pytest.fixture(params=["sqlite"])
def database_url(database_url: str) -> str:
    """One kind: no row is asked for here but the attempts to sign in."""
    return database_url


@pytest.mark.parametrize("proxies", [0, 1])
def test_forged_headers_change_no_page_feed_redirect_or_cookie(
    database_url: str, bucket: BucketServer, proxies: int
) -> None:
    environment = production(
        database_url,
        bucket.url,
        SITE_URL="https://blog.example.com",
        TRUSTED_PROXIES=str(proxies),
        FORWARDED_ALLOW_IPS="*",  # as Heroku's buildpack sets it
        WEB_CONCURRENCY="1",
    )
    with gunicorn(environment) as server:
        expected = {path: ask(server.url, path, {}, proxies) for path in PATHS}
        for name, value in FORGED:
            for path in PATHS:
                told = ask(server.url, path, {name: value}, proxies)
                assert told == expected[path], f"{name}: {value} changes {path}"

    assert expected["/"][0] == expected["/feed.xml"][0] == expected["/admin/sign-in"][0] == 200
    assert [expected[path][0] for path in ("/posts//x", "/admin/")] == [308, 302]
    assert expected["/admin/sign-in"][2] == [
        "__Host-session=…; Secure; HttpOnly; Path=/; SameSite=Lax"
    ]


def ask(
    url: str, path: str, forged: dict[str, str], proxies: int
) -> tuple[int, str | None, list[str], str]:
    """Status, redirect, cookies and text, as a client gets them whose request the proxies passed
    on: they write behind what it sent."""
    headers = {"Host": "blog.example.com", **forged}
    if proxies:
        for name, value in (("X-Forwarded-For", CLIENT), ("X-Forwarded-Proto", "https")):
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    cookies = [
        re.sub(r"=[^;]*; Expires=[^;]*|=[^;]*", "=…", each, count=1)
        for each in answer.msg.get_all("Set-Cookie", [])
    ]
    body = re.sub(r'((?:value|content)=")[\w.-]{60,}"', r'\1…"', body)  # the CSRF token
    return answer.status, answer.headers["Location"], cookies, body


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, PROXY),
        (0, NOBODY, PROXY),
        (1, None, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{NOBODY}, {CLIENT}", CLIENT),
        (1, f'"{NOBODY}, {CLIENT}', CLIENT),
        (1, f'{NOBODY}", "{NOBODY},{CLIENT}', CLIENT),
        (1, "2001:db8::7", "2001:db8::7"),
        (2, CLIENT, PROXY),  # one of the two did not write: nobody knows who asked
        (2, f"{NOBODY}, {CLIENT}, 198.51.100.1", CLIENT),
    ],
)
def test_attempts_to_sign_in_count_for_the_address_that_the_trusted_proxies_saw(
    make_app: MakeApp, settings: Settings, proxies: int, forwarded: str | None, expected: str
) -> None:
    visitor = Visitor(make_app(replace(settings, trusted_proxies=proxies)))
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    page = visitor.get("/admin/sign-in")

    visitor.client.post(
        "/admin/sign-in",
        data={"email": "a@b.example", "password": "wrong", "csrf_token": page.token()},
        headers={**headers, "Forwarded": f"for={NOBODY}", "X-Real-IP": NOBODY},
        environ_overrides={"REMOTE_ADDR": PROXY},
    )

    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        addresses = connection.scalars(text("SELECT address FROM sign_in_attempts")).all()
    engine.dispose()
    assert addresses == [expected]


@pytest.fixture
def behind_tls(make_app: MakeApp, settings: Settings) -> Visitor:
    """The visitor of a blog on https, with one proxy before it."""
    secure = replace(
        settings, site_url="https://blog.test", trusted_proxies=1, environment="production"
    )
    return Visitor(make_app(secure))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_who_came_without_tls_is_sent_to_the_same_page_with_it(
    behind_tls: Visitor, method: str
) -> None:
    answer = behind_tls.client.open(
        "/tags/b%C3%BC%3Fcher?page=2&q=%20x",
        method=method,
        base_url="http://blog.test",
        headers={"X-Forwarded-Proto": "https, http"},
    )

    assert answer.status_code == 308  # the method and what was sent stay
    assert answer.headers["Location"] == "https://blog.test/tags/b%C3%BC%3Fcher?page=2&q=%20x"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/%0d%0aA:b"])
def test_the_way_to_https_leads_to_no_other_site(behind_tls: Visitor, path: str) -> None:
    answer = behind_tls.client.get(
        "/",
        base_url="http://blog.test",
        headers={"X-Forwarded-Proto": "http"},
        environ_overrides={"PATH_INFO": path},
    )

    assert answer.headers.get("Location", "https://blog.test/").startswith("https://blog.test/")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_load_balancers_ask_without_tls_and_under_any_name(behind_tls: Visitor, path: str) -> None:
    page = behind_tls.get(path, base_url="http://10.1.2.3", headers={"X-Forwarded-Proto": "http"})

    assert page.response.status_code == 200
    assert "Strict-Transport-Security" not in page.response.headers


@pytest.mark.parametrize("headers", [{"X-Forwarded-Proto": "https"}, {}])
def test_who_came_by_tls_is_told_to_stay_with_it(
    behind_tls: Visitor, headers: dict[str, str]
) -> None:
    """So is everybody where the proxy does not say: SITE_URL tells how readers come."""
    page = behind_tls.get("/", base_url="http://blog.test", headers=headers)

    assert page.response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_a_trusted_proxy_nobody_is_redirected(
    make_app: MakeApp, settings: Settings
) -> None:
    visitor = Visitor(make_app(replace(settings, site_url="https://blog.test")))

    visitor.get("/", base_url="http://blog.test", headers={"X-Forwarded-Proto": "http"})


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("blog.test", 200),
        ("BLOG.test:8080", 200),
        ("www.blog.test", 200),
        ("[::1]:8000", 200),
        ("localhost", 400),
        ("127.0.0.1", 400),
        ("evil.example", 400),
        ("blog.test.evil.example", 400),
        ("evil.example/blog.test", 400),
        ("blog.test@evil.example", 400),
        ("", 400),
    ],
)
def test_the_blog_answers_under_its_own_names(
    make_app: MakeApp, settings: Settings, host: str, status: int
) -> None:
    named = replace(settings, environment="production", trusted_hosts=("www.blog.test", "::1"))
    visitor = Visitor(make_app(named))

    visitor.get("/", headers={"Host": host}, status=status)


@pytest.mark.parametrize("environment", ["development", "testing"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machines_names_are_known_where_the_blog_is_not_deployed(
    make_app: MakeApp, settings: Settings, environment: str, host: str
) -> None:
    visitor = Visitor(make_app(replace(settings, environment=environment)))

    visitor.get("/", headers={"Host": host})


@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_a_name_that_is_not_known_is_answered_with_what_to_set(
    reader: Visitor, accepted: str
) -> None:
    headers = {"Host": "blog.example.com", "Accept": accepted}

    page = reader.get("/posts/a", headers=headers, status=400)

    for words in ("blog.example.com", "http://blog.test", "SITE_URL", "TRUSTED_HOSTS"):
        assert words in page.text
    assert page.response.mimetype == accepted
