"""Ranges, copies, multipart uploads and listings: as S3 has them, with the bytes on disk."""

import hashlib
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, sha256

PART = b"a" * 5 * 1024**2
TAIL = b"the tail"


@pytest.mark.parametrize(
    ("asked", "status", "content", "range_"),
    [
        ("bytes=2-5", 206, PNG[2:6], f"bytes 2-5/{len(PNG)}"),
        ("bytes=-4", 206, PNG[-4:], f"bytes {len(PNG) - 4}-{len(PNG) - 1}/{len(PNG)}"),
        ("bytes=200-", 206, PNG[200:], f"bytes 200-{len(PNG) - 1}/{len(PNG)}"),
        ("lines=1-2", 200, PNG, None),
    ],
)
def test_a_range_answers_with_just_these_bytes(
    bucket: BucketServer, owner: Any, asked: str, status: int, content: bytes, range_: str | None
) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.get(
        f"{bucket.url}/{BUCKET}/media/a", headers={"Range": asked}, timeout=TIMEOUT
    )

    assert answer.status_code == status
    assert answer.content == content
    assert answer.headers.get("Content-Range") == range_


def test_a_range_beyond_the_end_is_refused(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.get(
        f"{bucket.url}/{BUCKET}/media/a", headers={"Range": "bytes=999-"}, timeout=TIMEOUT
    )

    assert answer.status_code == 416


def test_head_says_everything_but_the_bytes(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG, ContentType="image/png")

    answer = requests.head(f"{bucket.url}/{BUCKET}/media/a", timeout=TIMEOUT)

    assert answer.headers["Content-Length"] == str(len(PNG))
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["ETag"] == f'"{hashlib.md5(PNG).hexdigest()}"'


def test_a_presigned_address_may_choose_the_name_of_the_download(owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    chosen = {
        "ResponseContentDisposition": 'attachment; filename="海 Ünï.png"',
        "ResponseContentType": "image/png",
    }
    address = owner.generate_presigned_url(
        "get_object", {"Bucket": BUCKET, "Key": "media/a", **chosen}
    )

    answer = requests.get(address, timeout=TIMEOUT)

    assert answer.content == PNG
    assert answer.headers["Content-Type"] == "image/png"
    disposition = answer.headers["Content-Disposition"].encode("latin-1").decode()
    assert disposition == chosen["ResponseContentDisposition"]


def test_a_copy_may_replace_the_metadata_and_outlives_its_source(owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG, ContentType="text/html")

    owner.copy_object(
        Bucket=BUCKET,
        Key="media/a",
        CopySource={"Bucket": BUCKET, "Key": "pending/a"},
        MetadataDirective="REPLACE",
        ContentType="image/png",
        CacheControl="max-age=60",
        ChecksumAlgorithm="SHA256",
    )
    owner.delete_object(Bucket=BUCKET, Key="pending/a")

    copy = owner.get_object(Bucket=BUCKET, Key="media/a", ChecksumMode="ENABLED")
    assert copy["Body"].read() == PNG
    assert (copy["ContentType"], copy["CacheControl"]) == ("image/png", "max-age=60")
    assert copy["ChecksumSHA256"] == sha256(PNG)


def test_an_upload_in_parts_becomes_one_object(owner: Any) -> None:
    key = {"Bucket": BUCKET, "Key": "pending/film"}
    upload = {
        **key,
        "UploadId": owner.create_multipart_upload(
            **key, ContentType="video/mp4", ChecksumAlgorithm="SHA256"
        )["UploadId"],
    }

    parts = []
    for number, content in ((1, PART), (2, TAIL)):
        part = owner.upload_part(
            **upload, PartNumber=number, Body=content, ChecksumAlgorithm="SHA256"
        )
        parts.append(
            {"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": sha256(content)}
        )
    listed = owner.list_parts(**upload)["Parts"]
    done = owner.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    assert [part["ChecksumSHA256"] for part in listed] == [sha256(PART), sha256(TAIL)]
    digests = hashlib.sha256(PART).digest() + hashlib.sha256(TAIL).digest()
    stored = owner.get_object(**key)
    assert stored["Body"].read() == PART + TAIL
    assert stored["ContentType"] == "video/mp4"
    assert stored["ETag"].endswith('-2"')
    assert done["ChecksumSHA256"] == f"{sha256(digests)}-2"
    assert "Uploads" not in owner.list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.parametrize(
    ("parts", "size", "code"),
    [
        ([1, 2], None, "EntityTooSmall"),
        ([2, 1], None, "InvalidPartOrder"),
        ([1, 3], None, "InvalidPart"),
        ([1], 999, "InvalidRequest"),
    ],
)
def test_an_upload_that_does_not_add_up_is_refused(
    owner: Any, parts: list[int], size: int | None, code: str
) -> None:
    key = {"Bucket": BUCKET, "Key": "pending/film"}
    upload = {**key, "UploadId": owner.create_multipart_upload(**key)["UploadId"]}
    for number in (1, 2):
        owner.upload_part(**upload, PartNumber=number, Body=TAIL)
    etag = hashlib.md5(TAIL).hexdigest()
    announced = {"MpuObjectSize": size} if size else {}

    with pytest.raises(ClientError) as refusal:
        owner.complete_multipart_upload(
            **upload,
            **announced,
            MultipartUpload={"Parts": [{"PartNumber": n, "ETag": etag} for n in parts]},
        )

    assert refusal.value.response["Error"]["Code"] == code
    assert len(owner.list_parts(**upload)["Parts"]) == 2


def test_an_aborted_upload_leaves_no_file(bucket: BucketServer, owner: Any) -> None:
    key = {"Bucket": BUCKET, "Key": "pending/film"}
    upload = {**key, "UploadId": owner.create_multipart_upload(**key)["UploadId"]}
    owner.upload_part(**upload, PartNumber=1, Body=TAIL)

    owner.abort_multipart_upload(**upload)

    with pytest.raises(ClientError, match="NoSuchUpload"):
        owner.upload_part(**upload, PartNumber=2, Body=TAIL)
    assert list(bucket.disk.files.iterdir()) == []


def test_listing_deleting_and_tagging(bucket: BucketServer, owner: Any) -> None:
    for key in ("ops/a/1", "ops/b/1", "ops/c"):
        owner.put_object(Bucket=BUCKET, Key=key, Body=b"1")
    tags = {"TagSet": [{"Key": "state", "Value": "pending"}]}
    owner.put_object_tagging(Bucket=BUCKET, Key="ops/c", Tagging=tags)

    listed = owner.list_objects_v2(Bucket=BUCKET, Prefix="ops/", Delimiter="/")
    tagged = owner.get_object_tagging(Bucket=BUCKET, Key="ops/c")["TagSet"]
    objects = [{"Key": key} for key in ("ops/a/1", "ops/b/1", "ops/c", "absent")]
    owner.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})

    assert [prefix["Prefix"] for prefix in listed["CommonPrefixes"]] == ["ops/a/", "ops/b/"]
    assert tagged == tags["TagSet"]
    assert owner.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert list(bucket.disk.files.iterdir()) == []


