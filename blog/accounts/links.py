"""Issuing one-time links: for the first admin, or for an email."""

from datetime import datetime

from blog.accounts.models import SignInLink, User
from blog.db import session


def issue_link(email: str, *, at: datetime) -> str:
    """The token of a link that signs this email in, once; the caller commits."""
    user = session.scalar(User.with_email(email))
    link, token = SignInLink.issue(email=None if user else email, user=user, at=at)
    session.add(link)
    return token


def issue_first_admin_link(*, at: datetime) -> str | None:
    """The token of the link that makes the first admin, or None where there is one.

    Earlier links of that kind are void from now on; the caller commits.
    """
    if session.scalar(User.any()):
        return None
    session.execute(SignInLink.drop_first_admin_links())
    link, token = SignInLink.issue(at=at)
    session.add(link)
    return token
