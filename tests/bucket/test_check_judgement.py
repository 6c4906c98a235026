"""What is no success is no refusal yet: a store that is too busy to answer proves nothing."""

from collections.abc import Callable

import pytest

from blog.bucket.check.http import Answer
from blog.bucket.check.judgement import Attempt, refused
from blog.bucket.policies import app_policy
from blog.local.server import BucketServer
from tests.bucket.busy import Asked, busy
from tests.bucket.sabotage import BUCKET, SITE_URL, failures, right_bucket

CHECKING = "signpost-check-"

BUSY: dict[str, Callable[[Asked], bool]] = {
    # Only the first of several questions, for each of them counts.
    "uploads from other sites": lambda asked: (
        asked.method == "OPTIONS" and asked.origin == "https://signpost-check.example"
    ),
    "strangers: listing": lambda asked: (
        asked.method == "GET" and asked.query == "list-type=2&max-keys=1" and not asked.is_signed
    ),
    "strangers: writing": lambda asked: (
        asked.method == "PUT" and asked.key.startswith("pending/") and not asked.is_signed
    ),
    "strangers: deleting": lambda asked: (
        asked.method == "DELETE" and asked.key.startswith("pending/") and not asked.is_signed
    ),
    "strangers: reading outside media/": lambda asked: (
        asked.method == "GET" and asked.key.startswith("pending/") and not asked.is_signed
    ),
    "key: other buckets": lambda asked: asked.method == "GET" and asked.key == asked.query == "",
    "key: reading elsewhere": lambda asked: (
        asked.method == "GET" and asked.query == "list-type=2&max-keys=1" and asked.is_signed
    ),
    "key: writing elsewhere": lambda asked: (
        asked.method == "PUT" and asked.key.startswith(CHECKING) and asked.is_signed
    ),
    "key: deleting elsewhere": lambda asked: (
        asked.method == "DELETE" and asked.key.startswith(CHECKING) and asked.is_signed
    ),
    "key: the bucket's settings": lambda asked: asked.method == "PUT" and asked.query == "cors=",
}


@pytest.mark.parametrize("name", BUSY)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_store_has_refused_nothing(name: str, status: int) -> None:
    policy = app_policy(BUCKET)
    # What may be read may be put back, and is tried.
    resource = f"arn:aws:s3:::{BUCKET}"
    may_read = {"Effect": "Allow", "Action": "s3:GetBucketCORS", "Resource": resource}
    policy["Statement"].append(may_read)
    with right_bucket(busy(BUSY[name], status), policy=policy) as bucket:
        results = bucket.check()

    assert failures(results) == {name}
    assert results[name].happened == f"{status} SlowDown"
    assert "run this again" in results[name].fix


NEEDED: dict[str, Callable[[Asked], bool]] = {
    "bucket": lambda asked: (
        asked.is_signed and asked.query.startswith("list-type=2&max-keys=1&prefix=pending")
    ),
    "uploads from SITE_URL": lambda asked: asked.method == "OPTIONS" and asked.origin == SITE_URL,
    "an upload": lambda asked: (
        asked.method == "POST" and asked.origin == SITE_URL and asked.query == ""
    ),
    "readers": lambda asked: (
        asked.method == "GET" and asked.key.startswith("media/") and not asked.is_signed
    ),
    "in parts: a part": lambda asked: asked.method == "PUT" and "partNumber=" in asked.query,
}


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_store_is_set_up_right_perhaps(name: str, status: int) -> None:
    with right_bucket(busy(NEEDED[name], status)) as bucket:
        results = bucket.check()

    assert failures(results) == {name}
    assert results[name].happened == f"{status} SlowDown"
    assert results[name].fix == "Look at the store's state, then run this again."


@pytest.mark.parametrize("status", [307, 408, 429, 500, 503])
@pytest.mark.parametrize(
    ("name", "is_signed"),
    [("key: the bucket's settings", True), ("strangers: changing settings", False)],
)
def test_a_busy_store_whose_settings_may_not_be_read(
    name: str, is_signed: bool, status: int
) -> None:
    """Tried on stores that judge rights first: the embedded one, by its name, and AWS."""

    def is_busy(asked: Asked) -> bool:
        return (asked.method, asked.query, asked.is_signed) == ("PUT", "cors=", is_signed)

    class Embedded(busy(is_busy, status)):  # type: ignore[misc]
        handler = BucketServer.handler

    with right_bucket(Embedded) as bucket:
        results = bucket.check()

    assert failures(results) == {name}
    assert results[name].happened == f"{status} SlowDown"


def answered(status: int) -> Attempt:
    return Attempt(Answer(status, {}, b""), cause="It was done.", fix="Forbid it.")


@pytest.mark.parametrize(
    ("statuses", "outcome", "happened"),
    [
        ([403, 403], "passed", "403"),
        ([403, 405], "passed", "403, 405"),
        ([501], "passed", "501"),
        ([403, 204], "failed", "204"),
        ([503, 403], "failed", "503"),
        ([503, 204], "failed", "204"),
        ([307], "failed", "307"),
    ],
)
def test_each_of_several_answers_counts(statuses: list[int], outcome: str, happened: str) -> None:
    finding = refused(answered(status) for status in statuses)

    assert (finding.outcome, finding.happened) == (outcome, happened)


@pytest.mark.parametrize("code", ["\x1b[2J", "Access Denied", "x" * 65])
def test_a_code_is_a_name(code: str) -> None:
    answer = Answer(403, {}, f"<Error><Code>{code}</Code></Error>".encode())

    assert answer.words == "403"
