"""Headers that tell browsers what our pages never do."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from blog.accounts.access import is_admin_path
from blog.config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    media, bucket = _origin(settings.media_url), _origin(settings.bucket_url)
    # Posts may show pictures of other sites; nothing else comes from elsewhere.
    reader = (
        f"default-src 'self'; img-src 'self' https: data: {media}; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    admin = (
        f"default-src 'self'; img-src 'self' https: data: blob: {media}; "
        f"connect-src 'self' {bucket}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        is_admin = is_admin_path(request.path)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", admin if is_admin else reader)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        if is_admin:
            headers.setdefault("Cache-Control", "no-store")
        if settings.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
