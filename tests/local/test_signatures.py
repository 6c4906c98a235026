"""Who signed a request, and whether it is the one that was signed."""

import hashlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET, REGION
from blog.local.server import BucketServer
from tests.local.sending import (
    PNG,
    TIMEOUT,
    authorize,
    code_of,
    connect,
    presign,
    sha256,
    sign,
    signing_key,
)

HELLO = hashlib.sha256(b"hello").hexdigest()


def url_of(bucket: BucketServer, key: str) -> str:
    return f"{bucket.url}/{BUCKET}/{key}"


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [
        ("LOCALBUCKETKEY", "another secret", "SignatureDoesNotMatch"),
        ("AKIAUNKNOWN", "local-bucket-secret", "InvalidAccessKeyId"),
    ],
)
def test_another_key_pair_is_refused(
    bucket: BucketServer, key: str, secret: str, code: str
) -> None:
    stranger = connect(bucket.url, key, secret)

    with pytest.raises(ClientError) as refusal:
        stranger.put_object(Bucket=BUCKET, Key="pending/a", Body=b"x")
    stranger.close()

    assert refusal.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    "key", ["plain", "with space", "ünïcode+plus", "a//b", "~a'(b)!*", "a%2Fb"]
)
def test_a_key_of_any_characters_is_signed_and_stored(owner: Any, key: str) -> None:
    owner.put_object(Bucket=BUCKET, Key=f"pending/{key}", Body=PNG)

    listed = owner.list_objects_v2(Bucket=BUCKET)["Contents"]

    assert [found["Key"] for found in listed] == [f"pending/{key}"]
    assert owner.get_object(Bucket=BUCKET, Key=f"pending/{key}")["Body"].read() == PNG


def test_a_body_other_than_the_signed_hash_is_refused(bucket: BucketServer) -> None:
    url = url_of(bucket, "pending/a")
    headers = authorize("PUT", url, {"x-amz-content-sha256": HELLO})

    right = requests.put(url, data=b"hello", headers=headers, timeout=TIMEOUT)
    wrong = requests.put(url, data=b"jello", headers=headers, timeout=TIMEOUT)

    assert right.status_code == 200
    assert code_of(wrong) == "400 XAmzContentSHA256Mismatch"


def test_a_header_changed_or_added_after_signing_is_refused(bucket: BucketServer) -> None:
    url = url_of(bucket, "pending/a")
    signed = {"x-amz-content-sha256": HELLO, "x-amz-meta-owner": "7"}
    headers = authorize("PUT", url, signed)

    changed = requests.put(
        url, data=b"hello", headers={**headers, "x-amz-meta-owner": "8"}, timeout=TIMEOUT
    )
    added = requests.put(
        url, data=b"hello", headers={**headers, "x-amz-meta-more": "1"}, timeout=TIMEOUT
    )

    assert code_of(changed) == "403 SignatureDoesNotMatch"
    assert code_of(added) == "403 AccessDenied"
    assert "<HeadersNotSigned>x-amz-meta-more</HeadersNotSigned>" in added.text


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_too_far_off_is_refused(bucket: BucketServer, minutes: int) -> None:
    url = url_of(bucket, "pending/a")
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = authorize("PUT", url, {"x-amz-content-sha256": HELLO}, at=at)

    answer = requests.put(url, data=b"hello", headers=headers, timeout=TIMEOUT)

    assert code_of(answer) == "403 RequestTimeTooSkewed"


def test_a_presigned_address_works_until_it_expires(bucket: BucketServer) -> None:
    url = url_of(bucket, "pending/a")
    earlier = datetime.now(UTC) - timedelta(seconds=61)

    fresh = requests.put(presign("PUT", url), data=PNG, timeout=TIMEOUT)
    expired = requests.put(presign("PUT", url, at=earlier), data=PNG, timeout=TIMEOUT)

    assert fresh.status_code == 200
    assert code_of(expired) == "403 AccessDenied"
    assert "Request has expired" in expired.text


def test_a_presigned_address_for_another_key_or_method_is_refused(bucket: BucketServer) -> None:
    address = presign("PUT", url_of(bucket, "pending/a"))

    other_key = requests.put(address.replace("/pending/a", "/pending/b"), timeout=TIMEOUT)
    other_method = requests.delete(address, timeout=TIMEOUT)
    longer = requests.put(address.replace("Expires=60", "Expires=6000"), timeout=TIMEOUT)

    for answer in (other_key, other_method, longer):
        assert code_of(answer) == "403 SignatureDoesNotMatch"


@pytest.mark.parametrize("expires", [0, 604_801])
def test_a_presigned_address_for_more_than_a_week_is_refused(
    bucket: BucketServer, expires: int
) -> None:
    address = presign("GET", url_of(bucket, "pending/a"), expires=expires)

    assert requests.get(address, timeout=TIMEOUT).status_code == 400


