"""What a page costs a reader: requests a second, beside the least that WSGI can do."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.load import requests_per_second
from bench.servers import blog, gunicorn
from blog import create_app
from blog.accounts.models import User
from blog.config import LOCAL_BUCKET, Settings
from blog.db import now, session
from blog.local.server import BucketServer
from blog.posts.models import Post
from tests.postgres import free_port

SECONDS = 3.0
PARAGRAPH = "The boat leaves at *ten past seven*, whether or not [you](/about) are on it. " * 8
BODY = "\n\n".join(
    [PARAGRAPH, "## The timetable", PARAGRAPH, "> A quote.", "```python\nx = 1\n```"] * 2
)


def measure() -> Iterator[tuple[str, str]]:
    with gunicorn("bench.apps:hello", dict(os.environ), port=free_port()) as bare:
        hello = requests_per_second(bare.url, seconds=SECONDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        BucketServer(directory=None) as bucket,
        blog(Path(folder), bucket) as served,
    ):
        fill(Path(folder) / "bench.db")
        home = requests_per_second(f"{served.url}/", seconds=SECONDS)
        post = requests_per_second(f"{served.url}/posts/post-1", seconds=SECONDS)
    yield "requests a second, a bare WSGI hello", f"{hello:.0f}"
    yield "requests a second, the home page with 10 posts", f"{home:.0f}"
    yield "requests a second, a post of 450 words", f"{post:.0f}"
    yield "hello beside home", f"{hello / home:.1f} times"
    yield "hello beside post", f"{hello / post:.1f} times"


def fill(path: Path) -> None:
    """Ten published posts, written as a command would."""
    settings = Settings(
        secret_key="",
        database_url=f"sqlite:///{path}",
        site_url="",
        bucket=LOCAL_BUCKET["S3_BUCKET"],
        region=LOCAL_BUCKET["S3_REGION"],
        access_key_id="",
        secret_access_key="",
    )
    with create_app(settings).app_context():
        user = User.create("ada@example.com", "correct horse battery", at=now())
        session.add(user)
        session.flush()
        for number in range(1, 11):
            post = Post.draft(by=user, at=now())
            slug = f"post-{number}"
            post.edit(title=slug, slug=slug, body=BODY, excerpt="", tags=[], base=0, at=now())
            post.publish(at=now())
            session.add(post)
        session.commit()
