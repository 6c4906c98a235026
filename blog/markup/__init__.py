"""Turns what a writer types, Markdown with raw HTML, into HTML that is safe to show."""

import html
import logging
import re
from collections.abc import Mapping
from types import MappingProxyType

from markupsafe import Markup, escape

from blog.markup.parsing import Unillustrated, convert
from blog.markup.pictures import Picture as Picture
from blog.markup.pictures import Source as Source
from blog.markup.resolving import resolve
from blog.markup.sanitizing import WORDS_ONLY, sanitize

log = logging.getLogger(__name__)

# A parser meets odd text in odd ways; every other exception is a fault of the machine.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # forbidden in XML feeds

NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})
REFERENCE = re.compile(r"(?<!\w)media:[0-9a-f]{12}(?!\w)")


def references(text: str) -> set[str]:
    """Every "media:3f9c2a7d10b4" in the text, those in code and comments too."""
    return set(REFERENCE.findall(text))


def render(
    text: str,
    pictures: Mapping[str, Picture] = NO_PICTURES,
    *,
    priority: bool = True,
    plain: bool = False,
) -> Markup:
    """Safe HTML for any text whatsoever; the keys of `pictures` are "media:…" references.

    With `priority`, the first of the pictures loads at once: for the one post at the top of a
    page. With `plain`, every picture is one `<img>`, and a video its poster with a link: for feeds,
    which know neither our style sheets nor videos. A text that the parser cannot digest, or not
    within its time, is shown as it was typed.
    """
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent
    try:
        answer = resolve(sanitize(convert(text)), pictures, priority=priority, plain=plain)
    except UNREADABLE as error:
        log.warning("A text of %d characters stays unrendered: %r", len(text), error)
        answer = f"<pre>{escape(text)}</pre>"
    return Markup(CONTROL.sub("\ufffd", answer))  # noqa: S704 - the sanitizer's output


def summary(text: str, length: int = 200) -> str:
    """The beginning as plain text of at most `length` characters, cut between words with "…".

    Reads only the first few thousand characters. Code blocks, pictures, tables and footnotes
    are left out.
    """
    beginning = text[: max(4000, 4 * length)].encode("utf-8", "replace").decode()
    labels = set(re.findall(r"\[\^([^\]\n]+)\]", beginning))
    definitions = "\n\n".join(f"[^{label}]: -" for label in sorted(labels))
    try:
        tagged = convert(f"{beginning}\n\n{definitions}", Unillustrated())
    except UNREADABLE:
        tagged = str(escape(beginning))
    words = html.unescape(WORDS_ONLY.clean(tagged)).split()
    plain = CONTROL.sub("", " ".join(words))
    if len(plain) <= length and len(beginning) == len(text):
        return plain
    cut = plain[:length]
    if len(plain) > length and " " in cut:
        cut = cut.rpartition(" ")[0]
    return cut[: length - 1].rstrip(" ,;:–—-") + "…" if cut else ""
