"""What is written: posts, and the tags they stand under."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from blog.accounts.models import User
from blog.db import Base
from blog.markup import REFERENCE, references, summary
from blog.posts.slugs import FALLBACK, slugify
from blog.posts.uses import PostMedia

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class EditConflict(Exception):
    """The post was changed since the edited version was read."""


class Tag(Base):
    """A word that posts are found under; its slug is what makes two of them the same."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(80), unique=True)

    @classmethod
    def with_slugs(cls, slugs: Iterable[str]) -> Select["Tag"]:
        return select(cls).where(cls.slug.in_(list(slugs)))

    @classmethod
    def in_use(cls) -> Select["Tag"]:
        """Tags that a reader finds something under."""
        return select(cls).where(cls.id.in_(_published_tag_ids())).order_by(cls.slug)


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    body: Mapped[str] = mapped_column(Text)
    # What the author wrote for lists and previews; may be empty.
    excerpt: Mapped[str] = mapped_column(String(1000), default="")
    # The excerpt, or else the beginning of the body, made when it is saved.
    summary: Mapped[str] = mapped_column(String(1000), default="")
    # Goes up with each edit, so that a stale form is noticed.
    revision: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    author: Mapped[User | None] = relationship(lazy="joined")
    tags: Mapped[list[Tag]] = relationship(secondary=post_tags, order_by=Tag.slug)
    # Which media the body refers to, so that nobody has to read all texts to know.
    media: Mapped[list[PostMedia]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_posts_published_at_id", "published_at", "id"),
        Index("ix_posts_updated_at_id", "updated_at", "id"),
        # A feed's id must never be another post's, so numbers are not given again.
        {"sqlite_autoincrement": True},
    )
    # An UPDATE over a revision that is not there any more raises StaleDataError.
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}

    @classmethod
    def draft(cls, *, by: User, at: datetime) -> "Post":
        """An empty post; not a row until it is edited and added."""
        return cls(
            title="",
            slug="",
            body="",
            excerpt="",
            revision=0,
            author_id=by.id,
            created_at=at,
            tags=[],
        )

    @classmethod
    def published(cls) -> Select["Post"]:
        """What readers see, newest first."""
        return (
            select(cls)
            .where(cls.published_at.is_not(None))
            .order_by(cls.published_at.desc(), cls.id.desc())
            .options(selectinload(cls.tags))
        )

    @classmethod
    def published_under(cls, tag: Tag) -> Select["Post"]:
        return cls.published().where(cls.tags.any(Tag.id == tag.id))

    @classmethod
    def all_recent_first(cls) -> Select["Post"]:
        """What authors see, last edited first."""
        return (
            select(cls)
            .order_by(cls.updated_at.desc(), cls.id.desc())
            .options(selectinload(cls.tags))
        )

    @classmethod
    def holding(cls, digits: str) -> Select["Post"]:
        """The posts whose text refers to this asset, last edited first."""
        return (
            select(cls)
            .where(cls.media.any(PostMedia.digits == digits))
            .order_by(cls.updated_at.desc(), cls.id.desc())
        )

    @classmethod
    def slugs_like(cls, slug: str, *, but: "Post") -> Select[str]:
        """The slugs that other posts have and that begin like this one."""
        return select(cls.slug).where(
            func.substr(cls.slug, 1, len(slug)) == slug, cls.id.is_distinct_from(but.id)
        )

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def slug_follows_title(self) -> bool:
        """Whether the slug was made from the title, and no reader can have seen it yet."""
        made = re.escape(slugify(self.title) or FALLBACK)
        return not self.is_published and bool(re.fullmatch(rf"({made}(-\d+)?)?", self.slug))

    def edit(
        self,
        *,
        title: str,
        slug: str,
        body: str,
        excerpt: str,
        tags: list[Tag],
        base: int,
        at: datetime,
    ) -> None:
        """Takes new words over revision `base`; raises EditConflict if there is a newer one."""
        if base != self.revision:
            raise EditConflict(f"revision {self.revision} is newer than {base}")
        self._rewrite(body, excerpt=excerpt, at=at)
        self.title = title
        self.slug = slug
        self.tags = tags

    def replace_media(self, old: str, new: str, *, at: datetime) -> None:
        """Refers to `new` wherever it referred to `old` (`media:…`); an edit like any other."""
        body = REFERENCE.sub(lambda found: new if found[0] == old else found[0], self.body)
        self._rewrite(body, excerpt=self.excerpt, at=at)

    def _rewrite(self, body: str, *, excerpt: str, at: datetime) -> None:
        wanted = {reference.removeprefix("media:") for reference in references(body)}
        kept = [each for each in self.media if each.digits in wanted]
        new = sorted(wanted - {each.digits for each in kept})
        self.media = kept + [PostMedia(digits=digits) for digits in new]
        self.body = body
        self.excerpt = excerpt
        self.summary = excerpt or summary(body)
        self.revision += 1
        self.updated_at = at

    def publish(self, *, at: datetime) -> None:
        """Shows it to readers; one that was shown before keeps its first date."""
        self.published_at = self.published_at or at

    def unpublish(self) -> None:
        self.published_at = None


def _published_tag_ids() -> Select[int]:
    return (
        select(post_tags.c.tag_id)
        .join(Post, Post.id == post_tags.c.post_id)
        .where(Post.published_at.is_not(None))
    )
