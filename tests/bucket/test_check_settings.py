"""Sabotages of the bucket's settings: the check finds exactly that one, and names the fix."""

from collections.abc import Iterator
from typing import Any

import pytest

from blog.bucket.wanted import cors_rule, public_read
from tests.bucket.sabotage import BUCKET, SITE_URL, RightBucket, failures, right_bucket

EVERYTHING = f"arn:aws:s3:::{BUCKET}/*"


@pytest.fixture
def bucket() -> Iterator[RightBucket]:
    with right_bucket() as bucket:
        yield bucket


STAR = ("uploads from other sites", "no star")
PUT = ("strangers: writing", "s3:PutObject")
DELETE = ("strangers: deleting", "s3:DeleteObject")
ITSELF = f"arn:aws:s3:::{BUCKET}"
OF_PENDING = {"s3:prefix": "pending/*"}
OF_OUR_PAGES = {"StringLike": {"aws:Referer": f"{SITE_URL}/*"}}


def rule(**changed: Any) -> dict[str, Any]:
    return {**cors_rule([SITE_URL]), **changed}


def anybody(action: str, resource: str = EVERYTHING) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}


@pytest.mark.parametrize(
    ("rules", "name", "fix"),
    [
        ([rule(AllowedOrigins=["*"])], "uploads from other sites", "no star"),
        ([rule(AllowedOrigins=["https://*"])], "uploads from other sites", "no star"),
        ([rule(AllowedOrigins=[f"{SITE_URL}*"])], "uploads from other sites", "no star"),
        ([rule(AllowedOrigins=["https://*blog.example"])], "uploads from other sites", "no star"),
        (
            [rule(), rule(ID="theirs", AllowedOrigins=["https://*.blog.example"])],
            "uploads from other sites",
            f"aws s3api delete-bucket-cors --bucket {BUCKET} --endpoint-url http://127.0.0.1:",
        ),
        ([rule(), rule(ID="t", AllowedOrigins=["http://*"])], *STAR),
        ([rule(), rule(ID="t", AllowedOrigins=["https://*.example"])], *STAR),
        ([rule(), rule(ID="t", AllowedOrigins=["https://blog.example:*"])], *STAR),
        ([rule(), rule(ID="t", AllowedOrigins=["http://blog.example"])], *STAR),
        ([rule(), rule(ID="t", AllowedOrigins=["*"], AllowedMethods=["DELETE"])], *STAR),
        (
            [rule(), rule(ID="theirs", AllowedOrigins=["*"], AllowedMethods=["PUT"])],
            "uploads from other sites",
            "take the other one away",
        ),
        ([rule(AllowedOrigins=["https://old.example"])], "uploads from SITE_URL", SITE_URL),
        ([rule(AllowedMethods=["PUT", "GET"])], "uploads from SITE_URL", "add POST"),
        ([rule(AllowedMethods=["POST", "GET"])], "uploads from SITE_URL", "add PUT"),
        (
            [rule(AllowedHeaders=["content-type"])],
            "uploads from SITE_URL",
            "add x-amz-checksum-sha256 to the rule's AllowedHeaders",
        ),
        ([rule(ExposeHeaders=["Location"])], "answers to SITE_URL", "add ETag"),
        ([rule(ExposeHeaders=["ETag"])], "answers to SITE_URL", "add Location"),
    ],
)
def test_wrong_cors(bucket: RightBucket, rules: list[dict[str, Any]], name: str, fix: str) -> None:
    bucket.set_cors(rules)

    results = bucket.check()

    assert failures(results) == {name}
    assert fix in results[name].fix


def test_no_cors(bucket: RightBucket) -> None:
    bucket.owner.delete_bucket_cors(Bucket=BUCKET)

    results = bucket.check()

    assert failures(results) == {"uploads from SITE_URL"}
    assert "flask bucket setup" in results["uploads from SITE_URL"].fix
    assert results["answers to SITE_URL"].outcome == "skipped"


@pytest.mark.parametrize("missing", ["content-type", "if-none-match"])
def test_a_header_that_only_a_put_needs(bucket: RightBucket, missing: str) -> None:
    headers = {"content-type", "if-none-match", "x-amz-*"} - {missing}
    bucket.set_cors([rule(AllowedHeaders=sorted(headers))])

    assert not failures(bucket.check())
    results = bucket.check(upload_method="put")

    assert failures(results) == {"uploads from SITE_URL"}
    assert f"add {missing} to the rule's AllowedHeaders" in results["uploads from SITE_URL"].fix


