"""`make run`: the blog and its embedded bucket on this machine, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.parse import urlsplit

from alembic.config import Config
from flask import Flask, url_for
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from alembic import command
from blog import create_app
from blog.accounts.links import issue_first_admin_link
from blog.bucket.check.words import MAKE_A_KEY
from blog.config import INSTANCE, ROOT, Settings
from blog.db import now, session

HOST = "127.0.0.1"


def main() -> None:
    settings = Settings.from_environment()
    if settings.environment != "development":
        sys.exit(f"make run is for development; ENV is {settings.environment}.")
    if not settings.access_key_id:
        sys.exit(f"AWS_ACCESS_KEY_ID is not set, which the blog stores with. {MAKE_A_KEY}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    try:
        _migrate(settings)
        app = create_app(settings)
        with _bind(app, settings.port) as server, _bucket(settings):
            _greet(app)
            server.serve_forever()  # until it is interrupted
    except KeyboardInterrupt:
        pass
    print("\nStopped. What you wrote is kept in instance/.", flush=True)


def _migrate(settings: Settings) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = settings.database_url
    command.upgrade(config, "head")


def _bind(app: Flask, port: int) -> BaseWSGIServer:
    try:
        listener = socket.create_server((HOST, port))
    except PermissionError:
        sys.exit(f"Port {port} is for the system. Choose another one: make run PORT=8000")
    except OSError:
        sys.exit(
            f"Port {port} is taken, perhaps by a blog that runs already. "
            f"Choose another one: make run PORT={port + 1}"
        )
    return make_server(
        HOST, port, app, threaded=True, request_handler=_QuietHandler, fd=listener.detach()
    )


@contextmanager
def _bucket(settings: Settings) -> Iterator[None]:
    """The embedded bucket in a process of its own, unless the settings name another one."""
    endpoint = urlsplit(settings.endpoint_url or "")
    if not settings.is_bucket_embedded or endpoint.hostname != HOST:
        yield
        return
    arguments = ["--port", str(endpoint.port or 80), "--directory", str(INSTANCE / "bucket")]
    process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own arguments)
        [sys.executable, "-m", "blog.local", *arguments, "--exit-with-parent"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; the bucket ends after the last request
    )
    try:
        if process.stdout is None or not process.stdout.readline():
            sys.exit(process.wait() or 1)  # it has said why
        yield
    finally:
        process.terminate()
        process.wait()


def _greet(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    with app.test_request_context():
        print(f"\n  Your blog:  {settings.site_url}")
        token = issue_first_admin_link(at=now())
        session.commit()
        if token:
            path = url_for("accounts.welcome", token=token)
            print(f"  Make the first admin (once, within a day):  {settings.site_url}{path}")
        else:
            print(f"  Write:      {settings.site_url}{url_for('accounts.sign_in')}")
    print("  Ctrl-C stops it.\n", flush=True)


def _end_with_parent(parent: int) -> None:
    """Ends the blog when make is gone, killed say, so that nothing holds the ports."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _QuietHandler(WSGIRequestHandler):
    """Says nothing of a request that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


if __name__ == "__main__":
    main()
