"""A blog in production as on a machine of one's own: nginx before gunicorn."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from blog.local.server import BucketServer
from tests.deploy.nginx import Nginx, find_nginx, running_nginx
from tests.postgres import free_port
from tests.remote import RemoteAuthor
from tests.servers import Server, first_link, gunicorn, production

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Installation:
    """A blog behind nginx: what readers reach, what stands behind it, its first admin, and its
    SQLite file."""

    nginx: Nginx
    application: Server
    author: RemoteAuthor
    database: Path


def visitor(nginx: Nginx) -> RemoteAuthor:
    """A browser that trusts nginx's certificate, and is not signed in yet."""
    remote = RemoteAuthor(nginx.url)
    remote.session.trust_env = False  # certificates that the environment names would count for more
    remote.session.verify = nginx.authority
    remote.session.headers["Referer"] = f"{nginx.url}/"  # the guard against forgery asks for it
    return remote


@contextmanager
def installed(
    folder: Path, database: Path, *options: str, changes: Mapping[str, str] = NOTHING
) -> Iterator[Installation]:
    """The blog, with gunicorn's options and changes of deploy/nginx.conf, and an author who is
    signed in."""
    shutil.copy(database, folder / "blog.db")
    port = free_port()
    with ExitStack() as stack:
        bucket = stack.enter_context(BucketServer(directory=None))
        environment = production(
            f"sqlite:///{folder / 'blog.db'}",
            bucket.url,
            SITE_URL=f"https://localhost:{port}",
            TRUSTED_PROXIES="1",
        )
        application = stack.enter_context(gunicorn(environment, options=options))
        nginx = stack.enter_context(
            running_nginx(folder, https_port=port, application=application.url, changes=changes)
        )
        author = stack.enter_context(visitor(nginx))
        author.welcome(first_link(environment))
        yield Installation(nginx, application, author, folder / "blog.db")


@pytest.fixture(scope="module")
def installation(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One for the tests that leave it as it was, but for posts of their own."""
    find_nginx()
    with installed(tmp_path_factory.mktemp("nginx"), migrated_sqlite) as installation:
        yield installation


@pytest.fixture
def nginx(installation: Installation) -> Nginx:
    return installation.nginx


@pytest.fixture
def author(installation: Installation) -> RemoteAuthor:
    return installation.author