def test_a_versioned_bucket_keeps_what_is_replaced(owner: Any) -> None:
    owner.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first = owner.put_object(Bucket=BUCKET, Key="a", Body=b"first")["VersionId"]
    owner.put_object(Bucket=BUCKET, Key="a", Body=b"second")
    owner.delete_object(Bucket=BUCKET, Key="a")

    old = owner.get_object(Bucket=BUCKET, Key="a", VersionId=first)

    assert old["Body"].read() == b"first"
    with pytest.raises(ClientError, match="NoSuchKey"):
        owner.get_object(Bucket=BUCKET, Key="a")
    listed = owner.list_object_versions(Bucket=BUCKET)
    assert [(v["Key"], v["Size"], v["IsLatest"]) for v in listed["Versions"]] == [
        ("a", 6, False),
        ("a", 5, False),
    ]
    assert [marker["IsLatest"] for marker in listed["DeleteMarkers"]] == [True]


def test_a_listing_goes_on_only_from_where_one_ended(owner: Any) -> None:
    for name in "abc":
        owner.put_object(Bucket=BUCKET, Key=name, Body=PNG)
    first = owner.list_objects_v2(Bucket=BUCKET, MaxKeys=2)

    token = first["NextContinuationToken"]
    rest = owner.list_objects_v2(Bucket=BUCKET, ContinuationToken=token)

    assert [found["Key"] for found in rest["Contents"]] == ["c"]
    with pytest.raises(ClientError, match="The continuation token provided is incorrect"):
        owner.list_objects_v2(Bucket=BUCKET, ContinuationToken="invented")


@pytest.mark.parametrize("query", ["metrics", "website", "analytics&id=1"])
def test_an_operation_that_is_not_known_changes_nothing(
    bucket: BucketServer, owner: Any, query: str
) -> None:
    answer = requests.delete(f"{bucket.url}/{BUCKET}?{query}", timeout=TIMEOUT)

    assert answer.status_code == 501
    assert owner.head_bucket(Bucket=BUCKET)


def test_a_copy_of_what_the_source_is_not_any_more_is_refused(owner: Any) -> None:
    etag = owner.put_object(Bucket=BUCKET, Key="pending/a", Body=b"one")["ETag"]
    owner.put_object(Bucket=BUCKET, Key="pending/a", Body=b"two")

    copy = {"Bucket": BUCKET, "Key": "media/a", "CopySource": f"{BUCKET}/pending/a"}
    with pytest.raises(ClientError, match="PreconditionFailed"):
        owner.copy_object(**copy, CopySourceIfMatch=etag)

    owner.copy_object(**copy, CopySourceIfMatch=f'"{hashlib.md5(b"two").hexdigest()}"')


def test_a_bucket_may_be_named_by_the_host(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.get(
        f"{bucket.url}/media/a", headers={"Host": f"{BUCKET}.localhost:9000"}, timeout=TIMEOUT
    )

    assert answer.content == PNG
