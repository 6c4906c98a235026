"""What this installation has: its secret, its database, somebody who may write."""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from blog.accounts.models import User
from blog.checks import Finding, failed, noted, passed, skipped
from blog.db import now, session
from blog.doctor.installation import Installation, question
from blog.environment import HOW_TO_SET, SHORTEST_SECRET_KEY
from blog.health import newest_revision, older_revisions

# Words of examples and templates; who knows the key signs in as anybody.
PLACEHOLDER = re.compile(
    r"change[-_ ]?me|replace[-_ ]?me|your[-_ ]|secret[-_ ]?key|password|example|insecure|^dev", re.I
)
FEWEST_CHARACTERS = 10  # different ones; a random key of 32 hex digits has 14, mostly

# Apart: sessions, links and schedules of several machines are compared with each other's times.
NOTABLE_SKEW = timedelta(seconds=10)
MOST_SKEW = timedelta(minutes=5)


@question("settings", expected="complete")
def settings_complete(installation: Installation) -> Finding:
    # A faulty one has stopped the boot, and was named.
    return passed(f"complete for {installation.settings.environment}")


@question("SECRET_KEY", expected="long and random")
def secret_key(installation: Installation) -> Finding:
    problem = _weakness(installation.settings.secret_key)
    if problem is None:
        return passed("strong")
    weak = failed if installation.is_deployed else noted
    return weak(
        "weak",
        cause=f"SECRET_KEY {problem}. Who guesses it signs in as anybody.",
        fix=f"Set another one; it {HOW_TO_SET['SECRET_KEY']}. Everybody signs in again then.",
    )


def _weakness(key: str) -> str | None:
    """What is wrong with a key, without a letter of it."""
    if len(key) < SHORTEST_SECRET_KEY:
        return f"has {len(key)} characters, and {SHORTEST_SECRET_KEY} are the least"
    if len(set(key)) < FEWEST_CHARACTERS or key in (key + key)[1:-1]:
        return "repeats few characters"
    if PLACEHOLDER.search(key):
        return "is a placeholder that others know"
    return None


@question("database", expected="reachable")
def database(installation: Installation) -> Finding:
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        session.rollback()
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        return failed(
            "not reachable",
            cause=f"{reason.rstrip('.')}.",
            fix="Compare DATABASE_URL with the database's address and password, and look whether "
            "it runs.",
        )
    return passed(session.get_bind().dialect.name)


@question("migrations", expected="at head", needs=(database,))
def migrations(installation: Installation) -> Finding:
    try:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        session.rollback()
        revision = None
    if revision == newest_revision():
        return passed(f"at {revision}")
    if revision is None or revision in older_revisions():
        return failed(
            f"at {revision}" if revision else "the database is empty",
            cause="The database lacks something that this code needs.",
            fix="Run “alembic upgrade head”.",
        )
    return noted(
        f"at {revision}, which this code does not know",
        cause="The code is older than the database: a newer release has migrated it.",
        fix="Deploy that release here, too; until then this one goes on.",
    )


@question("database's clock", expected="that of this machine", needs=(database,))
def database_clock(installation: Installation) -> Finding:
    if session.get_bind().dialect.name == "sqlite":
        return skipped("the database has none of its own")
    theirs = session.scalar(select(func.now()))
    session.rollback()
    if not isinstance(theirs, datetime):
        return skipped("the database does not tell its time")
    skew = abs(now() - theirs)
    apart = f"{round(skew.total_seconds())} s apart"
    if skew <= NOTABLE_SKEW:
        return passed(apart)
    wrong = failed if skew > MOST_SKEW else noted
    return wrong(
        apart,
        cause="This machine's clock and the database's do not agree.",
        fix="Set this machine's clock: timedatectl set-ntp true, or what your system has.",
    )


@question("admin", expected="somebody may write", needs=(migrations,))
def admin(installation: Installation) -> Finding:
    if session.scalar(User.any()) is not None:
        return passed("there is one")
    return failed(
        "nobody",
        cause="There is no account yet, so nobody can write.",
        fix="Run “flask user link”, and open the link that it prints.",
    )
