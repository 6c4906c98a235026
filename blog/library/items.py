"""An asset as the library's pages show it."""

import re
from dataclasses import dataclass

from blog.media.models import Asset, File
from blog.storage import store

THUMBNAIL_WIDTH = 320  # pixels at least, where there is such a variant


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that a page shows; width and height in pixels, 0 where nobody knows."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    asset: Asset
    thumbnail: Shown | None
    main: Shown
    markdown: str

    @classmethod
    def of(cls, asset: Asset) -> "Item":
        thumbnail = _choose_thumbnail(asset)
        return cls(
            asset,
            _shown(thumbnail) if thumbnail else None,
            _shown(asset.main),
            f"![{_escaped(asset.alt)}]({asset.reference})",
        )

    @property
    def is_video(self) -> bool:
        return self.asset.kind == "video"

    @property
    def stored(self) -> list[File]:
        """Its files that are in the bucket."""
        return [file for file in self.asset.files if file.key]

    @property
    def size(self) -> int:
        """What all of them take, in bytes."""
        return sum(file.size for file in self.stored)

    @property
    def poster(self) -> Shown | None:
        file = next((f for f in self.stored if f.role == "poster"), None)
        return _shown(file) if file else None


def _choose_thumbnail(asset: Asset) -> File | None:
    """The smallest variant that is large enough, else the poster, else the picture itself."""
    stored = [file for file in asset.files if file.key]
    large_enough = [
        file for file in stored if file.role == "variant" and (file.width or 0) >= THUMBNAIL_WIDTH
    ]
    if large_enough:
        return min(large_enough, key=lambda file: (file.width, file.size))
    poster = next((file for file in stored if file.role == "poster"), None)
    if poster or asset.kind == "video":
        return poster
    return asset.main


def _shown(file: File) -> Shown:
    return Shown(store.url(file.key or file.final_key), file.width or 0, file.height or 0)


def _escaped(alt: str) -> str:
    r"""Words that stand between `![` and `]`."""
    return re.sub(r"([\\`\[\]])", r"\\\1", alt)
