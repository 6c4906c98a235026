"""The app's policy is enough for all that the app does, and each right in it is needed."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from flask import Flask

from blog.accounts.models import User
from blog.bucket.policies import app_policy
from blog.config import Settings
from blog.db import now, session
from tests.bucket.journey import STEPS, Journey, Step, name_of
from tests.bucket.rights import (
    BUCKET,
    KEY,
    SECRET,
    Policy,
    Right,
    guarded,
    rights,
    without,
    without_statement,
)
from tests.conftest import PASSWORD, signed_in
from tests.local.sending import connect
from tests.media.uploads import Item, a_film

ROOT = f"arn:aws:s3:::{BUCKET}"
RIGHTS = rights(app_policy(BUCKET))
SIDS = [statement["Sid"] for statement in app_policy(BUCKET)["Statement"]]

# Which step fails first without a right.
NEEDED_BY = {
    f"s3:PutObject {ROOT}/pending/*": Journey.send_a_picture,
    f"s3:PutObject {ROOT}/media/*": Journey.confirm_it,
    f"s3:GetObject {ROOT}/pending/*": Journey.confirm_it,
    f"s3:GetObject {ROOT}/media/*": Journey.send_a_video_in_parts,
    f"s3:DeleteObject {ROOT}/pending/*": Journey.confirm_it,
    f"s3:DeleteObject {ROOT}/media/*": Journey.delete_it,
    f"s3:ListMultipartUploadParts {ROOT}/media/*": Journey.begin_a_video_again_whose_parts_expired,
    f"s3:AbortMultipartUpload {ROOT}/media/*": Journey.cancel_a_video,
    "s3:ListBucket pending/*": Journey.confirm_a_picture_that_has_not_arrived,
    "s3:ListBucket media/*": Journey.begin_a_video_again_whose_parts_expired,
    f"s3:ListBucketMultipartUploads {ROOT}": Journey.sweep,
}

StopsAt = Callable[..., str | None]


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """One kind of database: the bucket's answers do not depend on it."""
    copy(migrated_sqlite, tmp_path / "blog.db")
    return f"sqlite:///{tmp_path / 'blog.db'}"


@pytest.fixture(scope="module")
def film() -> Item:
    return a_film()


@pytest.fixture
def stops_at(make_app: Callable[[Settings], Flask], settings: Settings, film: Item) -> StopsAt:
    """At which step the app fails whose key has this policy; None where it does not. More
    arguments are settings."""

    def travel(policy: Policy, **changes: Any) -> str | None:
        with guarded(policy) as server, closing(connect(server.url)) as owner:
            changed = replace(
                settings,
                endpoint_url=server.url,
                media_url="",
                access_key_id=KEY,
                secret_access_key=SECRET,
                **changes,
            )
            app = make_app(changed)
            with app.app_context():
                ada = User.create("ada@example.com", PASSWORD, name="Ada", at=now())
                session.add(ada)
                session.commit()
            return Journey(app, signed_in(app, ada), owner, film).stops_at()

    return travel


def step_needing(right: Right) -> Step:
    assert str(right) in NEEDED_BY, "No step needs it: let it leave the policy, or add the step."
    return NEEDED_BY[str(right)]


@pytest.mark.parametrize("method", ["post", "put"])
def test_the_policy_is_enough_for_the_whole_way(stops_at: StopsAt, method: str) -> None:
    assert stops_at(app_policy(BUCKET), upload_method=method) is None


@pytest.mark.parametrize("right", RIGHTS, ids=str)
def test_each_right_is_needed(stops_at: StopsAt, right: Right) -> None:
    assert stops_at(without(right)) == name_of(step_needing(right))


@pytest.mark.parametrize("sid", SIDS)
def test_each_statement_is_needed(stops_at: StopsAt, sid: str) -> None:
    needing = [step_needing(right) for right in RIGHTS if right.sid == sid]

    assert stops_at(without_statement(sid)) == name_of(min(needing, key=STEPS.index))
