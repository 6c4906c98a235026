"""A WSGI application served from the test's own process: a store that is none, a CDN, a proxy."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def serving(
    application: WSGIApplication, *, port: int = 0, context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """The address of a server for it, on any free port; a `Response` answers everything alike."""
    server = make_server(
        "127.0.0.1",
        port,
        application,
        threaded=True,
        request_handler=Quiet,
        ssl_context=context,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
