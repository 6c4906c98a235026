"""HTML to safe HTML: our own list of what may stay."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from blog.markup.clock import TooHardError

DEEPEST = 500  # browsers stop at 512 elements inside each other, and nh3 is quadratic in it
OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
NO_DEPTH = "area br col dd dt hr img input li option p source td th tr wbr"  # end tag optional

WORDS_ONLY = nh3.Cleaner(
    tags=set(),
    attributes={},
    clean_content_tags={"figcaption", "pre", "script", "style", "table", "template", "title"},
)

TOKENS = {name for name in STANDARD_TYPES.values() if name} | {"filename", "hll"}
ALIGNMENT = {"align": {"left", "center", "right"}}

TAGS = """
    a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp small span
    strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
"""

SANITIZER = nh3.Cleaner(
    tags=set(TAGS.split()),
    clean_content_tags={"script", "style", "template", "title"},
    attributes={
        "*": {"dir", "id", "lang"},
        "a": {"href", "title"},
        "abbr": {"title"},
        "details": {"open"},
        "img": {"alt", "height", "src", "title", "width"},
        "input": {"checked", "type"},
        "ol": {"reversed", "start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
        "time": {"datetime"},
    },
    tag_attribute_values={"td": ALIGNMENT, "th": ALIGNMENT},
    allowed_classes={
        "a": {"footnote-ref", "footnote-backref"},
        "div": {"footnote", "highlight"},
        "li": {"task-list-item"},
        "span": TOKENS,
        "ul": {"task-list"},
    },
    url_schemes={"http", "https", "mailto", "tel", "media", "uploading"},
    link_rel="noopener",
)


def sanitize(tagged: str) -> str:
    """Raises TooHardError where elements stand deeper inside each other than browsers go."""
    return SANITIZER.clean(checked_depth(tagged))


def checked_depth(tagged: str) -> str:
    depth, shallow = 0, set(NO_DEPTH.split())
    for closing, tag in OPENING.findall(tagged):
        if tag.lower() not in shallow:
            depth += -1 if closing else 1
        if depth > DEEPEST:
            raise TooHardError(f"More than {DEEPEST} elements inside each other.")
    return tagged
