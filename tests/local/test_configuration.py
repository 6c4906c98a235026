"""A bucket's settings come back as they were put, and what is not set is missing by its name."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from blog.local import BUCKET
from tests.local.rights import allow, error_of


def test_a_bucket_is_made_in_the_region_of_the_server(owner: Any) -> None:
    elsewhere = {"LocationConstraint": "eu-central-1"}

    with pytest.raises(ClientError, match="IllegalLocationConstraintException"):
        owner.create_bucket(Bucket="elsewhere", CreateBucketConfiguration=elsewhere)


def test_what_a_bucket_is_set_to_comes_back_equal(owner: Any) -> None:
    owner.create_bucket(Bucket="fresh")
    rules = [
        {
            "ID": "ours",
            "AllowedOrigins": ["https://blog.test"],
            "AllowedMethods": ["POST", "PUT"],
            "AllowedHeaders": ["content-type", "x-amz-*"],
            "ExposeHeaders": ["ETag", "Location"],
            "MaxAgeSeconds": 3000,
        },
        {"AllowedOrigins": ["https://other.test"], "AllowedMethods": ["GET"]},
    ]
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }
    ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    policy = allow(Resource="arn:aws:s3:::fresh/*")

    owner.put_bucket_cors(Bucket="fresh", CORSConfiguration={"CORSRules": rules})
    owner.put_public_access_block(Bucket="fresh", PublicAccessBlockConfiguration=block)
    owner.put_bucket_ownership_controls(Bucket="fresh", OwnershipControls=ownership)
    owner.put_bucket_policy(Bucket="fresh", Policy=policy)

    assert owner.get_bucket_cors(Bucket="fresh")["CORSRules"] == rules
    told = owner.get_public_access_block(Bucket="fresh")["PublicAccessBlockConfiguration"]
    assert told == block
    told = owner.get_bucket_ownership_controls(Bucket="fresh")["OwnershipControls"]
    assert told == ownership
    assert owner.get_bucket_policy(Bucket="fresh")["Policy"] == policy
    assert owner.get_bucket_location(Bucket="fresh")["LocationConstraint"] is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bucket_cors", "NoSuchCORSConfiguration"),
        ("bucket_policy", "NoSuchBucketPolicy"),
        ("bucket_lifecycle", "NoSuchLifecycleConfiguration"),
        ("public_access_block", "NoSuchPublicAccessBlockConfiguration"),
        ("bucket_ownership_controls", "OwnershipControlsNotFoundError"),
    ],
)
def test_what_is_not_set_is_missing_by_name(owner: Any, name: str, code: str) -> None:
    read = {"bucket_lifecycle": "bucket_lifecycle_configuration"}.get(name, name)

    getattr(owner, f"delete_{name}")(Bucket=BUCKET)

    assert error_of(getattr(owner, f"get_{read}")) == f"404 {code}"