def test_a_presigned_put_binds_length_type_and_the_absence_of_the_key(
    bucket: BucketServer,
) -> None:
    signed = {"content-length": "5", "content-type": "text/plain", "if-none-match": "*"}
    address = presign("PUT", url_of(bucket, "pending/a"), headers=signed)
    sent = {"content-type": "text/plain", "if-none-match": "*"}

    longer = requests.put(address, data=b"longer", headers=sent, timeout=TIMEOUT)
    other_type = requests.put(
        address, data=b"hello", headers={**sent, "content-type": "text/html"}, timeout=TIMEOUT
    )
    unconditional = requests.put(
        address, data=b"hello", headers={"content-type": "text/plain"}, timeout=TIMEOUT
    )
    first = requests.put(address, data=b"hello", headers=sent, timeout=TIMEOUT)
    second = requests.put(address, data=b"hello", headers=sent, timeout=TIMEOUT)

    for refused in (longer, other_type, unconditional):
        assert code_of(refused) == "403 SignatureDoesNotMatch"
    assert first.status_code == 200
    assert code_of(second) == "412 PreconditionFailed"


def test_another_region_is_refused_by_the_name_of_the_right_one(bucket: BucketServer) -> None:
    with closing(connect(bucket.url, region="eu-central-1")) as client:
        head = requests.head(f"{bucket.url}/{BUCKET}", timeout=TIMEOUT)
        form = client.generate_presigned_post(BUCKET, "pending/a")
        url = client.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "a"})
        posted = requests.post(form["url"], form["fields"], files={"file": PNG}, timeout=TIMEOUT)
        read = requests.get(url, timeout=TIMEOUT)
        with pytest.raises(ClientError, match="the region 'eu-central-1' is wrong") as refusal:
            client.list_buckets()

    assert head.headers["x-amz-bucket-region"] == REGION
    assert refusal.value.response["Error"]["Code"] == "AuthorizationHeaderMalformed"
    assert code_of(read) == "400 AuthorizationQueryParametersError"
    assert code_of(posted) == "400 InvalidArgument"
    assert refusal.value.response["Error"]["Region"] == REGION  # type: ignore[typeddict-item]
    assert f"<Region>{REGION}</Region>" in read.text
    assert f"<Region>{REGION}</Region>" in posted.text


def test_other_ways_to_sign_are_refused(bucket: BucketServer) -> None:
    url = url_of(bucket, "pending/a")

    version_2 = requests.put(url, headers={"Authorization": "AWS KEY:signature"}, timeout=TIMEOUT)
    query_2 = requests.get(f"{url}?AWSAccessKeyId=A&Signature=B&Expires=1", timeout=TIMEOUT)
    garbage = requests.put(url, headers={"Authorization": "Basic eDp5"}, timeout=TIMEOUT)
    both = requests.put(
        presign("PUT", url), headers={"Authorization": "AWS4-HMAC-SHA256 x"}, timeout=TIMEOUT
    )

    assert [answer.status_code for answer in (version_2, query_2, garbage, both)] == [400] * 4


def test_a_streamed_body_with_a_trailing_checksum_is_decoded_and_checked(
    bucket: BucketServer, owner: Any
) -> None:
    url = url_of(bucket, "pending/a")
    headers = authorize(
        "PUT",
        url,
        {
            "content-encoding": "aws-chunked",
            "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "x-amz-decoded-content-length": "10",
            "x-amz-trailer": "x-amz-checksum-sha256",
        },
    )

    def body(promised: str) -> bytes:
        chunks = b"6\r\nhello \r\n4\r\nyou!\r\n0\r\n"
        return chunks + f"x-amz-checksum-sha256:{promised}\r\n\r\n".encode()

    wrong = requests.put(url, data=body(sha256(b"other")), headers=headers, timeout=TIMEOUT)
    right = requests.put(url, data=body(sha256(b"hello you!")), headers=headers, timeout=TIMEOUT)

    assert code_of(wrong) == "400 BadDigest"
    assert right.status_code == 200, right.text
    stored = owner.get_object(Bucket=BUCKET, Key="pending/a")
    assert stored["Body"].read() == b"hello you!"
    assert "ContentEncoding" not in stored


def test_signed_chunks_are_checked_one_by_one(bucket: BucketServer, owner: Any) -> None:
    url = url_of(bucket, "pending/a")
    headers = authorize(
        "PUT",
        url,
        {
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-decoded-content-length": "10",
        },
    )
    timestamp = headers["x-amz-date"]
    previous = headers["authorization"].rpartition("=")[2]
    empty = hashlib.sha256(b"").hexdigest()
    body = b""
    for chunk in (b"hello ", b"you!", b""):
        scope = f"{timestamp[:8]}/{REGION}/s3/aws4_request"
        digest = hashlib.sha256(chunk).hexdigest()
        head = f"AWS4-HMAC-SHA256-PAYLOAD\n{timestamp}\n{scope}\n{previous}"
        previous = sign(signing_key(timestamp[:8]), f"{head}\n{empty}\n{digest}")
        body += f"{len(chunk):x};chunk-signature={previous}\r\n".encode() + chunk + b"\r\n"

    tampered = requests.put(
        url, data=body.replace(b"you!", b"me!!"), headers=headers, timeout=TIMEOUT
    )
    right = requests.put(url, data=body, headers=headers, timeout=TIMEOUT)

    assert code_of(tampered) == "403 SignatureDoesNotMatch"
    assert right.status_code == 200, right.text
    assert owner.get_object(Bucket=BUCKET, Key="pending/a")["Body"].read() == b"hello you!"
