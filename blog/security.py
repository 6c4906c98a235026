"""Headers that tell browsers what our pages never do."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from blog import static_files
from blog.accounts.access import is_admin_path
from blog.config import Settings
from blog.proxies import is_known_to_be_plain


def init_app(app: Flask, settings: Settings) -> None:
    media, bucket = _origin(settings.media_url), _origin(settings.bucket_url)
    everywhere = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    # Posts may show pictures of other sites; nothing else comes from elsewhere.
    reader = (
        f"default-src 'self'; img-src 'self' https: data: {media}; media-src 'self' {media}; "
        f"{everywhere}"
    )
    admin = (
        f"default-src 'self'; img-src 'self' https: data: blob: {media}; "
        f"media-src 'self' blob: {media}; worker-src 'self'; connect-src 'self' {bucket}; "
        f"{everywhere}"
    )
    # What holds for a worker is the header of its own script, not that of the page: the codecs
    # that prepare pictures there are WebAssembly, which no page may run.
    static = f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; {everywhere}"

    @app.after_request
    def add_headers(response: Response) -> Response:
        is_admin = is_admin_path(request.path)
        # By the endpoint: a 304 has no type, and replaces the policy that the browser has kept.
        is_static = request.endpoint in static_files.ENDPOINTS and response.status_code < 400
        policy = static if is_static else admin if is_admin else reader
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        # Scripts ask for dozens of others, each time with their own long address otherwise.
        referrer = "no-referrer" if is_static else "strict-origin-when-cross-origin"
        headers.setdefault("Referrer-Policy", referrer)
        if is_admin:
            headers.setdefault("Cache-Control", "no-store")
        if settings.is_secure and not is_known_to_be_plain():  # RFC 6797, 7.2
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
