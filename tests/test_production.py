"""gunicorn in production's configuration, on Postgres, with the bucket as a foreign endpoint."""

import pytest
import requests

from bench import processes
from blog.local.server import BucketServer
from tests import photos
from tests.remote import RemoteAuthor
from tests.requirements import lacking
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


def test_master_and_workers_fit_the_smallest_machine(
    database_url: str, bucket: BucketServer
) -> None:
    """Heroku's smallest has 512 MB; ours take 200 at most while they serve readers."""
    if not processes.ARE_COUNTED:
        lacking("/proc")
    environment = production(database_url, bucket.url)
    link = first_link(environment)
    with gunicorn(environment) as server, RemoteAuthor(server.url) as author:
        author.welcome(link)
        author.publish("A gull", "Some words.\n\n" * 500)
        for _ in range(50):
            for path in ("/", "/posts/a-gull", "/feed.xml", "/sitemap.xml"):
                requests.get(f"{server.url}{path}", timeout=10)  # each on a connection of its own

        assert len(processes.family(server.process.pid)) == 3
        assert processes.memory(server.process.pid) < 200e6
