"""The HTML of one picture or video: on our pages, where browsers choose the file, and in feeds."""

import re
from collections.abc import Iterable

from markupsafe import escape

from blog.markup.pictures import Picture, Source

MISSING = "Picture not available"
LINK_LABEL = "View the picture in full size"
DOWNLOAD = "Download the video"
SMALLEST_LINKED = 320  # pixels; a smaller picture is shown whole on any screen
LENGTH = re.compile(r"[1-9][0-9]{0,3}")


def spelled(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{escape(text)}"' for key, text in attributes.items())


def shown_size(picture: Picture, written: dict[str, str]) -> tuple[int, int]:
    """Width and height in pixels: the picture's own, or as the author wrote one of them.

    The other follows, for a box of another shape would jump when the picture comes.
    """
    width, height = picture.width, picture.height
    if width and height:
        if LENGTH.fullmatch(written.get("width", "")):
            return int(written["width"]), max(1, round(int(written["width"]) * height / width))
        if LENGTH.fullmatch(written.get("height", "")):
            return max(1, round(int(written["height"]) * width / height)), int(written["height"])
    return width, height


def show_picture(picture: Picture, written: dict[str, str], sizes: str, *, urgent: bool) -> str:
    """The picture for our pages; `written` are the author's attributes."""
    fallbacks = picture.fallbacks()
    has_choice = bool(picture.width and len(fallbacks) > 1)
    choice = {"srcset": _srcset(fallbacks), "sizes": sizes} if has_choice else {}
    image = show_image(_attributes(picture, picture.url, written) | choice, urgent=urgent)
    sources = [
        {"type": files[0].content_type, "srcset": _srcset(files), "sizes": sizes}
        for files in picture.alternatives()
    ]
    if not sources and not choice:
        return image
    return f"<picture>{''.join(f'<source{spelled(each)}>' for each in sources)}{image}</picture>"


def show_image(attributes: dict[str, str], *, urgent: bool = False) -> str:
    loading = {"loading": "eager", "fetchpriority": "high"} if urgent else {"loading": "lazy"}
    return f"<img{spelled(attributes | loading | {'decoding': 'async'})}>"


def show_video(picture: Picture, written: dict[str, str]) -> str:
    """The video for our pages: never loaded, beyond its length and size, before it is asked for."""
    attributes = _attributes(picture, picture.url, written)
    words = attributes.pop("alt")
    del attributes["src"]
    if words:
        attributes["aria-label"] = words
    if picture.poster:
        attributes["poster"] = picture.poster
    source = {"src": picture.url, "type": picture.content_type}
    return (
        f'<video controls preload="metadata" playsinline{spelled(attributes)}>'
        f"<source{spelled(source)}>"
        f"<a{spelled({'href': picture.url})}>{DOWNLOAD}</a></video>"
    )


def show_plain(picture: Picture, written: dict[str, str], *, linked: bool) -> str:
    """The picture or video for feeds: one whole address, nothing that needs our style sheets.

    With `linked` it stands in a link already, so that a video gets none of its own.
    """
    if not picture.is_video:
        return f"<img{spelled(_attributes(picture, picture.url, written))}>"
    still = show_still(picture, written, plain=True)
    return still if linked else f"<a{spelled({'href': picture.url})}>{still}</a>"


def show_still(picture: Picture, written: dict[str, str], *, plain: bool = False) -> str:
    """A video's poster, or words where there is none."""
    attributes = _attributes(picture, picture.poster, written)
    if picture.poster:
        return f"<img{spelled(attributes)}>" if plain else show_image(attributes)
    return str(escape(attributes["alt"] or "Video"))


def show_missing(written: dict[str, str]) -> str:
    words = written.get("alt", "").strip() or MISSING
    return f'<span class="missing-picture">{escape(words)}</span>'


def is_worth_a_link(picture: Picture) -> bool:
    """Whether there is more to see than the page shows; a GIF is an animation, or a small thing."""
    return (
        max(picture.width, picture.height) >= SMALLEST_LINKED
        and picture.content_type != "image/gif"
    )


def link_to(picture: Picture, written: dict[str, str], shown: str) -> str:
    """The picture, linked to its main file; its words are the link's name where it has some."""
    attributes = {"href": picture.url}
    if not (written.get("alt") or picture.alt):
        attributes["aria-label"] = LINK_LABEL
    return f"<a{spelled(attributes)}>{shown}</a>"


def _attributes(picture: Picture, url: str, written: dict[str, str]) -> dict[str, str]:
    attributes = {"src": "", "alt": ""} | written
    attributes["src"] = url
    attributes["alt"] = attributes["alt"] or picture.alt
    width, height = shown_size(picture, written)
    if width and height:
        attributes |= {"width": str(width), "height": str(height)}
    return attributes


def _srcset(sources: Iterable[Source]) -> str:
    return ", ".join(f"{source.url} {source.width}w" for source in sources)
