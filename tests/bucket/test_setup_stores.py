"""Stores that lack a part of S3: it is said what to do there instead, and the rest is done."""

import pytest
from moto import mock_aws

from blog.bucket.stores import OTHERWISE, advice, lacks
from blog.bucket.wanted import cors_rule, lifecycle_rules
from blog.local.errors import Refusal
from blog.local.request import S3Request
from blog.local.server import BucketServer
from blog.storage.stores import store_at
from tests.bucket.commands import NAME, SITE, documents, run, said, settings_for
from tests.bucket.lesser import (
    SUBRESOURCES,
    Instead,
    as_400,
    as_405,
    as_listing,
    as_unset,
    refusing,
    store_without,
)

TITLES = {
    "ownership": "Object ownership",
    "public access": "Block Public Access",
    "policy": "Bucket policy",
    "CORS": "CORS",
    "lifecycle": "Lifecycle",
}


@pytest.mark.parametrize("part", SUBRESOURCES)
def test_a_part_that_the_store_lacks_is_explained_and_the_rest_done(part: str) -> None:
    with store_without(part) as server:
        settings = settings_for(server.url)
        result = run(settings, "setup", "--yes")
        again = run(settings, "setup")

    assert (result.exit_code, again.exit_code) == (0, 0)
    assert f"! {TITLES[part]}: This store has nothing of the kind. {OTHERWISE[part]}" in (
        said(result)
    )
    assert "Nothing to change." in said(again)
    done = {title for title in TITLES.values() if f"✓ {title}: set." in said(result)}
    # A bucket of AWS is owned so from the beginning.
    assert done == {*TITLES.values()} - {TITLES[part], "Object ownership"}


@pytest.mark.parametrize("answers", [as_405, as_400, as_listing, as_unset])
def test_there_are_many_ways_to_say_that_something_is_not_known(answers: Instead) -> None:
    with store_without("policy", answers=answers) as server:
        settings = settings_for(server.url)
        result = run(settings, "setup", "--yes")
        after = documents(settings)

    assert result.exit_code == 0
    assert "! Bucket policy: This store has nothing of the kind." in said(result)
    assert after["CORS"]["CORSRules"] == [cors_rule([SITE])]


def test_a_store_as_small_as_r2_is_set_up_as_far_as_it_goes() -> None:
    with store_without("ownership", "public access", "policy") as server:
        settings = settings_for(server.url)
        result = run(settings, "setup", "--yes")
        after = documents(settings)

    assert result.exit_code == 0
    assert said(result).count("This store has nothing of the kind.") == 3
    assert after["CORS"]["CORSRules"] == [cors_rule([SITE])]
    assert after["lifecycle"]["Rules"] == lifecycle_rules()


@pytest.mark.parametrize(
    ("endpoint_url", "name"),
    [
        (None, "AWS S3"),
        ("https://s3.eu-central-1.amazonaws.com", "AWS S3"),
        ("https://0123abcd.r2.cloudflarestorage.com", "Cloudflare R2"),
        ("https://0123abcd.eu.r2.cloudflarestorage.com", "Cloudflare R2"),
        ("https://s3.eu-central-003.backblazeb2.com", "Backblaze B2"),
        ("https://t3.storage.dev", "Tigris"),
        ("https://fly.storage.tigris.dev", "Tigris"),
        ("https://notbackblazeb2.com", "This store"),
        ("http://127.0.0.1:9000", "This store"),
    ],
)
def test_a_store_is_known_by_its_host(endpoint_url: str | None, name: str) -> None:
    assert store_at(endpoint_url).name == name


def test_each_store_says_what_to_do_about_each_part() -> None:
    r2 = store_at("https://0123abcd.r2.cloudflarestorage.com")

    assert "blocks what does not begin with /media/" in lacks(r2, "policy")
    assert lacks(r2, "lifecycle").startswith("Cloudflare R2 has nothing of the kind. Run “flask")
    for part in SUBRESOURCES:
        assert lacks(store_at("https://s3.eu-central-003.backblazeb2.com"), part)


def test_stores_without_forms_get_put() -> None:
    r2 = "https://0123abcd.r2.cloudflarestorage.com"

    assert list(advice(settings_for(r2))) == [
        "Cloudflare R2 takes no forms (presigned POST): set S3_UPLOAD_METHOD=put."
    ]
    assert list(advice(settings_for(r2, upload_method="put"))) == []
    assert list(advice(settings_for(None))) == []


def test_a_name_with_dots_is_told_where_it_breaks_tls() -> None:
    [told] = advice(settings_for(None, bucket="pictures.example.com"))

    assert "browsers refuse https://pictures.example.com.s3.us-east-1.amazonaws.com." in told
    by_path = settings_for("https://s3.example.com", bucket="pictures.example.com")
    assert list(advice(by_path)) == []


def test_older_stores_are_sent_the_digest_that_they_ask_for() -> None:
    seen: list[dict[str, str]] = []

    def remember(request: S3Request) -> Refusal:
        if request.method == "PUT":
            seen.append(dict(request.headers))
        return as_unset(request)

    with store_without("policy", answers=remember) as server:
        run(settings_for(server.url), "setup", "--yes")

    sent = seen[-1]
    assert "content-md5" in sent
    assert not [name for name in sent if name.startswith("x-amz-checksum-")]


@pytest.mark.parametrize(
    ("part", "answers", "words"),
    [
        (
            "ownership",
            refusing("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set", 400),
            "✗ Object ownership: The bucket's access list gives rights to others",
        ),
        (
            "CORS",
            refusing("InvalidRequest", "Found unsupported HTTP method", 400),
            "✗ CORS: The bucket refused: s3:PutBucketCORS: InvalidRequest Found unsupported",
        ),
    ],
)
def test_a_failure_is_told_with_what_to_do(part: str, answers: Instead, words: str) -> None:
    with store_without(part, answers=answers) as server:
        result = run(settings_for(server.url), "setup", "--yes")

    assert result.exit_code == 1
    assert words in said(result)
    assert "✓ Lifecycle: set." in said(result)


def test_a_bucket_that_cannot_be_reached_is_said_so() -> None:
    with BucketServer() as server:
        gone = settings_for(server.url)

    result = run(gone, "setup", "--yes")

    assert result.exit_code == 1
    assert f"The bucket {NAME} cannot be asked: " in said(result)
    assert "Traceback" not in said(result)


@pytest.mark.parametrize("endpoint_url", [None, "https://s3.example.com"])
@pytest.mark.parametrize("site_url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]"])
def test_a_site_url_of_this_machine_is_told_where_the_bucket_is_elsewhere(
    site_url: str, endpoint_url: str | None
) -> None:
    [told] = advice(settings_for(endpoint_url, site_url=site_url))

    assert told == (
        f"SITE_URL is {site_url}: a blog elsewhere cannot upload here. Set SITE_URL to its address,"
        " and run this again."
    )
    assert list(advice(settings_for("http://localhost:9000", site_url=site_url))) == []
    assert list(advice(settings_for(endpoint_url))) == []


def test_a_site_url_that_was_forgotten_is_told_before_anything_changes() -> None:
    with mock_aws():
        result = run(settings_for(None, site_url="http://127.0.0.1:8000"), "setup", "--dry-run")

    assert "! SITE_URL is http://127.0.0.1:8000: a blog elsewhere" in said(result)
