"""The embedded bucket refuses the app's key everything that its policy does not say."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from blog.bucket.policies import app_policy
from tests.bucket.beyond import BEYOND, refusal
from tests.bucket.rights import BUCKET, KEY, SECRET, guarded
from tests.local.sending import connect


@pytest.fixture(scope="module")
def in_embedded() -> Iterator[Any]:
    """The app's client of an embedded bucket that holds a picture, and something of others."""
    with guarded(app_policy(BUCKET)) as server:
        with closing(connect(server.url)) as owner:
            for key in ("other/a", "media/a"):
                owner.put_object(Bucket=BUCKET, Key=key, Body=b"x")
        with closing(connect(server.url, KEY, SECRET)) as client:
            yield client


@pytest.mark.parametrize(("call", "arguments"), BEYOND.values(), ids=BEYOND)
def test_the_embedded_bucket_refuses_the_app_to(
    in_embedded: Any, call: str, arguments: dict[str, Any]
) -> None:
    assert refusal(in_embedded, call, arguments) in ("AccessDenied", "403")


def test_what_is_deleted_together_is_refused_one_by_one(in_embedded: Any) -> None:
    keys = [{"Key": "other/a"}, {"Key": "media/b"}]
    answer = in_embedded.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})

    assert [found["Key"] for found in answer["Errors"]] == ["other/a"]
    assert [found["Key"] for found in answer["Deleted"]] == ["media/b"]
