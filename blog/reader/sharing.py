"""What a link to a post looks like where people share it: the picture of its Open Graph tags."""

from collections.abc import Mapping
from dataclasses import dataclass

from blog.markup import Picture

WIDE_ENOUGH = 1200  # pixels, as Facebook advises; what is wider only takes longer to fetch
UNKNOWN_TO_MANY = "image/avif"


@dataclass(frozen=True, slots=True)
class Preview:
    """Width and height in pixels, or 0 where unknown."""

    url: str
    width: int
    height: int
    alt: str


def first_video(body: str, pictures: Mapping[str, Picture]) -> Picture | None:
    """The video of a text whose first picture is one."""
    first = next(iter(_in_order(body, pictures)), None)
    return first if first and first.is_video else None


def preview_of(body: str, pictures: Mapping[str, Picture]) -> Preview | None:
    """The first picture of the text in a size that fits, or the still of a video."""
    for picture in _in_order(body, pictures):
        if not picture.is_video:
            return _fitting(picture)
        if picture.poster:
            return Preview(picture.poster, 0, 0, picture.alt)
    return None


def _fitting(picture: Picture) -> Preview:
    files = [picture.main, *picture.variants]
    known = [file for file in files if file.content_type != UNKNOWN_TO_MANY] or files
    widest = max(known, key=lambda file: file.width)
    chosen = min(
        (file for file in known if file.width >= WIDE_ENOUGH),
        key=lambda file: file.width,
        default=widest,
    )
    return Preview(chosen.url, chosen.width, chosen.height, picture.alt)


def _in_order(body: str, pictures: Mapping[str, Picture]) -> list[Picture]:
    return [pictures[reference] for reference in sorted(pictures, key=body.find)]
