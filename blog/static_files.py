"""Addresses of static files that change when the file does, so that they may be kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    def static_url(path: str) -> str:
        return url_for("static", filename=path, v=_version(folder / path, _mtime(folder / path)))

    app.add_template_global(static_url)
    app.after_request(_keep_versioned)


def _mtime(path: Path) -> int:
    return path.stat().st_mtime_ns


@cache
def _version(path: Path, mtime: int) -> str:
    """The first digits of the content's hash; `mtime` makes an edited file asked anew."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
