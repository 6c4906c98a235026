"""The words that an asset is found by: those of its file's name and its alternative text."""

import re
import unicodedata

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.orm import Mapped, mapped_column

from blog.db import Base

LONGEST_WORD = 40

# Compared byte by byte on every database, so that an index finds what begins with some letters.
WORD = String(LONGEST_WORD).with_variant(VARCHAR(LONGEST_WORD, collation="C"), "postgresql")

_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|mp4|m4v|webm)(?!\w)", re.IGNORECASE)


class AssetWord(Base):
    """One word of one asset, as words_of() spells it."""

    __tablename__ = "asset_words"
    __table_args__ = (Index("ix_asset_words_asset_id_word", "asset_id", "word"),)

    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    asset_id: Mapped[int] = mapped_column(
        ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True
    )

    # Two who describe the same picture may both take a word away.
    __mapper_args__ = {"confirm_deleted_rows": False}


def words_of(*texts: str) -> set[str]:
    """The words of these texts, folded so that case, accents and spellings make no difference.

    The extensions of files are none: whoever looks for beach.jpg finds beach.webp too.
    """
    words: set[str] = set()
    for text in texts:
        folded = unicodedata.normalize("NFKD", _EXTENSION.sub(" ", text).casefold())
        letters = "".join(
            c if c.isalnum() else "" if unicodedata.category(c)[0] == "M" else " " for c in folded
        )
        words |= {word[:LONGEST_WORD] for word in letters.split()}
    return words
