"""The ledger: which uploads were signed for whom, and how much each day added to the bucket."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db import Base


class Signature(Base):
    """One permission to upload that was handed out; never changed, so that it can be audited.

    `size` in bytes; `part` counts from 1 where it is for a part of a larger upload.
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


class StorageDay(Base):
    """What a day (UTC) added to the bucket: bytes and objects, negative where it deleted more."""

    __tablename__ = "storage_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    objects: Mapped[int]
