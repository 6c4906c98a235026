"""Who asks, by which scheme and under which name, where proxies stand before the blog.

Of what proxies say only X-Forwarded-For and X-Forwarded-Proto are read, and of these only what the
trusted ones added: a client may send the same headers, but each proxy appends to their end. The
host is that of the Host header; the addresses in pages, feeds and redirects come from SITE_URL.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue

from blog.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Load balancers ask by address and without TLS; static files are the same under every name, and
# the page that refuses one looks as it should with them.
ANSWERED_ANYHOW = ("health.alive", "health.ready", "static", "script")

LONGEST_HOST = 100  # characters that a page repeats

_PORT = re.compile(r":\d+$", re.ASCII)


def init_app(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]

    @app.before_request
    def refuse_other_hosts() -> None:
        name = _PORT.sub("", request.host).strip("[]").lower()
        if name not in settings.hosts and request.endpoint not in ANSWERED_ANYHOW:
            abort(
                400,
                f"This blog was asked for as “{request.host[:LONGEST_HOST]}”, and does not know "
                f"that name. Its address (SITE_URL) is {settings.site_url}. Whoever runs it: set "
                "SITE_URL if the blog has moved, or list the name in TRUSTED_HOSTS if it is "
                "another one of the same blog.",
            )

    @app.before_request
    def redirect_to_https() -> ResponseReturnValue | None:
        """With 308, so that a form which was sent in the clear is sent again, and not lost."""
        is_plain = settings.is_secure and is_known_to_be_plain()
        if not is_plain or request.endpoint in ANSWERED_ANYHOW:
            return None
        path = quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=~")
        query = request.query_string.decode("latin-1")
        return redirect(f"{settings.site_url}/{path}{'?' if query else ''}{query}", 308)


class TrustedProxies:
    """Takes the client's address and scheme from what the trusted proxies added.

    Unlike Werkzeug's ProxyFix it splits at every comma: there a quotation mark in what a client
    sent makes one word of it and of the proxy's own, and so hides who asks.
    """

    def __init__(self, application: "WSGIApplication", count: int) -> None:
        self.application = application
        self.count = count

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if address := self._added(environ.get("HTTP_X_FORWARDED_FOR", "")):
            environ["REMOTE_ADDR"] = address
        scheme = self._added(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
            environ["blog.is_plain"] = scheme == "http"
        return self.application(environ, start_response)

    def _added(self, header: str) -> str:
        """What the first of the trusted proxies saw; empty where fewer have written."""
        values = [value.strip() for value in header.split(",")]
        return values[-self.count] if len(values) >= self.count else ""


def is_known_to_be_plain() -> bool:
    """Whether a trusted proxy said that the client came without TLS; without one nobody knows."""
    return bool(request.environ.get("blog.is_plain"))
