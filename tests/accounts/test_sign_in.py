"""Signing in and out with a password."""

import io
import sys

import pytest
from flask import Flask

from blog.accounts.access import is_own_path
from blog.accounts.models import (
    MOST_PER_ACCOUNT,
    MOST_PER_ADDRESS,
    WINDOW,
    SignInAttempt,
    User,
    check_password,
)
from blog.db import now, session
from tests.conftest import PASSWORD
from tests.pages import Page, Visitor


def sign_in(visitor: Visitor, email: str, password: str, *, status: int, target: str = "") -> Page:
    page = visitor.get(f"/admin/sign-in?next={target}")
    return visitor.submit(page, {"email": email, "password": password}, status=status)


def test_the_right_password_signs_in(reader: Visitor, ada: User) -> None:
    page = sign_in(reader, " ADA@Example.com ", PASSWORD, status=302)

    assert page.location == "/admin/posts/"
    assert "Ada Lovelace" in reader.get("/admin/posts/").text


def test_sign_in_leads_back_to_where_one_was(reader: Visitor, ada: User) -> None:
    page = sign_in(reader, ada.email, PASSWORD, status=302, target="/admin/posts/new")

    assert page.location == "/admin/posts/new"


def test_sign_in_never_leads_to_another_site(reader: Visitor, ada: User) -> None:
    page = sign_in(reader, ada.email, PASSWORD, status=302, target="//evil.example")

    assert page.location == "/admin/posts/"


@pytest.mark.parametrize(
    ("target", "own"),
    [
        ("/admin/posts/3?page=2", True),
        ("", False),
        ("https://evil.example", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/\t/evil.example", False),
        ("javascript:alert(1)", False),
        ("admin", False),
    ],
)
def test_own_paths_are_told_from_others(target: str, own: bool) -> None:
    assert is_own_path(target) == own


def test_a_wrong_password_and_an_unknown_email_get_the_same_words(
    reader: Visitor, ada: User
) -> None:
    wrong = sign_in(reader, ada.email, "not the password", status=422)
    unknown = sign_in(reader, "bob@example.com", "not the password", status=422)

    assert "Email or password is wrong." in wrong.text
    assert "Email or password is wrong." in unknown.text


def test_an_unknown_email_does_the_same_work(ada: User) -> None:
    for user in (ada, None):
        called: set[str] = set()
        sys.setprofile(lambda frame, *_, names=called: names.add(frame.f_code.co_qualname))
        try:
            assert not check_password(user, "not the password")
        finally:
            sys.setprofile(None)

        assert "PasswordHasher.verify" in called


def test_signing_out_ends_the_session(author: Visitor) -> None:
    page = author.get("/admin/posts/")

    author.submit(page, {}, to="/admin/sign-out", status=302)

    author.get("/admin/posts/", status=302)


def test_a_copied_cookie_ends_with_signing_out(app: Flask, author: Visitor) -> None:
    cookie = author.client.get_cookie("session")
    assert cookie is not None

    author.submit(author.get("/admin/posts/"), {}, to="/admin/sign-out", status=302)

    thief = Visitor(app)
    thief.client.set_cookie("session", cookie.value)
    thief.get("/admin/posts/", status=302)


def test_signing_out_by_a_link_is_not_possible(author: Visitor) -> None:
    author.get("/admin/sign-out", status=405)


def test_a_new_password_signs_out_everywhere(app: Flask, author: Visitor, ada: User) -> None:
    with app.app_context():
        user = session.get_one(User, ada.id)
        user.set_password("another good password")
        session.commit()

    author.get("/admin/posts/", status=302)


def test_after_too_many_failures_even_the_right_password_waits(reader: Visitor, ada: User) -> None:
    for _ in range(MOST_PER_ACCOUNT):
        sign_in(reader, ada.email, "wrong password", status=422)

    page = sign_in(reader, ada.email, PASSWORD, status=429)

    assert "Too many attempts" in page.text


def test_the_wait_ends(app: Flask, reader: Visitor, ada: User) -> None:
    with app.app_context():
        long_ago = now() - 2 * WINDOW
        for _ in range(MOST_PER_ACCOUNT):
            session.add(SignInAttempt.of(ada.email, "10.0.0.1", at=long_ago))
        session.commit()

    sign_in(reader, ada.email, PASSWORD, status=302)


def test_one_address_cannot_try_many_accounts(app: Flask, reader: Visitor, ada: User) -> None:
    with app.app_context():
        for number in range(MOST_PER_ADDRESS):
            session.add(SignInAttempt.of(f"{number}@example.com", "127.0.0.1", at=now()))
        session.commit()

    sign_in(reader, ada.email, PASSWORD, status=429)


def test_failures_elsewhere_count_for_all_workers(app: Flask, ada: User) -> None:
    one, another = Visitor(app), Visitor(app)
    for visitor in (one, another) * MOST_PER_ACCOUNT:
        page = visitor.get("/admin/sign-in")
        last = visitor.client.post(
            "/admin/sign-in",
            data={"csrf_token": page.token(), "email": ada.email, "password": "wrong password"},
        )

    assert last.status_code == 429


def test_a_success_forgets_the_failures(reader: Visitor, ada: User) -> None:
    for _ in range(MOST_PER_ACCOUNT - 1):
        sign_in(reader, ada.email, "wrong password", status=422)
    sign_in(reader, ada.email, PASSWORD, status=302)

    other = Visitor(reader.client.application)
    sign_in(other, ada.email, "wrong password", status=422)


def test_an_endless_password_is_refused_before_it_is_looked_at(reader: Visitor, ada: User) -> None:
    for _ in range(MOST_PER_ACCOUNT + 1):  # were they looked at, the last would be throttled
        page = sign_in(reader, ada.email, "x" * 100_000, status=422)

    assert "Email or password is wrong." in page.text


@pytest.mark.parametrize("body", [[1], 5, {"email": 5}, {"password": "\ud800"}])
def test_sign_in_is_by_form_only(reader: Visitor, body: object) -> None:
    token = reader.get("/admin/sign-in").token()

    answer = reader.client.post("/admin/sign-in", json=body, headers={"X-CSRFToken": token})

    assert answer.status_code == 422


def test_a_password_that_comes_as_a_file_is_none(reader: Visitor, ada: User) -> None:
    page = reader.get("/admin/sign-in")

    fields = {"email": ada.email, "password": (io.BytesIO(b"x"), "x.txt")}
    reader.submit(page, fields, status=422)
