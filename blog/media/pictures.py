"""What `media:` references in a text stand for, asked from the library when a page is made."""

from collections.abc import Iterable, Sequence
from itertools import batched, groupby
from typing import Any

from sqlalchemy import Row, select

from blog.db import session
from blog.markup import Picture, Source
from blog.media.forms import MOST_FILES
from blog.media.models import Asset, File
from blog.storage import store

type ConfirmedFile = Row[*tuple[Any, ...]]

MOST_PER_QUERY = 1000  # databases limit the parameters of one query


def find_pictures(references: Iterable[str]) -> dict[str, Picture]:
    """What the bucket holds of these references, by reference; mostly one query, or none.

    Only confirmed files count; one whose main file is not there is left out.
    """
    digits = {reference.removeprefix("media:") for reference in references}
    return {
        f"media:{own_digits}": picture
        for some in batched(digits, MOST_PER_QUERY)
        for own_digits, rows in groupby(_confirmed_files(some), key=lambda row: row.digits)
        if (picture := _picture(list(rows)))
    }


def _confirmed_files(digits: Iterable[str]) -> Sequence[ConfirmedFile]:
    """Columns, not objects: a post may show a hundred pictures of eight files each."""
    return session.execute(
        select(
            Asset.digits,
            Asset.kind,
            Asset.alt,
            File.role,
            File.content_type,
            File.width,
            File.height,
            File.key,
        )
        .join(File.asset)
        .where(Asset.digits.in_(digits), File.confirmed_at.is_not(None))
        .order_by(Asset.digits, File.id)
    ).all()


def _picture(files: list[ConfirmedFile]) -> Picture | None:
    main = next((file for file in files if file.role == "main"), None)
    if main is None:
        return None
    return Picture(
        url=store.url(main.key),
        width=main.width or 0,
        height=main.height or 0,
        alt=main.alt,
        content_type=main.content_type,
        variants=tuple(
            Source(store.url(file.key), file.width, file.height, file.content_type)
            for file in files
            if file.role == "variant" and file.width
        )[: MOST_FILES - 1],
        kind=main.kind,
        poster=next((store.url(file.key) for file in files if file.role == "poster"), ""),
    )
