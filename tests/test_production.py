"""gunicorn in production's configuration, on Postgres, with the bucket as a foreign endpoint."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from blog.config import LOCAL_BUCKET, ROOT
from blog.local.server import BucketServer
from tests import photos
from tests.postgres import free_port
from tests.remote import RemoteAuthor


@pytest.fixture(params=["postgres"])
def database_url(database_url: str) -> str:
    """Postgres only, in the spelling that platforms hand out."""
    assert database_url.startswith("postgresql+psycopg:")
    return database_url.replace("postgresql+psycopg:", "postgres:")


@pytest.fixture
def environment(database_url: str, bucket: BucketServer) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "ENV": "production",
        "SECRET_KEY": "a secret key of production, long enough",
        "DATABASE_URL": database_url,
        "SITE_URL": f"http://127.0.0.1:{free_port()}",
        "S3_ENDPOINT_URL": bucket.url,
        **LOCAL_BUCKET,
    }


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[str]:
    url = environment["SITE_URL"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", url.removeprefix("http://")],
        cwd=ROOT,
        env={**environment, "WEB_CONCURRENCY": "2"},
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(200):
        try:
            requests.get(f"{url}/healthz", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    yield url
    process.terminate()
    _, log = process.communicate(timeout=25)
    assert process.returncode == 0, log
    assert "Traceback" not in log


def test_the_whole_path_in_production(served: str, environment: dict[str, str]) -> None:
    photo = photos.jpeg(orientation=6)
    command = [sys.executable, "-m", "flask", "user", "link"]
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    link = re.sub(r"\s", "", said.stdout)

    with RemoteAuthor(served) as author:
        author.welcome(link)
        picture = author.upload(photo)
        author.publish("A gull", f"![A gull]({picture['reference']})")
        post = author.get("/posts/a-gull")
        assert author.get("/readyz")

    assert f'src="{picture["url"]}"' in post
    assert requests.get(picture["url"], timeout=10).content == photo
