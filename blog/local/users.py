"""Who may ask this bucket: its owner, who may do everything, and users with a policy of their own.

A user may do what its own policy or the bucket's allows, and nothing that one of them denies: one
account, where either of them suffices.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from blog.local import ACCESS_KEY_ID, SECRET_ACCESS_KEY, access
from blog.local.access import Statement
from blog.local.errors import Refusal
from blog.local.stored import ACCOUNT_ID


@dataclass(frozen=True)
class User:
    """A key pair and what its policy, in the language of IAM, allows. With a `session_token` the
    key is a temporary one, that each request must bring along, until `expires_at` (UTC).

    Raises ValueError for a policy that says something by leaving it out (NotAction, NotResource).
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    policy: Mapping[str, Any]
    session_token: str = field(default="", repr=False)
    expires_at: datetime | None = None
    statements: list[Statement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        statements = access.statements(self.policy)
        if not all(statement.actions and statement.resources for statement in statements):
            raise ValueError(f"{self.access_key_id}: each statement needs Action and Resource.")
        object.__setattr__(self, "statements", statements)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT_ID}:user/{self.access_key_id}"

    def check_token(self, token: str, now: datetime) -> None:
        """Raise Refusal where a temporary key comes without its token, or too late."""
        if self.session_token and not token:
            raise unknown_key(self.access_key_id)
        if token != self.session_token:
            message = "The provided token is malformed or otherwise invalid."
            raise Refusal(400, "InvalidToken", message)
        if self.expires_at is not None and now >= self.expires_at:
            raise Refusal(400, "ExpiredToken", "The provided token has expired.")


class Owner(User):
    """Who keeps the bucket: its documents may change, its policy is never closed to it."""

    def check_token(self, token: str, now: datetime) -> None:
        """Any will do, for a blog that is tried with temporary credentials."""


OWNER = Owner(
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}},
)


class Users:
    """Everybody whose key this bucket knows."""

    def __init__(self, users: Iterable[User] = ()) -> None:
        self.by_key = {user.access_key_id: user for user in (*users, OWNER)}

    def find(self, access_key_id: str) -> User:
        """Raises Refusal where nobody has this key."""
        if access_key_id not in self.by_key:
            raise unknown_key(access_key_id)
        return self.by_key[access_key_id]


def unknown_key(access_key_id: str) -> Refusal:
    message = "The AWS Access Key Id you provided does not exist in our records."
    return Refusal(403, "InvalidAccessKeyId", message, {"AWSAccessKeyId": access_key_id})
