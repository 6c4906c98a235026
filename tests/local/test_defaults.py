"""The bucket that a server makes is the one that `flask bucket setup` would make."""

import json
from typing import Any

from blog.bucket.wanted import Wanted
from blog.local import BUCKET
from blog.local.server import DEFAULT_ORIGINS


def test_the_bucket_is_the_one_that_setup_makes(owner: Any) -> None:
    wanted = Wanted(BUCKET, DEFAULT_ORIGINS)

    block = owner.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    ownership = owner.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]
    policy = json.loads(owner.get_bucket_policy(Bucket=BUCKET)["Policy"])
    rules = owner.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]

    assert owner.get_bucket_cors(Bucket=BUCKET)["CORSRules"] == wanted.cors_rules
    assert rules == wanted.lifecycle_rules
    assert block == wanted.public_access
    assert ownership["Rules"] == [wanted.ownership]
    assert policy["Statement"] == wanted.statements
