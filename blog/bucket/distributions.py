"""Which CloudFront distributions a bucket policy lets read, whoever wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

from blog.bucket.wanted import Document

SERVICE = "cloudfront.amazonaws.com"

# Before there were access controls, a distribution read as a user of this kind.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
IDENTITY = ":iam::cloudfront:user/"

# Operators under which a condition names whom it lets in; `…IfExists` lets in who names nobody.
NAMING = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")


@dataclass(frozen=True, slots=True)
class Distributions:
    """`is_any`: some statement lets CloudFront in; `arns`: the distributions that are named."""

    is_any: bool
    arns: tuple[str, ...]

    @property
    def only(self) -> str:
        """The ARN, where exactly one is named in full, else nothing."""
        arn = self.arns[0] if len(self.arns) == 1 else ""
        return "" if "*" in arn or "?" in arn else arn


def distributions(statements: Sequence[Document]) -> Distributions:
    """What the console writes counts as what setup writes: by whom it lets in, not by its name."""
    letting_in = [one for one in statements if lets_cloudfront_in(one)]
    arns = [_source_arns(one) for one in letting_in]
    named = () if [] in arns else tuple(dict.fromkeys(arn for several in arns for arn in several))
    return Distributions(bool(letting_in), named)


def lets_cloudfront_in(statement: Document) -> bool:
    principal = statement.get("Principal")
    if statement.get("Effect") != "Allow" or not isinstance(principal, dict):
        return False
    return SERVICE in _listed(principal.get("Service")) or any(
        IDENTITY in name for name in _listed(principal.get("AWS"))
    )


def _source_arns(statement: Document) -> list[str]:
    """The distributions of one statement; none where it does not say which."""
    return [
        arn
        for operator, keys in statement.get("Condition", {}).items()
        if operator.lower() in NAMING
        for key, values in keys.items()
        if key.lower() == "aws:sourcearn"
        for arn in _listed(values)
    ]


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
