"""What load balancers ask: is it alive, and is it ready."""

import hmac
import re
from functools import cache
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blog.config import ROOT
from blog.db import session

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

bp = Blueprint("health", __name__)

# Other programs have their version in a table alembic_version, too, and many a table of users.
OUR_TABLES = text("SELECT 1 FROM users, sign_in_links LIMIT 1")

_NONCE = re.compile(r"[0-9a-f]{32}", re.ASCII)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """With `?proof=<32 hexadecimal digits>` it shows who knows SECRET_KEY that it does, too."""
    nonce = request.args.get("proof", "")
    if not _NONCE.fullmatch(nonce):
        return {"status": "alive"}
    return {"status": "alive", "proof": proof(current_app.extensions["settings"].secret_key, nonce)}


def proof(secret_key: str, nonce: str) -> str:
    """What only an installation with this SECRET_KEY can answer; of no use for anything else."""
    asked = f"signpost: is this the same blog? {nonce}"
    return hmac.new(secret_key.encode(), asked.encode(), "sha256").hexdigest()


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    try:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return {"status": "not ready", "error": "The database cannot be reached, or is empty."}, 503
    try:
        session.execute(OUR_TABLES)
    except SQLAlchemyError:
        error = "The database lacks the blog's tables: look at DATABASE_URL, or restore a backup."
        return {"status": "not ready", "error": error}, 503
    # A revision that this code does not know is newer: the next release has migrated the database,
    # which is compatible with the code that still runs (docs/developers.md).
    if revision is None or revision in older_revisions():
        return {"status": "not ready", "error": "Run “alembic upgrade head”."}, 503
    return {"status": "ready"}


@cache
def newest_revision() -> str | None:
    """The migration that the code was written for."""
    return _scripts().get_current_head()


@cache
def older_revisions() -> frozenset[str]:
    """The migrations before it, after which the database lacks something that the code needs."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return frozenset(known - {newest_revision()})


def _scripts() -> "ScriptDirectory":
    # Imported here, for only this question needs it.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
