"""Lifecycle rules that somebody else made: kept, and told where they delete pictures."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from blog.config import Settings
from blog.local.server import BucketServer
from tests.bucket.commands import NAME, client_of, documents, run, said, settings_for

WEEK = {"Days": 7}


@pytest.fixture
def settings(bucket: BucketServer) -> Settings:
    return settings_for(bucket.url)


@pytest.fixture
def client(settings: Settings) -> Iterator[Any]:
    """The owner's, of a bucket that is set up right."""
    assert run(settings, "setup", "--yes").exit_code == 0
    with closing(client_of(settings)) as client:
        yield client


def put_lifecycle(client: Any, rule: dict[str, Any]) -> None:
    client.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration={"Rules": [rule]})


def rule(**members: Any) -> dict[str, Any]:
    return {"ID": "tidy", "Status": "Enabled", **members}


def test_a_rule_that_deletes_pictures_is_told_and_kept(settings: Settings, client: Any) -> None:
    theirs = rule(Filter={"Prefix": ""}, Expiration=WEEK)
    put_lifecycle(client, theirs)

    result = run(settings, "setup", "--yes")

    assert result.exit_code == 0
    assert (
        "! The lifecycle rule “tidy” is not ours and stays, but it deletes published pictures"
        " after 7 days." in said(result)
    )
    assert "aws s3api delete-bucket-lifecycle" in said(result)
    assert "aws s3api delete-bucket-cors" not in said(result)
    assert said(result).endswith("tells whether it is safe with what is noted above.")
    assert documents(settings)["lifecycle"]["Rules"][0] == theirs


TAG = {"Key": "kind", "Value": "draft"}
DATE = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("members", "is_told"),
    [
        ({"Filter": {"Prefix": "media/"}, "Expiration": {"Days": 30}}, True),
        ({"Filter": {"Prefix": "me"}, "Expiration": WEEK}, True),
        ({"Filter": {"Prefix": "media/ab"}, "Expiration": WEEK}, True),
        ({"Filter": {"Prefix": "media/"}, "Expiration": {"Date": DATE}}, True),
        ({"Prefix": "", "Expiration": WEEK}, True),
        ({"Prefix": "media/", "Expiration": WEEK}, True),
        ({"Filter": {"ObjectSizeGreaterThan": 5_000_000}, "Expiration": WEEK}, True),
        (
            {"Filter": {"And": {"Prefix": "m", "ObjectSizeLessThan": 900}}, "Expiration": WEEK},
            True,
        ),
        ({"Filter": {"Prefix": "logs/"}, "Expiration": WEEK}, False),
        ({"Filter": {"Prefix": "mediathek/"}, "Expiration": WEEK}, False),
        ({"Filter": {"Prefix": "pending/"}, "Expiration": WEEK}, False),
        ({"Prefix": "logs/", "Expiration": WEEK}, False),
        ({"Filter": {"Tag": TAG}, "Expiration": WEEK}, False),
        ({"Filter": {"And": {"Prefix": "", "Tags": [TAG]}}, "Expiration": WEEK}, False),
        (
            {
                "Filter": {"And": {"Prefix": "logs/", "ObjectSizeLessThan": 900}},
                "Expiration": WEEK,
            },
            False,
        ),
        (
            {
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
            },
            False,
        ),
        ({"Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": True}}, False),
        ({"Filter": {"Prefix": ""}, "Expiration": WEEK, "Status": "Disabled"}, False),
    ],
)
def test_a_rule_is_told_where_it_may_take_a_picture(
    settings: Settings, client: Any, members: dict[str, Any], is_told: bool
) -> None:
    put_lifecycle(client, rule(**members))

    output = said(run(settings, "setup", "--dry-run"))

    assert ("The lifecycle rule “tidy” is not ours" in output) is is_told


@pytest.mark.parametrize(
    ("expiration", "when"),
    [({"Days": 1}, "after a day."), ({"Date": DATE}, "on 2030-01-01.")],
)
def test_when_it_deletes_is_said(
    settings: Settings, client: Any, expiration: dict[str, Any], when: str
) -> None:
    put_lifecycle(client, rule(Filter={"Prefix": ""}, Expiration=expiration))

    assert f"it deletes published pictures {when}" in said(run(settings, "setup", "--dry-run"))
