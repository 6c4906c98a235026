"""`flask user`: accounts of those who write."""

import re
import sys
from typing import Any

import click
from flask import current_app, url_for
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from blog.accounts.forms import EMAIL_PATTERN, LONGEST_PASSWORD, SHORTEST_PASSWORD
from blog.accounts.links import issue_first_admin_link, issue_link
from blog.accounts.models import LONGEST_EMAIL, User
from blog.cli.database import sound_database
from blog.db import now, session

users = AppGroup("user", help="Accounts of those who write.")


@users.command("create")
@click.argument("email")
@click.option("--name", default="", help="Shown to readers; default: what stands before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create_user(email: str, name: str, password_stdin: bool) -> None:
    """Make an admin with the address EMAIL."""
    _check_email(email)
    with sound_database():
        password = _read_password(is_piped=password_stdin)
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
    with sound_database():
        token = issue_link(email, at=now()) if email else issue_first_admin_link(at=now())
        if token is None:
            raise click.UsageError("There is an admin already: name the email to make a link for.")
        session.commit()
    click.echo(_address("accounts.welcome", token=token))


def _check_email(email: str) -> None:
    if not re.fullmatch(EMAIL_PATTERN, email) or len(email) > LONGEST_EMAIL:
        raise click.UsageError(f"{email!r} is not an email address.")


def _read_password(*, is_piped: bool) -> str:
    if is_piped:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise click.UsageError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        )
    return str(password)


def _address(endpoint: str, **values: Any) -> str:
    with current_app.test_request_context():
        return f"{current_app.extensions['settings'].site_url}{url_for(endpoint, **values)}"
