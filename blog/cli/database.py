"""What commands say where the database cannot do its part: a sentence, and no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from blog.db import reason_of, session
from blog.health import OUR_TABLES, older_revisions


@contextmanager
def sound_database() -> Iterator[None]:
    """Around all that a command does with the database.

    Raises ClickException where it cannot be reached, is empty or too old for this code, is another
    program's, or refuses something later.
    """
    with _told("The database of DATABASE_URL cannot be reached"):
        session.connection()
    _look_at_tables()
    with _told("The database did not do it"):
        yield


def _look_at_tables() -> None:
    # Imported here, for no other command needs it.
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    missing = "The database lacks the blog's tables: look at DATABASE_URL, or restore a backup."
    try:
        revision = MigrationContext.configure(session.connection()).get_current_revision()
    except (SQLAlchemyError, CommandError):
        raise click.ClickException(missing) from None
    if revision is None or revision in older_revisions():
        state = "is empty" if revision is None else "is older than this code"
        raise click.ClickException(f"The database {state}: run “alembic upgrade head” first.")
    try:
        session.execute(OUR_TABLES)
    except SQLAlchemyError:
        raise click.ClickException(missing) from None


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise click.ClickException(f"{what}: {reason_of(error)}.") from None
