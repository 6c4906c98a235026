"""Rules of the bucket that are ours among those that are not: found again, replaced, kept."""

import json
from collections.abc import Sequence
from typing import Any

from blog.bucket.wanted import Document

# Where a rule's name stands: in a statement of a policy, in a rule of CORS or lifecycle.
NAMES = ("Sid", "ID")
OURS = "signpost"


def merged(
    current: Sequence[Document],
    ours: Sequence[Document],
    *,
    superseded: Sequence[Document] = (),
    in_front: bool = False,
) -> list[Document]:
    """The rules as they will be: ours in the place of those that they replace, new ones last.

    What is not ours stays as it is. A rule that equals one of ours but for its name counts as it,
    and is left as it is; one that equals a `superseded` one goes. `in_front` puts ours before the
    others, whose order stays.
    """
    missing = list(ours)
    rules: list[Document] = []
    for rule in current:
        found = next((one for one in missing if is_same(one, rule)), None)
        found = found or next((one for one in missing if name_of(one) == name_of(rule)), None)
        if found is not None:
            missing.remove(found)
            rules.append(rule if is_same(found, rule) else found)
        elif not _is_ours(rule, superseded):
            rules.append(rule)
    rules += missing
    if in_front:
        rules.sort(key=lambda rule: not any(is_same(rule, one) for one in ours))
    return rules


def filtered(rules: Sequence[Document]) -> list[Document]:
    """Rules of lifecycle with what they are for in a filter: S3 takes no mixture of both forms.

    The older one has the prefix in the rule itself, and says the same.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
    """
    if not any("Filter" in rule for rule in rules):
        return list(rules)
    return [
        {
            **{name: value for name, value in rule.items() if name != "Prefix"},
            "Filter": {"Prefix": rule["Prefix"]},
        }
        if "Prefix" in rule
        else rule
        for rule in rules
    ]


def foreign(current: Sequence[Document], *known: Document) -> list[Document]:
    """Those of the rules that are not ours, neither by name nor by what they say."""
    return [rule for rule in current if not _is_ours(rule, known)]


def _is_ours(rule: Document, known: Sequence[Document]) -> bool:
    is_named = name_of(rule).lower().startswith(OURS)
    return is_named or any(is_same(rule, one) for one in known)


def name_of(rule: Document) -> str:
    """The name of a rule, or nothing: AWS asks for none."""
    return next((str(rule[name]) for name in NAMES if rule.get(name)), "")


def called(rule: Document) -> str:
    """The rule in a sentence."""
    return f"“{name_of(rule)}”" if name_of(rule) else "without a name"


def is_same(one: Document, other: Document) -> bool:
    """Do two rules say the same? Names, orders, and a list of one or its only member are alike."""
    return _essence(one) == _essence(other)


def _essence(rule: Document) -> object:
    plain = {name: value for name, value in rule.items() if name not in NAMES}
    if plain.get("Principal") == "*":
        plain["Principal"] = {"AWS": "*"}
    if "Condition" in plain:  # IAM does not tell capitals from small letters in its keys
        plain["Condition"] = {
            operator: {key.lower(): values for key, values in keys.items()}
            for operator, keys in plain["Condition"].items()
        }
    if "Prefix" in plain:  # as lifecycle rules were written before there were filters
        plain["Filter"] = {"Prefix": plain.pop("Prefix")}
    return {name: _canonical(name, value) for name, value in plain.items()}


def _canonical(name: str, value: Any) -> object:
    if isinstance(value, dict):
        return {inner: _canonical(inner, given) for inner, given in value.items()}
    members = value if isinstance(value, list) else [value]
    words = [
        json.dumps(_canonical(name, member), sort_keys=True)
        if isinstance(member, dict)
        else str(member)
        for member in members
    ]
    # Names of headers, of all these words, do not tell capitals from small letters.
    return sorted({word.lower() if name.endswith("Headers") else word for word in words})
