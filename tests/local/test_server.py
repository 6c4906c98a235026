"""The server: what it closes, what it records, and that it shares nothing with another."""

import threading
import time
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, connect, post, presign, upload_form


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/moto-api/reset"),
        ("GET", "/moto-api/data.json"),
        ("GET", "/moto-api/"),
        ("GET", "/favicon.ico"),
        ("GET", "/latest/meta-data/iam"),
        ("POST", "/"),
        ("POST", "/?Action=GetCallerIdentity&Version=2011-06-15"),
        ("PUT", "//"),
        ("PATCH", f"/{BUCKET}/media/a"),
    ],
)
def test_nothing_but_s3_answers(bucket: BucketServer, owner: Any, method: str, path: str) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.request(method, bucket.url + path, timeout=TIMEOUT)

    assert 400 <= answer.status_code < 500
    assert "<Code>" in answer.text
    assert owner.head_object(Bucket=BUCKET, Key="media/a")


def test_another_service_is_not_reached_with_a_signature_for_it(bucket: BucketServer) -> None:
    scope = "LOCALBUCKETKEY/20261122/us-east-1/sts/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
        "x-amz-date": "20261122T000000Z",
    }

    answer = requests.post(f"{bucket.url}/", "Action=X", headers=headers, timeout=TIMEOUT)

    assert answer.status_code == 405


def test_two_servers_share_nothing(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="a", Body=PNG)

    with BucketServer() as other:
        client = connect(other.url)
        listed = client.list_objects_v2(Bucket=BUCKET)["KeyCount"]
        client.create_bucket(Bucket="only-there")
        client.put_object(Bucket=BUCKET, Key="a", Body=b"other")
        client.close()

    assert listed == 0
    assert owner.get_object(Bucket=BUCKET, Key="a")["Body"].read() == PNG
    with pytest.raises(ClientError, match="404"):
        owner.head_bucket(Bucket="only-there")


def test_a_mock_in_the_same_process_does_not_empty_the_bucket(owner: Any) -> None:
    from moto import mock_aws

    owner.put_object(Bucket=BUCKET, Key="a", Body=PNG)

    with mock_aws():
        pass

    assert owner.get_object(Bucket=BUCKET, Key="a")["Body"].read() == PNG


def test_the_bucket_and_origins_are_its_own() -> None:
    origin = "http://blog.test:8000"
    with BucketServer(bucket="another", origins=[origin]) as server:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        allowed = requests.options(f"{server.url}/another", headers=headers, timeout=TIMEOUT)
        headers["Origin"] = "http://localhost:8000"
        refused = requests.options(f"{server.url}/another", headers=headers, timeout=TIMEOUT)

    assert (allowed.status_code, refused.status_code) == (200, 403)


def test_what_was_received_is_on_record(bucket: BucketServer) -> None:
    post(bucket.url, upload_form("pending/a"), headers={"Origin": "http://localhost:1"})
    requests.get(f"{bucket.url}/{BUCKET}/media/a?x=1", timeout=TIMEOUT)

    posted, got = bucket.received

    assert (posted.method, posted.path, posted.status) == ("POST", f"/{BUCKET}", 201)
    assert posted.origin == "http://localhost:1"
    assert posted.size > len(PNG)
    assert (got.path, got.size, got.origin) == (f"/{BUCKET}/media/a?x=1", 0, None)
    assert posted.at <= got.at


def test_many_uploads_at_once_all_arrive(bucket: BucketServer, owner: Any) -> None:
    def upload(number: int) -> None:
        for attempt in range(5):
            assert post(bucket.url, upload_form(f"pending/{number}-{attempt}")).ok

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert owner.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 40


def test_a_slow_client_holds_nobody_up(bucket: BucketServer, owner: Any) -> None:
    address = presign("PUT", f"{bucket.url}/{BUCKET}/slow")
    connection = HTTPConnection("127.0.0.1", bucket.port, timeout=TIMEOUT)
    connection.putrequest("PUT", address.removeprefix(bucket.url))
    connection.putheader("Content-Length", "10")
    connection.endheaders(b"first")

    owner.put_object(Bucket=BUCKET, Key="fast", Body=PNG)
    connection.send(b", end")
    status = connection.getresponse().status
    connection.close()

    assert status == 200
    assert owner.get_object(Bucket=BUCKET, Key="slow")["Body"].read() == b"first, end"


def test_a_client_that_goes_away_leaves_nothing(bucket: BucketServer, owner: Any) -> None:
    address = presign("PUT", f"{bucket.url}/{BUCKET}/a")
    connection = HTTPConnection("127.0.0.1", bucket.port, timeout=TIMEOUT)
    connection.putrequest("PUT", address.removeprefix(bucket.url))
    connection.putheader("Content-Length", "10")
    connection.endheaders(b"first")
    connection.close()

    deadline = time.monotonic() + 5
    while not bucket.received and time.monotonic() < deadline:
        time.sleep(0.01)

    assert bucket.received[0].status == 400
    assert owner.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert list(bucket.disk.files.iterdir()) == []


def test_an_object_deleted_while_it_is_read_is_read_to_its_end(
    bucket: BucketServer, owner: Any
) -> None:
    content = bytes(1024) * 8000
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=content)

    with requests.get(f"{bucket.url}/{BUCKET}/media/a", stream=True, timeout=TIMEOUT) as answer:
        owner.delete_object(Bucket=BUCKET, Key="media/a")

        assert answer.content == content
