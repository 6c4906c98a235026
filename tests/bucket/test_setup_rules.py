"""Rules that somebody else made: kept in their place, and told where they open more."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from blog.bucket.wanted import cors_rule, lifecycle_rules, public_read
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

EVERYTHING = {
    "Sid": "TheTutorial",
    "Effect": "Allow",
    "Principal": {"AWS": ["*"]},
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": f"arn:aws:s3:::{NAME}/*",
}
PARTNER = {
    "Sid": "Partner",
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": f"arn:aws:s3:::{NAME}/partner/*",
    "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
}
ANY_PAGE = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "PUT"]}
LOGS = {
    "ID": "logs",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 30},
}


@pytest.fixture
def settings(bucket: BucketServer) -> Settings:
    return settings_for(bucket.url)


@pytest.fixture
def client(settings: Settings) -> Iterator[Any]:
    """The owner's, of a bucket that is as AWS makes it, with Block Public Access off."""
    with closing(client_of(settings)) as client:
        client.create_bucket(Bucket=NAME)
        client.delete_public_access_block(Bucket=NAME)
        yield client


def put_policy(client: Any, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Id": "theirs", "Statement": list(statements)}
    client.put_bucket_policy(Bucket=NAME, Policy=json.dumps(document))


def put_cors(client: Any, *rules: dict[str, Any]) -> None:
    client.put_bucket_cors(Bucket=NAME, CORSConfiguration={"CORSRules": list(rules)})


def put_lifecycle(client: Any, *rules: dict[str, Any]) -> None:
    client.put_bucket_lifecycle_configuration(
        Bucket=NAME, LifecycleConfiguration={"Rules": list(rules)}
    )


def test_rules_of_others_stay_as_they_are(settings: Settings, client: Any) -> None:
    put_policy(client, PARTNER)
    put_cors(client, {"ID": "theirs", **ANY_PAGE})
    put_lifecycle(client, LOGS)
    before = documents(settings)

    assert run(settings, "setup", "--yes").exit_code == 0

    after = documents(settings)
    assert after["policy"]["Id"] == "theirs"
    assert after["policy"]["Statement"] == [PARTNER, public_read(NAME)]
    assert after["CORS"]["CORSRules"] == [cors_rule([SITE]), *before["CORS"]["CORSRules"]]
    assert after["lifecycle"]["Rules"] == [*before["lifecycle"]["Rules"], *lifecycle_rules()]
    assert "Nothing to change." in said(run(settings, "setup"))


def test_a_rule_of_ours_that_was_changed_is_put_right_in_its_place(
    settings: Settings, client: Any
) -> None:
    opened = {**public_read(NAME), "Action": "s3:*", "Resource": f"arn:aws:s3:::{NAME}/*"}
    put_policy(client, opened, PARTNER)
    put_cors(client, {**cors_rule([SITE]), "AllowedOrigins": ["*"]})
    put_lifecycle(client, {**lifecycle_rules()[0], "Expiration": {"Days": 365}}, LOGS)

    result = run(settings, "setup", "--yes")

    after = documents(settings)
    assert after["policy"]["Statement"] == [public_read(NAME), PARTNER]
    assert after["CORS"]["CORSRules"] == [cors_rule([SITE])]
    assert [rule["ID"] for rule in after["lifecycle"]["Rules"]] == [
        *("signpost-pending", "logs", "signpost-media-uploads")
    ]
    assert after["lifecycle"]["Rules"][0] == lifecycle_rules()[0]
    assert '-        "Days": 365' in result.output


def test_rules_that_say_the_same_under_another_name_count_as_ours(
    settings: Settings, client: Any
) -> None:
    read = {**public_read(NAME), "Sid": "ByHand", "Principal": {"AWS": "*"}}
    cors = {**cors_rule([SITE]), "AllowedHeaders": ["X-Amz-*", "If-None-Match", "Content-Type"]}
    put_policy(client, {**read, "Action": ["s3:GetObject"]})
    put_cors(client, {**cors, "ID": "by-hand"})
    put_lifecycle(client, *({**rule, "ID": f"by-hand-{rule['ID']}"} for rule in lifecycle_rules()))
    before = documents(settings)

    result = run(settings, "setup", "--yes")

    after = documents(settings)
    assert "✓ Block Public Access: set." in said(result)
    assert {part: after[part] for part in ("policy", "CORS", "lifecycle")} == {
        part: before[part] for part in ("policy", "CORS", "lifecycle")
    }


def test_a_policy_that_holds_its_only_statement_bare_is_left_so(
    settings: Settings, client: Any
) -> None:
    document = {"Version": "2012-10-17", "Statement": public_read(NAME)}
    client.put_bucket_policy(Bucket=NAME, Policy=json.dumps(document))

    run(settings, "setup", "--yes")

    assert documents(settings)["policy"] == document


def test_a_public_statement_by_hand_goes_where_a_cdn_reads(settings: Settings, client: Any) -> None:
    put_policy(client, {**public_read(NAME), "Sid": "ByHand"})

    run(settings, "setup", "--yes", "--mode", "cdn", "--distribution", DISTRIBUTION)

    [statement] = documents(settings)["policy"]["Statement"]
    assert statement["Sid"] == "SignpostCloudFront"


def test_ours_stands_before_a_cors_rule_that_would_decide_otherwise(
    settings: Settings, client: Any
) -> None:
    put_cors(client, ANY_PAGE, cors_rule([SITE]))

    run(settings, "setup", "--yes")

    first, second = documents(settings)["CORS"]["CORSRules"]
    assert first == cors_rule([SITE])
    assert second["AllowedOrigins"] == ["*"]


def test_what_opens_more_is_told_and_kept(settings: Settings, client: Any) -> None:
    put_policy(client, EVERYTHING, PARTNER)
    put_cors(client, {"ID": "star", **ANY_PAGE})

    result = run(settings, "setup", "--yes")

    assert (
        "! The statement “TheTutorial” of the bucket policy is not ours and stays, but it allows"
        f" everybody s3:GetObject, s3:PutObject on arn:aws:s3:::{NAME}/*." in said(result)
    )
    assert "! The CORS rule “star” is not ours and stays, but it lets any page of *" in (
        said(result)
    )
    assert "Partner” of" not in said(result)
    assert EVERYTHING in documents(settings)["policy"]["Statement"]


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{NAME}/media/*"}, False),
        ({"Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{NAME}"}, True),
        ({"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{NAME}/med*"}, True),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}, True),
        ({"Condition": {"StringLike": {"aws:SourceArn": "*"}}}, True),
        ({"Condition": {"StringLike": {"aws:PrincipalArn": "arn:*"}}}, True),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}}}, True),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:*"}}}, False),
        ({"Condition": {"StringLike": {"aws:userid": ["*?"]}}}, True),
        ({"Condition": {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}}, True),
        (
            {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}},
            True,
        ),
        ({"Condition": {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, True),
        ({"Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": ["192.0.2.1", "128.0.0.0/1"]}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": ["192.0.2.1", "2001:db8::/32"]}}}, False),
        ({"Condition": {"StringLike": {"aws:Referer": "https://a.example/*"}}}, True),
    ],
)
def test_a_statement_is_told_where_it_gives_everybody_more_than_reading(
    settings: Settings, client: Any, changes: dict[str, Any], is_told: bool
) -> None:
    put_policy(client, {**EVERYTHING, "Sid": "Theirs", **changes})

    output = said(run(settings, "setup", "--dry-run"))

    assert ("The statement “Theirs”" in output) is is_told


def test_behind_a_cdn_a_public_statement_is_told_too(settings: Settings, client: Any) -> None:
    theirs = {**public_read(NAME), "Sid": "Theirs", "Resource": f"arn:aws:s3:::{NAME}/media/a/*"}
    put_policy(client, theirs)

    result = run(settings, "setup", "--dry-run", "--mode", "cdn", "--distribution", DISTRIBUTION)

    assert "“Theirs” of the bucket policy is not ours and stays, but it lets readers come past" in (
        said(result)
    )
    # The statement that names the distribution goes with the rest of the policy.
    assert f"“flask bucket setup --mode cdn --distribution {DISTRIBUTION}” at once then" in (
        said(result)
    )
