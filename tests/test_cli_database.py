"""Commands on a database that is not ready: a sentence, and no traceback."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from blog.config import Settings
from blog.db import session
from blog.health import older_revisions
from tests.postgres import free_port
from tests.spoiling import without_table

COMMANDS = [
    ("user", "link"),
    ("user", "link", "bob@example.com"),
    ("user", "create", "bob@example.com"),
    ("media", "sweep"),
]
LACKING = (
    "Error: The database lacks the blog's tables: look at DATABASE_URL, or restore a backup.\n"
)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_an_empty_database_is_told_with_the_command_for_it(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    tmp_path: Path,
    arguments: tuple[str, ...],
) -> None:
    app = make_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))

    result = app.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 1
    assert result.output == ("Error: The database is empty: run “alembic upgrade head” first.\n")


def test_an_older_database_is_told_too(
    make_app: Callable[[Settings], Flask], settings: Settings, tmp_path: Path
) -> None:
    app = make_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'older.db'}"))
    with app.app_context():
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(
            text("INSERT INTO alembic_version VALUES (:old)"), {"old": min(older_revisions())}
        )
        session.commit()

    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 1
    assert "is older than this code: run “alembic upgrade head” first." in result.output


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("table", ["users", "sign_in_links"])
def test_a_database_that_was_restored_by_half_is_told(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    table: str,
    arguments: tuple[str, ...],
) -> None:
    app = make_app(settings)
    with without_table(settings, table):
        result = app.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 1
    assert result.output == LACKING


@pytest.mark.parametrize("columns", ["number VARCHAR(32)", "version_num VARCHAR(32)"])
@pytest.mark.parametrize("arguments", COMMANDS)
def test_the_database_of_another_program_is_told(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    tmp_path: Path,
    columns: str,
    arguments: tuple[str, ...],
) -> None:
    app = make_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'other.db'}"))
    with app.app_context():
        session.execute(text(f"CREATE TABLE alembic_version ({columns})"))
        session.execute(text("INSERT INTO alembic_version VALUES ('its own'), ('and another')"))
        session.execute(text("CREATE TABLE users (id INTEGER, email TEXT)"))
        session.commit()

    result = app.test_cli_runner().invoke(args=arguments)

    assert result.exit_code == 1
    assert result.output == LACKING
    doctor = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "✗ admin" in doctor or "✗ migrations" in doctor
    answer = app.test_client().get("/readyz", base_url=settings.site_url)
    assert answer.status_code == 503


def test_a_database_that_may_only_be_read_is_told(
    make_app: Callable[[Settings], Flask], settings: Settings, migrated_sqlite: Path
) -> None:
    url = f"sqlite:///file:{migrated_sqlite}?mode=ro&uri=true"
    app = make_app(replace(settings, database_url=url))

    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 1
    assert "The database did not do it: attempt to write a readonly database" in result.output


def test_a_database_that_cannot_be_reached_is_told(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    url = f"postgresql+psycopg://ada:secret@127.0.0.1:{free_port()}/blog"
    app = make_app(replace(settings, database_url=url))

    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 1
    assert "The database of DATABASE_URL cannot be reached: " in result.output
    assert "secret" not in result.output
