"""Paragraphs of nothing but pictures: a figure for one, a gallery for several."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import escape

from blog.markup.pictures import Picture
from blog.markup.placing import nearest_ratio, ratio_class, rows, sizes_in_gallery
from blog.markup.showing import shown_size

_ATTRIBUTES = r'(?: [a-z]+="[^"]*")*+'
_ITEM = rf"(?:<a{_ATTRIBUTES}><img{_ATTRIBUTES}></a>|<img{_ATTRIBUTES}>)"
ONLY_PICTURES = rf"<p>((?:{_ITEM}(?:\s|<br>)*+)++)</p>"
ITEM = re.compile(rf"(?:<a({_ATTRIBUTES})>)?<img({_ATTRIBUTES})>")

SMALLEST_ALONE = 160  # pixels; smaller ones in a row are icons or badges
SHAPE_OF_MISSING = (3, 2)


@dataclass(slots=True)
class Item:
    """One picture of such a paragraph: what the author wrote of it, and the link around it."""

    picture: Picture | None
    written: dict[str, str]
    link: dict[str, str] | None
    is_missing: bool

    @property
    def is_video(self) -> bool:
        return self.picture is not None and self.picture.is_video

    @property
    def size(self) -> tuple[int, int]:
        return shown_size(self.picture, self.written) if self.picture else (0, 0)

    @property
    def may_stand_alone(self) -> bool:
        """Not a picture of another site, nor an icon."""
        return self.is_missing or self.size[0] >= SMALLEST_ALONE


def paragraph(item: Item, shown: str, caption: str, *, plain: bool) -> str:
    """One picture, as a figure where it has a caption."""
    ours = item.picture is not None and not plain
    classes = f' class="picture {ratio_class(nearest_ratio(*item.size))}"' if ours else ""
    if caption:
        return f"<figure{classes}>{shown}<figcaption>{escape(caption)}</figcaption></figure>"
    return f"<p{classes}>{shown}</p>"


def gallery(items: list[Item], most: int, show: Callable[[Item, str], str]) -> str:
    """Rows of pictures, at most `most` rem wide; `show` makes one, given its `sizes`."""
    ratios = [nearest_ratio(*(item.size if item.picture else SHAPE_OF_MISSING)) for item in items]
    sizes = sizes_in_gallery(ratios, most)
    lines = ['<div class="gallery">']
    for row in rows(ratios):
        cells = (_cell(items[index], ratios[index], sizes[index], show) for index in row)
        lines.append(f'<div class="gallery-row">{"".join(cells)}</div>')
    return "\n".join([*lines, "</div>"])


def _cell(item: Item, ratio: float, sizes: str, show: Callable[[Item, str], str]) -> str:
    caption = "" if item.is_missing else item.written.pop("title", "")
    shown = show(item, sizes)
    if caption:
        words = f"<figcaption>{escape(caption)}</figcaption>"
        return f'<figure class="{ratio_class(ratio)}">{shown}{words}</figure>'
    return f'<div class="{ratio_class(ratio)}">{shown}</div>'
