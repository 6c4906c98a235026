"""A bucket that CloudFront reads already: known by whom its policy lets in, whoever wrote it."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from blog.bucket.merging import is_same
from blog.bucket.policies import setup_policy
from blog.bucket.wanted import cloudfront
from blog.config import Settings
from blog.local.server import BucketServer
from blog.local.users import User
from tests.bucket.commands import DISTRIBUTION, NAME, client_of, documents, run, said, settings_for

OTHER = "arn:aws:cloudfront::123456789012:distribution/E2OTHEREXAMPLE"
CDN = ("--mode", "cdn", "--distribution", DISTRIBUTION)


def console(**changes: Any) -> dict[str, Any]:
    """A statement as CloudFront's console offers it to be copied."""
    return {
        "Sid": "AllowCloudFrontServicePrincipal",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{NAME}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": DISTRIBUTION}},
        **changes,
    }


@pytest.fixture
def settings(bucket: BucketServer) -> Settings:
    return settings_for(bucket.url)


@pytest.fixture
def client(settings: Settings) -> Iterator[Any]:
    """The owner's, of a bucket that is closed to the public."""
    with closing(client_of(settings)) as client:
        client.create_bucket(Bucket=NAME)
        client.put_public_access_block(
            Bucket=NAME,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        yield client


def put_policy(client: Any, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    client.put_bucket_policy(Bucket=NAME, Policy=json.dumps(document))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Sid": ""},
        {"Principal": {"Service": ["cloudfront.amazonaws.com", "logging.s3.amazonaws.com"]}},
        {"Condition": {"ArnLike": {"aws:sourcearn": [DISTRIBUTION]}}},
        {
            "Condition": {
                "StringEquals": {
                    "AWS:SourceArn": DISTRIBUTION,
                    "AWS:SourceAccount": "123456789012",
                }
            }
        },
    ],
    ids=["console", "nameless", "with others", "arn", "account too"],
)
def test_a_bucket_behind_cloudfront_is_not_opened_by_a_run_that_names_no_mode(
    settings: Settings, client: Any, changes: dict[str, Any]
) -> None:
    put_policy(client, console(**changes))

    result = run(settings, "setup", "--yes")

    assert result.exit_code == 0
    after = documents(settings)
    assert set(after["public access"].values()) == {True}
    [theirs, ours] = after["policy"]["Statement"]
    assert theirs["Principal"] == console(**changes)["Principal"]
    assert ours == cloudfront(NAME, DISTRIBUTION)
    assert f"it allows CloudFront s3:GetObject on arn:aws:s3:::{NAME}/*" in said(result)
    assert "Nothing to change." in said(run(settings, "setup"))


def test_what_the_console_wrote_for_media_alone_counts_as_ours(
    settings: Settings, client: Any
) -> None:
    put_policy(client, console(Resource=f"arn:aws:s3:::{NAME}/media/*"))
    before = documents(settings)["policy"]

    result = run(settings, "setup", "--yes")

    assert "it allows CloudFront" not in said(result)
    assert documents(settings)["policy"] == before


@pytest.mark.parametrize(
    "statements",
    [
        [console(Condition={"StringEquals": {"AWS:SourceArn": [DISTRIBUTION, OTHER]}})],
        [console(), console(Sid="2", Condition={"StringEquals": {"aws:SourceArn": OTHER}})],
        [console(Condition={"StringLike": {"AWS:SourceArn": f"{DISTRIBUTION[:-4]}*"}})],
        [console(Condition={})],
        [console(Condition={"StringNotEquals": {"AWS:SourceArn": DISTRIBUTION}})],
        [
            console(
                Principal={
                    "AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"
                },
                Condition={},
            )
        ],
    ],
    ids=["two in one", "two statements", "a star", "none", "all but one", "identity"],
)
def test_where_it_cannot_be_told_for_which_distribution_a_mode_is_demanded(
    settings: Settings, client: Any, statements: list[dict[str, Any]]
) -> None:
    put_policy(client, *statements)
    before = documents(settings)

    result = run(settings, "setup", "--yes")
    unnamed = run(settings, "setup", "--yes", "--mode", "cdn")

    assert result.exit_code == 2
    assert "lets CloudFront read" in said(result)
    assert "--mode cdn --distribution ARN, or --mode public" in said(result)
    assert unnamed.exit_code == 2
    assert documents(settings) == before
    assert run(settings, "setup", "--yes", *CDN).exit_code == 0
    assert set(documents(settings)["public access"].values()) == {True}


def test_what_stands_for_a_distribution_gives_the_terminal_no_orders(
    settings: Settings, client: Any
) -> None:
    orders = f"{DISTRIBUTION}\x1b]0;pwned\x07*"
    put_policy(client, console(Condition={"StringLike": {"AWS:SourceArn": orders}}))

    result = run(settings, "setup", "--yes")

    assert result.exit_code == 2
    assert DISTRIBUTION in said(result)
    assert not set("\x1b\x07") & set(result.output)


def test_a_refusal_of_cloudfront_is_no_leave(settings: Settings, client: Any) -> None:
    put_policy(client, console(Effect="Deny"))

    assert run(settings, "setup", "--yes").exit_code == 0
    assert documents(settings)["public access"]["RestrictPublicBuckets"] is False


def test_a_closed_bucket_whose_policy_may_not_be_read_is_not_opened() -> None:
    policy = setup_policy(NAME)
    policy["Statement"][0]["Action"].remove("s3:GetBucketPolicy")
    with BucketServer(users=[User("AKIASETUPEXAMPLE", "secret", policy)]) as server:
        owner = settings_for(server.url)
        run(owner, "setup", "--yes", *CDN)
        key = {"setup_access_key_id": "AKIASETUPEXAMPLE", "setup_secret_access_key": "secret"}

        result = run(settings_for(server.url, **key), "setup", "--yes")

        assert result.exit_code == 2
        assert "may not read its policy" in said(result)
        assert set(documents(owner)["public access"].values()) == {True}


def test_keys_of_conditions_are_compared_without_case() -> None:
    ours = cloudfront(NAME, DISTRIBUTION)
    theirs = {**ours, "Condition": {"StringEquals": {"AWS:SourceARN": DISTRIBUTION}}}

    assert is_same(ours, theirs)
    assert not is_same(ours, cloudfront(NAME, OTHER))
