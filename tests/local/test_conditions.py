"""Each kind of condition that a POST policy may hold, and how a field meets it."""

import base64
from typing import Any

import pytest

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import (
    code_of,
    policy_fields,
    post,
    sign,
    signing_key,
    upload_form,
)

KEY = "pending/a.png"


def keys(owner: Any) -> list[str]:
    return [found["Key"] for found in owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.mark.parametrize(
    "policy", ["bm90IGpzb24=", "e30=", "!", base64.b64encode(b'{"expiration":"x"}').decode()]
)
def test_a_signed_policy_that_is_none_is_refused(bucket: BucketServer, policy: str) -> None:
    fields = upload_form(KEY)
    fields["policy"] = policy
    fields["x-amz-signature"] = sign(signing_key(fields["x-amz-date"][:8]), policy)

    assert code_of(post(bucket.url, fields)) == "400 InvalidPolicyDocument"


@pytest.mark.parametrize(
    "condition",
    [["content-length-range", "a", 5], ["ends-with", "$key", "x"], ["eq", "key", "x"], "key", 7],
)
def test_a_condition_that_is_none_is_refused(bucket: BucketServer, condition: Any) -> None:
    answer = post(bucket.url, upload_form(KEY, condition))

    assert code_of(answer) == "400 InvalidPolicyDocument"


@pytest.mark.parametrize(
    ("condition", "value", "status"),
    [
        (["eq", "$x-amz-meta-a", "one"], "one", 201),
        (["eq", "$x-amz-meta-a", "one"], "one more", 403),
        (["eq", "$X-Amz-Meta-A", "one"], "one", 201),
        (["starts-with", "$x-amz-meta-a", "on"], "one", 201),
        (["starts-with", "$x-amz-meta-a", "on"], "two", 403),
        (["starts-with", "$x-amz-meta-a", ""], "anything", 201),
        ({"X-AMZ-META-A": "one"}, "one", 201),
        ({"x-amz-meta-a": "One"}, "one", 403),
        (["eq", "$x-amz-meta-b", ""], "one", 403),
    ],
)
def test_each_kind_of_condition(
    bucket: BucketServer, condition: Any, value: str, status: int
) -> None:
    fields = upload_form(KEY, condition)

    answer = post(bucket.url, {**fields, "x-amz-meta-a": value})

    assert answer.status_code == status, answer.text


def test_a_condition_on_an_absent_field_fails(bucket: BucketServer) -> None:
    answer = post(bucket.url, upload_form(KEY, ["starts-with", "$x-amz-meta-a", ""]))

    assert code_of(answer) == "403 AccessDenied"


def test_the_bucket_needs_a_condition_and_must_be_this_one(bucket: BucketServer) -> None:
    without = policy_fields([{"key": KEY}], {"key": KEY})
    other = policy_fields([{"key": KEY}, {"bucket": "another"}], {"key": KEY})

    assert code_of(post(bucket.url, without)) == "403 AccessDenied"
    assert code_of(post(bucket.url, other)) == "403 AccessDenied"


def test_the_file_name_is_filled_in_without_its_folders(bucket: BucketServer, owner: Any) -> None:
    conditions = [{"bucket": BUCKET}, ["starts-with", "$key", "pending/u7/"]]
    fields = policy_fields(conditions, {"key": "pending/u7/${filename}"})

    inside = post(bucket.url, fields, filename="../../beach day.png")
    outside = post(bucket.url, {**fields, "key": "pending/u8/${filename}"})

    assert inside.status_code == 204
    assert outside.status_code == 403
    assert keys(owner) == ["pending/u7/beach day.png"]


def test_a_comma_in_the_type_does_not_smuggle_another_one(bucket: BucketServer) -> None:
    conditions = [{"bucket": BUCKET}, {"key": KEY}, ["starts-with", "$Content-Type", "image/"]]
    fields = {"key": KEY, "Content-Type": "image/png,text/html"}

    assert post(bucket.url, policy_fields(conditions, fields)).status_code == 403
