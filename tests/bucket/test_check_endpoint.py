"""What answers at the endpoint, and is no S3."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from werkzeug.wrappers import Response

from blog.bucket import setup
from blog.bucket.check import QUICK, check_bucket
from blog.config import Settings
from blog.storage import ObjectStore, StorageError
from blog.storage.administration import Administration
from tests.bucket.commands import settings_for
from tests.bucket.sabotage import failures, right_bucket
from tests.serving import serving

GRANTS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PUT",
    "Access-Control-Allow-Headers": "*",
}


@pytest.mark.parametrize("status", [200, 204, 401, 403, 404])
def test_pages_are_no_s3(status: int) -> None:
    page = Response("<html><h1>Welcome</h1></html>", status, GRANTS, mimetype="text/html")
    with right_bucket() as bucket, serving(page) as url:
        everything = bucket.check(endpoint_url=url)
        quick = check_bucket(bucket.settings(endpoint_url=url), QUICK)

        assert failures({result.name: result for result in quick}) == {"endpoint"}
    assert failures(everything) == {"endpoint"}
    assert "is no S3" in everything["endpoint"].cause
    assert "S3_ENDPOINT_URL" in everything["endpoint"].fix


ASKED: dict[str, Callable[[Settings], object]] = {
    "an object": lambda settings: ObjectStore(settings).stat("media/picture.webp"),
    "objects": lambda settings: list(ObjectStore(settings).objects("pending/")),
    "open uploads": lambda settings: list(ObjectStore(settings).open_uploads("media/")),
    "parts": lambda settings: ObjectStore(settings).parts("media/video.mp4", "an id"),
    "the bucket": lambda settings: Administration(settings).region(),
    "its settings": lambda settings: setup.look(Administration(settings)),
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("text", ["", "plain", "<html><br>Welcome</h1>", '{"error": 1}'])
@pytest.mark.parametrize("status", [301, 307, 400, 403, 503])
def test_pages_instead_of_answers_are_errors_in_our_words(
    status: int, text: str, asked: str
) -> None:
    page = Response(text, status, mimetype="text/html")
    with serving(page) as url, patch("time.sleep"), pytest.raises(StorageError):
        ASKED[asked](settings_for(url))
