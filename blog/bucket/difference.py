"""Two documents as the lines in which they differ."""

import difflib
import json
from collections.abc import Iterator

from blog.bucket.wanted import Document

CONTEXT = 3  # lines around each change, as diff -u has


def difference(before: Document | None, after: Document) -> Iterator[str]:
    """The lines of a unified diff, without line ends; none where nothing changes."""
    return difflib.unified_diff(
        _lines(before) if before else [],
        _lines(after),
        "as it is",
        "as it will be",
        lineterm="",
        n=CONTEXT,
    )


def _lines(document: Document) -> list[str]:
    # Sorted, for a store returns members in an order of its own; a lifecycle rule may hold a date.
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    return text.splitlines()
