"""A bucket where the app's key has a policy, and that policy taken apart."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from blog.bucket.policies import app_policy
from blog.config import LOCAL_BUCKET
from blog.local.server import BucketServer, User
from tests.local.sending import connect

BUCKET = LOCAL_BUCKET["S3_BUCKET"]
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "the app's secret"

Policy = dict[str, Any]


@contextmanager
def guarded(policy: Mapping[str, Any]) -> Iterator[BucketServer]:
    """A bucket that nobody may read, for what is open to all would hide what the key may not."""
    with BucketServer(users=[User(KEY, SECRET, policy)]) as server:
        with closing(connect(server.url)) as owner:
            owner.delete_bucket_policy(Bucket=BUCKET)
        yield server


@dataclass(frozen=True)
class Right:
    """The smallest part of a policy: one action at one place, of one statement."""

    sid: str
    action: str
    place: str

    def __str__(self) -> str:
        return f"{self.action} {self.place}"


def rights(policy: Policy) -> list[Right]:
    """Every right in a policy; `place` is the resource, or the prefix that it is limited to."""
    return [
        Right(statement["Sid"], action, place)
        for statement in policy["Statement"]
        for action in as_list(statement["Action"])
        for place in places(statement)
    ]


def places(statement: Mapping[str, Any]) -> list[str]:
    condition = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix")
    return as_list(condition or statement["Resource"])


def without(right: Right) -> Policy:
    """The app's policy less one right: its statement becomes those of the other rights."""
    kept = []
    for statement in app_policy(BUCKET)["Statement"]:
        if statement["Sid"] != right.sid:
            kept.append(statement)
            continue
        for other in rights({"Statement": [statement]}):
            if other != right:
                kept.append(narrowed(statement, other))
    return {"Version": "2012-10-17", "Statement": kept}


def without_statement(sid: str) -> Policy:
    kept = [found for found in app_policy(BUCKET)["Statement"] if found["Sid"] != sid]
    return {"Version": "2012-10-17", "Statement": kept}


def narrowed(statement: Policy, right: Right) -> Policy:
    narrow = deepcopy(statement)
    narrow["Action"] = right.action
    if "Condition" in narrow:
        narrow["Condition"]["StringLike"]["s3:prefix"] = [right.place]
    else:
        narrow["Resource"] = right.place
    return narrow


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
