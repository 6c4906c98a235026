"""What `media:` references in a text stand for, asked from the library when a page is made."""

from collections.abc import Iterable
from itertools import batched

from blog.db import session
from blog.markup import Picture
from blog.media.models import Asset
from blog.storage import store

MOST_PER_QUERY = 1000  # databases limit the parameters of one query


def find_pictures(references: Iterable[str]) -> dict[str, Picture]:
    """The confirmed pictures among these references, by reference; mostly one query, or none."""
    return {
        asset.reference: _picture(asset)
        for some in batched(set(references), MOST_PER_QUERY)
        for asset in session.scalars(Asset.referred_to(some)).unique()
        if asset.is_confirmed
    }


def _picture(asset: Asset) -> Picture:
    main = asset.main
    return Picture(
        url=store.url(main.key or main.final_key),
        width=main.width or 0,
        height=main.height or 0,
        alt=asset.alt,
    )
