"""Who may set up: a key with exactly the printed policy, and what a lesser one is told."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blog.bucket.policies import app_policy, setup_policy
from blog.config import Settings
from blog.local.server import BucketServer
from blog.local.users import User
from tests.bucket.commands import DISTRIBUTION, NAME, client_of, documents, run, said, settings_for

KEY, SECRET = "AKIASETUPEXAMPLE", "the-setup-secret"
ACTIONS: list[str] = setup_policy(NAME)["Statement"][0]["Action"]
READS = [action for action in ACTIONS if action.startswith("s3:Get")]
WRITES = [action for action in ACTIONS if action.startswith("s3:Put")]


@contextmanager
def bucket_for(policy: dict[str, Any]) -> Iterator[Settings]:
    """A store where the set-up key has this policy; the app's own key is the owner's."""
    with BucketServer(users=[User(KEY, SECRET, policy)]) as server:
        yield settings_for(server.url, setup_access_key_id=KEY, setup_secret_access_key=SECRET)


def without(action: str) -> dict[str, Any]:
    policy = setup_policy(NAME)
    policy["Statement"][0]["Action"].remove(action)
    return policy


def owner(settings: Settings) -> Settings:
    return replace(settings, setup_access_key_id="", setup_secret_access_key="")


def test_the_printed_policy_is_enough() -> None:
    printed = json.loads(run(settings_for("http://127.0.0.1:9"), "policy", "--setup").output)

    with bucket_for(printed) as settings:
        first = run(settings, "setup", "--yes")
        changed = run(settings, "setup", "--yes", "--hotlink-protection")
        again = run(settings, "setup", "--hotlink-protection")

    assert (first.exit_code, changed.exit_code, again.exit_code) == (0, 0, 0)
    assert "✓ Bucket: created." in said(first)
    assert "Nothing to change." in said(again)


def test_a_right_to_create_is_named_where_it_lacks() -> None:
    with bucket_for(without("s3:CreateBucket")) as settings:
        result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    assert "S3_SETUP_ACCESS_KEY_ID lacks the right s3:CreateBucket; “flask" in said(result)


def test_a_bucket_that_may_not_be_looked_at_is_explained_both_ways() -> None:
    with bucket_for(without("s3:ListBucket")) as settings:
        run(owner(settings), "setup", "--yes")
        result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    assert "Where it is not: names are taken world-wide" in said(result)
    assert "lacks the right s3:ListBucket" in said(result)


@pytest.mark.parametrize("action", READS)
def test_a_part_that_may_not_be_read_is_left_alone_and_the_right_named(action: str) -> None:
    with bucket_for(without(action)) as settings:
        run(owner(settings), "setup", "--yes")
        before = documents(owner(settings))
        result = run(settings, "setup", "--yes", "--hotlink-protection")
        after = documents(owner(settings))

    assert result.exit_code == 1
    assert f"S3_SETUP_ACCESS_KEY_ID lacks the right {action}; “flask bucket policy" in said(result)
    assert result.output.count("✗") == 1
    assert after.keys() == before.keys()
    assert [part for part in after if after[part] != before[part]] == (
        [] if action == "s3:GetBucketPolicy" else ["policy"]
    )


@pytest.mark.parametrize("action", WRITES)
def test_a_part_that_may_not_be_changed_is_told_and_the_rest_is_done(action: str) -> None:
    with bucket_for(without(action)) as settings:
        make_wrong(owner(settings))
        result = run(settings, "setup", "--yes")
        again = run(owner(settings), "setup", "--dry-run")

    assert result.exit_code == 1
    assert f"S3_SETUP_ACCESS_KEY_ID lacks the right {action}; “flask bucket policy" in said(result)
    assert result.output.count("✗") == 1
    # A policy that is public is not tried where public access could not be opened for it.
    is_lock = action == "s3:PutBucketPublicAccessBlock"
    assert said(result).count("– Bucket policy: not tried") == is_lock
    assert again.output.count("@@ ") >= 1
    assert result.output.count("✓") == 5 - 1 - is_lock


def test_readers_are_not_locked_out_where_the_cdn_could_not_be_let_in() -> None:
    with bucket_for(without("s3:PutBucketPolicy")) as settings:
        run(owner(settings), "setup", "--yes")
        result = run(settings, "setup", "--yes", "--mode", "cdn", "--distribution", DISTRIBUTION)
        after = documents(owner(settings))

    assert result.exit_code == 1
    assert "– Block Public Access: not tried, for the step before it failed." in said(result)
    assert after["public access"]["RestrictPublicBuckets"] is False


def make_wrong(settings: Settings) -> None:
    """A bucket of which every part has to change."""
    with closing(client_of(settings)) as client:
        client.create_bucket(Bucket=NAME, ObjectOwnership="ObjectWriter")
        client.put_bucket_ownership_controls(
            Bucket=NAME, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )


def test_the_apps_own_key_may_not_set_up() -> None:
    with bucket_for(app_policy(NAME)) as settings:
        run(owner(settings), "setup", "--yes")
        result = run(settings, "setup", "--yes", "--hotlink-protection")

    assert result.exit_code == 1
    assert "s3:ListBucket" in said(result)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"setup_access_key_id": "AKIANOBODY"}, "InvalidAccessKeyId"),
        ({"setup_secret_access_key": "wrong"}, "SignatureDoesNotMatch"),
    ],
)
def test_a_key_that_the_store_refuses_is_told_from_a_right_that_lacks(
    changes: dict[str, Any], code: str
) -> None:
    with bucket_for(setup_policy(NAME)) as settings:
        result = run(replace(settings, **changes), "setup", "--yes")

    assert result.exit_code == 1
    assert f"The store refuses the key in S3_SETUP_ACCESS_KEY_ID ({code})." in said(result)
    assert SECRET not in said(result)


def test_a_temporary_key_that_expired_is_named() -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    user = User(KEY, SECRET, setup_policy(NAME), session_token="token", expires_at=past)
    with BucketServer(users=[user]) as server:
        settings = settings_for(
            server.url,
            setup_access_key_id=KEY,
            setup_secret_access_key=SECRET,
            setup_session_token="token",
        )
        result = run(settings, "setup", "--yes")

    assert result.exit_code == 1
    assert "The store refuses the key in S3_SETUP_ACCESS_KEY_ID (ExpiredToken)" in said(result)
