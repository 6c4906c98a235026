"""The library as it stands after uploads: rows of confirmed files, their bytes in the bucket."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import boto3
from flask import Flask
from PIL import Image

from blog.config import LOCAL_BUCKET
from blog.db import now, session
from blog.local.server import BucketServer
from blog.media.models import Asset, File

EXTENSIONS = {"image/jpeg": "jpg"}
WIDTHS = (480, 960, 1600)
FASTEST = {"image/avif": {"speed": 10}, "image/webp": {"method": 0}}


@dataclass(frozen=True)
class Stored:
    """One file, width and height in pixels as displayed; or one that is still on its way."""

    content: bytes
    content_type: str
    width: int
    height: int
    role: str = "variant"
    is_confirmed: bool = True


class Shelf:
    """Puts assets into the library, the database's part and, where it has one, the bucket's."""

    def __init__(self, app: Flask, bucket: BucketServer | None = None) -> None:
        self.app = app
        self.make = drawn if bucket else named
        self.client = bucket and boto3.client(
            "s3",
            endpoint_url=bucket.url,
            region_name=LOCAL_BUCKET["S3_REGION"],
            aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        )

    def add(
        self, main: Stored, others: Sequence[Stored] = (), *, alt: str = "", kind: str = "picture"
    ) -> str:
        """The reference of the asset."""
        digest = hashlib.sha256(main.content).hexdigest()
        asset = Asset(
            sha256=digest,
            digits=digest[:12] if main.is_confirmed else None,
            kind=kind,
            filename="beach.jpg",
            alt=alt,
            created_at=now(),
        )
        asset.files = [self._file(main, "main"), *(self._file(each, each.role) for each in others)]
        with self.app.app_context():
            session.add(asset)
            session.commit()
            return asset.reference

    def add_photo(
        self,
        width: int = 2400,
        height: int = 1600,
        *,
        seed: int = 0,
        alt: str = "",
        types: Sequence[str] = ("image/webp",),
    ) -> str:
        """A WebP picture, with variants of these types in every width below its own."""
        variants = [
            self.make(each, round(each * height / width), content_type, seed=seed)
            for content_type in types
            for each in WIDTHS
            if each < width
        ]
        return self.add(self.make(width, height, "image/webp", seed=seed), variants, alt=alt)

    def _file(self, stored: Stored, role: str) -> File:
        digest = hashlib.sha256(stored.content).hexdigest()
        subtype = stored.content_type.partition("/")[2]
        key = f"media/{digest}.{EXTENSIONS.get(stored.content_type, subtype)}"
        if self.client and stored.is_confirmed:
            self.client.put_object(
                Bucket=LOCAL_BUCKET["S3_BUCKET"],
                Key=key,
                Body=stored.content,
                ContentType=stored.content_type,
            )
        return File(
            role=role,
            content_type=stored.content_type,
            size=len(stored.content),
            sha256=digest,
            width=stored.width if stored.is_confirmed else None,
            height=stored.height if stored.is_confirmed else None,
            pending_key=f"pending/{digest[:32]}",
            key=key if stored.is_confirmed else None,
            confirmed_at=now() if stored.is_confirmed else None,
        )


def named(width: int, height: int, content_type: str, *, seed: int = 0) -> Stored:
    """A file for tests that never look into it."""
    name = f"{width} {height} {content_type} {seed}"
    return Stored(name.encode(), content_type, width, height)


def drawn(width: int, height: int, content_type: str, *, seed: int = 0) -> Stored:
    """A picture of one colour, for encoders take their time."""
    buffer = io.BytesIO()
    image = Image.new("RGB", (width, height), (150, seed % 256, 230))
    image.save(buffer, content_type.partition("/")[2].upper(), **FASTEST.get(content_type, {}))
    return Stored(buffer.getvalue(), content_type, width, height)
