"""Lists cut into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

LAST_NUMBER = 1_000_000  # beyond it, databases refuse the offset


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """One page of a list; `number` counts from 1."""

    items: Sequence[Item]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def paginate[Item](
    session: Session, listing: Select[Item], number: int, *, size: int
) -> Page[Item]:
    """The page, with at most `size` items; raises NotFound past the end (page 1 may be empty)."""
    if not 1 <= number <= LAST_NUMBER:
        raise NotFound
    # One more than is shown tells whether there is a next page, without a count.
    selected: Select[Any] = listing.limit(size + 1).offset((number - 1) * size)
    items = session.scalars(selected).unique().all()
    if not items and number > 1:
        raise NotFound
    return Page(items[:size], number, has_next=len(items) > size)
