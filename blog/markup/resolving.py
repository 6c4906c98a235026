"""Pictures, ids and check boxes, put into the sanitizer's output.

There a "<" always begins a tag, and every attribute stands in double quotes.
"""

import html
import re
from collections.abc import Mapping
from itertools import groupby

from blog.markup.paragraphs import ITEM, ONLY_PICTURES, Item, gallery, paragraph
from blog.markup.parsing import MARK
from blog.markup.pictures import Picture
from blog.markup.placing import MEASURE, WIDE, sizes_alone, sizes_in_text
from blog.markup.showing import (
    is_worth_a_link,
    link_to,
    show_image,
    show_missing,
    show_picture,
    show_plain,
    show_still,
    show_video,
    shown_size,
    spelled,
)

ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
TAG = re.compile(rf'{ONLY_PICTURES}|<(/?)([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
TASKS = ('<li class="task-list-item">', '<li class="task-list-item">\n<p>')
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\t\r\n-]*):", re.IGNORECASE)
NARROW = {"blockquote", "dd", "details", "div", "li", "td", "th"}  # no picture steps out of these


def resolve(clean: str, pictures: Mapping[str, Picture], *, priority: bool, plain: bool) -> str:
    return Resolver(clean, pictures, priority=priority, plain=plain).resolved()


class Resolver:
    """Goes through the tags once, and knows what it stands in."""

    def __init__(
        self, clean: str, pictures: Mapping[str, Picture], *, priority: bool, plain: bool
    ) -> None:
        self._clean = clean
        self._pictures = pictures
        self._plain = plain
        self._urgent = priority
        self._is_linked = False
        self._narrow = 0  # elements around that keep pictures within the text's measure
        self._figures = 0  # of the author's own making

    def resolved(self) -> str:
        return TAG.sub(self._tag, self._clean)

    def _tag(self, match: re.Match[str]) -> str:
        only_pictures, closing, name, written = match.groups()
        if only_pictures:
            return self._paragraph(only_pictures)
        if name in NARROW:
            self._narrow += -1 if closing else 1
        elif name == "figure":
            self._figures += -1 if closing else 1
        elif name == "a":
            self._is_linked = not closing
        elif name == "h1":  # the page has its own
            name = "h2"
        if not written and name not in ("img", "input"):
            return f"<{closing}{name}>"
        attributes = attributes_of(written)
        if name == "a":
            self._lead(attributes)
        elif name == "input":
            is_task = self._clean.endswith(TASKS, 0, match.start())
            return task(attributes) if is_task and attributes.get("type") == "checkbox" else ""
        elif name == "img":
            return self._image(attributes)
        return f"<{closing}{name}{spelled(attributes)}>"

    def _lead(self, link: dict[str, str]) -> None:
        """Links to media lead to the file, or nowhere."""
        address = link.get("href", "")
        if address in self._pictures:
            link["href"] = self._pictures[address].url
        elif scheme(address) in ("media", "uploading"):
            del link["href"]

    def _image(self, written: dict[str, str]) -> str:
        """A picture among words, or in a figure that the author made."""
        picture = self._pictures.get(written.get("src", ""))
        if picture is None or not picture.width:
            return self._shown(picture, written, "")
        width, height = shown_size(picture, written)
        if self._figures:
            return self._shown(picture, written, sizes_alone(width, height, self._most))
        return self._shown(picture, written, sizes_in_text(width))

    @property
    def _most(self) -> int:
        return MEASURE if self._narrow else WIDE

    def _shown(self, picture: Picture | None, written: dict[str, str], sizes: str) -> str:
        if picture is None:
            return show_missing(written) if is_missing(written) else self._foreign(written)
        if self._plain:
            return show_plain(picture, written, linked=self._is_linked)
        if picture.is_video:  # a link cannot hold what is itself clicked
            return show_still(picture, written) if self._is_linked else show_video(picture, written)
        urgent, self._urgent = self._urgent, False
        return show_picture(picture, written, sizes, urgent=urgent)

    def _foreign(self, written: dict[str, str]) -> str:
        attributes = {"src": "", "alt": ""} | written
        return f"<img{spelled(attributes)}>" if self._plain else show_image(attributes)

    def _paragraph(self, only_pictures: str) -> str:
        """Nothing but pictures: each stands alone, neighbours in a gallery."""
        items = [self._item(match) for match in ITEM.finditer(only_pictures)]
        if len(items) > 1 and not all(item.may_stand_alone for item in items):
            return f"<p>{TAG.sub(self._tag, only_pictures)}</p>"
        blocks = []
        for is_video, neighbours in groupby(items, key=lambda item: item.is_video):
            group = list(neighbours)
            if len(group) == 1 or is_video or self._plain:
                blocks += [self._alone(item) for item in group]
            else:
                blocks.append(gallery(group, self._most, self._whole))
        return "\n".join(blocks)

    def _item(self, match: re.Match[str]) -> Item:
        written = attributes_of(match[2])
        picture = self._pictures.get(written.get("src", ""))
        link = None if match[1] is None else attributes_of(match[1])
        if link:
            self._lead(link)
        return Item(picture, written, link, is_missing=picture is None and is_missing(written))

    def _alone(self, item: Item) -> str:
        width, height = item.size
        sizes = sizes_alone(width, height, self._most) if width and height else ""
        caption = "" if item.is_missing else item.written.pop("title", "")
        return paragraph(item, self._whole(item, sizes), caption, plain=self._plain)

    def _whole(self, item: Item, sizes: str) -> str:
        """The picture in the author's link or, if there is more to see, in one to its main file."""
        around = self._is_linked
        self._is_linked = around or item.link is not None
        shown = self._shown(item.picture, item.written, sizes)
        self._is_linked = around
        if item.link is not None:
            return f"<a{spelled(item.link)}>{shown}</a>"
        picture = item.picture
        if picture is None or picture.is_video or self._plain or around:
            return shown
        return link_to(picture, item.written, shown) if is_worth_a_link(picture) else shown


def attributes_of(written: str) -> dict[str, str]:
    """As the author wrote them; of ids only ours stay."""
    attributes = {key: html.unescape(text) for key, text in ATTRIBUTE.findall(written)}
    own_id = attributes.pop("id", "")
    if own_id.startswith(MARK):
        attributes["id"] = own_id.removeprefix(MARK)
    return attributes


def task(attributes: dict[str, str]) -> str:
    return f'<input type="checkbox" disabled{" checked" if "checked" in attributes else ""}>'


def is_missing(written: dict[str, str]) -> bool:
    address = written.get("src", "")
    return not address.strip() or scheme(address) not in ("", "http", "https")


def scheme(address: str) -> str:
    """The scheme in lower case, without the white space that browsers overlook, or ""."""
    match = SCHEME.match(address)
    return re.sub(r"\s", "", match[1]).lower() if match else ""
