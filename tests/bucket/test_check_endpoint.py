"""What answers at the endpoint, and is no S3."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from blog.bucket.check import QUICK, check_bucket
from tests.bucket.sabotage import failures, right_bucket

GRANTS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PUT",
    "Access-Control-Allow-Headers": "*",
}


@contextmanager
def answering(answer: Response) -> Iterator[str]:
    """The address of a server that gives one answer to everything."""
    server = make_server("127.0.0.1", 0, answer, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404])
def test_pages_are_no_s3(status: int) -> None:
    page = Response("<html><h1>Welcome</h1></html>", status, GRANTS, mimetype="text/html")
    with right_bucket() as bucket, answering(page) as url:
        everything = bucket.check(endpoint_url=url)
        quick = check_bucket(bucket.settings(endpoint_url=url), QUICK)

        assert failures({result.name: result for result in quick}) == {"endpoint"}
    assert failures(everything) == {"endpoint"}
    assert "is no S3" in everything["endpoint"].cause
    assert "S3_ENDPOINT_URL" in everything["endpoint"].fix
