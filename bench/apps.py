"""What the blog is measured beside: the least that WSGI can do, and an app that takes the bytes."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue

from blog.config import LOCAL_BUCKET

Start = Callable[[str, list[tuple[str, str]]], Any]


def hello(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    body = b"<!doctype html><title>Hello</title><h1>Hello</h1>"
    start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
    return [body]


proxy = Flask(__name__)


@proxy.get("/")
def ready() -> str:
    return "ready"


@proxy.post("/")
def take() -> ResponseReturnValue:
    """What blogs do without presigning: takes the form, then sends its file to the bucket.

    The bucket checks the SHA-256, as it does where the browser sends the file.
    """
    _client(request.headers["X-Bucket"]).put_object(
        Bucket=LOCAL_BUCKET["S3_BUCKET"],
        Key="pending/proxied",
        Body=request.files["file"],
        ContentType="image/jpeg",
        ChecksumAlgorithm="SHA256",
    )
    return {"kept": True}, 201


@cache
def _client(endpoint: str) -> Any:
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=LOCAL_BUCKET["S3_REGION"],
        aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    )
