"""The form itself: its fields stand before the file, once each, and are not too long."""

from typing import Any

import pytest
import requests

from blog.local import BUCKET
from blog.local.server import BucketServer
from tests.local.sending import PNG, TIMEOUT, code_of, post, upload_form

KEY = "pending/a.png"


def keys(owner: Any) -> list[str]:
    return [found["Key"] for found in owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_field_given_twice_is_refused(bucket: BucketServer, owner: Any, is_first: bool) -> None:
    fields = list(upload_form(KEY).items())
    another = ("key", "media/evil.png")

    answer = post(bucket.url, [another, *fields] if is_first else [*fields, another])

    assert code_of(answer) == "400 InvalidArgument"
    assert keys(owner) == []


def test_fields_after_the_file_do_not_count(bucket: BucketServer, owner: Any) -> None:
    parts: list[tuple[str, Any]] = [("file", ("a.png", PNG))]
    parts += [(name, (None, value)) for name, value in upload_form(KEY).items()]

    first = requests.post(f"{bucket.url}/{BUCKET}", files=parts, timeout=TIMEOUT)
    parts = [*parts[1:], parts[0], ("x-amz-meta-evil", (None, "1"))]
    last = requests.post(f"{bucket.url}/{BUCKET}", files=parts, timeout=TIMEOUT)

    assert code_of(first) == "400 InvalidArgument"
    assert last.status_code == 201
    assert owner.head_object(Bucket=BUCKET, Key=KEY)["Metadata"] == {}


@pytest.mark.parametrize(
    ("length", "code"), [(15_000, "201 "), (20_481, "400 MaxPostPreDataLengthExceeded")]
)
def test_what_stands_before_the_file_is_bounded(
    bucket: BucketServer, length: int, code: str
) -> None:
    answer = post(bucket.url, {**upload_form(KEY), "x-ignore-me": "x" * length})

    assert code_of(answer) == code


def test_a_form_without_a_file_is_refused(bucket: BucketServer) -> None:
    parts = [(name, (None, value)) for name, value in upload_form(KEY).items()]

    answer = requests.post(f"{bucket.url}/{BUCKET}", files=parts, timeout=TIMEOUT)

    assert code_of(answer) == "400 InvalidArgument"


@pytest.mark.parametrize(
    "body", [b"", b"no form", b"--b\r\n\r\n", b"--b\r\nContent-Disposition: x\r\n"]
)
def test_a_broken_form_is_refused(bucket: BucketServer, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}

    answer = requests.post(f"{bucket.url}/{BUCKET}", body, headers=headers, timeout=TIMEOUT)

    assert answer.status_code == 400


def test_a_form_cut_short_leaves_nothing(bucket: BucketServer, owner: Any) -> None:
    form = requests.Request("POST", f"{bucket.url}/{BUCKET}")
    form.files = [
        *((name, (None, value)) for name, value in upload_form(KEY).items()),
        ("file", ("a.png", PNG)),
    ]
    whole = form.prepare()
    assert isinstance(whole.body, bytes)
    cut = whole.body[: whole.body.rindex(b"--", 0, -10)]

    answer = requests.post(
        whole.url or "",
        cut,
        headers={"Content-Type": whole.headers["Content-Type"]},
        timeout=TIMEOUT,
    )

    assert code_of(answer) == "400 MalformedPOSTRequest"
    assert keys(owner) == []
    assert list(bucket.disk.files.iterdir()) == []


def test_bytes_that_look_like_boundaries_stay_in_the_file(bucket: BucketServer, owner: Any) -> None:
    content = b"\r\n--" * 100 + b"\r\n\r\n--x--\r\n" + bytes(range(256))

    answer = post(bucket.url, upload_form(KEY), content)

    assert answer.status_code == 201
    assert owner.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == content


def test_text_of_any_language_is_kept(bucket: BucketServer, owner: Any) -> None:
    key, owner_name = "pending/海/ünï.png", "Åsa 海"

    answer = post(bucket.url, upload_form(key, fields={"x-amz-meta-owner": owner_name}))

    assert answer.status_code == 201
    assert f"<Key>{key}</Key>" in answer.content.decode()
    stored = owner.head_object(Bucket=BUCKET, Key=key)
    assert stored["Metadata"]["owner"].encode("latin-1").decode() == owner_name


def test_another_post_is_told_what_is_expected(bucket: BucketServer) -> None:
    answer = requests.post(f"{bucket.url}/{BUCKET}", {"key": KEY}, timeout=TIMEOUT)

    assert code_of(answer) == "412 PreconditionFailed"
