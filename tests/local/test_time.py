"""What the time changes: the bucket's clock may be off, and a temporary key expires."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET
from blog.local.server import BucketServer, User
from tests.local.rights import PENDING, SECRET, policy, refusal
from tests.local.sending import PNG, TIMEOUT, code_of, connect


def test_a_temporary_key_needs_its_token_until_it_expires() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    fresh = User(
        "ASIAFRESH", SECRET, policy(PENDING), "the token", datetime.max.replace(tzinfo=UTC)
    )
    old = User("ASIAOLD", SECRET, policy(PENDING), "the token", noon)

    def put(key: str, token: str | None) -> str:
        with closing(connect(server.url, key, SECRET, token)) as client:
            try:
                client.put_object(Bucket=BUCKET, Key="pending/a", Body=PNG)
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return "stored"

    with BucketServer(users=[fresh, old]) as server:
        assert put("ASIAFRESH", "the token") == "stored"
        assert put("ASIAFRESH", "another") == "InvalidToken"
        assert put("ASIAFRESH", None) == "InvalidAccessKeyId"
        assert put("ASIAOLD", "the token") == "ExpiredToken"


@pytest.mark.parametrize("minutes", [-20, 20])
def test_the_clock_of_the_bucket_may_be_off(minutes: int) -> None:
    off = timedelta(minutes=minutes)

    with (
        BucketServer(clock=lambda: datetime.now(UTC) + off) as bucket,
        closing(connect(bucket.url)) as client,
    ):
        form = client.generate_presigned_post(BUCKET, "pending/a", ExpiresIn=600)
        posted = requests.post(form["url"], form["fields"], files={"file": PNG}, timeout=TIMEOUT)
        url = client.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "a"}, 600)
        read = requests.get(url, timeout=TIMEOUT)

        assert refusal(client.list_buckets) == "403 RequestTimeTooSkewed"
        assert code_of(posted) == code_of(read) == "403 AccessDenied"
        told = parsedate_to_datetime(posted.headers["Date"]) - datetime.now(UTC)
        assert abs(told - off) < timedelta(minutes=1)
