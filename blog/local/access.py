"""Policies, of a bucket and of a user: what a document says, and what it lets whom do.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from blog.local.conditions import holds, like, plain
from blog.local.errors import Refusal

# A Deny on these does not bind the owner, who could otherwise never open the bucket again.
NEVER_DENIED = {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}

# A condition on one of these makes a policy less than public; aws:Referer does not.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
NARROWING = {
    *("aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourcevpc"),
    *("aws:sourcevpce", "aws:userid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn"),
}


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: list[str]
    resources: list[str]
    is_for_everybody: bool
    conditions: Mapping[str, Mapping[str, list[str]]]

    def applies(self, action: str, resource: str, context: Mapping[str, str]) -> bool:
        """Whoever it is for: see `for_everybody`."""
        return (
            any(fnmatchcase(action.lower(), plain(name).lower()) for name in self.actions)
            and like(resource, self.resources)
            and all(
                holds(operator, key, values, context, unknown=self.effect == "Deny")
                for operator, keys in self.conditions.items()
                for key, values in keys.items()
            )
        )


def is_allowed(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """Does one of these statements allow it? A Deny is not looked for here: see `is_denied`."""
    return any(
        statement.effect == "Allow" and statement.applies(action, resource, context)
        for statement in statements
    )


def is_denied(
    statements: Iterable[Statement], action: str, resource: str, context: Mapping[str, str]
) -> bool:
    return any(
        statement.effect == "Deny" and statement.applies(action, resource, context)
        for statement in statements
    )


def is_public(policy: bytes) -> bool:
    return any(
        statement.effect == "Allow"
        and not any(
            key.lower() in NARROWING for keys in statement.conditions.values() for key in keys
        )
        for statement in for_everybody(policy)
    )


def check_policy(policy: bytes, bucket: str) -> None:
    """Raise Refusal where a document is no policy for this bucket."""
    try:
        parsed = statements(json.loads(policy))
    except (ValueError, TypeError, KeyError, AttributeError):
        message = "Policies must be valid JSON and the first byte must be '{'"
        raise Refusal(400, "MalformedPolicy", message) from None
    for statement in parsed:
        if statement.effect not in ("Allow", "Deny") or not statement.actions:
            message = "Missing required field Effect or Action"
            raise Refusal(400, "MalformedPolicy", message)
        for resource in statement.resources or [""]:
            name = resource.removeprefix("arn:aws:s3:::").partition("/")[0]
            if name == resource or not fnmatchcase(bucket, plain(name)):
                raise Refusal(400, "MalformedPolicy", "Policy has invalid resource")


def for_everybody(policy: bytes | None) -> list[Statement]:
    """The statements of a bucket's policy that bind whoever asks. Others name a principal, an AWS
    service say, that never asks this bucket."""
    parsed = statements(json.loads(policy)) if policy else []
    return [statement for statement in parsed if statement.is_for_everybody]


def statements(policy: Mapping[str, Any]) -> list[Statement]:
    found = policy["Statement"]
    return [
        Statement(
            effect=statement["Effect"],
            actions=as_list(statement.get("Action")),
            resources=as_list(statement.get("Resource")),
            is_for_everybody=names_everybody(statement.get("Principal")),
            conditions={
                operator: {key: as_list(values) for key, values in keys.items()}
                for operator, keys in statement.get("Condition", {}).items()
            },
        )
        for statement in (found if isinstance(found, list) else [found])
    ]


def names_everybody(principal: object) -> bool:
    if isinstance(principal, dict):
        return "*" in as_list(principal.get("AWS"))
    return principal == "*"


def as_list(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return [as_text(value)]


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
