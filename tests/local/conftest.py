"""A bucket of its own for each test, and its owner's client."""

from collections.abc import Iterator
from typing import Any

import pytest

from blog.local.server import BucketServer
from tests.local.sending import connect


@pytest.fixture
def bucket() -> Iterator[BucketServer]:
    with BucketServer() as server:
        yield server


@pytest.fixture
def owner(bucket: BucketServer) -> Iterator[Any]:
    client = connect(bucket.url)
    yield client
    client.close()
