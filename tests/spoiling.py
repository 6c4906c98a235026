"""A database that something has happened to, and that is whole again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from blog.config import Settings


@contextmanager
def without_users(settings: Settings) -> Iterator[None]:
    """The table of accounts is not there, as where a restore was cut short."""
    engine = create_engine(settings.database_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE users RENAME TO elsewhere"))
        try:
            yield
        finally:
            with engine.begin() as connection:
                connection.execute(text("ALTER TABLE elsewhere RENAME TO users"))
    finally:
        engine.dispose()
