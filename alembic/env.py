"""How migrations reach the database; needs DATABASE_URL and nothing else."""

from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from alembic import context
from blog.accounts.models import User
from blog.config import INSTANCE, database_url
from blog.db import UtcDateTime, make_engine, reason_of
from blog.media.ledger import Signature
from blog.media.models import Asset
from blog.posts.models import Post

# One of each subject, so that all tables are known.
METADATA = next(model.metadata for model in (User, Asset, Signature, Post))


def spell_type(kind: str, thing: Any, autogen: Any) -> str | bool:
    """Migrations say the plain type: they must not change when our own class does."""
    return "sa.DateTime(timezone=True)" if isinstance(thing, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=spell_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    # A test and `make run` name the database themselves.
    url = context.config.attributes.get("url") or database_url()
    if url.startswith("sqlite:///"):
        INSTANCE.mkdir(exist_ok=True)
    engine = make_engine(url, pooled=False)
    if engine.dialect.name == "sqlite":
        # SQLite changes a table by making a new one, which must not cascade from the old.
        event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=OFF"))
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        # A sentence, as `Settings.from_environment` ends with: it stands in the log of a release.
        raise SystemExit(
            f"The database of DATABASE_URL cannot be reached: {reason_of(error)}."
        ) from None
    with connection:
        migrate(connection)
        connection.commit()
    engine.dispose()


main()
