"""Addresses of static files that change when the file does, so that they may be kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

SCRIPTS = ("js", "vendor")
ENDPOINTS = ("static", "script")
KEPT_FOR_EVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    def static_url(path: str) -> str:
        return url_for("static", filename=path, v=_version(folder / path, _mtime(folder / path)))

    def script_url(path: str) -> str:
        """For a module, which imports others by relative addresses: they get the version, too."""
        return url_for("script", version=_scripts_version(folder), path=path)

    @app.get("/static/v/<version>/<path:path>", endpoint="script")
    def script(version: str, path: str) -> ResponseReturnValue:
        return send_from_directory(folder, path)

    app.add_template_global(static_url)
    app.add_template_global(script_url)

    @app.after_request
    def keep_versioned(response: Response) -> Response:
        """Only under its own version is a file kept for ever: with another one, an old page's say,
        somebody would keep today's content under yesterday's address, or the other way round."""
        if request.endpoint not in ENDPOINTS or response.status_code != 200:
            return response
        if request.endpoint == "script":
            asked, own = str((request.view_args or {})["version"]), _scripts_version(folder)
        elif "v" in request.args:
            path = folder / str((request.view_args or {})["filename"])
            asked, own = request.args["v"], _version(path, _mtime(path))
        else:
            return response
        is_own = asked == own
        response.headers["Cache-Control"] = KEPT_FOR_EVER if is_own else "no-cache"
        return response


def _mtime(path: Path) -> int:
    return path.stat().st_mtime_ns


@cache
def _version(path: Path, mtime: int) -> str:
    """The first digits of the content's hash; `mtime` makes an edited file asked anew."""
    return _digits(path.read_bytes())


def _scripts_version(folder: Path) -> str:
    """One version of all scripts: that of any of them is in the addresses of all."""
    paths = sorted(path for name in SCRIPTS for path in (folder / name).rglob("*.*"))
    return _digits("".join(_version(path, _mtime(path)) for path in paths).encode())


def _digits(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
