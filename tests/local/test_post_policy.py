"""What a browser may post is what the policy says, and nothing else."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import (
    PNG,
    TIMEOUT,
    code_of,
    policy_fields,
    post,
    upload_form,
)

KEY = "pending/a.png"


def keys(owner: Any) -> list[str]:
    return [found["Key"] for found in owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_form_that_keeps_to_its_policy_is_stored(bucket: BucketServer, owner: Any) -> None:
    fields = upload_form(KEY, fields={"Cache-Control": "max-age=60", "x-amz-meta-owner": "7"})

    answer = post(bucket.url, fields)

    assert answer.status_code == 201
    stored = owner.get_object(Bucket=BUCKET, Key=KEY)
    assert stored["Body"].read() == PNG
    assert stored["ContentType"] == "image/png"  # not the text/html of the file part
    assert stored["CacheControl"] == "max-age=60"
    assert stored["Metadata"] == {"owner": "7"}


def test_the_answer_says_where_the_object_is(bucket: BucketServer, owner: Any) -> None:
    answer = post(bucket.url, upload_form(KEY))

    etag = owner.head_object(Bucket=BUCKET, Key=KEY)["ETag"]
    assert answer.headers["ETag"] == etag
    assert answer.headers["Location"] == f"{bucket.url}/{BUCKET}/pending%2Fa.png"
    for element in (f"<Bucket>{BUCKET}<", f"<Key>{KEY}<", f"<ETag>{etag}<", "<Location>http:"):
        assert element in answer.text


@pytest.mark.parametrize(
    ("asked", "status"), [("200", 200), ("201", 201), ("204", 204), ("302", 204)]
)
def test_success_action_status_decides_the_status(
    bucket: BucketServer, asked: str, status: int
) -> None:
    answer = post(bucket.url, upload_form(KEY, fields={"success_action_status": asked}))

    assert answer.status_code == status
    assert bool(answer.content) == (status == 201)


def test_success_action_redirect_carries_bucket_key_and_etag(bucket: BucketServer) -> None:
    page = "http://blog.test/done?draft=3"
    fields = upload_form(KEY, fields={"success_action_redirect": page})

    answer = post(bucket.url, fields)

    assert answer.status_code == 303
    target = answer.headers["Location"]
    assert target.startswith(f"http://blog.test/done?draft=3&bucket={BUCKET}&key=pending%2Fa.png&")
    assert "etag=%22" in target


@pytest.mark.parametrize(
    "change",
    [
        {"Content-Type": "image/svg+xml"},
        {"key": "media/a.png"},
        {"success_action_status": "200"},
        {"x-amz-meta-evil": "1"},
        {"acl": "public-read"},
        {"Content-Disposition": "inline"},
        {"x-amz-storage-class": "GLACIER"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_field_changed_or_added_after_signing_is_refused(
    bucket: BucketServer, owner: Any, change: dict[str, str]
) -> None:
    answer = post(bucket.url, {**upload_form(KEY), **change})

    assert code_of(answer) == "403 AccessDenied"
    assert "Invalid according to Policy" in answer.text
    assert keys(owner) == []


@pytest.mark.parametrize(
    ("dropped", "code"),
    [
        ("key", "400 InvalidArgument"),
        ("Content-Type", "403 AccessDenied"),
        ("policy", "400 InvalidArgument"),
        ("x-amz-signature", "400 InvalidArgument"),
        ("x-amz-date", "400 InvalidArgument"),
        ("x-amz-credential", "400 InvalidArgument"),
        ("x-amz-algorithm", "400 InvalidArgument"),
    ],
)
def test_a_field_left_out_is_refused(
    bucket: BucketServer, owner: Any, dropped: str, code: str
) -> None:
    fields = upload_form(KEY)
    del fields[dropped]

    answer = post(bucket.url, fields)

    assert code_of(answer) == code
    assert keys(owner) == []


def test_an_ignored_field_needs_no_condition(bucket: BucketServer) -> None:
    answer = post(bucket.url, {**upload_form(KEY), "x-ignore-me": "1"})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("size", "code"),
    [(0, "400 EntityTooSmall"), (1, "201 "), (1024, "201 "), (1025, "400 EntityTooLarge")],
)
def test_the_range_counts_the_bytes_of_the_file(bucket: BucketServer, size: int, code: str) -> None:
    answer = post(bucket.url, upload_form(KEY), b"x" * size)

    assert code_of(answer) == code


def test_a_file_far_too_large_is_answered_and_not_cut_off(bucket: BucketServer, owner: Any) -> None:
    answer = post(bucket.url, upload_form(KEY), b"x" * 20_000_000)

    assert code_of(answer) == "400 EntityTooLarge"
    assert keys(owner) == []
    assert bucket.received[0].size > 20_000_000


def test_an_expired_policy_is_refused(bucket: BucketServer, owner: Any) -> None:
    conditions = [{"bucket": BUCKET}, {"key": KEY}]
    earlier = datetime.now(UTC) - timedelta(minutes=11)

    answer = post(bucket.url, policy_fields(conditions, {"key": KEY}, at=earlier))

    assert code_of(answer) == "403 AccessDenied"
    assert "Policy expired" in answer.text
    assert keys(owner) == []


def test_a_policy_edited_after_signing_is_refused(bucket: BucketServer) -> None:
    fields = upload_form(KEY)
    document = json.loads(base64.b64decode(fields["policy"]))
    document["conditions"][1][2] = 10**9
    fields["policy"] = base64.b64encode(json.dumps(document).encode()).decode()

    assert code_of(post(bucket.url, fields)) == "403 SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "scope",
    [
        "20200101/us-east-1/s3/aws4_request",
        "{today}/eu-west-1/s3/aws4_request",
        "{today}/us-east-1/ec2/aws4_request",
        "{today}",
    ],
)
def test_a_credential_of_another_scope_is_refused(bucket: BucketServer, scope: str) -> None:
    today = datetime.now(UTC).strftime("%Y%m%d")
    credential = f"LOCALBUCKETKEY/{scope.format(today=today)}"

    answer = post(bucket.url, {**upload_form(KEY), "x-amz-credential": credential})

    assert code_of(answer) == "400 InvalidArgument"


def test_a_form_without_any_signature_is_anonymous(bucket: BucketServer, owner: Any) -> None:
    answer = post(bucket.url, {"key": "media/evil.png", "Content-Type": "image/png"})

    assert code_of(answer) == "403 AccessDenied"
    assert keys(owner) == []


def test_an_acl_is_refused_even_where_the_policy_allows_it(bucket: BucketServer) -> None:
    answer = post(bucket.url, upload_form(KEY, fields={"acl": "public-read"}))

    assert code_of(answer) == "400 AccessControlListNotSupported"


def test_a_form_for_a_missing_bucket_is_refused(bucket: BucketServer) -> None:
    answer = requests.post(f"{bucket.url}/absent", files={"file": PNG}, timeout=TIMEOUT)

    assert code_of(answer) == "404 NoSuchBucket"
