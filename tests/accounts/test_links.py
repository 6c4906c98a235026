"""One-time links: the first admin's, and those of flask user link."""

from datetime import timedelta

import pytest
from flask import Flask

from blog.accounts.links import issue_first_admin_link, issue_link
from blog.accounts.models import LINK_LIFETIME, SignInLink, User
from blog.db import now, session
from tests.pages import Visitor

ADMIN = {"email": "ada@example.com", "name": "Ada", "password": "correct horse battery"}


def link(app: Flask, email: str | None = None, age: timedelta = timedelta()) -> str:
    """The path of a new link."""
    with app.app_context():
        at = now() - age
        token = issue_link(email, at=at) if email else issue_first_admin_link(at=at)
        session.commit()
    return f"/admin/welcome/{token}"


def test_the_first_link_makes_the_first_admin(app: Flask, reader: Visitor) -> None:
    page = reader.get(link(app))

    done = reader.submit(page, ADMIN, status=302)

    assert "Welcome, Ada." in reader.get(done.location).text


def test_a_link_works_once(app: Flask, reader: Visitor) -> None:
    path = link(app)
    page = reader.get(path)
    reader.submit(page, ADMIN, status=302)

    again = Visitor(app).get(path, status=410)

    assert "used already" in again.text


def test_looking_at_a_link_does_not_use_it(app: Flask, reader: Visitor) -> None:
    path = link(app)

    for _ in range(3):
        reader.get(path)


def test_a_link_expires(app: Flask, reader: Visitor) -> None:
    reader.get(link(app, age=LINK_LIFETIME), status=410)


def test_a_made_up_link_is_refused(reader: Visitor) -> None:
    reader.get("/admin/welcome/made-up", status=410)


def test_there_is_no_first_admin_twice(app: Flask, reader: Visitor) -> None:
    path = link(app)
    page = reader.get(path)
    with app.app_context():
        session.add(User.create("bob@example.com", "another password", at=now()))
        session.commit()

    reader.submit(page, ADMIN, status=410)

    with app.app_context():
        assert issue_first_admin_link(at=now()) is None


def test_a_newer_first_link_voids_the_older(app: Flask, reader: Visitor) -> None:
    older = link(app)

    newer = link(app)

    reader.get(older, status=410)
    reader.get(newer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "ada"}, "not an email address"),
        ({"email": ""}, "Type your email address"),
        ({"password": "short"}, "A password has 8 to 200 characters"),
        ({"password": ""}, "Choose a password"),
        ({"name": "x" * 101}, "100 characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(
    app: Flask, reader: Visitor, change: dict[str, str], words: str
) -> None:
    page = reader.get(link(app))

    refused = reader.submit(page, {**ADMIN, **change}, status=422)

    assert words in refused.text
    reader.submit(refused, ADMIN, status=302)


def test_a_link_for_an_account_signs_in_without_a_password(
    app: Flask, reader: Visitor, ada: User
) -> None:
    page = reader.get(link(app, ada.email))

    reader.submit(page, {"password": ""}, status=302)

    reader.get("/admin/posts/")


def test_a_link_for_a_new_email_makes_the_account(app: Flask, reader: Visitor, ada: User) -> None:
    page = reader.get(link(app, "bob@example.com"))

    reader.submit(page, {"name": "Bob", "password": "another password"}, status=302)

    assert "Bob" in reader.get("/admin/posts/").text


def test_only_a_hash_of_the_token_is_kept(app: Flask) -> None:
    token = link(app).rpartition("/")[2]

    with app.app_context():
        kept = session.scalars(SignInLink.usable(token, at=now())).one()

    assert token not in kept.token_hash


def test_the_command_prints_a_working_link(app: Flask, reader: Visitor) -> None:
    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 0, result.output
    path = result.output.strip().removeprefix("http://blog.test")
    reader.get(path)


def test_the_command_makes_an_admin_with_a_password(app: Flask, reader: Visitor) -> None:
    result = app.test_cli_runner().invoke(
        args=["user", "create", "bob@example.com", "--password-stdin"], input="bobs password\n"
    )

    assert result.exit_code == 0, result.output
    page = reader.get("/admin/sign-in")
    reader.submit(page, {"email": "bob@example.com", "password": "bobs password"}, status=302)


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("bob", "bobs password", "not an email address"),
        ("bob@example.com", "short", "8 to 200"),
        ("ada@example.com", "bobs password", "has an account already"),
    ],
)
def test_the_command_refuses_with_words(
    app: Flask, ada: User, email: str, password: str, words: str
) -> None:
    result = app.test_cli_runner().invoke(
        args=["user", "create", email, "--password-stdin"], input=f"{password}\n"
    )

    assert result.exit_code == 2
    assert words in result.output


def test_without_an_email_a_second_admin_is_not_made(app: Flask, ada: User) -> None:
    result = app.test_cli_runner().invoke(args=["user", "link"])

    assert result.exit_code == 2
    assert "name the email" in result.output


def test_an_email_that_no_account_can_have_is_refused(app: Flask) -> None:
    for email in ("ada", f"{'a' * 250}@example.com"):
        for command in (["create", "--password-stdin"], ["link"]):
            arguments = ["user", *command, email]
            result = app.test_cli_runner().invoke(args=arguments, input="a password\n")

            assert result.exit_code == 2
            assert "not an email address" in result.output


def test_a_long_email_makes_a_name_that_fits(app: Flask, reader: Visitor) -> None:
    page = reader.get(link(app, f"{'a' * 200}@example.com"))

    reader.submit(page, {"name": "", "password": "another password"}, status=302)


def test_going_back_to_the_link_leads_on_to_the_posts(app: Flask, reader: Visitor) -> None:
    path = link(app)
    reader.submit(reader.get(path), ADMIN, status=302)

    assert reader.get(path, status=302).location == "/admin/posts/"
