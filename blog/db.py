"""The database: base class, engine, times in UTC, and one session per request."""

from datetime import UTC, datetime
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Cursor as SQLiteCursor
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlalchemy.types import TypeDecorator
from werkzeug.local import LocalProxy

from blog.config import THREADS_PER_WORKER, Settings


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept and handed out in UTC; SQLite keeps no zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    # Named by convention, so that a migration can name what it drops, on every database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime}


def reason_of(error: SQLAlchemyError) -> str:
    """What the driver says, in one line; it names hosts and tables, and no password."""
    said = str(getattr(error, "orig", None) or type(error).__name__).strip()
    return said.partition("\n")[0].rstrip(".") or type(error).__name__


def make_engine(url: str, *, pooled: bool = True) -> Engine:
    """An engine that has not connected yet; `pooled=False` is for commands."""
    if url.startswith("sqlite"):
        return _make_sqlite_engine(url)
    if not pooled:
        return create_engine(url, poolclass=NullPool, hide_parameters=True)
    # The smallest Postgres plan allows 20 connections: never more than a thread can use.
    return create_engine(
        url,
        pool_size=THREADS_PER_WORKER,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"connect_timeout": 5},
        hide_parameters=True,  # an error in the log must not tell passwords' hashes, or letters
    )


def _make_sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 15}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        sqlite = cast("SQLiteConnection", connection)
        sqlite.isolation_level = None  # transactions begin where begin_at_first_write() says so
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            sqlite.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "before_cursor_execute")
    def begin_at_first_write(
        connection: Connection, cursor: SQLiteCursor, statement: str, *rest: object
    ) -> None:
        # Until then each statement sees what is committed, as on Postgres. A transaction that
        # read first would fail at its first write if another one wrote in between; this one
        # waits for its turn instead (https://www.sqlite.org/isolation.html).
        is_reading = statement.lstrip().upper().startswith(("SELECT", "WITH", "PRAGMA"))
        if not is_reading and not cursor.connection.in_transaction:
            cursor.execute("BEGIN IMMEDIATE")

    return engine


def init_app(app: Flask, settings: Settings) -> None:
    engine = make_engine(settings.database_url)
    app.extensions["engine"] = engine
    app.extensions["sessions"] = sessionmaker(engine, expire_on_commit=False)
    app.teardown_appcontext(_close)


def _current_session() -> Session:
    if "session" not in g:
        g.session = current_app.extensions["sessions"]()
    return cast("Session", g.session)


def _close(error: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()


# The session of this request or command; what is not committed is rolled back at its end.
session = cast("Session", LocalProxy(_current_session))
