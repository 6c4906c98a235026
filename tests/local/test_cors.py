"""What a page of another origin may send to the bucket, and what it may read of the answer."""

from typing import Any

import pytest
import requests

from blog.local import BUCKET, cors
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, code_of, post, presign, upload_form

BLOG = "http://127.0.0.1:8000"
EVIL = "http://evil.example"
ALLOWED = "Access-Control-Allow-Origin"


def preflight(
    bucket: BucketServer, origin: str, method: str, header: str = ""
) -> requests.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if header:
        headers["Access-Control-Request-Headers"] = header
    return requests.options(f"{bucket.url}/{BUCKET}", headers=headers, timeout=TIMEOUT)


@pytest.mark.parametrize("origin", [BLOG, "http://localhost:5173"])
def test_a_page_on_this_machine_may_upload(bucket: BucketServer, origin: str) -> None:
    answer = preflight(bucket, origin, "POST", "Content-Type, x-amz-meta-a")

    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == origin
    assert answer.headers["Access-Control-Allow-Headers"] == "content-type, x-amz-meta-a"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Max-Age"] == "3000"
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("origin", "method"),
    [(EVIL, "POST"), ("http://localhost.evil.example:1", "POST"), (BLOG, "DELETE")],
)
def test_another_origin_or_method_is_refused(
    bucket: BucketServer, origin: str, method: str
) -> None:
    answer = preflight(bucket, origin, method)

    assert code_of(answer) == "403 AccessForbidden"
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_a_header_that_no_rule_names_is_refused(bucket: BucketServer, owner: Any) -> None:
    rule = {"AllowedOrigins": [BLOG], "AllowedMethods": ["POST"], "AllowedHeaders": ["x-amz-*"]}
    owner.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})

    assert preflight(bucket, BLOG, "POST", "X-Amz-Date").status_code == 200
    assert preflight(bucket, BLOG, "POST", "x-evil").status_code == 403


def test_a_bucket_without_rules_refuses_every_preflight(bucket: BucketServer, owner: Any) -> None:
    owner.delete_bucket_cors(Bucket=BUCKET)

    answer = preflight(bucket, BLOG, "POST")

    assert code_of(answer) == "403 AccessForbidden"
    assert "CORS is not enabled" in answer.text


def test_a_preflight_that_says_too_little_is_refused(bucket: BucketServer) -> None:
    url = f"{bucket.url}/{BUCKET}"

    assert requests.options(url, timeout=TIMEOUT).status_code == 400
    assert requests.options(url, headers={"Origin": BLOG}, timeout=TIMEOUT).status_code == 400


def test_the_page_reads_the_answer_and_its_etag(bucket: BucketServer) -> None:
    answer = post(bucket.url, upload_form("pending/a"), headers={"Origin": BLOG})

    assert answer.status_code == 201
    assert answer.headers[ALLOWED] == BLOG
    assert {"ETag", "Location"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_the_page_reads_a_refusal_too(bucket: BucketServer) -> None:
    wrong = {**upload_form("pending/a"), "x-amz-signature": "0" * 64}
    headers = {"Origin": BLOG}

    refusals = [
        post(bucket.url, wrong, headers=headers),
        post(bucket.url, upload_form("pending/a"), b"x" * 3_000_000, headers=headers),
        requests.put(f"{bucket.url}/{BUCKET}/a", b"x", headers=headers, timeout=TIMEOUT),
        requests.get(f"{bucket.url}/{BUCKET}/media/absent", headers=headers, timeout=TIMEOUT),
    ]

    for refusal in refusals:
        assert refusal.status_code in (400, 403)
        assert refusal.headers[ALLOWED] == BLOG


def test_another_origin_reads_nothing(bucket: BucketServer, owner: Any) -> None:
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)
    headers = {"Origin": EVIL}

    posted = post(bucket.url, upload_form("pending/a"), headers=headers)
    got = requests.get(f"{bucket.url}/{BUCKET}/media/a", headers=headers, timeout=TIMEOUT)
    put = requests.put(
        presign("PUT", f"{bucket.url}/{BUCKET}/b"), PNG, headers=headers, timeout=TIMEOUT
    )
    elsewhere = requests.get(f"{bucket.url}/absent", headers={"Origin": BLOG}, timeout=TIMEOUT)

    for answer in (posted, got, put, elsewhere):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert got.headers["Vary"].startswith("Origin")


def test_a_rule_for_every_origin_answers_with_a_star(bucket: BucketServer, owner: Any) -> None:
    rule = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}
    owner.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    owner.put_object(Bucket=BUCKET, Key="media/a", Body=PNG)

    answer = requests.get(
        f"{bucket.url}/{BUCKET}/media/a", headers={"Origin": EVIL}, timeout=TIMEOUT
    )

    assert answer.headers[ALLOWED] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("pattern", "origin", "is_match"),
    [
        ("http://a.example", "http://a.example", True),
        ("http://a.example", "http://a.example.evil", False),
        ("http://*.a.example", "http://b.a.example", True),
        ("http://*.a.example", "http://a.example", False),
        ("http://aXexample", "http://a.example", False),
        ("http://a*a", "http://a", False),
    ],
)
def test_a_star_stands_for_any_characters(pattern: str, origin: str, is_match: bool) -> None:
    assert cors.matches(pattern, origin) is is_match
