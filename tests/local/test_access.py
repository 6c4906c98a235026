"""What the world, and what the owner, may do under the bucket policy."""

import json
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.rights import allow, error_of
from tests.local.sending import PNG, TIMEOUT, code_of


def test_anyone_reads_what_is_published_and_nothing_else(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    owner.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG)
    url = f"{bucket.url}/{BUCKET}"

    published = requests.get(f"{url}/media/a", timeout=TIMEOUT)
    refusals = [
        requests.get(f"{url}/pending/a", timeout=TIMEOUT),
        requests.get(f"{url}/media/absent", timeout=TIMEOUT),
        requests.get(f"{url}/media/../pending/a", timeout=TIMEOUT),
        requests.get(f"{url}?list-type=2", timeout=TIMEOUT),
        requests.get(f"{url}?policy", timeout=TIMEOUT),
        requests.get(f"{url}/media/a?tagging", timeout=TIMEOUT),
        requests.get(bucket.url, timeout=TIMEOUT),
        requests.put(f"{url}/media/b", PNG, timeout=TIMEOUT),
        requests.put(f"{bucket.url}/another", timeout=TIMEOUT),
        requests.put(f"{url}/media/b", timeout=TIMEOUT, headers={"x-amz-copy-source": "a/b"}),
        requests.delete(f"{url}/media/a", timeout=TIMEOUT),
        requests.post(f"{url}/media/a?uploads", timeout=TIMEOUT),
        requests.post(f"{url}?delete", "<Delete/>", timeout=TIMEOUT),
    ]

    assert published.content == PNG
    assert [code_of(refusal) for refusal in refusals] == ["403 AccessDenied"] * len(refusals)


def test_an_error_is_a_document_with_a_request_id(bucket: BucketServer, owner: Any) -> None:
    answer = requests.get(f"{bucket.url}/{BUCKET}/pending/<a>", timeout=TIMEOUT)
    missing = requests.get(
        owner.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "pending/b"}),
        timeout=TIMEOUT,
    )

    assert answer.headers["Content-Type"] == "application/xml"
    assert f"<Resource>/{BUCKET}/pending/&lt;a&gt;</Resource>" in answer.text
    assert f"<RequestId>{answer.headers['x-amz-request-id']}</RequestId>" in answer.text
    assert code_of(missing) == "404 NoSuchKey"
    assert f"<RequestId>{missing.headers['x-amz-request-id']}</RequestId>" in missing.text


def test_a_deny_binds_the_owner_too(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    owner.put_bucket_policy(Bucket=BUCKET, Policy=allow("Deny", Action="s3:Delete*"))

    deleted = owner.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "media/a"}]})

    assert error_of(owner.delete_object, Key="media/a") == "403 AccessDenied"
    assert deleted["Errors"][0]["Code"] == "AccessDenied"
    assert owner.head_object(Bucket=BUCKET, Key="media/a")


def test_the_owner_is_never_locked_out(owner: Any) -> None:
    resources = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    owner.put_bucket_policy(Bucket=BUCKET, Policy=allow("Deny", Action="s3:*", Resource=resources))

    assert error_of(owner.list_objects_v2) == "403 AccessDenied"
    owner.delete_bucket_policy(Bucket=BUCKET)
    assert owner.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize(
    ("referer", "status"), [("http://blog.test/posts/a", 200), ("http://other/", 403), ("", 403)]
)
def test_a_condition_on_the_referer_is_kept(
    bucket: BucketServer, owner: Any, referer: str, status: int
) -> None:
    owner.put_object(Bucket=BUCKET, Key="a", Body=PNG)
    condition = {"StringLike": {"aws:Referer": "http://blog.test/*"}}
    owner.put_bucket_policy(Bucket=BUCKET, Policy=allow(Condition=condition))

    headers = {"Referer": referer} if referer else {}
    answer = requests.get(f"{bucket.url}/{BUCKET}/a", headers=headers, timeout=TIMEOUT)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("referer", "status"), [("http://blog.test/posts/a", 200), ("http://other/", 403), ("", 200)]
)
def test_pictures_may_be_denied_to_other_sites_and_not_to_who_tells_none(
    bucket: BucketServer, owner: Any, referer: str, status: int
) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    document = json.loads(owner.get_bucket_policy(Bucket=BUCKET)["Policy"])
    condition = {
        "StringNotLike": {"aws:Referer": ["http://blog.test/*"]},
        "Null": {"aws:Referer": "false"},
    }
    document["Statement"].append(json.loads(allow("Deny", Condition=condition))["Statement"])
    owner.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(document))

    headers = {"Referer": referer} if referer else {}
    answer = requests.get(f"{bucket.url}/{BUCKET}/media/a", headers=headers, timeout=TIMEOUT)

    assert answer.status_code == status


