"""What a user may do whose key is not the owner's: what its policy says, and no more."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET
from blog.local.server import BucketServer, User
from tests.local.rights import (
    KEY,
    LISTING,
    PENDING,
    ROOT,
    SECRET,
    allow,
    policy,
    refusal,
    statement,
)
from tests.local.sending import PNG, TIMEOUT, code_of, connect


@pytest.fixture
def document() -> dict[str, Any]:
    """What the user may do, for a test to say otherwise."""
    return policy(PENDING, LISTING)


@pytest.fixture
def bucket(document: dict[str, Any]) -> Iterator[BucketServer]:
    with BucketServer(users=[User(KEY, SECRET, document)]) as server:
        yield server


@pytest.fixture
def user(bucket: BucketServer) -> Iterator[Any]:
    with closing(connect(bucket.url, KEY, SECRET)) as client:
        yield client


def test_a_user_does_what_its_policy_allows(user: Any) -> None:
    user.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG)

    assert user.get_object(Bucket=BUCKET, Key="pending/a")["Body"].read() == PNG
    assert user.list_objects_v2(Bucket=BUCKET, Prefix="pending/")["KeyCount"] == 1
    assert user.list_objects_v2(Bucket=BUCKET, Prefix="pending/a")["KeyCount"] == 1


def test_a_user_does_nothing_else(user: Any, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="other/a", Body=PNG)
    target = {"Bucket": BUCKET, "Key": "other/a"}

    refused = {
        refusal(user.put_object, **target, Body=PNG),
        refusal(user.get_object, **target),
        refusal(user.delete_object, Bucket=BUCKET, Key="pending/a"),
        refusal(user.get_object_tagging, Bucket=BUCKET, Key="pending/a"),
        refusal(user.create_multipart_upload, **target),
        refusal(user.list_objects_v2, Bucket=BUCKET),
        refusal(user.list_objects_v2, Bucket=BUCKET, Prefix="other/"),
        refusal(user.list_object_versions, Bucket=BUCKET),
        refusal(user.list_multipart_uploads, Bucket=BUCKET),
        refusal(user.get_bucket_policy, Bucket=BUCKET),
        refusal(user.put_bucket_policy, Bucket=BUCKET, Policy=allow()),
        refusal(user.delete_bucket_cors, Bucket=BUCKET),
        refusal(user.delete_bucket, Bucket=BUCKET),
        refusal(user.create_bucket, Bucket="another-bucket"),
        refusal(user.list_buckets),
    }

    assert refused == {"403 AccessDenied"}
    assert refusal(user.head_object, **target) == "403 403"


def test_a_refusal_names_the_action(user: Any) -> None:
    with pytest.raises(ClientError, match=f'perform: s3:GetBucketCORS on resource: "{ROOT}"'):
        user.get_bucket_cors(Bucket=BUCKET)


def test_a_signed_address_carries_the_rights_of_who_signed_it(
    bucket: BucketServer, user: Any
) -> None:
    def put(key: str) -> str:
        url = user.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": key})
        return code_of(requests.put(url, PNG, timeout=TIMEOUT))

    def post(key: str) -> str:
        form = user.generate_presigned_post(BUCKET, key)
        return code_of(
            requests.post(form["url"], form["fields"], files={"file": PNG}, timeout=TIMEOUT)
        )

    assert (put("pending/a"), put("other/a")) == ("200 ", "403 AccessDenied")
    assert (post("pending/b"), post("other/b")) == ("204 ", "403 AccessDenied")


def test_a_copy_needs_its_source_and_its_target(user: Any, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG)
    owner.put_object(Bucket=BUCKET, Key="other/a", Body=PNG)

    def copy(source: str, target: str) -> Any:
        return user.copy_object(
            Bucket=BUCKET, Key=target, CopySource={"Bucket": BUCKET, "Key": source}
        )

    assert copy("pending/a", "pending/b")
    assert refusal(copy, source="pending/a", target="other/b") == "403 AccessDenied"
    assert refusal(copy, source="other/a", target="pending/c") == "403 AccessDenied"
    # Whoever may not list without a prefix is not told that it is missing.
    assert refusal(copy, source="pending/absent", target="pending/c") == "403 AccessDenied"


def test_an_upload_in_parts_is_judged_action_by_action(user: Any) -> None:
    target = {"Bucket": BUCKET, "Key": "pending/a"}
    upload = {**target, "UploadId": user.create_multipart_upload(**target)["UploadId"]}
    part = user.upload_part(**upload, PartNumber=1, Body=PNG)

    listed = refusal(user.list_parts, **upload)
    user.abort_multipart_upload(**upload)

    assert listed == "403 AccessDenied"
    assert refusal(user.upload_part, **upload, PartNumber=1, Body=PNG) == "404 NoSuchUpload"
    assert part["ETag"]


@pytest.mark.parametrize(
    "document",
    [policy(statement(["s3:PutObject", "s3:*MultipartUpload*"], f"{ROOT}/pending/*"))],
    ids=["may upload in parts to pending/"],
)
def test_an_upload_is_not_reached_by_the_name_of_another_object(
    bucket: BucketServer, user: Any, owner: Any
) -> None:
    theirs = {"Bucket": BUCKET, "Key": "other/a"}
    upload_id = owner.create_multipart_upload(**theirs)["UploadId"]
    etag = owner.upload_part(**theirs, UploadId=upload_id, PartNumber=1, Body=PNG)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    files = set(bucket.disk.files.iterdir())

    named = {"Bucket": BUCKET, "Key": "pending/a", "UploadId": upload_id}
    refused = {
        refusal(user.upload_part, **named, PartNumber=1, Body=b"another"),
        refusal(user.list_parts, **named),
        refusal(user.complete_multipart_upload, **named, MultipartUpload=parts),
        refusal(user.abort_multipart_upload, **named),
    }

    assert refused == {"404 NoSuchUpload"}
    assert set(bucket.disk.files.iterdir()) == files
    owner.complete_multipart_upload(**theirs, UploadId=upload_id, MultipartUpload=parts)
    assert owner.get_object(**theirs)["Body"].read() == PNG


@pytest.mark.parametrize(
    "document",
    [policy(PENDING, statement("s3:DeleteObject", f"{ROOT}/pending/*"))],
    ids=["may delete pending/"],
)
def test_many_deletions_are_judged_key_by_key(user: Any, owner: Any) -> None:
    for key in ("pending/a", "other/a"):
        owner.put_object(Bucket=BUCKET, Key=key, Body=PNG)

    keys = [{"Key": "pending/a"}, {"Key": "other/a"}]
    answer = user.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})

    assert [found["Key"] for found in answer["Deleted"]] == ["pending/a"]
    assert [(e["Key"], e["Code"]) for e in answer["Errors"]] == [("other/a", "AccessDenied")]
    assert owner.list_objects_v2(Bucket=BUCKET)["Contents"][0]["Key"] == "other/a"


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (policy(PENDING, LISTING), 403),  # HEAD has no prefix that the condition could like
        (policy(PENDING, statement("s3:ListBucket", ROOT)), 404),
        (policy(PENDING), 403),
    ],
)
def test_only_who_may_list_is_told_what_is_missing(user: Any, status: int) -> None:
    head = refusal(user.head_object, Bucket=BUCKET, Key="pending/absent")
    get = refusal(user.get_object, Bucket=BUCKET, Key="pending/absent")

    assert (head[:3], get[:3]) == (str(status), str(status))


@pytest.mark.parametrize(
    "document", [policy(statement("s3:*", "*"), statement("s3:*", "*", Effect="Deny"))]
)
def test_a_denial_of_its_own_binds_a_user(user: Any) -> None:
    assert refusal(user.list_buckets) == "403 AccessDenied"
    assert refusal(user.get_bucket_policy, Bucket=BUCKET) == "403 AccessDenied"


def test_the_bucket_policy_counts_for_users_too(user: Any, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    opened = user.get_object(Bucket=BUCKET, Key="media/a")["Body"].read()
    # For strangers only is the bucket closed again by this switch.
    block = {"BlockPublicPolicy": True, "RestrictPublicBuckets": True}
    owner.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=block)
    still = user.get_object(Bucket=BUCKET, Key="media/a")["Body"].read()
    owner.delete_public_access_block(Bucket=BUCKET)
    owner.put_bucket_policy(Bucket=BUCKET, Policy=allow("Deny", Action="s3:PutObject"))

    assert opened == still == PNG
    assert refusal(user.put_object, Bucket=BUCKET, Key="pending/a") == "403 AccessDenied"


@pytest.mark.parametrize("document", [policy(statement("s3:ListAllMyBuckets", "*"))])
def test_listing_all_buckets_is_a_right_of_its_own(user: Any) -> None:
    assert [found["Name"] for found in user.list_buckets()["Buckets"]] == [BUCKET]


@pytest.mark.parametrize("document", [policy(statement("s3:CreateBucket", "arn:aws:s3:::new-*"))])
def test_a_bucket_with_its_ownership_needs_two_rights(user: Any) -> None:
    create = {"Bucket": "new-b", "ObjectOwnership": "BucketOwnerEnforced"}

    assert user.create_bucket(Bucket="new-a")
    assert refusal(user.create_bucket, **create) == "403 AccessDenied"


def test_the_secret_of_one_key_does_not_do_for_another(bucket: BucketServer) -> None:
    with closing(connect(bucket.url, KEY, "local-bucket-secret")) as impostor:
        assert refusal(impostor.list_buckets) == "403 SignatureDoesNotMatch"


def test_a_policy_that_leaves_out_what_it_means_is_not_taken() -> None:
    with pytest.raises(ValueError, match="Action and Resource"):
        User(KEY, SECRET, policy({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}))
