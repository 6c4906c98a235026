"""Stores that are not quite S3, other ways to address them, and temporary credentials."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import requests
from flask import Flask

from blog.accounts.models import User
from blog.config import Settings
from blog.local.server import BucketServer
from blog.storage import ObjectStore
from tests import photos
from tests.conftest import signed_in
from tests.media.uploads import Uploader, a_film, a_picture, connect, send
from tests.serving import serving

MakeApp = Callable[[Settings], Flask]


@pytest.mark.parametrize(("seed", "status"), [(0, 200), (9, 409)])
def test_a_store_that_checks_no_hash_is_read_back(
    uploader: Uploader, settings: Settings, seed: int, status: int
) -> None:
    announced = photos.jpeg().ljust(5000, b"\0")
    reserved = uploader.announce(announced).get_json()
    # As on such a store: the object is there, and nobody has compared it with its hash.
    with closing(connect(settings)) as client:
        client.put_object(
            Bucket=settings.bucket,
            Key=reserved["uploads"][0]["fields"]["key"],
            Body=photos.jpeg(seed=seed).ljust(5000, b"\0"),
            ContentType="image/jpeg",
        )

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == status
    assert status == 200 or "Other bytes arrived" in answer.get_json()["error"]


def test_put_is_the_way_where_a_store_knows_no_post(
    make_app: MakeApp, settings: Settings, ada: User
) -> None:
    uploader = Uploader(signed_in(make_app(replace(settings, upload_method="put")), ada))
    content = photos.png()
    [upload] = uploader.announce(content, content_type="image/png").get_json()["uploads"]

    assert set(upload) == {"role", "sha256", "method", "url", "headers"}
    assert send(upload, photos.png(seed=3)).status_code in (400, 403)
    uploader.upload(content, content_type="image/png")


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_either_way_of_addressing_works(
    make_app: MakeApp,
    settings: Settings,
    bucket: BucketServer,
    ada: User,
    monkeypatch: pytest.MonkeyPatch,
    style: Any,
    method: Any,
) -> None:
    # Not every machine resolves blog-media.localhost; the bucket itself stands in as a proxy.
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, bucket.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    changed = replace(
        settings,
        endpoint_url=f"http://localhost:{bucket.port}",
        addressing_style=style,
        upload_method=method,
        media_url="",
    )
    uploader = Uploader(signed_in(make_app(changed), ada))

    host = "blog-media.localhost" if style == "virtual" else "localhost"
    for items in (a_picture(), [a_film()]):
        answer = uploader.upload_all(items)
        assert f"//{host}:" in answer["url"]
        assert requests.get(answer["url"], timeout=10).content == items[0].content


@pytest.mark.parametrize("method", ["post", "put"])
def test_temporary_credentials_work(
    make_app: MakeApp, settings: Settings, ada: User, method: Any
) -> None:
    changed = replace(settings, session_token="a-token", upload_method=method)
    uploader = Uploader(signed_in(make_app(changed), ada))

    [upload] = uploader.reserve(a_picture()[:1])["uploads"]
    uploader.upload_all(a_picture())

    if method == "post":
        assert upload["fields"]["x-amz-security-token"] == "a-token"
    else:
        assert "X-Amz-Security-Token=a-token" in upload["url"]


def test_many_objects_are_deleted_with_one_request(
    settings: Settings, bucket: BucketServer
) -> None:
    with closing(connect(settings)) as client:
        for name in "abc":
            client.put_object(Bucket=settings.bucket, Key=f"pending/{name}", Body=b"x")

        ObjectStore(settings).delete("pending/a", "pending/b", "pending/c", "pending/none")

        assert client.list_objects_v2(Bucket=settings.bucket)["KeyCount"] == 0
    assert sum("delete" in request.path for request in bucket.received) == 1


def test_a_store_that_deletes_only_one_by_one_is_asked_so(settings: Settings) -> None:
    asked: list[str] = []

    def store(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        is_single = environ["REQUEST_METHOD"] == "DELETE"
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("204 No Content" if is_single else "400 Bad Request", [])
        return [] if is_single else [b"<Error><Code>MissingContentMD5</Code></Error>"]

    with serving(store) as url:
        own = ObjectStore(replace(settings, endpoint_url=url))
        own.delete("a", "b")
        own.delete("c", "d")

    single = [f"DELETE /{settings.bucket}/{key}" for key in "abcd"]
    assert asked == [f"POST /{settings.bucket}", *single]
