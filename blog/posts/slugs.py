"""Slugs: the part of an address that is made from words."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 80
FALLBACK = "post"


def slugify(words: str) -> str:
    """Lower-case letters and digits of any script, joined by hyphens; may be empty.

    Letters keep their accents and scripts, as RFC 3987 addresses may; NFKC makes one spelling
    of what looks the same.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
    # Marks belong to letters in many scripts (Devanagari vowels, say); \w leaves them out.
    letters = "".join(
        c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in folded
    )
    slug = re.sub("-+", "-", letters).strip("-")
    return slug[:LONGEST].rstrip("-")


def first_free(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or it with the first number from 2 on that nobody has."""
    candidate = wanted
    number = 2
    while candidate in taken:
        ending = f"-{number}"
        candidate = wanted[: LONGEST - len(ending)] + ending
        number += 1
    return candidate
