"""What was uploaded: assets, and the files of each in the bucket, from reservation to arrival."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from blog.accounts.models import User
from blog.db import Base
from blog.media.formats import EXTENSIONS, Header

REFERENCE_DIGITS = 12


class Asset(Base):
    """A picture of the library; the same bytes, told by the main file's SHA-256, are one asset."""

    __tablename__ = "assets"
    __table_args__ = (Index("ix_assets_kind_id", "kind", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    # What Markdown says after `media:`, the beginning of the hash; only a confirmed asset owns it.
    digits: Mapped[str | None] = mapped_column(String(REFERENCE_DIGITS), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default="picture", server_default="picture")
    filename: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str] = mapped_column(String(1000), default="")
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(index=True)

    created_by: Mapped[User | None] = relationship()
    files: Mapped[list["File"]] = relationship(
        back_populates="asset", cascade="all, delete-orphan", order_by="File.id"
    )

    @classmethod
    def reserve(cls, sha256: str, *, filename: str, alt: str, by: User, at: datetime) -> "Asset":
        """A new asset whose files are yet to come."""
        return cls(sha256=sha256, filename=filename, alt=alt, created_by_id=by.id, created_at=at)

    @classmethod
    def with_sha256(cls, sha256: str) -> Select["Asset"]:
        return select(cls).where(cls.sha256 == sha256).options(joinedload(cls.files))

    @classmethod
    def referred_to(cls, references: Iterable[str]) -> Select["Asset"]:
        """The assets of these references (`media:…`), with their files loaded."""
        digits = [reference.removeprefix("media:") for reference in references]
        return select(cls).where(cls.digits.in_(digits)).options(joinedload(cls.files))

    @property
    def reference(self) -> str:
        return f"media:{self.sha256[:REFERENCE_DIGITS]}"

    @property
    def main(self) -> "File":
        return next(file for file in self.files if file.role == "main")

    @property
    def is_confirmed(self) -> bool:
        return all(file.is_confirmed for file in self.files)

    def rename(self, filename: str, alt: str) -> None:
        """Takes the words of a later announcement, as long as nobody can have used the asset."""
        if not self.is_confirmed:
            self.filename = filename
            self.alt = alt

    def expect(self, role: str, *, content_type: str, size: int, sha256: str) -> None:
        """Announces a file; a second announcement of one that has not come replaces the first."""
        file = next((f for f in self.files if f.role == role and f.sha256 == sha256), None)
        if file is None:
            file = File(role=role, sha256=sha256, pending_key=f"pending/{secrets.token_hex(16)}")
            self.files.append(file)
        if not file.is_confirmed:
            file.content_type = content_type
            file.size = size


class File(Base):
    """One object in the bucket: reserved under `pending_key`, once confirmed kept under `key`.

    `size` is in bytes; `width` and `height` are pixels as displayed, read by the server.
    """

    __tablename__ = "files"

    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    pending_key: Mapped[str] = mapped_column(String(100), unique=True)
    key: Mapped[str | None] = mapped_column(String(100), index=True)
    # Of a large file that comes in parts: the bucket's name for the upload, bytes of each part.
    multipart_id: Mapped[str | None] = mapped_column(String(1024))
    part_size: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(back_populates="files")

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def final_key(self) -> str:
        return f"media/{self.sha256}.{EXTENSIONS[self.content_type]}"

    def confirm(self, header: Header, *, at: datetime) -> None:
        """It is in the bucket under its final key, and is a picture of this size."""
        self.width = header.width
        self.height = header.height
        self.key = self.final_key
        self.confirmed_at = at
        if self.role == "main":
            self.asset.digits = self.sha256[:REFERENCE_DIGITS]
