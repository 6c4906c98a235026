"""Policies for tests to give users and buckets, and what is refused under them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from blog.local import BUCKET

ROOT = f"arn:aws:s3:::{BUCKET}"
KEY, SECRET = "AKIAUSER", "the user's secret"


def statement(actions: str | list[str], resource: str, **changes: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **changes}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


PENDING = statement(
    ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], f"{ROOT}/pending/*"
)
LISTING = statement(
    "s3:ListBucket", ROOT, Condition={"StringLike": {"s3:prefix": ["pending/*", "media/*"]}}
)


def allow(effect: str = "Allow", **changes: Any) -> str:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        **changes,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return f"{error['ResponseMetadata']['HTTPStatusCode']} {error['Error']['Code']}"


def error_of(call: Callable[..., Any], **arguments: Any) -> str:
    return refusal(call, Bucket=BUCKET, **arguments)
