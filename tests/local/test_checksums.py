"""The bytes that arrive are the bytes that were promised."""

import base64
import hashlib
import zlib
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET, checksums
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, code_of, post, presign, sha256, upload_form

KEY = "pending/a.png"


def is_missing(owner: Any) -> bool:
    return "Contents" not in owner.list_objects_v2(Bucket=BUCKET)


def promise(content: bytes) -> dict[str, str]:
    return {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": sha256(content)}


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("CRC32", "cbf43926"),
        ("CRC32C", "e3069283"),
        ("CRC64NVME", "ae8b14860a799888"),
        ("SHA1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        ("SHA256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
    ],
)
def test_each_algorithm_computes_its_published_check_value(algorithm: str, digest: str) -> None:
    checksum = checksums.start(algorithm)

    checksum.update(b"1234")
    checksum.update(b"56789")

    assert checksum.digest().hex() == digest


def test_a_form_with_the_right_checksum_is_stored_with_it(bucket: BucketServer, owner: Any) -> None:
    answer = post(bucket.url, upload_form(KEY, fields=promise(PNG)))

    assert answer.status_code == 201
    stored = owner.head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")
    assert stored["ChecksumSHA256"] == sha256(PNG)
    assert "ChecksumSHA256" not in owner.head_object(Bucket=BUCKET, Key=KEY)


def test_a_form_whose_file_is_another_is_refused(bucket: BucketServer, owner: Any) -> None:
    answer = post(bucket.url, upload_form(KEY, fields=promise(b"another")))

    assert code_of(answer) == "400 BadDigest"
    assert is_missing(owner)


def test_a_checksum_changed_after_signing_is_refused(bucket: BucketServer) -> None:
    fields = upload_form(KEY, fields=promise(b"another"))

    answer = post(bucket.url, {**fields, "x-amz-checksum-sha256": sha256(PNG)})

    assert code_of(answer) == "403 AccessDenied"


@pytest.mark.parametrize(
    "fields",
    [
        {"x-amz-checksum-sha256": "not base64!"},
        {"x-amz-checksum-sha256": sha256(PNG), "x-amz-checksum-crc32": "AAAAAA=="},
        {"x-amz-checksum-algorithm": "ROT13"},
        {"x-amz-checksum-algorithm": "SHA1", "x-amz-checksum-sha256": sha256(PNG)},
    ],
)
def test_a_checksum_that_is_none_is_refused(bucket: BucketServer, fields: dict[str, str]) -> None:
    assert code_of(post(bucket.url, upload_form(KEY, fields=fields))) == "400 InvalidRequest"


@pytest.mark.parametrize("algorithm", ["SHA256", "SHA1", "CRC32"])
def test_a_put_is_stored_with_its_checksum(owner: Any, algorithm: str) -> None:
    owner.put_object(Bucket=BUCKET, Key=KEY, Body=PNG, ChecksumAlgorithm=algorithm)

    stored = owner.head_object(Bucket=BUCKET, Key=KEY, ChecksumMode="ENABLED")
    checksum = checksums.start(algorithm)
    checksum.update(PNG)
    assert stored[f"Checksum{algorithm}"] == base64.b64encode(checksum.digest()).decode()


@pytest.mark.parametrize(
    "promised",
    [
        {"ChecksumSHA256": sha256(b"another")},
        {"ChecksumCRC32": base64.b64encode(zlib.crc32(b"another").to_bytes(4)).decode()},
        {"ContentMD5": base64.b64encode(hashlib.md5(b"another").digest()).decode()},
    ],
    ids=lambda promised: next(iter(promised)),
)
def test_a_put_of_other_bytes_is_refused(owner: Any, promised: dict[str, str]) -> None:
    with pytest.raises(ClientError) as refusal:
        owner.put_object(Bucket=BUCKET, Key=KEY, Body=PNG, **promised)

    assert refusal.value.response["Error"]["Code"] == "BadDigest"
    assert is_missing(owner)


def test_a_refused_put_leaves_the_object_that_was_there(owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key=KEY, Body=b"first")

    with pytest.raises(ClientError):
        owner.put_object(Bucket=BUCKET, Key=KEY, Body=PNG, ChecksumSHA256=sha256(b"another"))
    with pytest.raises(ClientError):
        owner.put_object(Bucket=BUCKET, Key=KEY, Body=PNG, Tagging="aws:no=1")

    assert owner.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"first"


def test_a_presigned_put_binds_the_bytes_to_their_checksum(bucket: BucketServer) -> None:
    headers = {"x-amz-checksum-sha256": sha256(PNG)}
    address = presign("PUT", f"{bucket.url}/{BUCKET}/{KEY}", headers=headers)

    other_bytes = requests.put(address, data=b"another", headers=headers, timeout=TIMEOUT)
    other_promise = requests.put(
        address,
        data=b"another",
        headers={"x-amz-checksum-sha256": sha256(b"another")},
        timeout=TIMEOUT,
    )
    right = requests.put(address, data=PNG, headers=headers, timeout=TIMEOUT)

    assert code_of(other_bytes) == "400 BadDigest"
    assert code_of(other_promise) == "403 SignatureDoesNotMatch"
    assert right.status_code == 200
