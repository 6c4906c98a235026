"""Which of the bucket's settings are tried with the app's key, and what is told of them."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from blog.bucket.policies import app_policy
from blog.local.server import BucketServer
from tests.bucket import lenient
from tests.bucket.busy import Asked, busy
from tests.bucket.sabotage import BUCKET, RightBucket, failures, right_bucket

SETTINGS = "key: the bucket's settings"


def more(*actions: str) -> dict[str, Any]:
    policy = app_policy(BUCKET)
    extra = {"Effect": "Allow", "Action": list(actions), "Resource": f"arn:aws:s3:::{BUCKET}"}
    return {**policy, "Statement": [*policy["Statement"], extra]}


def allow_access_lists(bucket: RightBucket) -> None:
    rules = [{"ObjectOwnership": "ObjectWriter"}]
    bucket.owner.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls={"Rules": rules})


def test_what_was_tried_is_told() -> None:
    with right_bucket() as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results[SETTINGS].happened == (
        "refused: policy, cors, lifecycle, publicAccessBlock, ownershipControls, acl"
    )


@pytest.mark.parametrize("may_read", [(), ("s3:GetBucketAcl",)])
def test_key_that_may_change_the_access_list(may_read: tuple[str, ...]) -> None:
    with right_bucket(policy=more("s3:PutBucketAcl", *may_read)) as bucket:
        allow_access_lists(bucket)
        before = bucket.documents()
        results = bucket.check()

        assert bucket.documents() == before
    assert failures(results) == {SETTINGS}
    assert results[SETTINGS].happened == "acl can be changed"


@pytest.mark.parametrize("may_read", [(), ("s3:GetBucketAcl",)])
def test_an_access_list_that_is_off_cannot_be_changed(may_read: tuple[str, ...]) -> None:
    with right_bucket(policy=more("s3:PutBucketAcl", *may_read)) as bucket:
        results = bucket.check()

    assert not failures(results)
    assert results[SETTINGS].outcome == "passed"


def test_an_access_list_that_is_off_was_not_changed_by_a_store_that_fails() -> None:
    turns = iter([False, True, True, False])  # told, tried, told again, put back

    def is_busy(asked: Asked) -> bool:
        return asked.query == "acl=" and asked.is_signed and next(turns)

    class Embedded(busy(is_busy)):  # type: ignore[misc]
        handler = BucketServer.handler

    with right_bucket(Embedded, policy=more("s3:PutBucketAcl", "s3:GetBucketAcl")) as bucket:
        results = bucket.check()

    assert failures(results) == {SETTINGS}
    assert results[SETTINGS].happened == "503 SlowDown"


def test_ownership_that_nobody_set_can_be_put_back_and_is_tried() -> None:
    policy = more("s3:GetBucketOwnershipControls", "s3:PutBucketOwnershipControls")
    with right_bucket(lenient.store(lenient.Clerk), policy=policy) as bucket:
        bucket.owner.delete_bucket_ownership_controls(Bucket=BUCKET)
        results = bucket.check()

    assert failures(results) == {SETTINGS}
    assert results[SETTINGS].happened == "ownershipControls can be changed"


def test_access_lists_are_left_alone_where_a_store_may_take_anything_for_one() -> None:
    asked: list[tuple[str, str]] = []

    class Remembers(lenient.Clerk):
        def __call__(
            self, environ: WSGIEnvironment, start_response: StartResponse
        ) -> Iterable[bytes]:
            asked.append((environ["REQUEST_METHOD"], environ["QUERY_STRING"]))
            return super().__call__(environ, start_response)

    settings = ("Policy", "CORS", "PublicAccessBlock", "OwnershipControls", "Acl")
    may_read = (f"s3:GetBucket{name}" for name in settings)
    policy = more("s3:GetLifecycleConfiguration", "s3:PutBucketAcl", *may_read)
    with right_bucket(lenient.store(Remembers), policy=policy) as bucket:
        allow_access_lists(bucket)
        results = bucket.check()

    assert not failures(results)
    assert results[SETTINGS].happened == (
        "refused: policy, cors, lifecycle, publicAccessBlock, ownershipControls"
    )
    assert ("PUT", "ownershipControls=") in asked
    assert ("PUT", "acl=") not in asked
