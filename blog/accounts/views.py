"""Signing in with a password or a one-time link, and signing out."""

from datetime import datetime

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError

from blog.accounts.access import is_own_path, open_to_everyone
from blog.accounts.forms import (
    SHORTEST_PASSWORD,
    FirstAdminForm,
    NewAdminForm,
    ReturningForm,
    SignInForm,
)
from blog.accounts.models import (
    WINDOW,
    SignInAttempt,
    SignInLink,
    User,
    check_password,
    is_throttled,
)
from blog.db import now, session

bp = Blueprint("accounts", __name__, url_prefix="/admin")


@bp.get("/sign-in")
@open_to_everyone
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("posts.index"))
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("accounts/sign_in.html", form=form)


@bp.post("/sign-in")
@open_to_everyone
def check_sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _sign_in_again(form, 422)

    attempt = SignInAttempt.of(form.email.data, request.remote_addr or "", at=now())
    if not _admit(attempt):
        minutes = int(WINDOW.total_seconds() // 60)
        form.form_errors.append(
            f"Too many attempts. Wait {minutes} minutes, or sign in with a link from "
            "“flask user link”."
        )
        return _sign_in_again(form, 429)

    user = session.scalar(User.with_email(form.email.data))
    if not check_password(user, form.password.data) or user is None:
        form.form_errors.append("Email or password is wrong.")
        return _sign_in_again(form, 422)

    session.execute(attempt.forget_account())
    session.commit()
    _remember(user)
    target = form.next.data or ""
    return redirect(target if is_own_path(target) else url_for("posts.index"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    current_user.sign_out_everywhere()
    session.commit()
    logout_user()
    cookie.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.get("/welcome/<token>")
@open_to_everyone
def welcome(token: str) -> ResponseReturnValue:
    at = now()
    if current_user.is_authenticated and not session.scalar(SignInLink.usable(token, at=at)):
        return redirect(url_for("posts.index"))  # back to the page that signed them in
    link = _usable_link(token, at=at)
    return _render_welcome(link, _form_for(link))


@bp.post("/welcome/<token>")
@open_to_everyone
def use_link(token: str) -> ResponseReturnValue:
    at = now()
    link = _usable_link(token, at=at)
    form = _form_for(link)
    if not form.validate():
        return _render_welcome(link, form), 422

    if session.execute(SignInLink.use(link, at=at)).rowcount != 1:  # type: ignore[attr-defined]
        abort(410, "This link was used just now.")
    user = link.user or User.create(
        link.email or form.email.data, form.password.data, name=form.name.data, at=at
    )
    if link.user and form.password.data:
        user.set_password(form.password.data)
    session.add(user)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        abort(410, "Somebody with this email has an account by now. Ask for a new link.")
    _remember(user)
    flash(f"Welcome, {user.name}.", "success")
    return redirect(url_for("posts.index"))


def _sign_in_again(form: SignInForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", form=form), status


def _admit(attempt: SignInAttempt) -> bool:
    """Counts the attempt before the password is looked at, so that a burst gains nothing."""
    session.execute(SignInAttempt.outdated(at=attempt.attempted_at))
    session.add(attempt)
    session.commit()
    if not is_throttled(*session.execute(attempt.counts).one()):
        return True
    session.delete(attempt)  # only looked-at passwords count, or the wait would never end
    session.commit()
    current_app.logger.warning("Sign-in throttled for %s", attempt.address)
    return False


def _remember(user: User) -> None:
    cookie.clear()
    cookie.permanent = True
    login_user(user)


def _usable_link(token: str, *, at: datetime) -> SignInLink:
    link = session.scalar(SignInLink.usable(token, at=at))
    if link is None or (link.makes_first_admin and session.scalar(User.any())):
        abort(410, "This link was used already, or it is too old. Ask for a new one.")
    return link


def _form_for(link: SignInLink) -> FlaskForm:
    if link.makes_first_admin:
        return FirstAdminForm()
    return ReturningForm() if link.user else NewAdminForm()


def _render_welcome(link: SignInLink, form: FlaskForm) -> str:
    if link.user:
        heading, intro = f"Welcome back, {link.user.name}", f"You sign in as {link.user.email}."
    elif link.email:
        heading, intro = "Welcome", f"This makes your account for {link.email}."
    else:
        heading, intro = "Welcome to your blog", "Make the account that you will write with."
    submit = "Sign in" if link.user else "Create account"
    return render_template(
        "accounts/welcome.html",
        form=form,
        heading=heading,
        intro=intro,
        submit=submit,
        shortest_password=SHORTEST_PASSWORD,
    )
