"""What is acceptable for signing in and for making an account."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from blog.accounts.models import LONGEST_EMAIL, LONGEST_NAME
from blog.fields import Form, LineField

EMAIL_PATTERN = r"[^@\s]+@[^@\s]+"
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200

EMAIL = [
    DataRequired("Type your email address."),
    Length(max=LONGEST_EMAIL, message="This address is too long: 254 characters are the most."),
    Regexp(f"{EMAIL_PATTERN}$", message="This is not an email address, ada@example.com say."),
]
PASSWORD_LENGTH = Length(
    SHORTEST_PASSWORD,
    LONGEST_PASSWORD,
    message=f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
)


class SignInForm(Form):
    email = LineField("Email", [DataRequired("Type your email address.")])
    password = PasswordField(
        "Password",
        [
            DataRequired("Type your password."),
            Length(max=LONGEST_PASSWORD, message="Email or password is wrong."),
        ],
    )
    next = HiddenField()


class FirstAdminForm(Form):
    """Makes the first account: everything about it is new."""

    email = LineField("Email", EMAIL)
    name = LineField("Name", [Length(max=LONGEST_NAME, message="100 characters are the most.")])
    password = PasswordField("Password", [DataRequired("Choose a password."), PASSWORD_LENGTH])


class NewAdminForm(Form):
    """Makes an account for an email that a link was issued for."""

    name = LineField("Name", [Length(max=LONGEST_NAME, message="100 characters are the most.")])
    password = PasswordField("Password", [DataRequired("Choose a password."), PASSWORD_LENGTH])


class ReturningForm(Form):
    """Signs in somebody who has an account, with a new password if one is given."""

    password = PasswordField("New password (or leave it as it is)", [Optional(), PASSWORD_LENGTH])
