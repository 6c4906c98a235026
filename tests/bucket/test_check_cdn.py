"""A CDN before the bucket: what it may not change, and what it may not open."""

from collections.abc import Iterator
from typing import Any

import pytest

from blog.bucket.wanted import cloudfront, public_access
from tests.bucket.busy import Asked, busy
from tests.bucket.cdn import NOSNIFF, cdn
from tests.bucket.commands import DISTRIBUTION
from tests.bucket.sabotage import BUCKET, RightBucket, failures, right_bucket
from tests.postgres import free_port


@pytest.mark.parametrize(
    ("behaviour", "name", "outcome"),
    [
        ({"adds": NOSNIFF}, "type of what is read", "passed"),
        ({"adds": {}}, "type of what is read", "noted"),
        ({"adds": NOSNIFF, "drops": ["Cache-Control"]}, "caching of what is read", "failed"),
        (
            {"adds": {**NOSNIFF, "Cache-Control": "public, max-age=14400"}},
            "caching of what is read",
            "failed",
        ),
        ({"adds": NOSNIFF, "drops": ["Content-Type"]}, "type of what is read", "failed"),
    ],
)
def test_cdn(behaviour: dict[str, Any], name: str, outcome: str) -> None:
    with (
        right_bucket() as bucket,
        cdn(bucket, **behaviour) as media_url,
    ):
        results = bucket.check(media_url=media_url)

    assert results[name].outcome == outcome
    assert failures(results) == ({name} if outcome == "failed" else set())
    assert "CDN" in results[name].fix or outcome != "failed"


def test_cdn_of_another_bucket() -> None:
    with right_bucket() as bucket, cdn(bucket, of="other") as media_url:
        results = bucket.check(media_url=media_url)

    assert failures(results) == {"readers"}
    assert "MEDIA_URL" in results["readers"].fix


@pytest.mark.parametrize(
    ("methods", "words"), [(("GET", "PUT"), "storing"), (("GET", "DELETE"), "deleting")]
)
def test_cdn_that_hands_on_more_than_reading(
    private: RightBucket, methods: tuple[str, ...], words: str
) -> None:
    with cdn(private, methods=methods) as media_url:
        results = private.check(media_url=media_url)

        assert private.keys() == []
    assert failures(results) == {"MEDIA_URL"}
    assert f"for {words} in media/" in results["MEDIA_URL"].happened
    assert "GET and HEAD alone" in results["MEDIA_URL"].fix


def test_media_url_where_nobody_answers() -> None:
    with right_bucket() as bucket:
        results = bucket.check(media_url=f"http://127.0.0.1:{free_port()}")

    assert failures(results) == {"readers"}
    assert "MEDIA_URL" in results["readers"].fix


@pytest.fixture
def private() -> Iterator[RightBucket]:
    """A bucket that nobody may read, as “flask bucket setup --mode cdn” makes it."""
    with right_bucket() as bucket:
        bucket.set_policy([cloudfront(BUCKET, DISTRIBUTION)])
        blocked = public_access("cdn")
        bucket.owner.put_public_access_block(
            Bucket=BUCKET,
            PublicAccessBlockConfiguration=blocked,
        )
        yield bucket


def test_private_bucket_behind_a_cdn_is_all_green(private: RightBucket) -> None:
    with cdn(private) as media_url:
        results = private.check(media_url=media_url)

    assert {result.outcome for result in results.values()} == {"passed"}
    assert results["past MEDIA_URL"].happened == "403 AccessDenied"


def test_cdn_before_a_bucket_that_is_open() -> None:
    with right_bucket() as bucket, cdn(bucket) as media_url:
        results = bucket.check(media_url=media_url)

    assert not failures(results)
    assert results["past MEDIA_URL"].outcome == "noted"
    assert "--mode cdn" in results["past MEDIA_URL"].fix


@pytest.mark.parametrize(
    ("hands_on", "happened"),
    [("/", "200 for pending/"), (("/media/", "/?"), "200 for the list of all keys")],
)
def test_cdn_that_opens_all_of_the_bucket(
    private: RightBucket, hands_on: str | tuple[str, ...], happened: str
) -> None:
    with cdn(private, hands_on=hands_on) as media_url:
        results = private.check(media_url=media_url)

    assert failures(results) == {"MEDIA_URL"}
    assert results["MEDIA_URL"].happened == happened
    assert "/media/ alone" in results["MEDIA_URL"].fix


@pytest.mark.parametrize("status", [200, 301, 302, 307, 404, 410])
def test_cdn_that_answers_alike_to_everything_else(private: RightBucket, status: int) -> None:
    """With a page, or the way to one."""
    with cdn(private, otherwise=("Welcome!", status)) as media_url:
        assert not failures(private.check(media_url=media_url))


def test_cdn_that_is_too_busy_to_tell(private: RightBucket) -> None:
    with cdn(private, otherwise=("Busy", 503)) as media_url:
        results = private.check(media_url=media_url)

    assert failures(results) == {"MEDIA_URL"}
    assert "run this again" in results["MEDIA_URL"].fix


def test_bucket_that_is_too_busy_to_tell_whether_it_can_be_read_past_the_cdn() -> None:
    def is_past(asked: Asked) -> bool:
        return asked.method == "GET" and asked.key.startswith("media/") and not asked.is_signed

    with right_bucket(busy(is_past)) as bucket, cdn(bucket) as media_url:
        results = bucket.check(media_url=media_url)

    assert failures(results) == {"past MEDIA_URL"}
    assert "run this again" in results["past MEDIA_URL"].fix
