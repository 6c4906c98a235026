"""Conditions of a policy, and the keys of a request that they can ask about.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from blog.local.request import S3Request

JUDGED = {"aws:referer", "aws:securetransport", "s3:prefix", "s3:delimiter"}


def context_of(request: S3Request) -> dict[str, str]:
    """The condition keys of a request that a policy can ask about."""
    context = {"aws:securetransport": "false"}
    if "referer" in request.headers:
        context["aws:referer"] = request.headers["referer"]
    for name in ("prefix", "delimiter"):
        if not request.key and name in request.parameters:
            context[f"s3:{name}"] = request.parameters[name]
    return context


def holds(
    operator: str, key: str, values: Iterable[str], context: Mapping[str, str], *, unknown: bool
) -> bool:
    """Does a condition hold? One that this bucket cannot judge counts as `unknown` says, so that
    it never opens anything. A key that the request lacks fails what must be alike, and passes
    what must not."""
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if key.lower() not in JUDGED:
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
        case "Null":
            return ("true" if value is None else "false") in values
        case _:
            return unknown


def like(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, plain(pattern)) for pattern in patterns)


def plain(pattern: str) -> str:
    """An IAM pattern for fnmatch: only `*` and `?` are special, brackets are not."""
    return re.sub(r"\[", "[[]", pattern)
