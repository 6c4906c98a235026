"""Who may do what: the bucket policy, Block Public Access, and who the owner is.

The one key pair owns every bucket: all is allowed to it that no policy denies. Everybody else
is anonymous and may do what a policy allows.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from blog.local.errors import Refusal
from blog.local.request import S3Request

BUCKET_ACTIONS = {
    ("GET", None): "ListBucket",
    ("HEAD", None): "ListBucket",
    ("PUT", None): "CreateBucket",
    ("DELETE", None): "DeleteBucket",
    ("POST", None): "PutObject",
    ("GET", "uploads"): "ListBucketMultipartUploads",
    ("GET", "versions"): "ListBucketVersions",
    ("GET", "lifecycle"): "GetLifecycleConfiguration",
    ("PUT", "lifecycle"): "PutLifecycleConfiguration",
    ("DELETE", "lifecycle"): "PutLifecycleConfiguration",
    ("DELETE", "policy"): "DeleteBucketPolicy",
    ("GET", "encryption"): "GetEncryptionConfiguration",
}
KEY_ACTIONS = {
    ("GET", None): "GetObject",
    ("HEAD", None): "GetObject",
    ("PUT", None): "PutObject",
    ("DELETE", None): "DeleteObject",
    ("GET", "uploadId"): "ListMultipartUploadParts",
    ("PUT", "uploadId"): "PutObject",
    ("POST", "uploadId"): "PutObject",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("POST", "uploads"): "PutObject",
}
NAMES = {
    "cors": "BucketCORS",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "versioning": "BucketVersioning",
    "ownershipControls": "BucketOwnershipControls",
    "location": "BucketLocation",
    "tagging": "BucketTagging",
    "acl": "BucketAcl",
    "encryption": "EncryptionConfiguration",
}
# A Deny on these does not bind the owner, who could otherwise never open the bucket again.
NEVER_DENIED = {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}

# A condition on one of these makes a policy less than public; aws:Referer does not.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
NARROWING = {
    *("aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourceip", "aws:sourcevpc"),
    *("aws:sourcevpce", "aws:userid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn"),
}


def action_of(request: S3Request) -> str:
    """The IAM action that a request needs, `s3:GetObject` say."""
    asked = (request.method, request.subresource)
    if request.key:
        name = KEY_ACTIONS.get(asked)
        if name is None and request.subresource in ("tagging", "acl", "attributes"):
            verb = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(request.method, "Get")
            name = f"{verb}Object{request.subresource.capitalize()}"
        if name in ("GetObject", "DeleteObject") and "versionId" in request.parameters:
            name += "Version"
    else:
        name = BUCKET_ACTIONS.get(asked)
        if name is None and request.subresource in NAMES:
            verb = "Get" if request.method in ("GET", "HEAD") else "Put"
            name = verb + NAMES[request.subresource]
    return f"s3:{name or 'Unlisted'}"


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: list[str]
    resources: list[str]
    is_for_everybody: bool
    conditions: Mapping[str, Mapping[str, list[str]]]

    def applies(self, action: str, resource: str, context: Mapping[str, str]) -> bool:
        return (
            self.is_for_everybody
            and any(fnmatchcase(action.lower(), plain(name).lower()) for name in self.actions)
            and any(fnmatchcase(resource, plain(pattern)) for pattern in self.resources)
            and all(
                holds(operator, key, values, context, unknown=self.effect == "Deny")
                for operator, keys in self.conditions.items()
                for key, values in keys.items()
            )
        )


def is_allowed(
    policy: bytes | None, action: str, resource: str, context: Mapping[str, str]
) -> bool:
    """May anybody do this? A Deny is not looked for here: see `is_denied`."""
    return any(
        statement.applies(action, resource, context)
        for statement in statements(policy)
        if statement.effect == "Allow"
    )


def is_denied(policy: bytes | None, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Is this denied to everybody, the owner too?"""
    return any(
        statement.applies(action, resource, context)
        for statement in statements(policy)
        if statement.effect == "Deny"
    )


def is_public(policy: bytes) -> bool:
    return any(
        statement.effect == "Allow"
        and statement.is_for_everybody
        and not any(
            key.lower() in NARROWING for keys in statement.conditions.values() for key in keys
        )
        for statement in statements(policy)
    )


def check_policy(policy: bytes, bucket: str) -> None:
    """Raise Refusal where a document is no policy for this bucket."""
    try:
        parsed = statements(policy)
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


def statements(policy: bytes | None) -> list[Statement]:
    if not policy:
        return []
    found = json.loads(policy)["Statement"]
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


def holds(
    operator: str, key: str, values: Iterable[str], context: Mapping[str, str], *, unknown: bool
) -> bool:
    """Does a condition hold? One that this bucket cannot judge counts as `unknown` says, so that
    it never opens anything."""
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if key.lower() not in {"aws:referer", "aws:securetransport", "s3:prefix", "s3:delimiter"}:
        return unknown
    value = context.get(key.lower())
    match operator:
        case "StringEquals" | "Bool":
            return if_exists if value is None else value in values
        case "StringLike":
            return if_exists if value is None else like(value, values)
        case "StringNotEquals":
            return value is None or value not in values
        case "StringNotLike":
            return value is None or not like(value, values)
        case _:
            return unknown


def like(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, plain(pattern)) for pattern in patterns)


def context_of(request: S3Request) -> dict[str, str]:
    """The condition keys of a request that a policy can ask about."""
    context = {"aws:securetransport": "false"}
    if "referer" in request.headers:
        context["aws:referer"] = request.headers["referer"]
    for name in ("prefix", "delimiter"):
        if name in request.parameters:
            context[f"s3:{name}"] = request.parameters[name]
    return context


def plain(pattern: str) -> str:
    """An IAM pattern for fnmatch: only `*` and `?` are special, brackets are not."""
    return re.sub(r"\[", "[[]", pattern)


def as_list(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
