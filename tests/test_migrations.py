"""The migrations: up, without drift from the models, down, and up again, on every database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from alembic import command
from blog.config import ROOT
from blog.db import Base, make_engine
from tests.conftest import migrate
from tests.postgres import new_database


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with new_database(request.getfixturevalue("postgres_url"), "for_migrations") as url:
        yield url


def test_up_compare_down_and_up_again(empty_database_url: str) -> None:
    migrate(empty_database_url)
    assert _differences(empty_database_url) == []

    _downgrade(empty_database_url)
    assert _tables(empty_database_url) <= {"alembic_version"}

    migrate(empty_database_url)
    assert _differences(empty_database_url) == []


def test_the_library_knows_what_was_written_before_it_was_there(empty_database_url: str) -> None:
    migrate(empty_database_url, "d4f3")
    engine = make_engine(empty_database_url, pooled=False)
    asset = "INSERT INTO assets (id, sha256, digits, filename, alt, created_at) VALUES "
    post = "INSERT INTO posts (id, title, slug, body, excerpt, summary, revision, {0}) VALUES "
    times = "'2026-11-22 10:00:00+00'"
    with engine.begin() as connection:
        for number, digits, name, alt in [
            (1, "0a" * 6, "Café.jpg", "Gulls"),
            (2, "0b" * 6, "b.png", ""),
        ]:
            values = f"({number}, '{digits}', '{digits}', '{name}', '{alt}', {times})"
            connection.execute(text(asset + values))
        for number, body in enumerate(
            ["", "![](media:0a0a0a0a0a0a) media\\:x", "media:0a0a0a0a0a0abc"], 1
        ):
            values = f"({number}, 't', 's{number}', '{body}', '', '', 1, {times}, {times})"
            connection.execute(text(post.format("created_at, updated_at") + values))

    migrate(empty_database_url)

    with engine.connect() as connection:
        held = connection.execute(text("SELECT post_id, digits FROM post_media")).all()
        words = connection.execute(
            text("SELECT asset_id, word FROM asset_words ORDER BY 1, 2")
        ).all()
        used = connection.scalars(text("SELECT id FROM assets WHERE is_used")).all()
    engine.dispose()
    assert held == [(2, "0a0a0a0a0a0a")]
    assert words == [(1, "cafe"), (1, "gulls"), (2, "b")]
    assert used == [1]


def _differences(url: str) -> list[object]:
    engine = make_engine(url, pooled=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences: list[object] = compare_metadata(context, Base.metadata)
    engine.dispose()
    return differences


def _tables(url: str) -> set[str]:
    engine = make_engine(url, pooled=False)
    tables = set(inspect(engine).get_table_names())
    engine.dispose()
    return tables


def _downgrade(url: str) -> None:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    command.downgrade(config, "base")
