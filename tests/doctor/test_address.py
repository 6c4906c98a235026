"""`flask doctor` on SITE_URL: what answers there, and whether it is this blog."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import trustme
from flask import Flask

from blog.accounts.models import User
from blog.config import Settings
from blog.doctor.address import proxies
from blog.doctor.installation import Installation
from tests.doctor.doctoring import GOOD_KEY, doctor, serving

type MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize(
    ("environment", "outcome"), [("development", "noted"), ("staging", "failed")]
)
def test_nobody_at_site_url(
    make_app: MakeApp, settings: Settings, environment: str, outcome: str
) -> None:
    app = make_app(replace(settings, environment=environment))

    assert doctor(app)["SITE_URL"].outcome == outcome


class Front:
    """Something before the blog, or instead of it, that answers pages in its own way."""

    def __init__(self, app: Flask, status: int, location: str = "", *, health: bool = True) -> None:
        self.app, self.status, self.location, self.health = app, status, location, health

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.health and environ["PATH_INFO"] == "/healthz":
            return self.app(environ, start_response)
        start_response(f"{self.status} So", [("Location", self.location)] if self.location else [])
        return [b"Hello"]  # as it is: Werkzeug would correct where it leads


@pytest.mark.parametrize(
    ("status", "location", "health", "words"),
    [
        (200, "", False, "Something else answers"),
        (404, "", False, "Something else answers"),
        (301, "https://www.blog.example/", False, "Set SITE_URL=https://www.blog.example"),
        (302, "/", True, "X-Forwarded-Proto"),
        (
            301,
            "https://ada:word@www.blog.example/",
            False,
            "Set SITE_URL=https://www.blog.example,",
        ),
        (301, "http://[bad", False, "Something else answers"),
        (503, "", True, "log"),
    ],
)
def test_site_url_that_leads_elsewhere(
    app: Flask, settings: Settings, status: int, location: str, health: bool, words: str
) -> None:
    with serving(Front(app, status, location, health=health), settings):
        result = doctor(app)["SITE_URL"]

    assert result.outcome == "failed"
    assert words in f"{result.cause} {result.fix}"


def test_proxy_that_passes_another_host(app: Flask, settings: Settings) -> None:
    def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["HTTP_HOST"] = "upstream.internal"
        return app(environ, start_response)

    with serving(proxy, settings):
        result = doctor(app)["SITE_URL"]

    assert (result.outcome, result.happened) == ("failed", "400")
    assert "TRUSTED_HOSTS" in result.fix


def test_certificate_of_nobody_known(make_app: MakeApp, settings: Settings) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("blog.example").configure_cert(context)
    secure = replace(
        settings, site_url=settings.site_url.replace("http:", "https:"), environment="production"
    )
    app = make_app(secure)

    with serving(app, secure, context):
        results = doctor(app)

    assert results["SITE_URL"].outcome == "failed"
    assert "certificate" in results["SITE_URL"].cause
    assert results["proxies"].outcome == "noted"
    assert "TRUSTED_PROXIES" in results["proxies"].fix


def test_another_signpost_at_site_url(
    app: Flask, make_app: MakeApp, settings: Settings, ada: User
) -> None:
    other = make_app(replace(settings, secret_key=GOOD_KEY[::-1]))

    with serving(other, settings):
        result = doctor(app)["SITE_URL"]

    assert (result.outcome, result.happened) == ("failed", "another Signpost")
    assert "SITE_URL" in result.fix


@pytest.mark.parametrize(("number", "outcome"), [(0, "noted"), (1, "passed"), (5, "noted")])
def test_number_of_proxies(settings: Settings, number: int, outcome: str) -> None:
    changed = replace(
        settings,
        site_url="https://blog.example",
        environment="production",
        trusted_proxies=number,
    )

    result = proxies.look(Installation(changed))

    assert result.outcome == outcome
    assert f"TRUSTED_PROXIES={number}" in result.happened
