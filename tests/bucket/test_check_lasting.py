"""What is published has to stay: the check finds a lifecycle rule that takes it."""

from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from blog.bucket.policies import app_policy
from blog.bucket.wanted import lifecycle_rules
from tests.bucket import lenient
from tests.bucket.sabotage import BUCKET, RightBucket, failures, right_bucket


@pytest.fixture
def bucket() -> Iterator[RightBucket]:
    with right_bucket() as bucket:
        yield bucket


def put_lifecycle(bucket: RightBucket, *rules: dict[str, Any]) -> None:
    bucket.owner.put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": list(rules)}
    )


@pytest.mark.parametrize("prefix", ["", "me", "media/"])
def test_a_rule_of_others_that_takes_pictures(bucket: RightBucket, prefix: str) -> None:
    month = {
        "ID": "tidy & clean",
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": 30},
    }
    put_lifecycle(bucket, *lifecycle_rules(), month)

    results = bucket.check()

    assert failures(results) == {"media/ stays"}
    assert results["media/ stays"].happened.startswith("before ")
    assert "The lifecycle rule “tidy & clean” deletes" in results["media/ stays"].cause
    assert "store's console" in results["media/ stays"].fix
    assert bucket.keys() == []


def test_a_rule_of_ours_that_was_changed(bucket: RightBucket) -> None:
    pending, media = lifecycle_rules()
    put_lifecycle(bucket, pending, {**media, "Expiration": {"Days": 30}})

    results = bucket.check()

    assert failures(results) == {"media/ stays"}
    assert "“flask bucket setup”, which puts it right" in results["media/ stays"].fix


def test_a_key_that_may_not_look_at_pictures() -> None:
    policy = app_policy(BUCKET)
    for statement in policy["Statement"]:
        if statement["Action"] == "s3:GetObject":
            statement["Resource"] = f"arn:aws:s3:::{BUCKET}/pending/*"
    with right_bucket(policy=policy) as bucket:
        bucket.owner.delete_bucket_policy(Bucket=BUCKET)

        results = bucket.check()

    assert failures(results) == {"readers", "media/ stays"}
    assert "s3:GetObject" in results["media/ stays"].fix


class Told(lenient.Clerk):
    """Tells of a rule at one place, in words of its own."""

    prefix, words = "", ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [pair for pair in given if pair[0].lower() != "x-amz-expiration"]
            if f"/{self.prefix}" in environ["PATH_INFO"]:
                kept.append(("x-amz-expiration", self.words))
            return start_response(status, kept, *rest)

        return super().__call__(environ, start)


@pytest.mark.parametrize(
    ("prefix", "words", "outcome"),
    [
        ("nowhere/", "", "skipped"),
        ("pending/", 'expiry-date="2999-01-01", rule-id="theirs"', "passed"),
        ("media/", 'expiry-date="some day", rule-id="theirs"', "failed"),
        ("media/", 'expiry-date="2999-01-01"', "failed"),
        ("media/", "NotImplemented", "skipped"),
    ],
    ids=["nothing", "of pending/ alone", "no date", "no name", "no rule"],
)
def test_a_store_that_tells_in_another_way(prefix: str, words: str, outcome: str) -> None:
    told = type("Says", (Told,), {"prefix": prefix, "words": words})
    with right_bucket(lenient.store(told)) as bucket:
        results = bucket.check()

    assert results["media/ stays"].outcome == outcome
