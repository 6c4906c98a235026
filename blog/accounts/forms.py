"""What is acceptable for signing in and for making an account."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from blog.fields import LineField

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200

EMAIL = [
    DataRequired("Type your email address."),
    Length(max=254, message="This address is too long: 254 characters are the most."),
    Regexp(r"[^@\s]+@[^@\s]+$", message="This is not an email address, ada@example.com say."),
]
PASSWORD_LENGTH = Length(
    SHORTEST_PASSWORD,
    LONGEST_PASSWORD,
    message=f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
)


class SignInForm(FlaskForm):
    email = LineField("Email", [DataRequired("Type your email address.")])
    password = PasswordField("Password", [DataRequired("Type your password.")])
    next = HiddenField()


class FirstAdminForm(FlaskForm):
    """Makes the first account: everything about it is new."""

    email = LineField("Email", EMAIL)
    name = LineField("Name", [Length(max=100, message="100 characters are the most.")])
    password = PasswordField("Password", [DataRequired("Choose a password."), PASSWORD_LENGTH])


class NewAdminForm(FlaskForm):
    """Makes an account for an email that a link was issued for."""

    name = LineField("Name", [Length(max=100, message="100 characters are the most.")])
    password = PasswordField("Password", [DataRequired("Choose a password."), PASSWORD_LENGTH])


class ReturningForm(FlaskForm):
    """Signs in somebody who has an account, with a new password if one is given."""

    password = PasswordField("New password (or leave it as it is)", [Optional(), PASSWORD_LENGTH])
