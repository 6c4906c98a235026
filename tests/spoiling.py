"""A database that something has happened to, and that is whole again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from blog.config import Settings


@contextmanager
def without_table(settings: Settings, name: str) -> Iterator[None]:
    """This table is not there, as where a restore was cut short."""
    engine = create_engine(settings.database_url)
    try:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {name} RENAME TO elsewhere"))
        try:
            yield
        finally:
            with engine.begin() as connection:
                connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {name}"))
    finally:
        engine.dispose()
