"""Stores that do not keep what a signature says, and CDNs: the check finds exactly that."""

import json
from typing import Any

import pytest

from blog.bucket.policies import app_policy
from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, failures, right_bucket
from tests.postgres import free_port

NOSNIFF = {"X-Content-Type-Options": "nosniff"}


@pytest.mark.parametrize(
    ("clerk", "name"),
    [
        (lenient.ForgetsKeys, "refused: another key"),
        (lenient.ForgetsTypes, "refused: another type"),
        (lenient.ForgetsSizes, "refused: another size"),
        (lenient.ForgetsTime, "refused: an expired policy"),
        (lenient.ForgetsSignatures, "refused: a changed policy"),
        (lenient.TakesAnyField, "refused: an extra field"),
        (lenient.BelievesChecksums, "refused: other bytes"),
    ],
)
def test_store_that_does_not_enforce(clerk: type[lenient.Clerk], name: str) -> None:
    with right_bucket(lenient.store(clerk)) as bucket:
        results = bucket.check()

        assert bucket.keys() == []
    assert failures(results) == {name}
    assert "another store" in results[name].fix


def test_store_that_believes_signed_addresses() -> None:
    """The same attacks where uploads go by PUT: each of them gets through, and is found."""
    with right_bucket(lenient.store(lenient.BelievesAddresses)) as bucket:
        results = bucket.check(upload_method="put")

        assert bucket.keys() == []
    refusals = {name for name in results if name.startswith("refused: ")}
    assert failures(results) == refusals - {"refused: other bytes"}
    assert results["refused: other bytes"].outcome == "noted"


def test_store_that_ignores_checksums() -> None:
    with right_bucket(lenient.store(lenient.ForgetsChecksums)) as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results["refused: other bytes"].outcome == "noted"
    assert results["refused: other bytes"].happened == "verified by read-back instead"


def test_store_without_presigned_post() -> None:
    with right_bucket(lenient.store(lenient.KnowsNoPost)) as bucket:
        results = bucket.check()

        assert failures(results) == {"an upload"}
        assert results["an upload"].fix == "Set S3_UPLOAD_METHOD=put."
        assert not failures(bucket.check(upload_method="put"))


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
        lenient.cdn(f"{bucket.server.url}/{BUCKET}", **behaviour) as media_url,
    ):
        results = bucket.check(media_url=media_url)

    assert results[name].outcome == outcome
    assert failures(results) == ({name} if outcome == "failed" else set())
    assert "CDN" in results[name].fix or outcome != "failed"


def test_cdn_of_another_bucket() -> None:
    with right_bucket() as bucket, lenient.cdn(f"{bucket.server.url}/other", adds={}) as media_url:
        results = bucket.check(media_url=media_url)

    assert failures(results) == {"readers"}
    assert "MEDIA_URL" in results["readers"].fix


def test_media_url_where_nobody_answers() -> None:
    with right_bucket() as bucket:
        results = bucket.check(media_url=f"http://127.0.0.1:{free_port()}")

    assert failures(results) == {"readers"}
    assert "MEDIA_URL" in results["readers"].fix


@pytest.mark.parametrize("may_read", [True, False])
def test_store_that_takes_any_policy(may_read: bool) -> None:
    """What was there is put back, where the key may know it."""
    actions = ["s3:PutBucketPolicy", *(["s3:GetBucketPolicy"] if may_read else [])]
    policy = app_policy(BUCKET)
    policy["Statement"].append(
        {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::{BUCKET}"}
    )
    with right_bucket(lenient.store(lenient.TakesAnyPolicy), policy=policy) as bucket:
        before = bucket.owner.get_bucket_policy(Bucket=BUCKET)["Policy"]
        results = bucket.check()
        after = bucket.owner.get_bucket_policy(Bucket=BUCKET)["Policy"]

    assert failures(results) == {"key: the bucket's settings"}
    result = results["key: the bucket's settings"]
    if may_read:
        assert json.loads(after) == json.loads(before)
        assert result.happened == "policy can be changed"
    else:
        assert result.happened == "policy was changed"
        assert "Run “flask bucket setup” now" in result.fix


def test_store_that_does_not_tell_who_may_change_its_settings() -> None:
    with right_bucket(lenient.store(lenient.ReadsBeforeItAsks)) as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results["key: the bucket's settings"].outcome == "skipped"
