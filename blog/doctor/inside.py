"""What this installation has: its secret, its database, somebody who may write."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from dotenv import find_dotenv
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from blog.accounts.models import User
from blog.checks import Finding, failed, noted, passed, skipped
from blog.db import now, reason_of, session
from blog.doctor.installation import Installation, question
from blog.environment import HOW_TO_SET, SHORTEST_SECRET_KEY
from blog.health import OUR_TABLES, newest_revision, older_revisions
from blog.origins import is_loopback

# Words of examples and templates; who knows the key signs in as anybody.
PLACEHOLDER = re.compile(
    r"change[-_ ]?me|replace[-_ ]?me|your[-_ ]|secret[-_ ]?key|password|example|insecure|^dev\b",
    re.I,
)
FEWEST_CHARACTERS = 10  # different ones; a random key of 32 hex digits has 14, mostly

# Apart: sessions, links and schedules of several machines are compared with each other's times.
NOTABLE_SKEW = timedelta(seconds=10)
MOST_SKEW = timedelta(minutes=5)


@question("settings", expected="complete, and fit together")
def settings_complete(installation: Installation) -> Finding:
    # One that is missing or faulty has stopped the boot, and was named.
    settings = installation.settings
    if settings.is_deployed and settings.setup_access_key_id:
        return failed(
            "S3_SETUP_ACCESS_KEY_ID is set",
            cause="The key that sets the bucket up may change its rules, and delete all of it. The "
            "blog needs none of that, so whoever gets hold of its settings should not, either.",
            fix="Unset S3_SETUP_ACCESS_KEY_ID, S3_SETUP_SECRET_ACCESS_KEY and "
            "S3_SETUP_SESSION_TOKEN here; run “flask bucket setup” with them on your own machine.",
        )
    plain = [
        name
        for name, url in (
            ("S3_ENDPOINT_URL", settings.endpoint_url or ""),
            ("MEDIA_URL", settings.media_url),
        )
        if _is_plain_http(url) and (name != "MEDIA_URL" or url != settings.bucket_url)
    ]
    if settings.is_secure and plain:
        names = " and ".join(plain)
        return failed(
            f"http in {names}",
            cause="Browsers refuse to send or load by plain http what belongs to a page of https.",
            fix=f"Give an https:// address in {names}.",
        )
    if settings.is_deployed and (path := find_dotenv(usecwd=True)):
        return noted(
            f"{path} is read by commands alone",
            cause="“flask” takes from it what the environment lacks, this command too. The server "
            "does not, so it may not start where the commands do.",
            fix="Set the variables in the environment of both, and take the file away.",
        )
    return passed(f"complete for {settings.environment}")


def _is_plain_http(url: str) -> bool:
    """Whether a page of https may not use it: this machine's own addresses count as safe.

    https://www.w3.org/TR/mixed-content/, https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
    """
    return urlsplit(url).scheme == "http" and not is_loopback(url)


@question("SECRET_KEY", expected="long and random")
def secret_key(installation: Installation) -> Finding:
    problem = _weakness(installation.settings.secret_key)
    if problem is None:
        return passed("strong")
    weak = failed if installation.settings.is_deployed else noted
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
        reason = reason_of(error)
        if "not support SSL" in reason:
            fix = (
                "Let the database speak TLS, which is demanded on Heroku; or end DATABASE_URL with "
                "?sslmode=disable, where the way to it is a private one."
            )
        else:
            fix = (
                "Compare DATABASE_URL with the database's address and password, and look whether "
                "it runs."
            )
        return failed("not reachable", cause=f"{reason}.", fix=fix)
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite" and installation.settings.is_deployed:
        return noted(
            dialect,
            cause="The words are in a file of this machine. Where the machine is made anew with "
            "each release, as on Heroku, they are gone then; and no second machine sees them.",
            fix="Set DATABASE_URL to a Postgres. Or keep the file on a disk that stays.",
        )
    return passed(dialect)


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
    try:
        session.execute(OUR_TABLES)
        somebody = session.scalar(User.any())
    except SQLAlchemyError:
        session.rollback()
        return failed(
            "the tables of accounts are not there",
            cause="The database says that it is migrated, and lacks what the migrations make: it "
            "is another program's, or a restore was cut short.",
            fix="Compare DATABASE_URL, or restore a backup.",
        )
    if somebody is not None:
        return passed("there is one")
    return failed(
        "nobody",
        cause="There is no account yet, so nobody can write.",
        fix="Run “flask user link”, and open the link that it prints.",
    )
