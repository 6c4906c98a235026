"""What every test may ask for: a database of each kind, the bucket, the app, its visitors."""

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from alembic.config import Config
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import make_url, text
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from alembic import command
from blog import create_app
from blog.accounts.models import User
from blog.config import LOCAL_BUCKET, ROOT, Settings
from blog.db import Base, make_engine, now, session
from blog.local.server import BucketServer
from tests.pages import Visitor
from tests.postgres import find_binaries, running_postgres
from tests.requirements import lacking

PASSWORD = "correct horse battery"


def migrate(url: str, revision: str = "head") -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    command.upgrade(config, revision)


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """Ctrl-C is one, also where a shell runs the tests in the background and has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands tell is wrapped alike wherever the tests run."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True, scope="session")
def read_descriptions() -> Iterator[None]:
    """What boto3 reads of S3's description is read once, and not by every client: 0.1 s a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty database of a PostgreSQL server that lives as long as the test run."""
    binaries = find_binaries()
    if binaries is None:
        lacking("PostgreSQL")
    with running_postgres(binaries) as url:
        yield url.replace("postgresql:", "postgresql+psycopg:")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    migrate(postgres_url)
    return postgres_url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database without rows; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_sqlite")
        shutil.copy(template, tmp_path / "blog.db")
        return f"sqlite:///{tmp_path / 'blog.db'}"
    url: str = request.getfixturevalue("migrated_postgres")
    engine = make_engine(url, pooled=False)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return make_url(url).render_as_string(hide_password=False)


@pytest.fixture
def bucket() -> Iterator[BucketServer]:
    """An empty bucket that refuses what S3 refuses, on a port of its own."""
    with BucketServer(directory=None) as server:
        yield server


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        environment="testing",
        secret_key="a key for the tests only",
        database_url=database_url,
        site_url="http://blog.test",
        bucket=LOCAL_BUCKET["S3_BUCKET"],
        region=LOCAL_BUCKET["S3_REGION"],
        access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
        endpoint_url="http://127.0.0.1:9",  # nothing listens there; see tests/media/conftest.py
        addressing_style="path",
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(
    compiled_templates: FileSystemBytecodeCache,
) -> Iterator[Callable[[Settings], Flask]]:
    """create_app, whose connections are closed after the test."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled_templates
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["engine"].dispose()


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    return make_app(settings)


@pytest.fixture
def ada(app: Flask) -> User:
    """An author with a password."""
    with app.app_context():
        user = User.create("ada@example.com", PASSWORD, name="Ada Lovelace", at=now())
        session.add(user)
        session.commit()
        return user


@pytest.fixture
def reader(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app)


@pytest.fixture
def author(app: Flask, ada: User) -> Visitor:
    return signed_in(app, ada)


def signed_in(app: Flask, user: User) -> Visitor:
    visitor = Visitor(app)
    page = visitor.get("/admin/sign-in")
    visitor.submit(page, {"email": user.email, "password": PASSWORD}, status=302)
    return visitor


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """One process drives Chromium while the others run the rest: two browsers would starve.

    (Groups by mark, xdist's own way, do not work with pytest 9.2, whose nodeid it cannot set.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say what was skipped, and how to get what it needs."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, count in skipped.items():
        terminalreporter.write_line(f"{count} skipped. {reason.removeprefix('Skipped: ')}")
