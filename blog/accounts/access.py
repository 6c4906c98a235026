"""The gate before /admin: sign-in is required unless a view says that it is open."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, current_app, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.exceptions import Unauthorized

from blog.accounts.models import User
from blog.db import session

READING_METHODS = ("GET", "HEAD", "OPTIONS")

_OPEN = "is_open_to_everyone"


def open_to_everyone[View: Callable[..., Any]](view: View) -> View:
    """Marks a view under /admin that needs no sign-in."""
    setattr(view, _OPEN, True)
    return view


def is_open(app: Flask, endpoint: str) -> bool:
    return getattr(app.view_functions[endpoint], _OPEN, False)


def init_app(app: Flask) -> None:
    app.session_interface = AdminSessions()
    manager = LoginManager()
    # Nobody is signed in on a reader's page, so no template may ask for the user unawares.
    manager.init_app(app, add_context_processor=False)
    manager.session_protection = None
    manager.user_loader(lambda session_id: session.scalar(User.for_session(session_id)))
    app.before_request(require_sign_in)
    app.context_processor(hand_user_to_admin_templates)


class AdminSessions(SecureCookieSessionInterface):
    """Sessions that exist under /admin only: a reader never gets a cookie, nor `Vary: Cookie`."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if is_admin_path(request.path):
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if is_admin_path(request.path):
            super().save_session(app, session, response)


def is_admin_path(path: str) -> bool:
    return path == "/admin" or path.startswith("/admin/")


def require_sign_in() -> ResponseReturnValue | None:
    if not is_admin_path(request.path) or request.endpoint is None:
        return None
    if is_open(current_app, request.endpoint) or current_user.is_authenticated:
        return None
    if request.method in READING_METHODS and not request.is_json:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    # What was sent is not thrown away by a redirect: the page before still holds it.
    raise Unauthorized(
        "You were signed out, so nothing was saved yet. Sign in in another tab, "
        "then go back to this one and send it again: what you typed is still there."
    )


def hand_user_to_admin_templates() -> dict[str, Any]:
    return {"current_user": current_user} if request and is_admin_path(request.path) else {}


def is_own_path(target: str) -> bool:
    """Whether a `next` leads to a page of ours, and not to somebody else's by a trick.

    Browsers read `//host`, `/\\host` and paths with control characters as other origins
    (https://url.spec.whatwg.org/#concept-basic-url-parser).
    """
    return (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and all(character.isprintable() for character in target)
    )
