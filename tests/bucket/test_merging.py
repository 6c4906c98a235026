"""Rules compared by what they say, and put among those of others."""

from typing import Any

import pytest

from blog.bucket.merging import filtered, is_same, merged
from blog.bucket.wanted import lifecycle_rules

LOGS = {
    "ID": "logs",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 30},
}


def test_ours_that_is_there_twice_is_there_once_after() -> None:
    ours = lifecycle_rules()
    twice = [{**ours[0], "Expiration": {"Days": 9}}, ours[0], LOGS, ours[1]]

    assert merged(twice, ours) == [*ours[:1], LOGS, ours[1]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ID": "another"}, True),
        ({"Filter": None, "Prefix": "pending/"}, True),
        ({"Status": "Disabled"}, False),
        ({"Expiration": {"Days": 2}}, False),
        ({"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}, False),
    ],
)
def test_two_rules_are_the_same_where_they_say_the_same(
    changes: dict[str, Any], expected: bool
) -> None:
    rule = lifecycle_rules()[0]
    other = {name: value for name, value in {**rule, **changes}.items() if value is not None}

    assert is_same(rule, other) is expected


def test_lifecycle_rules_have_their_prefix_in_one_place() -> None:
    older = {"ID": "logs", "Status": "Enabled", "Prefix": "logs/", "Expiration": {"Days": 30}}

    assert filtered([older, *lifecycle_rules()]) == [LOGS, *lifecycle_rules()]
    assert filtered([older]) == [older]
