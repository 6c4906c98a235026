"""Finding assets, a page at a time, at the same price in a library of any size.

No count, no offset: the newest first, and the next page begins before the last one's last.
"""

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
_NEAR = 2000  # so many numbers back a common word is looked for first
_MOST_COUNTED = 20_000
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of the library; `next_before` is where the next one begins, if there is one."""

    assets: Sequence[Asset]
    next_before: int | None


def find(search: Search) -> Shelf:
    """The newest assets that have all of the words, as beginnings of words of their own."""
    references = [found.removeprefix("media:") for found in REFERENCE.findall(search.q)]
    words = sorted(words_of(REFERENCE.sub(" ", search.q)), key=len, reverse=True)[:_MOST_WORDS]
    if search.q and not words and not references:
        return Shelf([], None)  # nothing but signs
    found = _find(_listing(search, references), words, search)
    has_next = len(found) > PER_PAGE
    return Shelf(found[:PER_PAGE], found[PER_PAGE - 1].id if has_next else None)


def _listing(search: Search, references: list[str]) -> Select[Asset]:
    listing = (
        select(Asset)
        .where(*_conditions(search))
        .order_by(Asset.id.desc())
        .limit(PER_PAGE + 1)
        .options(selectinload(Asset.files))
    )
    if search.before is not None:
        listing = listing.where(Asset.id < search.before)
    return listing.where(Asset.digits.in_(references)) if references else listing


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Asset.digits.is_not(None)]
    if kind := KINDS[search.kind]:
        conditions.append(Asset.kind == kind)
    if (is_used := USES[search.use]) is not None:
        conditions.append(Asset.is_used.is_(is_used))
    return conditions


def _find(listing: Select[Asset], words: list[str], search: Search) -> Sequence[Asset]:
    """Databases cannot know which way is short, so we look: it depends on how common a word is."""
    if not words:
        return session.scalars(listing).all()
    # What is rare tells all that can be found: a word, or the kind or the use asked for.
    candidates: list[Select[int]] = [_assets_with(word) for word in words]
    if len(_conditions(search)) > 1:
        candidates.append(select(Asset.id).where(*_conditions(search)))
    for candidate in candidates:
        few = session.scalars(candidate.limit(_FEW + 1)).all()
        if len(few) <= _FEW:
            return session.scalars(listing.where(Asset.id.in_(set(few)), *map(_has, words))).all()
    # What is common fills a page with what is near.
    newest = search.before or (session.scalar(select(func.max(Asset.id))) or 0) + 1
    near = session.scalars(listing.where(Asset.id >= newest - _NEAR, *map(_has, words))).all()
    if len(near) > PER_PAGE:
        return near
    # What is left was common long ago: the newest of the rarest word, or else all of them.
    rarest = min(words, key=_count)
    id_ = AssetWord.asset_id + 0  # a sum is in no index, so it is the word that is looked up
    newest_of_it = _assets_with(rarest).where(id_ < newest).order_by(id_.desc())
    last = session.scalars(newest_of_it.limit(4 * PER_PAGE)).all()
    others = [_has(word) for word in words if word != rarest]
    page = session.scalars(listing.where(Asset.id.in_(set(last)), *others)).all()
    if len(page) > PER_PAGE:
        return page
    return session.scalars(listing.where(Asset.id.in_(_assets_with(rarest)), *others)).all()


def _assets_with(word: str) -> Select[int]:
    return select(AssetWord.asset_id).where(_begins(word))


def _count(word: str) -> int:
    some = _assets_with(word).limit(_MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _begins(word: str) -> ColumnElement[bool]:
    """A range, which every database looks up in an index, where it does not for LIKE."""
    return (AssetWord.word >= word) & (AssetWord.word < word + _LAST_CHARACTER)


def _has(word: str) -> ColumnElement[bool]:
    """Asked of one asset after the other: with an offset, Postgres does not turn it into a join."""
    own = select(AssetWord.word).where(AssetWord.asset_id == Asset.id, _begins(word))
    return own.limit(1).offset(0).exists()
