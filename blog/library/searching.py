"""Finding assets, a page at a time, at the same price in a library of any size.

No count, no offset: the newest first, and the next page begins before the last one's last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from blog.db import session
from blog.library.forms import KINDS, USES, Search
from blog.markup import REFERENCE
from blog.media.models import Asset
from blog.media.words import AssetWord, words_of

PER_PAGE = 60

_MOST_WORDS = 10
_FEW = 1000  # so many assets are looked at one by one
_NEAR = 5000  # so many numbers back a common word is looked for first
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the library; `next_before` is where the next one begins, if there is one."""

    assets: Sequence[Asset]
    next_before: int | None


def find(search: Search) -> Shelf:
    """The newest assets that have all of the words, as beginnings of words of their own."""
    listing = _listing(search)
    words = sorted(words_of(_without_references(search)), key=len, reverse=True)[:_MOST_WORDS]
    if search.q and not words and not REFERENCE.search(search.q):
        return Shelf([], None)  # nothing but signs
    found = _find(listing, words, search.before)
    has_next = len(found) > PER_PAGE
    return Shelf(found[:PER_PAGE], found[PER_PAGE - 1].id if has_next else None)


def _listing(search: Search) -> Select[Asset]:
    listing = (
        select(Asset)
        .where(Asset.digits.is_not(None))
        .order_by(Asset.id.desc())
        .limit(PER_PAGE + 1)
        .options(selectinload(Asset.files))
    )
    if kind := KINDS[search.kind]:
        listing = listing.where(Asset.kind == kind)
    if (is_used := USES[search.use]) is not None:
        listing = listing.where(Asset.is_used.is_(is_used))
    if search.before is not None:
        listing = listing.where(Asset.id < search.before)
    if references := REFERENCE.findall(search.q):
        listing = listing.where(Asset.digits.in_(r.removeprefix("media:") for r in references))
    return listing


def _without_references(search: Search) -> str:
    return re.sub(REFERENCE, " ", search.q)


def _find(listing: Select[Asset], words: list[str], before: int | None) -> Sequence[Asset]:
    """Databases cannot know which way is short, so we look: it depends on how common a word is."""
    if not words:
        return session.scalars(listing).all()
    for word in words:
        few = session.scalars(select(AssetWord.asset_id).where(_begins(word)).limit(_FEW + 1)).all()
        if len(few) <= _FEW:
            return session.scalars(listing.where(Asset.id.in_(set(few)), *map(_has, words))).all()
    newest = before or (session.scalar(select(func.max(Asset.id))) or 0) + 1
    near = session.scalars(listing.where(Asset.id >= newest - _NEAR, *map(_has, words))).all()
    if len(near) > PER_PAGE:
        return near
    return session.scalars(
        listing.where(
            *(Asset.id.in_(select(AssetWord.asset_id).where(_begins(word))) for word in words)
        )
    ).all()


def _begins(word: str) -> ColumnElement[bool]:
    """A range, which every database looks up in an index, where it does not for LIKE."""
    return (AssetWord.word >= word) & (AssetWord.word < word + _LAST_CHARACTER)


def _has(word: str) -> ColumnElement[bool]:
    """Asked of one asset after the other: with an offset, Postgres does not turn it into a join."""
    own = select(AssetWord.word).where(AssetWord.asset_id == Asset.id, _begins(word))
    return own.limit(1).offset(0).exists()
