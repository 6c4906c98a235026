"""Sabotages of the key, the clock and the address: the check finds exactly that one."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from blog.bucket.policies import app_policy
from blog.bucket.wanted import public_read
from blog.config import LOCAL_BUCKET
from tests.bucket.sabotage import BUCKET, failures, right_bucket
from tests.postgres import free_port

MEDIA, PENDING = f"arn:aws:s3:::{BUCKET}/media/*", f"arn:aws:s3:::{BUCKET}/pending/*"


def without(action: str, *, only_on: str | None = None) -> dict[str, Any]:
    """The app's policy less one action, everywhere or on one prefix."""
    policy = copy.deepcopy(app_policy(BUCKET))
    statements = []
    for statement in policy["Statement"]:
        actions = statement["Action"]
        actions = [actions] if isinstance(actions, str) else actions
        if action in actions and only_on is None:
            statement["Action"] = [other for other in actions if other != action]
        elif action in actions:
            statement["Resource"] = [place for place in statement["Resource"] if place != only_on]
        if statement["Action"]:
            statements.append(statement)
    return {**policy, "Statement": statements}


def more(action: str, resource: str) -> dict[str, Any]:
    policy = app_policy(BUCKET)
    extra = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**policy, "Statement": [*policy["Statement"], extra]}


@pytest.mark.parametrize(
    ("policy", "name", "missing"),
    [
        (without("s3:PutObject", only_on=PENDING), "an upload", "s3:PutObject on pending/*"),
        (without("s3:PutObject", only_on=MEDIA), "promotion", "s3:PutObject on media/*"),
        (without("s3:GetObject"), "what arrived", "s3:GetObject"),
        (without("s3:DeleteObject"), "deletion", "s3:DeleteObject"),
        (without("s3:DeleteObject", only_on=MEDIA), "deletion", "s3:DeleteObject"),
        (without("s3:AbortMultipartUpload"), "in parts: given up", "s3:AbortMultipartUpload"),
        (
            without("s3:ListMultipartUploadParts"),
            "in parts: what arrived",
            "s3:ListMultipartUploadParts",
        ),
        (without("s3:ListBucket"), "sweep: objects", "s3:ListBucket"),
        (
            without("s3:ListBucketMultipartUploads"),
            "sweep: open uploads",
            "s3:ListBucketMultipartUploads",
        ),
    ],
)
def test_key_that_may_do_less(policy: dict[str, Any], name: str, missing: str) -> None:
    with right_bucket(policy=policy) as bucket:
        results = bucket.check()

    assert failures(results) == {name}
    assert missing in results[name].fix
    assert "flask bucket policy" in results[name].fix


@pytest.mark.parametrize(
    ("policy", "name", "too_much"),
    [
        (more("s3:ListAllMyBuckets", "*"), "key: other buckets", "s3:ListAllMyBuckets"),
        (more("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*"), "key: reading elsewhere", "GetObject"),
        (more("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"), "key: reading elsewhere", "ListBucket"),
        (more("s3:PutObject", f"arn:aws:s3:::{BUCKET}/*"), "key: writing elsewhere", "PutObject"),
        (
            more("s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/*"),
            "key: deleting elsewhere",
            "DeleteObject",
        ),
        *(
            (more(action, f"arn:aws:s3:::{BUCKET}"), "key: the bucket's settings", "other")
            for action in (
                "s3:PutBucketPolicy",
                "s3:PutBucketCORS",
                "s3:PutLifecycleConfiguration",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketOwnershipControls",
            )
        ),
    ],
)
def test_key_that_may_do_more(policy: dict[str, Any], name: str, too_much: str) -> None:
    with right_bucket(policy=policy) as bucket:
        before = bucket.documents()
        results = bucket.check()

        assert bucket.documents() == before
    assert failures(results) == {name}
    assert too_much in results[name].fix


def only_on(prefix: str) -> dict[str, Any]:
    policy = copy.deepcopy(app_policy(BUCKET))
    for statement in policy["Statement"]:
        if isinstance(statement["Resource"], list):
            statement["Resource"] = [prefix]
    return policy


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (app_policy("another-bucket"), "an upload"),
        (only_on(PENDING), "promotion"),
        (only_on(MEDIA), "an upload"),
    ],
)
def test_policy_with_one_fault_is_one_failure(policy: dict[str, Any], name: str) -> None:
    with right_bucket(policy=policy) as bucket:
        assert failures(bucket.check()) == {name}


