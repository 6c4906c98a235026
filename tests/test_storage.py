"""The object store's promises that no page shows."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from blog.config import Settings
from blog.storage import ObjectStore


def settings(**changes: Any) -> Settings:
    given = {
        "secret_key": "",
        "database_url": "",
        "site_url": "",
        "bucket": "pictures",
        "region": "eu-central-1",
        "access_key_id": "key",
        "secret_access_key": "secret",
        **changes,
    }
    return Settings(**given)


def store(**changes: Any) -> ObjectStore:
    return ObjectStore(settings(**changes))


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://pictures.s3.eu-central-1.amazonaws.com/media/a.jpg"),
        ({"media_url": "https://cdn.example.com"}, "https://cdn.example.com/media/a.jpg"),
        (
            {"endpoint_url": "http://127.0.0.1:9000", "addressing_style": "path"},
            "http://127.0.0.1:9000/pictures/media/a.jpg",
        ),
    ],
)
def test_readers_get_pictures_from_where_the_settings_say(
    changes: dict[str, str], url: str
) -> None:
    assert store(**changes).url("media/a.jpg") == url


REGIONS = ["us-east-1", "us-west-2", "eu-central-1", "ap-southeast-4"]


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("style", ["virtual", "path"])
@pytest.mark.parametrize("region", REGIONS)
def test_uploads_go_where_pages_may_send(region: str, style: str, method: str) -> None:
    """To the regional address, which is in the pages' policy. The global one, which boto3 takes for
    us-east-1, is not; for new buckets elsewhere it redirects, and a redirect breaks CORS."""
    bucket = store(region=region, addressing_style=style, upload_method=method)
    upload = bucket.sign_upload("pending/a", content_type="image/png", size=3, sha256="00" * 32)
    part = bucket.sign_part("media/a", "an id", 1, size=3, sha256="00" * 32)

    host = f"pictures.s3.{region}.amazonaws.com"
    if style == "path":
        host = f"s3.{region}.amazonaws.com"
    assert urlsplit(upload.url)[:2] == ("https", host)
    assert urlsplit(part.url)[:2] == ("https", host)
    bucket_url = settings(region=region, addressing_style=style).bucket_url
    assert urlsplit(bucket_url)[:2] == ("https", host)


def test_forms_are_signed_as_new_buckets_demand() -> None:
    upload = store().sign_upload("pending/a", content_type="image/png", size=3, sha256="00" * 32)

    assert upload.fields is not None
    assert upload.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "of-another-project"),
        ("AWS_CONFIG_FILE", "/etc/passwd"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/etc/passwd"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_DEFAULTS_MODE", "of-another-time"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "nowhere"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "nowhere"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "few"),
        ("AWS_RETRY_MODE", "never"),
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "legacy"),
    ],
)
def test_what_the_shell_says_to_other_programs_is_not_for_this_one(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would lead uploads where no page may send them, or stop the blog."""
    monkeypatch.setenv(name, value)
    upload = store(region="us-east-1").sign_upload(
        "pending/a", content_type="image/png", size=3, sha256="00" * 32
    )

    assert upload.url == "https://pictures.s3.us-east-1.amazonaws.com/"


def test_every_field_of_a_form_has_its_condition_with_temporary_credentials_too() -> None:
    upload = store(session_token="a-token").sign_upload(
        "pending/a", content_type="image/png", size=3, sha256="00" * 32
    )

    fields = upload.fields or {}
    policy = json.loads(base64.b64decode(fields["policy"]))
    exact = {k: v for c in policy["conditions"] if isinstance(c, dict) for k, v in c.items()}
    assert fields["x-amz-security-token"] == "a-token"
    for name in set(fields) - {"policy", "x-amz-signature"}:
        assert exact[name] == fields[name], name
    assert exact["bucket"] == "pictures"
    assert ["content-length-range", 3, 3] in policy["conditions"]


@pytest.mark.parametrize("token", ["", "a-token"])
@pytest.mark.parametrize("style", ["virtual", "path"])
def test_a_put_is_signed_with_all_that_it_must_send(style: str, token: str) -> None:
    upload = store(upload_method="put", addressing_style=style, session_token=token).sign_upload(
        "pending/a", content_type="image/png", size=3, sha256="00" * 32
    )

    url = urlsplit(upload.url)
    query = parse_qs(url.query)
    assert (url.hostname, url.path) == {
        "virtual": ("pictures.s3.eu-central-1.amazonaws.com", "/pending/a"),
        "path": ("s3.eu-central-1.amazonaws.com", "/pictures/pending/a"),
    }[style]
    signed = query["X-Amz-SignedHeaders"][0].split(";")
    assert {name.lower() for name in upload.headers or {}} | {"content-length", "host"} == set(
        signed
    )
    assert (upload.headers or {})["If-None-Match"] == "*"
    assert query.get("X-Amz-Security-Token", [""]) == [token]
    assert query["X-Amz-Expires"] == ["600"]


@pytest.mark.parametrize("style", ["virtual", "path"])
def test_a_part_is_signed_with_its_length_and_hash(style: str) -> None:
    upload = store(addressing_style=style, session_token="a-token").sign_part(
        "media/a.mp4", "an upload", 7, size=3, sha256="00" * 32
    )

    url = urlsplit(upload.url)
    query = parse_qs(url.query)
    assert url.path == ("/media/a.mp4" if style == "virtual" else "/pictures/media/a.mp4")
    assert query["X-Amz-SignedHeaders"] == ["content-length;host;x-amz-checksum-sha256"]
    assert (query["uploadId"], query["partNumber"]) == (["an upload"], ["7"])
    assert (query["X-Amz-Security-Token"], query["X-Amz-Expires"]) == (["a-token"], ["3600"])


def test_a_store_that_refuses_conditions_and_checksums_gets_none() -> None:
    plain = store(endpoint_url="https://s3.eu-central-003.backblazeb2.com", upload_method="put")

    upload = plain.sign_upload("pending/a", content_type="image/png", size=3, sha256="00" * 32)
    part = plain.sign_part("media/a.mp4", "an upload", 7, size=3, sha256="00" * 32)

    assert upload.headers == {"Content-Type": "image/png"}
    assert "SignedHeaders=content-length%3Bcontent-type%3Bhost&" in upload.url
    assert part.headers == {}
    assert "SignedHeaders=content-length%3Bhost&" in part.url