@pytest.mark.parametrize(
    ("statement", "name", "fix"),
    [
        (anybody("s3:ListBucket", ITSELF), "strangers: listing", "s3:ListBucket"),
        (
            anybody("s3:ListBucketMultipartUploads", ITSELF),
            "strangers: listing",
            "statements for everybody",
        ),
        (
            {
                **anybody("s3:ListBucket", ITSELF),
                "Condition": {"StringLike": {"s3:prefix": "media/*"}},
            },
            "strangers: listing",
            "s3:ListBucket",
        ),
        (anybody("s3:GetObject"), "strangers: reading outside media/", "on media/* only"),
        (
            {**anybody("s3:ListBucket", ITSELF), "Condition": OF_OUR_PAGES},
            "strangers: listing",
            "s3:ListBucket",
        ),
        (
            {**anybody("s3:GetObject"), "Condition": OF_OUR_PAGES},
            "strangers: reading outside media/",
            "on media/* only",
        ),
        (anybody("s3:PutObject"), "strangers: writing", "s3:PutObject"),
        (
            anybody("s3:PutObject", f"arn:aws:s3:::{BUCKET}/media/*"),
            "strangers: writing",
            "s3:PutObject",
        ),
        (
            anybody("s3:PutObject", f"arn:aws:s3:::{BUCKET}/media/*.jpg"),
            "strangers: writing",
            "s3:PutObject",
        ),
        ({**anybody("s3:PutObject"), "Condition": OF_OUR_PAGES}, *PUT),
        (anybody("s3:DeleteObject"), *DELETE),
        ({**anybody("s3:DeleteObject"), "Condition": OF_OUR_PAGES}, *DELETE),
        (anybody("s3:DeleteObjectVersion"), *DELETE),
        (anybody("s3:GetObjectVersion"), "strangers: reading outside media/", "on media/* only"),
        (
            {**anybody("s3:ListBucket", ITSELF), "Condition": {"StringLike": OF_PENDING}},
            "strangers: listing",
            "s3:ListBucket",
        ),
        *(
            (anybody(action, ITSELF), "strangers: changing settings", "statements for everybody")
            for action in (
                *("s3:PutBucketPolicy", "s3:PutBucketCORS", "s3:PutLifecycleConfiguration"),
                *("s3:PutBucketPublicAccessBlock", "s3:PutBucketOwnershipControls"),
            )
        ),
        (
            anybody("s3:GetBucketPolicy", ITSELF),
            "strangers: settings",
            f"aws s3api delete-bucket-policy --bucket {BUCKET} --endpoint-url http://127.0.0.1:",
        ),
    ],
)
def test_policy_that_lets_anybody_do_more(
    bucket: RightBucket, statement: dict[str, Any], name: str, fix: str
) -> None:
    bucket.set_policy([public_read(BUCKET), statement])

    results = bucket.check()

    assert failures(results) == {name}
    assert fix in results[name].fix


def test_nobody_may_read(bucket: RightBucket) -> None:
    bucket.owner.delete_bucket_policy(Bucket=BUCKET)

    results = bucket.check()

    assert failures(results) == {"readers"}
    assert "flask bucket setup" in results["readers"].fix
    assert results["caching of what is read"].outcome == "skipped"


def test_block_public_access_before_the_policy(bucket: RightBucket) -> None:
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    bucket.owner.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)

    results = bucket.check()

    assert failures(results) == {"readers"}
    assert "Block Public Access" in results["readers"].cause
    assert "flask bucket setup" in results["readers"].fix


def test_no_lifecycle(bucket: RightBucket) -> None:
    bucket.owner.delete_bucket_lifecycle(Bucket=BUCKET)

    results = bucket.check()

    assert failures(results) == {"pending/ expires"}
    assert "signpost-pending" in results["pending/ expires"].fix


def test_a_lifecycle_that_keeps_for_long(bucket: RightBucket) -> None:
    month = {
        "ID": "month",
        "Status": "Enabled",
        "Filter": {"Prefix": "pending/"},
        "Expiration": {"Days": 30},
    }
    bucket.owner.put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [month]}
    )

    results = bucket.check()

    assert not failures(results)
    assert results["pending/ expires"].outcome == "noted"