def test_bucket_that_demands_https_is_one_failure() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    with right_bucket() as bucket:
        bucket.set_policy([public_read(BUCKET), deny])
        results = bucket.check()

    assert failures(results) == {"an upload"}
    assert "a Deny of the bucket's policy" in results["an upload"].fix


def test_what_cannot_be_taken_away_is_named() -> None:
    with right_bucket(policy=more("s3:PutObject", f"arn:aws:s3:::{BUCKET}/*")) as bucket:
        results = bucket.check()
        [left] = bucket.keys()

    assert results["cleaned up"].outcome == "noted"
    assert left in results["cleaned up"].happened


@pytest.mark.parametrize(
    ("changed", "name", "fix"),
    [
        ({"region": "eu-central-1"}, "region", "Set S3_REGION=us-east-1."),
        ({"access_key_id": "UNKNOWNKEY"}, "credentials", "AWS_ACCESS_KEY_ID"),
        ({"secret_access_key": "another"}, "credentials", "AWS_SECRET_ACCESS_KEY"),
        ({"session_token": "stale"}, "credentials", "AWS_SESSION_TOKEN"),
        ({"bucket": "another-bucket"}, "bucket", "flask bucket setup"),
        ({"site_url": "https://moved.example"}, "uploads from SITE_URL", "moved.example"),
    ],
)
def test_wrong_setting(changed: dict[str, str], name: str, fix: str) -> None:
    with right_bucket() as bucket:
        results = bucket.check(**changed)

    assert failures(results) == {name}
    assert fix in results[name].fix


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-20, "ahead of"), (20, "behind"), (-7, "7 minutes ahead of"), (7, "7 minutes behind")],
)
def test_wrong_clock(minutes: int, words: str) -> None:
    """A bucket whose clock is behind makes ours ahead."""
    with right_bucket() as bucket:
        bucket.clock.off = timedelta(minutes=minutes)
        results = bucket.check()

    assert failures(results) == {"clock"}
    assert words in results["clock"].cause
    assert "timedatectl" in results["clock"].fix
    assert results["an upload"].outcome == "skipped"
    assert "“clock”" in results["an upload"].happened


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clock_that_is_a_little_off(minutes: int) -> None:
    with right_bucket() as bucket:
        bucket.clock.off = timedelta(minutes=minutes)

        assert not failures(bucket.check())
        assert not failures(bucket.check(upload_method="put"))


def test_nobody_at_the_endpoint() -> None:
    with right_bucket() as bucket:
        results = bucket.check(endpoint_url=f"http://127.0.0.1:{free_port()}")

    assert failures(results) == {"endpoint"}
    assert "nothing listens there" in results["endpoint"].cause
    assert "S3_ENDPOINT_URL" in results["endpoint"].fix


def test_embedded_bucket_that_does_not_run() -> None:
    with right_bucket() as bucket:
        results = bucket.check(
            endpoint_url=f"http://127.0.0.1:{free_port()}", is_bucket_embedded=True
        )

    assert failures(results) == {"endpoint"}
    assert "Start “make run”" in results["endpoint"].fix
    assert "BUCKET_PORT" in results["endpoint"].fix


def test_store_of_ones_own_that_does_not_run() -> None:
    with right_bucket() as bucket:
        results = bucket.check(endpoint_url=f"http://127.0.0.1:{free_port()}")

    assert failures(results) == {"endpoint"}
    assert "Start the store" in results["endpoint"].fix
    assert "only where S3_BUCKET is not set" in results["endpoint"].fix


def test_no_host_of_that_name() -> None:
    with right_bucket() as bucket:
        results = bucket.check(endpoint_url="http://bucket.invalid")

    assert failures(results) == {"endpoint"}
    assert "no host of this name" in results["endpoint"].cause


def test_key_of_the_embedded_bucket_may_do_everything() -> None:
    with right_bucket() as bucket:
        results = bucket.check(
            access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
            secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        )

    assert not failures(results)
    skipped = {name for name, result in results.items() if result.outcome == "skipped"}
    assert skipped == {name for name in results if name.startswith("key: ")}
