"""What was uploaded: assets, and the files of each in the bucket, from reservation to arrival."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Select, String, delete, false, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from blog.accounts.models import User
from blog.db import Base
from blog.media.formats import EXTENSIONS, named_as
from blog.media.headers import Header
from blog.media.parts import PARTS_ABOVE, part_size
from blog.media.words import AssetWord, words_of

REFERENCE_DIGITS = 12


class Cancelled(Exception):
    """The upload was cancelled while something was done for it."""


class Asset(Base):
    """A picture or video of the library; the same main file, by its SHA-256, is one asset."""

    __tablename__ = "assets"
    __table_args__ = (
        Index("ix_assets_kind_id", "kind", "id"),
        Index("ix_assets_is_used_id", "is_used", "id"),
        Index("ix_assets_is_used_kind_id", "is_used", "kind", "id"),
        {"sqlite_autoincrement": True},
    )

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
    # Whether a post holds its reference; blog/posts/uses.py keeps it true.
    is_used: Mapped[bool] = mapped_column(default=False, server_default=false())

    created_by: Mapped[User | None] = relationship()
    files: Mapped[list["File"]] = relationship(
        back_populates="asset", cascade="all, delete-orphan", order_by="File.id"
    )
    words: Mapped[list[AssetWord]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    @classmethod
    def reserve(cls, sha256: str, *, filename: str, alt: str, by: User, at: datetime) -> "Asset":
        """A new asset whose files are yet to come."""
        asset = cls(sha256=sha256, created_by_id=by.id, created_at=at)
        asset.describe(filename, alt)
        return asset

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

    def settle(self) -> None:
        """Its main file has come: from now on it is in the library, under its reference."""
        self.digits = self.sha256[:REFERENCE_DIGITS]

    @property
    def is_confirmed(self) -> bool:
        """Whether it is in the library: its main file has come, whatever happened to the others."""
        return self.digits is not None

    @property
    def pending(self) -> list["File"]:
        """The files that have not come yet, the main one first: the others are measured by it."""
        waiting = [file for file in self.files if not file.is_confirmed]
        return sorted(waiting, key=lambda file: file.role != "main")

    def rename(self, filename: str, alt: str, kind: str) -> None:
        """Takes a later announcement's words, as long as nobody can have used the asset."""
        if not self.is_confirmed:
            self.describe(filename, alt)
            self.kind = kind

    def describe(self, filename: str, alt: str) -> None:
        """Takes a name and an alternative text, and is found by their words from now on."""
        self.filename = filename
        self.alt = alt
        wanted = words_of(filename, alt)
        kept = [each for each in self.words if each.word in wanted]
        new = sorted(wanted - {each.word for each in kept})
        self.words = kept + [AssetWord(word=word) for word in new]

    def find(self, role: str, sha256: str) -> "File | None":
        return next((f for f in self.files if f.role == role and f.sha256 == sha256), None)

    def expect(self, role: str, *, content_type: str, size: int, sha256: str) -> "File":
        """Announces a file; a second announcement of one that has not come replaces the first."""
        file = self.find(role, sha256)
        if file is None:
            file = File(role=role, sha256=sha256, pending_key=f"pending/{secrets.token_hex(16)}")
            self.files.append(file)
        if not file.is_confirmed and (file.content_type, file.size) != (content_type, size):
            file.content_type = content_type
            file.size = size
            file.multipart_id = None  # that of another type, which the caller has aborted
        return file


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
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    pending_key: Mapped[str] = mapped_column(String(100), unique=True)
    key: Mapped[str | None] = mapped_column(String(100), index=True)
    # Of a large file that comes in parts: the bucket's name for the upload, bytes of each part.
    multipart_id: Mapped[str | None] = mapped_column(String(1024))
    part_size: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]

    asset: Mapped[Asset] = relationship(back_populates="files")

    @classmethod
    def locked(cls, sha256: str) -> Select[int]:
        """All files of the asset whose main file has these bytes, until the commit."""
        of_it = select(cls.id).join(cls.asset).where(Asset.sha256 == sha256)
        return of_it.order_by(cls.id).with_for_update(of=cls)

    @classmethod
    def with_bytes_of(cls, files: Iterable["File"]) -> Select["File"]:
        """Files other than these that share, or will share, an object with one of them."""
        some = list(files)
        return select(cls).where(
            cls.sha256.in_([file.sha256 for file in some])
            | cls.key.in_([file.kept_key for file in some]),
            cls.id.not_in([file.id for file in some]),
        )

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def final_key(self) -> str:
        return f"media/{self.sha256}.{EXTENSIONS[self.content_type]}"

    @property
    def kept_key(self) -> str:
        """Where its object is, or will be."""
        return self.key or self.final_key

    @property
    def filename(self) -> str:
        """What it is called when a reader saves it."""
        return named_as(self.asset.filename, self.content_type)

    @property
    def comes_in_parts(self) -> bool:
        return self.role == "main" and self.size > PARTS_ABOVE

    @property
    def part_count(self) -> int:
        return -(-self.size // (self.part_size or part_size(self.size)))

    def size_of_part(self, number: int) -> int:
        """Bytes of the part; all but the last are equal."""
        whole = self.part_size or part_size(self.size)
        return whole if number < self.part_count else self.size - whole * (self.part_count - 1)

    def opening(self, multipart_id: str, *, instead_of: str | None) -> ReturningUpdate[int]:
        """Names its upload in parts; returns no id where another tab did so first."""
        return (
            update(File)
            .where(File.id == self.id, File.confirmed_at.is_(None))
            .where(File.multipart_id.is_not_distinct_from(instead_of))
            .values(multipart_id=multipart_id, part_size=part_size(self.size))
            .returning(File.id)
            .execution_options(synchronize_session=False)
        )

    def confirmation(self, header: Header, *, at: datetime) -> ReturningUpdate[int]:
        """It is in the bucket under its final key, and is of this size; returns no id where
        another tab said so first, announced another file, or cancelled it."""
        return (
            update(File)
            .where(File.id == self.id, File.confirmed_at.is_(None))
            # What was looked at: another tab may have announced it as something else since.
            .where(File.content_type == self.content_type, File.size == self.size)
            .where(File.multipart_id.is_not_distinct_from(self.multipart_id))
            .values(width=header.width, height=header.height, key=self.final_key, confirmed_at=at)
            .returning(File.id)
            .execution_options(synchronize_session=False)
        )

    def withdraw(self) -> None:
        """It was confirmed before the main file, and turned out not to belong to it."""
        self.width = self.height = self.key = self.confirmed_at = None

    def cancellation(self) -> ReturningDelete[int]:
        """Deletes the row; returns no id where the file was confirmed in the meantime."""
        return (
            delete(File)
            .where(File.id == self.id, File.confirmed_at.is_(None))
            .returning(File.id)
            .execution_options(synchronize_session=False)
        )
