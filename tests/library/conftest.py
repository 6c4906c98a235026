"""A library to look at: assets whose files are in the bucket, and posts that hold them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from flask import Flask
from mypy_boto3_s3 import S3Client

from blog.accounts.models import User
from blog.config import LOCAL_BUCKET, Settings
from blog.db import now, session
from blog.local.server import BucketServer
from blog.media.models import Asset, File
from blog.posts.models import Post

MakeAsset = Callable[..., Asset]
MakePost = Callable[..., Post]

MAIN = ("main", "image/webp", 1600, 1067)
MOVIE = ("main", "video/mp4", 1280, 720)


@pytest.fixture
def settings(settings: Settings, bucket: BucketServer) -> Settings:
    return replace(settings, endpoint_url=bucket.url, media_url="")


@pytest.fixture
def s3(bucket: BucketServer) -> Any:
    """What the bucket holds, past the app."""
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=bucket.url,
        region_name=LOCAL_BUCKET["S3_REGION"],
        aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    )
    yield client
    client.close()


@pytest.fixture
def make_asset(app: Flask, ada: User) -> MakeAsset:
    """Makes a confirmed asset; `files` are role, content type, width and height of each."""

    def make(
        filename: str = "beach.webp",
        alt: str = "A beach",
        *,
        files: tuple[tuple[str, str, int, int], ...] = (MAIN,),
        is_confirmed: bool = True,
        kind: str = "picture",
        store: Callable[[str], None] = lambda key: None,
        seed: str = "",
    ) -> Asset:
        sha256 = hashlib.sha256(f"{filename} {seed}".encode()).hexdigest()
        with app.app_context():
            asset = Asset.reserve(sha256, filename=filename, alt=alt, by=ada, at=now())
            asset.kind = kind
            for number, (role, content_type, width, height) in enumerate(files):
                digest = sha256 if role == "main" else f"{number:02}{sha256[2:]}"
                key = f"media/{digest}.{content_type.partition('/')[2]}"
                asset.files.append(
                    File(
                        role=role,
                        content_type=content_type,
                        size=1000 * (number + 1),
                        sha256=digest,
                        width=width,
                        height=height,
                        pending_key=f"pending/{digest}",
                        key=key if is_confirmed else None,
                        confirmed_at=now() if is_confirmed else None,
                    )
                )
                store(key)
            asset.digits = sha256[:12] if is_confirmed else None
            session.add(asset)
            session.commit()
            return asset

    return make


@pytest.fixture
def make_post(app: Flask, ada: User) -> MakePost:
    """Makes a post whose body refers to these assets, or a text of its own."""

    def make(*assets: Asset, title: str = "A walk", body: str = "") -> Post:
        with app.app_context():
            post = Post.draft(by=ada, at=now())
            post.edit(
                title=title,
                slug=title.lower().replace(" ", "-"),
                body=body or "\n\n".join(f"![]({asset.reference})" for asset in assets),
                excerpt="",
                tags=[],
                base=0,
                at=now(),
            )
            session.add(post)
            session.commit()
            return post

    return make
