"""An object that is missing is told from one that is refused, by a key that may list two
prefixes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from blog.bucket.policies import app_policy
from blog.config import LOCAL_BUCKET, Settings
from blog.local.server import BucketServer
from blog.storage import ObjectMissing, ObjectStore, StorageError
from tests.bucket.rights import BUCKET, KEY, SECRET, Policy, guarded, without_statement

Ask = Callable[[ObjectStore], Any]


def copied(store: ObjectStore) -> None:
    names = {"etag": '"any"', "content_type": "image/png", "filename": "a.png"}
    store.promote("pending/a", "media/a", **names)


ASKING: dict[str, Ask] = {
    "stat": lambda store: store.stat("pending/a"),
    "read": lambda store: store.read("pending/a", 0, 10),
    "chunks": lambda store: list(store.chunks("pending/a")),
    "promote": copied,
}


@pytest.fixture
def policy() -> Policy:
    """What the store's key may do, for a test to say otherwise."""
    return app_policy(BUCKET)


@pytest.fixture
def bucket(policy: Policy) -> Iterator[BucketServer]:
    with guarded(policy) as server:
        yield server


@pytest.fixture
def store(bucket: BucketServer) -> ObjectStore:
    return ObjectStore(
        Settings(
            secret_key="",
            database_url="",
            site_url="",
            bucket=BUCKET,
            region=LOCAL_BUCKET["S3_REGION"],
            access_key_id=KEY,
            secret_access_key=SECRET,
            endpoint_url=bucket.url,
            addressing_style="path",
        )
    )


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_what_is_missing_is_found_missing(store: ObjectStore, ask: Ask) -> None:
    with pytest.raises(ObjectMissing):
        ask(store)


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
def test_a_longer_key_is_no_proof_that_it_is_there(store: ObjectStore, ask: Ask) -> None:
    store._client.put_object(Bucket=BUCKET, Key="pending/a.jpg", Body=b"x")

    with pytest.raises(ObjectMissing):
        ask(store)


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("policy", [without_statement("LookAtWhatArrived")], ids=["may not read"])
def test_what_is_there_and_refused_is_no_missing_object(store: ObjectStore, ask: Ask) -> None:
    store._client.put_object(Bucket=BUCKET, Key="pending/a", Body=b"x")

    with pytest.raises(StorageError) as refusal:
        ask(store)

    assert not isinstance(refusal.value, ObjectMissing)


@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("policy", [without_statement("FindWhatIsStored")], ids=["may not list"])
def test_a_key_that_may_not_list_is_told_of_its_refusal(store: ObjectStore, ask: Ask) -> None:
    with pytest.raises(StorageError, match=r"HeadObject|GetObject|CopyObject") as refusal:
        ask(store)

    assert not isinstance(refusal.value, ObjectMissing)


def test_what_is_there_costs_one_request(bucket: BucketServer, store: ObjectStore) -> None:
    store._client.put_object(Bucket=BUCKET, Key="pending/a", Body=b"x")
    before = len(bucket.received)

    store.stat("pending/a")

    assert len(bucket.received) == before + 1
