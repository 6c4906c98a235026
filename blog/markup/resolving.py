"""Pictures, ids and check boxes, put into the sanitizer's output.

There a "<" always begins a tag, and every attribute stands in double quotes.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape

from blog.markup.parsing import MARK


@dataclass(frozen=True, slots=True)
class Picture:
    """What a media reference stands for; width and height in pixels, as displayed."""

    url: str
    width: int
    height: int
    alt: str = ""


ATTRIBUTES = r'(?: [a-z]+="[^"]*")*'
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
TAG = re.compile(rf"<(/?)([a-z0-9]+)({ATTRIBUTES})>")
FIGURE = re.compile(rf'<p>((?:<a{ATTRIBUTES}>)?<img{ATTRIBUTES}) title="([^"]+)">((?:</a>)?)</p>')
TASKS = ('<li class="task-list-item">', '<li class="task-list-item">\n<p>')
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\t\r\n-]*):", re.IGNORECASE)


def resolve(clean: str, pictures: Mapping[str, Picture], priority: bool) -> str:
    urgent = priority

    def tag(match: re.Match[str]) -> str:
        nonlocal urgent
        closing, name, written = match.groups()
        if name == "h1":  # the page has its own
            name = "h2"
        elif not written and name not in ("img", "input"):
            return match[0]
        attributes = {key: html.unescape(text) for key, text in ATTRIBUTE.findall(written)}
        own_id = attributes.pop("id", "")
        if own_id.startswith(MARK):
            attributes["id"] = own_id.removeprefix(MARK)
        if name == "a":
            link(attributes, pictures)
        elif name == "input":
            is_task = clean.endswith(TASKS, 0, match.start())
            return task(attributes) if is_task and attributes.get("type") == "checkbox" else ""
        elif name == "img":
            picture = pictures.get(attributes.get("src", ""))
            urgent, is_urgent = urgent and picture is None, urgent and picture is not None
            return shown(attributes, picture, is_urgent)
        return f"<{closing}{name}{spelled(attributes)}>"

    return FIGURE.sub(r"<figure>\1>\3<figcaption>\2</figcaption></figure>", TAG.sub(tag, clean))


def link(attributes: dict[str, str], pictures: Mapping[str, Picture]) -> None:
    address = attributes.get("href", "")
    if address in pictures:
        attributes["href"] = pictures[address].url
    elif scheme(address) in ("media", "uploading"):
        del attributes["href"]


def task(attributes: dict[str, str]) -> str:
    return f'<input type="checkbox" disabled{" checked" if "checked" in attributes else ""}>'


def shown(written: dict[str, str], picture: Picture | None, urgent: bool) -> str:
    address = written.get("src", "")
    if picture is None and (not address.strip() or scheme(address) not in ("", "http", "https")):
        words = written.get("alt", "").strip() or "Picture not available"
        return f'<span class="missing-picture">{escape(words)}</span>'
    attributes = {"src": address, "alt": ""} | written
    if picture:
        attributes["src"] = picture.url
        attributes["alt"] = attributes["alt"] or picture.alt
        if picture.width and picture.height:
            attributes |= {"width": str(picture.width), "height": str(picture.height)}
    attributes["loading"] = "eager" if urgent else "lazy"
    if urgent:
        attributes["fetchpriority"] = "high"
    attributes["decoding"] = "async"
    if title := attributes.pop("title", ""):
        attributes["title"] = title  # the last, where FIGURE looks for it
    return f"<img{spelled(attributes)}>"


def scheme(address: str) -> str:
    """The scheme in lower case, without the white space that browsers overlook, or ""."""
    match = SCHEME.match(address)
    return re.sub(r"\s", "", match[1]).lower() if match else ""


def spelled(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{escape(text)}"' for key, text in attributes.items())
