"""One bucket under several addresses: whose MEDIA_URL is another of them has no CDN."""

import pytest

from blog.bucket.check.addresses import is_of_bucket
from tests.bucket.busy import busy
from tests.bucket.commands import NAME, settings_for
from tests.bucket.sabotage import BUCKET, failures, right_bucket

AWS = None
MINIO = "http://minio.example:9000"
LOOPBACK = "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("endpoint_url", "media_url"),
    [
        (AWS, f"https://{NAME}.s3.us-east-1.amazonaws.com"),
        (AWS, f"https://{NAME}.s3.amazonaws.com"),
        (AWS, f"http://{NAME}.S3.amazonaws.com"),
        (AWS, f"https://{NAME}.s3-us-east-1.amazonaws.com"),
        (AWS, f"https://{NAME}.s3.dualstack.us-east-1.amazonaws.com"),
        (AWS, f"https://{NAME}.s3-accelerate.amazonaws.com"),
        (AWS, f"http://{NAME}.s3-website-us-east-1.amazonaws.com"),
        (AWS, f"http://{NAME}.s3-website.us-east-1.amazonaws.com"),
        (AWS, f"https://s3.us-east-1.amazonaws.com/{NAME}"),
        (AWS, f"https://s3.amazonaws.com/{NAME}"),
        ("https://s3.us-east-1.amazonaws.com", f"https://{NAME}.s3.amazonaws.com"),
        (MINIO, f"{MINIO}/{NAME}"),
        (MINIO, f"http://{NAME}.minio.example:9000"),
        (MINIO, f"http://MinIO.example:9000/{NAME}"),
        ("https://minio.example", f"https://minio.example:443/{NAME}"),
        ("https://minio.example/s3", f"https://minio.example/s3/{NAME}"),
        (LOOPBACK, f"http://localhost:9000/{NAME}"),
        (LOOPBACK, f"http://[::1]:9000/{NAME}"),
        (LOOPBACK, f"http://{NAME}.localhost:9000"),
    ],
)
def test_addresses_of_the_bucket(endpoint_url: str | None, media_url: str) -> None:
    assert is_of_bucket(media_url, settings_for(endpoint_url))


@pytest.mark.parametrize(
    ("endpoint_url", "media_url"),
    [
        (AWS, "https://media.example.com"),
        (AWS, "https://d111111abcdef8.cloudfront.net"),
        (AWS, "https://another.s3.us-east-1.amazonaws.com"),
        (AWS, f"https://{NAME}.s3.eu-central-1.amazonaws.com"),
        (AWS, f"https://another.{NAME}.s3.us-east-1.amazonaws.com"),
        (AWS, "https://s3.us-east-1.amazonaws.com/another"),
        (AWS, f"https://{NAME}.s3.us-east-1.amazonaws.com/{NAME}"),
        (AWS, f"https://{NAME}.example.com"),
        (MINIO, f"http://minio.example/{NAME}"),
        (MINIO, f"http://cdn.minio.example:9000/{NAME}"),
        (LOOPBACK, f"http://localhost:8080/{NAME}"),
        (LOOPBACK, "http://localhost:9000"),
    ],
)
def test_addresses_of_others(endpoint_url: str | None, media_url: str) -> None:
    assert not is_of_bucket(media_url, settings_for(endpoint_url))


def test_media_url_that_is_the_bucket_by_another_name_is_no_cdn() -> None:
    with right_bucket() as bucket:
        url = bucket.server.url.replace("127.0.0.1", "localhost")
        results = bucket.check(media_url=f"{url}/{BUCKET}")

    assert {result.outcome for result in results.values()} == {"passed"}
    assert results["past MEDIA_URL"].happened == "MEDIA_URL is the bucket's own"


def test_media_url_that_leads_elsewhere_is_no_fault_of_the_policy() -> None:
    """As a name without the region does, as long as the bucket is new."""
    elsewhere = busy(
        lambda asked: (
            asked.method == "GET" and asked.key.startswith("media/") and not asked.is_signed
        ),
        307,
    )
    with right_bucket(elsewhere) as bucket:
        results = bucket.check()

    assert failures(results) == {"readers"}
    assert "Compare MEDIA_URL" in results["readers"].fix
