"""What load balancers and platforms ask: alive says nothing of the rest, ready does."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from blog.config import Settings
from blog.health import newest_revision, older_revisions, proof
from tests.pages import Visitor
from tests.spoiling import without_table

MakeApp = Callable[[Settings], Flask]


@pytest.fixture
def set_revision(settings: Settings) -> Callable[[str | None], None]:
    """Writes into the database which migration was its last; `None`: none at all."""

    def write(revision: str | None) -> None:
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            if revision:
                row = text("INSERT INTO alembic_version (version_num) VALUES (:revision)")
                connection.execute(row, {"revision": revision})
        engine.dispose()

    return write


def test_a_migrated_database_makes_ready(reader: Visitor) -> None:
    assert reader.get("/readyz").response.get_json() == {"status": "ready"}


@pytest.mark.parametrize("revision", [None, "a1c0"])
def test_a_database_that_the_code_is_ahead_of_does_not(
    reader: Visitor,
    set_revision: Callable[[str | None], None],
    revision: str | None,
) -> None:
    set_revision(revision)
    try:
        page = reader.get("/readyz", status=503)
    finally:
        set_revision(newest_revision())

    assert "alembic upgrade head" in page.text


def test_a_worker_stays_ready_when_the_next_release_has_migrated_the_database(
    reader: Visitor, set_revision: Callable[[str | None], None]
) -> None:
    """Or the release would take every running worker out before a new one is there."""
    set_revision("of_the_future")
    try:
        reader.get("/readyz")
    finally:
        set_revision(newest_revision())


def test_a_database_of_something_else_does_not(reader: Visitor, settings: Settings) -> None:
    """It may have a version, too, which this code takes for a newer one."""
    with without_table(settings, "users"):
        page = reader.get("/readyz", status=503)

    assert "DATABASE_URL" in page.text


def test_who_knows_the_secret_knows_whether_this_is_the_same_blog(
    reader: Visitor, settings: Settings
) -> None:
    nonce = "0" * 32

    proven = reader.get(f"/healthz?proof={nonce}").response.get_json()
    odd = reader.get("/healthz?proof=session").response.get_json()

    assert proven == {"status": "alive", "proof": proof(settings.secret_key, nonce)}
    assert proven["proof"] != proof("another key", nonce)
    assert odd == {"status": "alive"}


def test_every_migration_but_the_newest_is_older() -> None:
    assert "a1c0" in older_revisions()
    assert newest_revision() not in older_revisions()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql+psycopg://blog@127.0.0.1:9/none"]
)
def test_without_a_database_it_is_alive_and_not_ready(
    make_app: MakeApp, settings: Settings, url: str
) -> None:
    visitor = Visitor(make_app(replace(settings, database_url=url)))

    assert visitor.get("/healthz").response.get_json() == {"status": "alive"}
    page = visitor.get("/readyz", status=503)
    assert page.response.get_json()["error"] == "The database cannot be reached, or is empty."
