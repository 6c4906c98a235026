"""What load balancers ask: is it alive, and is it ready."""

from functools import cache

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blog.config import ROOT
from blog.db import session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    try:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return {"status": "not ready", "error": "The database cannot be reached, or is empty."}, 503
    if revision != newest_revision():
        return {"status": "not ready", "error": "Run “alembic upgrade head”."}, 503
    return {"status": "ready"}


@cache
def newest_revision() -> str | None:
    """The migration that the code was written for."""
    # Imported here, for only this question needs it.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()
