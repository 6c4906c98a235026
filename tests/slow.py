"""The blog with one page that takes as long as its test wants, for gunicorn to serve.

/slow makes the file `started` in the folder SLOW_FOLDER, and answers once there is one named `go`.
Each worker that has started makes one named `worker-<pid>`.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from blog import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = b"word " * 50_000

blog = create_app()
folder = Path(os.environ["SLOW_FOLDER"])
(folder / f"worker-{os.getpid()}").touch()


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/slow":
        return blog(environ, start_response)
    (folder / "started").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    start_response("200 OK", [("Content-Length", str(len(BODY)))])
    return (BODY[start : start + 1000] for start in range(0, len(BODY), 1000))
