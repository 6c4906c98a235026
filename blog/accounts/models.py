"""Who may write: users, their one-time links, and the attempts to sign in that are counted."""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_login import UserMixin
from sqlalchemy import Delete, ForeignKey, Select, String, Update, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.db import Base

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
LONGEST_NAME = 100

LINK_LIFETIME = timedelta(hours=24)

# Failed sign-ins that are let through in one window, before everybody has to wait.
WINDOW = timedelta(minutes=10)
MOST_PER_ACCOUNT = 5
MOST_PER_ADDRESS = 30

# OWASP's first choice for argon2id on a server with little memory: 19 MiB a sign-in.
# https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# What an unknown email's password is checked against, so that it takes as long as a known one's.
_NOBODYS_HASH = _hasher.hash(secrets.token_urlsafe())


class User(UserMixin, Base):
    """An author, who is also an admin: nobody else signs in."""

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    password_hash: Mapped[str] = mapped_column(String(200))
    # Part of the session cookie: a new one signs the user out everywhere.
    session_token: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime]

    @classmethod
    def create(cls, email: str, password: str, *, name: str = "", at: datetime) -> "User":
        user = cls(email=normalize_email(email), created_at=at)
        user.name = (name or user.email.partition("@")[0])[:LONGEST_NAME]
        user.set_password(password)
        return user

    @classmethod
    def with_email(cls, email: str) -> Select["User"]:
        return select(cls).where(cls.email == normalize_email(email))

    @classmethod
    def any(cls) -> Select[int]:
        return select(cls.id).limit(1)

    @classmethod
    def for_session(cls, session_id: str) -> Select["User"]:
        """The user whom a session belongs to, by what get_id() once said."""
        user_id, _, token = session_id.partition(".")
        number = int(user_id) if user_id.isdecimal() else 0
        return select(cls).where(cls.id == number, cls.session_token == token)

    def lock(self) -> Update:
        """Makes others who do this for the same user wait until the commit, on every database."""
        own = update(User).where(User.id == self.id).values(name=User.name)
        return own.execution_options(synchronize_session=False)

    def get_id(self) -> str:
        return f"{self.id}.{self.session_token}"

    def set_password(self, password: str) -> None:
        """Takes a new password, and signs the user out wherever the old one was used."""
        self.password_hash = _hasher.hash(password)
        self.sign_out_everywhere()

    def sign_out_everywhere(self) -> None:
        """Ends every session, those too whose cookie somebody else has copied."""
        self.session_token = secrets.token_urlsafe(32)


def check_password(user: User | None, password: str) -> bool:
    """Whether this is the user's password; as slow for nobody as for somebody."""
    try:
        _hasher.verify(user.password_hash if user else _NOBODYS_HASH, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return user is not None


def normalize_email(email: str) -> str:
    return email.strip().lower()


class SignInLink(Base):
    """A link that signs somebody in once; its token is kept as a hash only.

    With neither user nor email it makes the first admin, and is void once there is one.
    """

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(LONGEST_EMAIL))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()

    @classmethod
    def issue(
        cls, *, email: str | None = None, user: User | None = None, at: datetime
    ) -> tuple["SignInLink", str]:
        """A new link and its token, which is told this once."""
        token = secrets.token_urlsafe(32)
        link = cls(
            token_hash=_hash(token),
            email=normalize_email(email) if email else None,
            user=user,
            expires_at=at + LINK_LIFETIME,
        )
        return link, token

    @classmethod
    def usable(cls, token: str, *, at: datetime) -> Select["SignInLink"]:
        return select(cls).where(
            cls.token_hash == _hash(token), cls.used_at.is_(None), cls.expires_at > at
        )

    @classmethod
    def use(cls, link: "SignInLink", *, at: datetime) -> Update:
        """Marks it used; the caller checks that one row changed, for two may come at once."""
        return update(cls).where(cls.id == link.id, cls.used_at.is_(None)).values(used_at=at)

    @classmethod
    def drop_first_admin_links(cls) -> Delete:
        return delete(cls).where(cls.email.is_(None), cls.user_id.is_(None))

    @property
    def makes_first_admin(self) -> bool:
        return self.email is None and self.user_id is None


class SignInAttempt(Base):
    """One attempt to sign in; the successful ones are deleted, so the failed ones remain."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    attempted_at: Mapped[datetime] = mapped_column(index=True)

    @classmethod
    def of(cls, email: str, address: str, *, at: datetime) -> "SignInAttempt":
        return cls(
            email=normalize_email(email)[:LONGEST_EMAIL], address=address[:64], attempted_at=at
        )

    @property
    def counts(self) -> Select[int, int]:
        """How many attempts the window holds: for this account, and from this address."""
        recent = SignInAttempt.attempted_at > self.attempted_at - WINDOW
        return select(
            select(func.count()).where(recent, SignInAttempt.email == self.email).scalar_subquery(),
            select(func.count())
            .where(recent, SignInAttempt.address == self.address)
            .scalar_subquery(),
        )

    def forget_account(self) -> Delete:
        return delete(SignInAttempt).where(SignInAttempt.email == self.email)

    @classmethod
    def outdated(cls, *, at: datetime) -> Delete:
        return delete(cls).where(cls.attempted_at < at - WINDOW)


def is_throttled(for_account: int, from_address: int) -> bool:
    """Whether an attempt that brings the counts to these may not look at the password."""
    return for_account > MOST_PER_ACCOUNT or from_address > MOST_PER_ADDRESS


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
