"""A wrong S3_REGION: an error where the store refuses it, for the blog's uploads would fail."""

import pytest

from blog.local.errors import Refusal
from blog.local.operations import Answer
from blog.local.request import S3Request
from blog.local.server import BucketServer
from blog.storage.administration import Administration
from tests.bucket.commands import NAME, documents, run, said, settings_for
from tests.bucket.lesser import store_that


@pytest.mark.parametrize("is_made", [True, False], ids=["a bucket", "none yet"])
def test_a_region_that_the_store_refuses_stops_it(bucket: BucketServer, is_made: bool) -> None:
    if is_made:
        Administration(settings_for(bucket.url)).create()
    settings = settings_for(bucket.url, region="eu-central-1")

    result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    what = f"The bucket {NAME}" if is_made else "The store"
    assert (
        f"{what} is in us-east-1, and S3_REGION says eu-central-1: set S3_REGION=us-east-1, here"
        " and where the blog runs." in said(result)
    )
    assert "proves it" not in said(result)
    assert {request.method for request in bucket.received if "?" in request.path} <= {"GET"}


def test_another_region_does_not_matter_where_the_store_takes_both() -> None:
    def answers(request: S3Request) -> Answer | None:
        is_asked = request.method == "HEAD"
        return Answer(200, [("x-amz-bucket-region", "zone-7")]) if is_asked else None

    with store_that(answers) as server:
        settings = settings_for(server.url)
        Administration(settings).create()
        result = run(settings, "setup", "--yes")

    assert result.exit_code == 0
    assert "is in zone-7, and S3_REGION says us-east-1. This store takes both." in said(result)


def test_a_store_that_knows_no_such_region_makes_the_bucket_in_its_own() -> None:
    refusals = [Refusal(400, "InvalidLocationConstraint", "It is not valid")]

    def answers(request: S3Request) -> Refusal | None:
        is_creation = request.method == "PUT" and not request.key and request.subresource is None
        return refusals.pop() if is_creation and refusals else None

    with store_that(answers) as server:
        Administration(settings_for(server.url, region="somewhere")).create()

        assert documents(settings_for(server.url))["CORS"] is None
    assert refusals == []
