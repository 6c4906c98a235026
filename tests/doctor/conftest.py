"""A sound installation, which each test spoils in its own way."""

from dataclasses import replace

import pytest

from blog.config import Settings
from blog.local.server import BucketServer
from tests.doctor.doctoring import GOOD_KEY
from tests.postgres import free_port


@pytest.fixture
def settings(settings: Settings, bucket: BucketServer) -> Settings:
    site_url = f"http://127.0.0.1:{free_port()}"
    return replace(
        settings, site_url=site_url, endpoint_url=bucket.url, media_url="", secret_key=GOOD_KEY
    )
