"""The ledger: which uploads were signed for whom, and how much each day added to the bucket."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    TextClause,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from blog.db import Base
from blog.media.models import File

DAY = timedelta(hours=24)


class Signature(Base):
    """One permission to upload that was handed out; never changed, so that it can be audited.

    `size` in bytes; `part` counts from 1 where it is for a part of a larger upload. A file that
    comes in parts has a row of its own too, for its whole: the quota counts that one.
    """

    __tablename__ = "signatures"
    __table_args__ = (Index("ix_signatures_user_id_signed_at", "user_id", "signed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    asset_id: Mapped[int | None] = mapped_column(
        ForeignKey("assets.id", ondelete="SET NULL"), index=True
    )
    key: Mapped[str] = mapped_column(String(100))
    part: Mapped[int | None]
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    @classmethod
    def of(cls, file: File, *, by: int, at: datetime, lifetime: int) -> "Signature":
        """For the whole file; `lifetime` in seconds."""
        return cls(
            user_id=by,
            asset_id=file.asset_id,
            key=file.final_key if file.comes_in_parts else file.pending_key,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            signed_at=at,
            expires_at=at + timedelta(seconds=lifetime),
        )

    def for_part(self, number: int, *, size: int, sha256: str) -> "Signature":
        """The same permission, for one part of the file."""
        self.part, self.size, self.sha256 = number, size, sha256
        return self

    @classmethod
    def given(cls, asset_id: int, user_id: int) -> Select[int]:
        """Whether this user was ever given one for this asset."""
        return select(cls.id).where(cls.asset_id == asset_id, cls.user_id == user_id).limit(1)

    @classmethod
    def last_given(cls, asset_id: int, user_id: int) -> Select[str]:
        """The hashes of the files that this user last announced together."""
        own = (cls.asset_id == asset_id, cls.user_id == user_id, cls.part.is_(None))
        last = select(func.max(cls.signed_at)).where(*own).scalar_subquery()
        return select(cls.sha256).where(*own, cls.signed_at == last)

    @classmethod
    def of_parts(cls, file: File) -> Select[int | None, str]:
        """Number and hash of each part of the file that was signed, the latest last."""
        return (
            select(cls.part, cls.sha256)
            .where(cls.asset_id == file.asset_id, cls.key == file.final_key)
            .where(cls.part.is_not(None))
            .order_by(cls.id)
        )

    @classmethod
    def is_somebody_elses(cls, asset_id: int, user_id: int, at: datetime) -> Select[int]:
        """Whether another user may be sending files of this asset at this moment."""
        return (
            select(cls.id)
            .where(cls.asset_id == asset_id, cls.user_id != user_id, cls.expires_at > at)
            .limit(1)
        )

    @classmethod
    def tally(cls, user_id: int, since: datetime) -> Select[int, int | None]:
        """How much was signed for the user since then, in files and bytes, repetitions counted."""
        return select(func.count(cls.id), func.sum(cls.size)).where(
            cls.user_id == user_id, cls.signed_at > since, cls.part.is_(None)
        )

    @classmethod
    def sizes(
        cls, user_id: int, since: datetime, besides: Collection[str]
    ) -> Select[int, datetime]:
        """`size` and last `signed_at` of each key that was signed for the user since then."""
        return (
            select(func.max(cls.size).label("size"), func.max(cls.signed_at).label("signed_at"))
            .where(cls.user_id == user_id, cls.signed_at > since, cls.part.is_(None))
            .where(cls.key.not_in(besides))
            .group_by(cls.key)
        )

    @classmethod
    def on_their_way(
        cls, user_id: int, since: datetime, at: datetime, besides: Collection[str]
    ) -> Select[int, datetime | None]:
        """How many files the user may still send, and when the last of these signatures ends."""
        return (
            select(func.count(cls.key.distinct()), func.max(cls.expires_at))
            .join(File, (File.asset_id == cls.asset_id) & (File.sha256 == cls.sha256))
            .where(cls.user_id == user_id, cls.signed_at > since, cls.part.is_(None))
            .where(cls.expires_at > at, File.confirmed_at.is_(None), cls.key.not_in(besides))
        )


class StorageDay(Base):
    """What a day (UTC) added to the bucket: bytes and objects, negative where it deleted more."""

    __tablename__ = "storage_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    objects: Mapped[int]

    @classmethod
    def add(cls, *, size: int, objects: int, at: datetime) -> TextClause:
        """Counts what came (or, with numbers below zero, went), as a statement to execute.

        In the words that SQLite and Postgres share, for SQLAlchemy has a dialect's each.
        """
        return text(
            "INSERT INTO storage_days (day, size, objects) VALUES (:day, :size, :objects) "
            "ON CONFLICT (day) DO UPDATE SET size = storage_days.size + excluded.size, "
            "objects = storage_days.objects + excluded.objects"
        ).bindparams(
            bindparam("day", at.date(), Date()),
            bindparam("size", size, BigInteger()),
            bindparam("objects", objects),
        )
