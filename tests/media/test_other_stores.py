"""Stores that are not quite S3: without presigned POST, or without checksums."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import boto3
import pytest
from botocore.config import Config
from flask import Flask
from mypy_boto3_s3 import S3Client

from blog.accounts.models import User
from blog.config import Settings
from tests import photos
from tests.conftest import signed_in
from tests.media.uploads import Uploader, send

MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize(("seed", "status"), [(0, 200), (9, 409)])
def test_a_store_that_checks_no_hash_is_read_back(
    uploader: Uploader, settings: Settings, seed: int, status: int
) -> None:
    announced = photos.jpeg().ljust(5000, b"\0")
    reserved = uploader.announce(announced).get_json()
    # As on such a store: the object is there, and nobody has compared it with its hash.
    with closing(connect(settings)) as client:
        client.put_object(
            Bucket=settings.bucket,
            Key=reserved["uploads"][0]["fields"]["key"],
            Body=photos.jpeg(seed=seed).ljust(5000, b"\0"),
            ContentType="image/jpeg",
        )

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == status
    assert status == 200 or "Other bytes arrived" in answer.get_json()["error"]


def connect(settings: Settings) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        config=Config(request_checksum_calculation="when_required"),
    )


def test_put_is_the_way_where_a_store_knows_no_post(
    make_app: MakeApp, settings: Settings, ada: User
) -> None:
    uploader = Uploader(signed_in(make_app(replace(settings, upload_method="put")), ada))
    content = photos.png()
    [upload] = uploader.announce(content, content_type="image/png").get_json()["uploads"]

    assert set(upload) == {"role", "sha256", "method", "url", "headers"}
    assert send(upload, photos.png(seed=3)).status_code in (400, 403)
    uploader.upload(content, content_type="image/png")
