"""The app's policy where moto enforces IAM: enough for what the app asks S3, and nothing beyond."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.authorization import enable_iam_authentication

from blog.bucket.policies import app_policy
from blog.config import LOCAL_BUCKET, Settings
from blog.storage import ObjectMissing, ObjectStore, StorageError
from tests.bucket.beyond import BEYOND, refusal
from tests.bucket.rights import BUCKET, Policy, without_statement

REGION = LOCAL_BUCKET["S3_REGION"]

# moto ignores conditions, so that whoever lists one prefix lists them all; it does not judge the
# source of a copy; and it asks nobody about the rest.
# https://github.com/getmoto/moto/blob/master/moto/iam/access_control.py
NOT_JUDGED_BY_MOTO = {
    *(
        "list everything",
        "list everything, as of old",
        "list elsewhere",
        "list a beginning of ours",
    ),
    *("copy from elsewhere", "find the bucket", "read the access block", "read the ownership"),
    "read encryption",
}
IN_MOTO = {name: call for name, call in BEYOND.items() if name not in NOT_JUDGED_BY_MOTO}


@contextmanager
def enforced_by_moto(policy: Policy) -> Iterator[dict[str, str]]:
    """A bucket in moto, and the key of a user there that has just this policy."""
    root: dict[str, Any] = {
        "region_name": REGION,
        "aws_access_key_id": "root",
        "aws_secret_access_key": "root",
    }
    with mock_aws():
        boto3.client("s3", **root).create_bucket(Bucket=BUCKET)
        iam = boto3.client("iam", **root)
        iam.create_user(UserName="blog")
        iam.put_user_policy(UserName="blog", PolicyName="app", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="blog")["AccessKey"]
        with enable_iam_authentication():
            yield {
                "access_key_id": key["AccessKeyId"],
                "secret_access_key": key["SecretAccessKey"],
            }


def store_with(key: dict[str, str]) -> ObjectStore:
    return ObjectStore(
        Settings(
            secret_key="",
            database_url="",
            site_url="",
            bucket=BUCKET,
            region=REGION,
            access_key_id=key["access_key_id"],
            secret_access_key=key["secret_access_key"],
        )
    )


class Way:
    """What the app does with its bucket, in moto, which understands no signed addresses: the
    browser's requests are sent as the same actions, signed in a header."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.client: Any = store._client

    def send(self) -> None:
        self.client.put_object(
            Bucket=BUCKET, Key="pending/a", Body=b"hello", ContentType="image/png"
        )

    def look(self) -> None:
        stored = self.store.stat("pending/a")
        assert (stored.size, stored.content_type) == (5, "image/png")
        assert self.store.read("pending/a", 1, 3) == b"ell"
        assert self.store.sha256("pending/a") == hashlib.sha256(b"hello").hexdigest()
        with pytest.raises(ObjectMissing):
            self.store.stat("pending/absent")

    def promote(self) -> None:
        etag = self.store.stat("pending/a").etag
        names = {"etag": etag, "content_type": "image/png", "filename": "a.png"}
        self.store.promote("pending/a", "media/a", **names)
        self.store.delete("pending/a")

    def upload_in_parts(self) -> None:
        opened = self.store.open_multipart("media/v", content_type="video/mp4", filename="v.mp4")
        part = {"Bucket": BUCKET, "Key": "media/v", "UploadId": opened, "PartNumber": 1}
        self.client.upload_part(**part, Body=b"hello")
        assert [found.multipart_id for found in self.store.open_uploads("media/")] == [opened]
        self.store.complete_multipart("media/v", opened, self.store.parts("media/v", opened))

    def abort(self) -> None:
        opened = self.store.open_multipart("media/w", content_type="video/mp4", filename="w.mp4")
        self.store.abort_multipart("media/w", opened)
        assert list(self.store.open_uploads("media/")) == []

    def sweep(self) -> None:
        assert list(self.store.objects("pending/")) == []
        self.store.delete("media/a", "media/v")
        assert list(self.store.objects("media/")) == []


STEPS = (Way.send, Way.look, Way.promote, Way.upload_in_parts, Way.abort, Way.sweep)
FAILING = {
    "StoreUploads": "send",
    "LookAtWhatArrived": "look",
    "TakeAway": "promote",
    "UploadInParts": "upload_in_parts",
    "FindUploadsInParts": "upload_in_parts",
    "FindWhatIsStored": "sweep",
}


def stops_at(policy: Policy) -> str | None:
    with enforced_by_moto(policy) as key:
        way = Way(store_with(key))
        for step in STEPS:
            try:
                step(way)
            except (StorageError, ClientError):
                return step.__name__
    return None


def test_the_policy_is_enough_where_moto_enforces_it() -> None:
    assert stops_at(app_policy(BUCKET)) is None


@pytest.mark.parametrize("sid", [one["Sid"] for one in app_policy(BUCKET)["Statement"]])
def test_each_statement_is_needed_where_moto_enforces_it(sid: str) -> None:
    assert stops_at(without_statement(sid)) == FAILING[sid]


@pytest.fixture
def in_moto() -> Iterator[Any]:
    with enforced_by_moto(app_policy(BUCKET)) as key:
        yield store_with(key)._client


@pytest.mark.parametrize(("call", "arguments"), IN_MOTO.values(), ids=IN_MOTO)
def test_moto_refuses_the_app_to(in_moto: Any, call: str, arguments: dict[str, Any]) -> None:
    assert refusal(in_moto, call, arguments) in ("AccessDenied", "403")
