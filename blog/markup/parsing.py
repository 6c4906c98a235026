"""Markdown to HTML, with the extensions that a blogger expects; not safe to show yet."""

import secrets
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor

from blog.markup.clock import Clock

# Ids of the page around the text, which no heading may take (templates/layouts/reader.html).
PAGE_IDS = {"main"}


def heading_id(words: str, dash: str) -> str:
    slug: str = slugify_unicode(words, dash) or "heading"
    return f"{slug}{dash}section" if slug in PAGE_IDS else slug


EXTENSIONS: dict[str, dict[str, Any]] = {
    "abbr": {},
    "def_list": {},
    "footnotes": {},
    "sane_lists": {},
    "smarty": {},
    "tables": {"use_align_attribute": True},  # a style would need a gap in the page's CSP
    "toc": {"marker": "", "slugify": heading_id},
    "pymdownx.highlight": {"guess_lang": False, "linenums": False},
    "pymdownx.magiclink": {},
    "pymdownx.superfences": {},
    "pymdownx.tasklist": {},
    "pymdownx.tilde": {"subscript": False},
}

MARK = f"{secrets.token_hex(8)}-"  # a writer cannot guess it, so ids that bear it are ours


def convert(text: str, *additions: Extension) -> str:
    # A fresh parser each time: it keeps state, and costs a hundredth of an average post.
    clock = Clock(seconds=3 + 8 * len(text) / 1_000_000)  # ordinary text needs half
    parser = Markdown(
        extensions=[*EXTENSIONS, *additions, IdMarks(), clock], extension_configs=EXTENSIONS
    )
    return parser.convert(text)


class IdMarks(Extension, Treeprocessor):
    """Marks the ids of headings and footnotes, so that those in raw HTML can be told apart."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.treeprocessors.register(self, "id_marks", -10)

    def run(self, root: Element) -> None:
        for element in root.iter():
            if "id" in element.attrib:
                element.set("id", MARK + element.attrib["id"])


class Unillustrated(Extension, Treeprocessor):
    """Takes footnotes, their markers and tables away."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.treeprocessors.register(self, "unillustrated", -20)

    def run(self, root: Element) -> None:
        for element in root.iter():
            is_marker = element.tag == "sup" and ":" in element.get("id", "")
            if is_marker or element.tag == "table" or element.get("class") == "footnote":
                tail = element.tail
                element.clear()
                element.tail = tail
