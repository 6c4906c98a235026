"""`flask bucket setup`: a fresh bucket in each mode, and a second run that changes nothing."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from blog.bucket.wanted import Wanted
from blog.config import Settings
from blog.local.server import BucketServer
from tests.bucket.commands import (
    DISTRIBUTION,
    NAME,
    SITE,
    client_of,
    documents,
    run,
    said,
    settings_for,
)

CDN = ("--mode", "cdn", "--distribution", DISTRIBUTION)
PICTURE = "media/picture.webp"


@pytest.fixture
def settings(bucket: BucketServer) -> Settings:
    return settings_for(bucket.url)


@pytest.fixture
def stored(settings: Settings) -> Iterator[None]:
    """A bucket that is set up as public, with a picture, and a file on its way."""
    assert run(settings, "setup", "--yes").exit_code == 0
    with closing(client_of(settings)) as client:
        client.put_object(Bucket=NAME, Key=PICTURE, Body=b"picture", ContentType="image/webp")
        client.put_object(Bucket=NAME, Key="pending/file", Body=b"file")
        yield


def status_of(settings: Settings, key: str, **headers: str) -> int:
    return requests.get(f"{settings.bucket_url}/{key}", headers=headers, timeout=10).status_code


def test_a_bucket_that_is_missing_is_created_and_set_up(settings: Settings) -> None:
    result = run(settings, "setup", "--yes")

    wanted = Wanted(bucket=NAME, origins=(SITE,))
    assert result.exit_code == 0
    assert f"The bucket {NAME} will be created in us-east-1." in said(result)
    assert "✓ Bucket: created." in said(result)
    assert documents(settings) == {
        "ownership": {"ObjectOwnership": "BucketOwnerEnforced"},
        "public access": wanted.public_access,
        "policy": {"Version": "2012-10-17", "Statement": wanted.statements},
        "CORS": {"CORSRules": wanted.cors_rules},
        "lifecycle": {"Rules": wanted.lifecycle_rules},
    }


@pytest.mark.parametrize(
    "options",
    [(), CDN, ("--hotlink-protection",), ("--origin", "https://www.example.com")],
    ids=["public", "cdn", "hotlink", "origin"],
)
def test_a_second_run_finds_nothing_to_change(
    settings: Settings, bucket: BucketServer, options: tuple[str, ...]
) -> None:
    first = run(settings, "setup", "--yes", *options)
    before = documents(settings)
    bucket.received.clear()

    second = run(settings, "setup", *options)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Nothing to change." in said(second)
    assert "@@" not in second.output
    assert {request.method for request in bucket.received} <= {"GET", "HEAD"}
    assert documents(settings) == before


def test_a_dry_run_shows_all_and_changes_nothing(settings: Settings, bucket: BucketServer) -> None:
    result = run(settings, "setup", "--dry-run")

    assert result.exit_code == 0
    assert '+      "Sid": "SignpostPublicRead"' in result.output
    assert '+        "https://blog.example.com"' in result.output
    assert "Nothing was changed, for this is a dry run." in said(result)
    assert {request.method for request in bucket.received} == {"HEAD", "GET"}


def test_public_readers_get_what_is_confirmed_and_nothing_else(
    settings: Settings, stored: None
) -> None:
    assert status_of(settings, PICTURE) == 200
    assert status_of(settings, "pending/file") == 403
    assert status_of(settings, "?list-type=2") == 403


def test_the_page_of_the_blog_may_upload_and_another_may_not(
    settings: Settings, stored: None
) -> None:
    def preflight(origin: str) -> requests.Response:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type,if-none-match,x-amz-checksum-sha256",
        }
        return requests.options(f"{settings.bucket_url}/media/a", headers=asked, timeout=10)

    allowed = preflight(SITE)

    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == SITE
    assert preflight("https://other.example").status_code == 403
    assert preflight("https://www.example.com").status_code == 403
    assert run(settings, "setup", "--yes", "--origin", "https://www.example.com").exit_code == 0
    assert preflight("https://www.example.com").status_code == 200


def test_an_origin_is_set_as_browsers_write_it(bucket: BucketServer) -> None:
    settings = settings_for(bucket.url)
    given = ("https://Blog.Example.com:443", "http://[::1]:8000", "http://WWW.example.com:80")

    run(settings, "setup", "--yes", *(word for url in given for word in ("--origin", url)))

    [rule] = documents(settings)["CORS"]["CORSRules"]
    assert rule["AllowedOrigins"] == [SITE, "http://[::1]:8000", "http://www.example.com"]


def test_behind_a_cdn_nobody_reads_from_the_bucket_itself(settings: Settings, stored: None) -> None:
    result = run(settings, "setup", "--yes", *CDN)

    assert result.exit_code == 0
    assert "MEDIA_URL is not set here. Where the blog runs it has to be the address" in said(result)
    assert status_of(settings, PICTURE) == 403
    after = documents(settings)
    assert set(after["public access"].values()) == {True}
    [statement] = after["policy"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceArn": DISTRIBUTION}}


def test_the_cdn_may_read_before_everybody_else_may_not(
    settings: Settings, bucket: BucketServer, stored: None
) -> None:
    bucket.received.clear()

    run(settings, "setup", "--yes", *CDN)

    put = [request.path.partition("?")[2] for request in bucket.received if request.method == "PUT"]
    assert put == ["policy", "publicAccessBlock"]


def test_a_private_bucket_is_not_opened_by_a_run_that_names_no_mode(settings: Settings) -> None:
    run(settings, "setup", "--yes", *CDN)

    again = run(settings, "setup", "--yes", "--origin", "https://www.example.com")
    opened = run(settings, "setup", "--yes", "--mode", "public")

    assert "✓ CORS: set." in said(again)
    assert "policy" not in said(again)
    assert '-      "Sid": "SignpostCloudFront"' in opened.output
    assert documents(settings)["policy"]["Statement"][0]["Sid"] == "SignpostPublicRead"


def test_media_url_is_not_asked_for_where_it_is_set(bucket: BucketServer) -> None:
    settings = settings_for(bucket.url, media_url="https://cdn.example.com")

    assert "MEDIA_URL" not in said(run(settings, "setup", "--yes", *CDN))


def test_hotlink_protection_refuses_other_sites_and_nobody_who_tells_none(
    settings: Settings, stored: None
) -> None:
    result = run(settings, "setup", "--yes", "--hotlink-protection")

    assert "no access control: any client can leave the Referer away or forge it" in said(result)
    assert status_of(settings, PICTURE) == 200
    assert status_of(settings, PICTURE, Referer=f"{SITE}/posts/a") == 200
    assert status_of(settings, PICTURE, Referer="https://other.example/") == 403

    off = run(settings, "setup", "--yes")

    assert '-      "Sid": "SignpostHotlinkProtection"' in off.output
    assert status_of(settings, PICTURE, Referer="https://other.example/") == 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--mode", "cdn"), "--mode cdn needs --distribution ARN"),
        (("--mode", "cdn", "--distribution", "EDFDVBD6EXAMPLE"), "is not the ARN of a CloudFront"),
        (("--mode", "public", "--distribution", DISTRIBUTION), "--distribution is for --mode cdn"),
        ((*CDN, "--hotlink-protection"), "--hotlink-protection is for --mode public"),
        (("--origin", "https://*.example.com"), "is not an origin"),
        (("--origin", "https://example.com/"), "is not an origin"),
        (("--origin", "example.com"), "is not an origin"),
        (("--origin", "*"), "is not an origin"),
        (("--origin", "https://www.example.com:99999"), "a port is 65535 at most"),
        (("--origin", "http://[::1::2]"), "what is in brackets is no IPv6 address"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    settings: Settings, bucket: BucketServer, options: tuple[str, ...], words: str
) -> None:
    result = run(settings, "setup", "--yes", *options)

    assert result.exit_code == 2
    assert words in said(result)
    assert "PUT" not in {request.method for request in bucket.received}
