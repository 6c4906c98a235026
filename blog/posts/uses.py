"""Which media are used: the references that each post holds, and what an asset knows of it."""

from collections.abc import Iterable
from itertools import batched

from sqlalchemy import Connection, ForeignKey, String, event, exists, inspect, select, update
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    Session,
    UOWTransaction,
    mapped_column,
    object_session,
)

from blog.db import Base
from blog.media.models import REFERENCE_DIGITS, Asset

_MOST_PER_QUERY = 1000  # databases limit the parameters of one query
_TOUCHED = "references whose use is to be settled"


class PostMedia(Base):
    """A post's text says `media:` and these digits, whether there is such an asset or not."""

    __tablename__ = "post_media"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True
    )
    digits: Mapped[str] = mapped_column(String(REFERENCE_DIGITS), primary_key=True, index=True)

    # Two who save the same post may both take a reference away; the post's revision decides.
    __mapper_args__ = {"confirm_deleted_rows": False}


def settle_uses(session: Session, digits: Iterable[str]) -> None:
    """Makes `is_used` of these assets true to what posts hold, until commit against others too.

    Who asks first, here, whether an asset may be deleted, and who saves a text that refers to it
    wait for each other: on Postgres for the rows, on SQLite for the only writer.
    """
    for some in batched(sorted(set(digits)), _MOST_PER_QUERY):
        touched = Asset.digits.in_(some)
        # Two statements: the second sees what was committed while the first one waited.
        session.execute(select(Asset.id).where(touched).order_by(Asset.id).with_for_update())
        is_held = exists().where(PostMedia.digits == Asset.digits)
        session.execute(
            update(Asset).where(touched).values(is_used=is_held),
            execution_options={"synchronize_session": False},
        )


# Whoever changes a text, deletes a post or confirms a picture: what is used follows.


@event.listens_for(PostMedia, "after_insert")
@event.listens_for(PostMedia, "after_delete")
def note_use(mapper: Mapper[PostMedia], connection: Connection, use: PostMedia) -> None:
    if session := object_session(use):
        session.info.setdefault(_TOUCHED, set()).add(use.digits)


@event.listens_for(Session, "after_flush")
def follow(session: Session, context: UOWTransaction) -> None:
    touched: set[str] = session.info.pop(_TOUCHED, set())
    for each in (*session.new, *session.dirty):
        if isinstance(each, Asset) and inspect(each).attrs.digits.history.has_changes():
            touched |= {each.digits} if each.digits else set()
    if touched:
        settle_uses(session, touched)