def test_a_condition_that_the_bucket_cannot_judge_opens_nothing(
    bucket: BucketServer, owner: Any
) -> None:
    owner.put_object(Bucket=BUCKET, Key="a", Body=PNG)
    condition = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    owner.put_bucket_policy(Bucket=BUCKET, Policy=allow(Condition=condition))

    assert requests.get(f"{bucket.url}/{BUCKET}/a", timeout=TIMEOUT).status_code == 403


def test_listing_may_be_opened_for_a_prefix(bucket: BucketServer, owner: Any) -> None:
    condition = {"StringLike": {"s3:prefix": "media/*"}}
    policy = allow(Action="s3:ListBucket", Resource=f"arn:aws:s3:::{BUCKET}", Condition=condition)
    owner.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    url = f"{bucket.url}/{BUCKET}?list-type=2&prefix="

    assert requests.get(f"{url}media/a", timeout=TIMEOUT).status_code == 200
    assert requests.get(f"{url}pending/", timeout=TIMEOUT).status_code == 403


def test_a_new_bucket_is_closed_until_its_owner_opens_it(bucket: BucketServer, owner: Any) -> None:
    owner.create_bucket(Bucket="fresh")
    block = owner.get_public_access_block(Bucket="fresh")["PublicAccessBlockConfiguration"]
    policy = allow(Resource="arn:aws:s3:::fresh/*")

    with pytest.raises(ClientError, match="AccessDenied"):
        owner.put_bucket_policy(Bucket="fresh", Policy=policy)
    owner.delete_public_access_block(Bucket="fresh")
    owner.put_bucket_policy(Bucket="fresh", Policy=policy)

    assert set(block.values()) == {True}
    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        owner.put_object(Bucket="fresh", Key="a", ACL="public-read")


def test_restricting_public_buckets_closes_what_a_policy_opened(
    bucket: BucketServer, owner: Any
) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    url = f"{bucket.url}/{BUCKET}/media/a"
    before = requests.get(url, timeout=TIMEOUT).status_code

    owner.put_public_access_block(
        Bucket=BUCKET, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )

    assert (before, requests.get(url, timeout=TIMEOUT).status_code) == (200, 403)


def test_an_acl_counts_only_where_ownership_lets_it(bucket: BucketServer, owner: Any) -> None:
    rules = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    owner.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=rules)
    owner.delete_public_access_block(Bucket=BUCKET)
    owner.put_object(Bucket=BUCKET, Key="a", Body=PNG, ACL="public-read")

    assert requests.get(f"{bucket.url}/{BUCKET}/a", timeout=TIMEOUT).status_code == 200


@pytest.mark.parametrize(
    "policy",
    [
        "no json",
        "{}",
        allow(Resource="arn:aws:s3:::another/*"),
        allow(Effect="Perhaps"),
        allow(Action=[]),
    ],
)
def test_a_policy_that_is_none_is_refused(owner: Any, policy: str) -> None:
    assert error_of(owner.put_bucket_policy, Policy=policy) == "400 MalformedPolicy"


def test_only_the_owner_chooses_response_headers(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    url = f"{bucket.url}/{BUCKET}/media/a?response-content-type=text/html"

    assert code_of(requests.get(url, timeout=TIMEOUT)) == "400 InvalidRequest"
