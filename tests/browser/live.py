"""The app behind a real socket, and a count of what came through it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Counted:
    """A WSGI application that adds up the bytes of the requests: lines, headers, and bodies."""

    def __init__(self, app: WsgiApp) -> None:
        self.app = app
        self.received = 0
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        headers = sum(
            len(name) + len(str(value))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        )
        body = int(environ.get("CONTENT_LENGTH") or 0)
        with self.lock:
            self.received += len(environ["RAW_URI"]) + headers + body
        answer = self.app(environ, start)
        try:
            return [b"".join(answer)]
        finally:
            # At once: Werkzeug forgets to where the client has gone away.
            if hasattr(answer, "close"):
                answer.close()


class LiveApp:
    """The app on a port of 127.0.0.1, which can be stopped and started again."""

    def __init__(self, app: Flask, port: int) -> None:
        self.counted = Counted(app.wsgi_app)
        app.wsgi_app = self.counted  # type: ignore[method-assign, assignment]
        self.app = app
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        self.server = make_server(
            "127.0.0.1", self.port, self.app, threaded=True, request_handler=_SilentHandler
        )
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class _SilentHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass
