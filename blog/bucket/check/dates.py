"""Times as stores write them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_date(text: str) -> datetime | None:
    """The moment that a header names, as in HTTP or in ISO 8601; None where it names none.

    One without a zone, or with RFC 5322's `-0000`, which says nothing of a zone, is UTC.
    """
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
        except (ValueError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
