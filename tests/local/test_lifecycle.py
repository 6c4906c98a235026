"""What the lifecycle rules say of an object, and that they come back as they were given."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import requests

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import PNG, post, serving, upload_form

PENDING = {
    "ID": "pending & more",
    "Status": "Enabled",
    "Filter": {"Prefix": "pending/"},
    "Expiration": {"Days": 1},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
}
LARGE = {
    "ID": "large",
    "Status": "Enabled",
    "Filter": {"ObjectSizeGreaterThan": 500},
    "Expiration": {"Days": 2},
}
TAGGED = {
    "ID": "tagged",
    "Status": "Enabled",
    "Filter": {"And": {"Prefix": "pending/", "Tags": [{"Key": "a", "Value": "<b>"}]}},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
    "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
}
SWITCHED_OFF = {
    "ID": "off",
    "Status": "Disabled",
    "Filter": {"Prefix": ""},
    "Expiration": {"Days": 1},
}


def put_rules(owner: Any, *rules: dict[str, Any]) -> None:
    configuration = {"Rules": list(rules)}
    owner.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=configuration)


def get_rules(owner: Any) -> Any:
    return owner.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]


def test_rules_come_back_as_they_were_given(tmp_path: Path) -> None:
    with serving(tmp_path) as owner:
        put_rules(owner, PENDING, LARGE, TAGGED, SWITCHED_OFF)
        at_once = get_rules(owner)
    with serving(tmp_path) as owner:
        after_a_restart = get_rules(owner)

    assert at_once == after_a_restart == [PENDING, LARGE, TAGGED, SWITCHED_OFF]


def test_a_rule_without_a_name_is_given_one(owner: Any) -> None:
    put_rules(owner, {name: value for name, value in PENDING.items() if name != "ID"})

    assert get_rules(owner)[0]["ID"]


def test_an_object_says_which_rule_will_take_it_and_when(bucket: BucketServer, owner: Any) -> None:
    put_rules(owner, SWITCHED_OFF, LARGE, TAGGED, PENDING)
    before = datetime.now(UTC)
    stored = owner.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG)
    told = [
        stored["Expiration"],
        owner.head_object(Bucket=BUCKET, Key="pending/a")["Expiration"],
        owner.get_object(Bucket=BUCKET, Key="pending/a")["Expiration"],
        post(bucket.url, upload_form("pending/a")).headers["x-amz-expiration"],
    ]

    date, _, rule = told[0].removeprefix('expiry-date="').partition('", rule-id=')
    at = parsedate_to_datetime(date)
    assert told == told[:1] * 4
    assert rule == '"pending%20%26%20more"'
    assert (at.hour, at.minute, at.second) == (0, 0, 0)
    assert before + timedelta(days=1) < at <= datetime.now(UTC) + timedelta(days=2)


def test_nothing_is_said_of_what_stays(bucket: BucketServer, owner: Any) -> None:
    put_rules(owner, SWITCHED_OFF, LARGE, TAGGED, PENDING)
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.head(f"{bucket.url}/{BUCKET}/media/a", timeout=20)

    assert answer.status_code == 200
    assert "x-amz-expiration" not in answer.headers
