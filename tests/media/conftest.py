"""An author at an app whose bucket is there."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from flask import Flask
from mypy_boto3_s3 import S3Client

from blog.accounts.models import User
from blog.config import Settings
from blog.db import now, session
from blog.local.server import BucketServer
from tests.conftest import PASSWORD, signed_in
from tests.media.uploads import Item, Uploader, a_film, connect
from tests.pages import Visitor


@pytest.fixture
def settings(settings: Settings, bucket: BucketServer) -> Settings:
    return replace(settings, endpoint_url=bucket.url, media_url="")


@pytest.fixture
def uploader(author: Visitor) -> Uploader:
    return Uploader(author)


@pytest.fixture(params=["post", "put"])
def either_way(
    request: pytest.FixtureRequest,
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    ada: User,
) -> Uploader:
    """An author of a blog that signs forms, and of one that signs PUTs."""
    return Uploader(signed_in(make_app(replace(settings, upload_method=request.param)), ada))


@pytest.fixture
def somebody_else(app: Flask) -> Uploader:
    """Another author of the same blog."""
    with app.app_context():
        user = User.create("grace@example.com", PASSWORD, name="Grace Hopper", at=now())
        session.add(user)
        session.commit()
    return Uploader(signed_in(app, user))


@pytest.fixture
def owner(settings: Settings) -> Iterator[S3Client]:
    """Who may do anything in the bucket."""
    with closing(connect(settings)) as client:
        yield client


@pytest.fixture(scope="session")
def film() -> Item:
    return a_film()
