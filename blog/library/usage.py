"""How much the bucket holds, and how it came to that, as a line that a page can draw."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from blog.db import session
from blog.media.ledger import StorageDay

DAYS = 90

# The drawing's own units, which the page stretches.
WIDTH = 360
HEIGHT = 96


@dataclass(frozen=True, slots=True)
class Usage:
    """What is stored, in bytes, at the end of each day from `since` to `until`."""

    since: date
    until: date
    sizes: list[int]
    objects: int

    @property
    def size(self) -> int:
        return self.sizes[-1]

    @property
    def size_before(self) -> int:
        return self.sizes[0]

    @property
    def line(self) -> str:
        """The path of the line, in SVG's words."""
        return "M" + " L".join(f"{x:g} {y:g}" for x, y in self._points())

    @property
    def area(self) -> str:
        """The path of what is below the line."""
        return f"{self.line} L{WIDTH} {HEIGHT} L0 {HEIGHT} Z"

    def _points(self) -> list[tuple[float, float]]:
        most = max(self.sizes) or 1
        last = len(self.sizes) - 1
        # A hair's breadth below the edge, so that the whole of the line is seen.
        return [
            (round(WIDTH * number / last, 2), round(2 + (HEIGHT - 4) * (1 - size / most), 2))
            for number, size in enumerate(self.sizes)
        ]


def find_usage(today: date) -> Usage:
    """The last ninety days; the days before them are summed up by the database."""
    since = today - timedelta(days=DAYS)
    totals = select(
        func.coalesce(func.sum(StorageDay.size), 0), func.coalesce(func.sum(StorageDay.objects), 0)
    )
    size_then, objects_then = session.execute(totals.where(StorageDay.day <= since)).one()
    added = {
        day.day: day for day in session.scalars(select(StorageDay).where(StorageDay.day > since))
    }
    sizes = [int(size_then)]
    for number in range(1, DAYS + 1):
        day = added.get(since + timedelta(days=number))
        sizes.append(sizes[-1] + (day.size if day else 0))
    objects = int(objects_then) + sum(day.objects for day in added.values())
    # Nothing is less than nothing, whatever was deleted that nobody had counted.
    return Usage(since, today, [max(0, size) for size in sizes], max(0, objects))
