"""`flask bucket policy`: rights in the language of IAM, for this bucket, and no more of them."""

import json
from typing import Any

import pytest

from blog.bucket.policies import PREFIXES, app_policy, setup_policy
from tests.bucket.commands import NAME, run, settings_for

BUCKET = f"arn:aws:s3:::{NAME}"


def printed(*arguments: str) -> dict[str, Any]:
    result = run(settings_for(None), "policy", *arguments)
    assert result.exit_code == 0
    assert result.stderr == ""
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_a_pipe_gets_json_and_nothing_else() -> None:
    assert printed() == app_policy(NAME)
    assert printed("--setup") == setup_policy(NAME)


@pytest.mark.parametrize("arguments", [(), ("--setup",)])
def test_a_policy_is_one_that_iam_takes(arguments: tuple[str, ...]) -> None:
    document = printed(*arguments)

    assert document["Version"] == "2012-10-17"
    names = [statement["Sid"] for statement in document["Statement"]]
    assert len(set(names)) == len(names)
    assert all(name.isalnum() for name in names)
    # An inline policy of a user has 2,048 characters at most, white space not counted.
    assert len("".join(json.dumps(document).split())) <= 2048


def test_the_app_gets_no_star_and_no_place_but_its_own() -> None:
    places = {BUCKET, *(f"{BUCKET}/{prefix}*" for prefix in PREFIXES)}

    for statement in printed()["Statement"]:
        actions = statement["Action"]
        resources = statement["Resource"]
        assert not [
            action
            for action in ([actions] if isinstance(actions, str) else actions)
            if "*" in action
        ]
        assert {*([resources] if isinstance(resources, str) else resources)} <= places


def test_setting_up_gets_nothing_of_what_is_stored() -> None:
    [statement] = printed("--setup")["Statement"]

    assert statement["Resource"] == BUCKET
    assert not [action for action in statement["Action"] if "Object" in action or "*" in action]
