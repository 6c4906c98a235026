"""gunicorn in production's configuration, on Postgres, with the bucket as a foreign endpoint."""

import pytest
import requests

from blog.local.server import BucketServer
from tests import photos
from tests.remote import RemoteAuthor
from tests.servers import first_link, gunicorn, production


@pytest.fixture(params=["postgres"])
def database_url(database_url: str) -> str:
    """Postgres only."""
    return database_url


def test_the_whole_path_in_production(database_url: str, bucket: BucketServer) -> None:
    photo = photos.jpeg(orientation=6)
    environment = production(database_url, bucket.url)
    link = first_link(environment)

    with gunicorn(environment) as server, RemoteAuthor(server.url) as author:
        author.welcome(link)
        picture = author.upload(photo)
        author.publish("A gull", f"![A gull]({picture['reference']})")
        post = author.get("/posts/a-gull")
        assert author.get("/readyz")
        assert server.stop() == 0
        assert "Traceback" not in server.log

    assert f'src="{picture["url"]}"' in post
    assert requests.get(picture["url"], timeout=10).content == photo
