"""`flask user`: accounts of those who write."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from blog.accounts.forms import EMAIL_PATTERN, LONGEST_PASSWORD, SHORTEST_PASSWORD
from blog.accounts.links import issue_first_admin_link, issue_link
from blog.accounts.models import LONGEST_EMAIL, User
from blog.db import now, session
from blog.health import older_revisions

users = AppGroup("user", help="Accounts of those who write.")


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="Shown to readers; default: what stands before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(email: str, name: str, password_stdin: bool) -> None:
    """Make an admin with the address EMAIL."""
    _check_email(email)
    _check_database()
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.UsageError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        )
    session.add(User.create(email, password, name=name, at=now()))
    try:
        session.commit()
    except IntegrityError:
        raise click.UsageError(
            f"{email} has an account already; “flask user link {email}” signs in to it."
        ) from None
    click.echo(f"{email} may write now. Sign in at {_address('accounts.sign_in')}")


@users.command("link")
@click.argument("email", required=False)
def link_user(email: str | None) -> None:
    """Print a link that signs EMAIL in once, within a day; it makes the account if need be.

    Without EMAIL it makes the first admin.
    """
    if email:
        _check_email(email)
    _check_database()
    token = issue_link(email, at=now()) if email else issue_first_admin_link(at=now())
    if token is None:
        raise click.UsageError("There is an admin already: name the email to make a link for.")
    session.commit()
    click.echo(_address("accounts.welcome", token=token))


def _check_email(email: str) -> None:
    if not re.fullmatch(EMAIL_PATTERN, email) or len(email) > LONGEST_EMAIL:
        raise click.UsageError(f"{email!r} is not an email address.")


def _check_database() -> None:
    from alembic.runtime.migration import MigrationContext

    try:
        connection = session.connection()
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or type(error).__name__
        raise click.ClickException(
            f"The database of DATABASE_URL cannot be reached: {reason}"
        ) from None
    with _tables_missing_told():
        revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None or revision in older_revisions():
        state = "is empty" if revision is None else "is older than this code"
        raise click.ClickException(f"The database {state}: run “alembic upgrade head” first.")
    with _tables_missing_told():  # other programs have their version in a table of that name, too
        session.execute(text("SELECT 1 FROM users LIMIT 1"))


@contextmanager
def _tables_missing_told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError:
        raise click.ClickException(
            "The database lacks the blog's tables: look at DATABASE_URL, or restore a backup."
        ) from None


def _address(endpoint: str, **values: Any) -> str:
    with current_app.test_request_context():
        return f"{current_app.extensions['settings'].site_url}{url_for(endpoint, **values)}"
