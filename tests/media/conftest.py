"""An author at an app whose bucket is there."""

from dataclasses import replace

import pytest

from blog.config import Settings
from blog.local.server import BucketServer
from tests.media.uploads import Uploader
from tests.pages import Visitor


@pytest.fixture
def settings(settings: Settings, bucket: BucketServer) -> Settings:
    return replace(settings, endpoint_url=bucket.url, media_url="")


@pytest.fixture
def uploader(author: Visitor) -> Uploader:
    return Uploader(author)
