"""Rules that somebody else made and that open more than the blog needs: kept, but told."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Any

from blog.bucket.distributions import lets_cloudfront_in
from blog.bucket.merging import called
from blog.bucket.wanted import MEDIA, Document, Mode

# A condition on one of these leaves not everybody, if it says who.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
NARROWING = {
    *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:sourceaccount"),
    *("aws:sourcearn", "aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:userid"),
}
NAMED_BY_ARN = {"aws:principalarn", "aws:sourcearn"}
SAYS_WHO = ("stringequals", "stringlike", "arnequals", "arnlike", "ipaddress")


def open_cors(rules: Sequence[Document]) -> Iterator[str]:
    """A sentence for each rule that lets pages of unnamed sites talk to the bucket."""
    for rule in rules:
        stars = [origin for origin in rule.get("AllowedOrigins", []) if "*" in origin]
        if stars:
            yield (
                f"The CORS rule {called(rule)} is not ours and stays, but it lets any page of"
                f" {', '.join(stars)} send {', '.join(rule.get('AllowedMethods', []))}. Take it"
                " away, or name its origins, unless another application needs it as it is."
            )


def open_statements(statements: Sequence[Document], bucket: str, mode: Mode) -> Iterator[str]:
    """A sentence for each statement that gives everybody, or CloudFront, more than media/*."""
    for statement in statements:
        if lets_cloudfront_in(statement) and not _only_reads_media(statement, bucket):
            yield (
                f"The statement {called(statement)} of the bucket policy is not ours and stays,"
                f" but it allows CloudFront {_rights(statement)}, and so everybody who asks there."
                f" s3:GetObject on {MEDIA}* is enough: take it away."
            )
        if statement.get("Effect") != "Allow" or not _is_for_everybody(statement):
            continue
        if not _only_reads_media(statement, bucket):
            yield (
                f"The statement {called(statement)} of the bucket policy is not ours and stays,"
                f" but it allows everybody {_rights(statement)}. The blog needs no more than"
                f" s3:GetObject on {MEDIA}*: take it away, or name who it is for."
            )
        elif mode == "cdn":
            yield (
                f"The statement {called(statement)} of the bucket policy is not ours and stays,"
                " but it lets readers come past the CDN: take it away. Block Public Access keeps"
                " it without effect meanwhile, and refuses any change of the policy."
            )


def _is_for_everybody(statement: Document) -> bool:
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    if "NotPrincipal" not in statement and "*" not in _listed(named):
        return False
    return not any(
        _is_narrow(operator.lower(), key.lower(), _listed(values))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _is_narrow(operator: str, key: str, values: list[str]) -> bool:
    """Does the condition leave few? In doubt it does not: better warned once too often.

    `ForAllValues:` is true of who has none at all, and so is `…IfExists`.
    """
    if operator.removeprefix("foranyvalue:") not in SAYS_WHO or key not in NARROWING or not values:
        return False
    if key == "aws:sourceip":
        return all(_is_small(value) for value in values)
    if key in NAMED_BY_ARN:  # arn:partition:service:region:account:resource
        parts = [value.split(":", 5) for value in values]
        # The ARN of a bucket names no account: then it is the rest that has to be plain.
        return all(len(arn) == 6 and not {"*", "?"} & set(arn[4] or arn[5]) for arn in parts)
    return not any("*" in value or "?" in value for value in values)


def _is_small(network: str) -> bool:
    try:
        parsed = ip_network(network, strict=False)
    except ValueError:
        return False
    return parsed.prefixlen >= (8 if parsed.version == 4 else 32)


def _only_reads_media(statement: Document, bucket: str) -> bool:
    media = f"arn:aws:s3:::{bucket}/{MEDIA}"
    actions = {action.lower() for action in _listed(statement.get("Action"))}
    resources = _listed(statement.get("Resource"))
    return (
        actions == {"s3:getobject"}
        and bool(resources)
        and all(resource.startswith(media) for resource in resources)
    )


def _rights(statement: Document) -> str:
    parts = [
        f"{word}{', '.join(_listed(statement[name]))}"
        for name, word in (
            *(("Action", ""), ("NotAction", "all but ")),
            *(("Resource", "on "), ("NotResource", "on all but ")),
        )
        if name in statement
    ]
    return " ".join(parts)


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
