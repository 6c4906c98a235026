"""`flask user` on a database that is not ready: a sentence, and no traceback."""

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

COMMANDS = [("link",), ("link", "bob@example.com"), ("create", "bob@example.com")]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_an_empty_database_is_told_with_the_command_for_it(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    tmp_path: Path,
    arguments: tuple[str, ...],
) -> None:
    app = make_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"))

    result = app.test_cli_runner().invoke(args=["user", *arguments])

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
@pytest.mark.parametrize("lost", ["users", "alembic_version"])
def test_a_database_of_something_else_is_told(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    lost: str,
    arguments: tuple[str, ...],
) -> None:
    app = make_app(settings)
    with app.app_context():
        session.execute(text(f"ALTER TABLE {lost} RENAME TO elsewhere"))
        if lost == "alembic_version":
            session.execute(text("CREATE TABLE alembic_version (number VARCHAR(32))"))
        session.commit()
    try:
        result = app.test_cli_runner().invoke(args=["user", *arguments])
    finally:
        with app.app_context():
            session.execute(text(f"DROP TABLE IF EXISTS {lost}"))
            session.execute(text(f"ALTER TABLE elsewhere RENAME TO {lost}"))
            session.commit()

    assert result.exit_code == 1
    assert result.output == (
        "Error: The database lacks the blog's tables: look at DATABASE_URL, or restore a backup.\n"
    )


def test_a_database_that_cannot_be_reached_is_told(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    url = f"postgresql+psycopg://ada:secret@127.0.0.1:{free_port()}/blog"
    app = make_app(replace(settings, database_url=url))

    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 1
    assert "The database of DATABASE_URL cannot be reached: " in result.output
    assert "secret" not in result.output
