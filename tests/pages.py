"""Pages as a visitor gets them: fetched, checked for sound HTML, their forms filled in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Page:
    """An answer, and what its HTML holds."""

    response: TestResponse
    path: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def location(self) -> str:
        return self.response.headers["Location"]

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]

    def token(self) -> str:
        """The CSRF token of the page's own form, else of its meta tag."""
        fields = self.all("input", name="csrf_token")
        metas = self.all("meta", name="csrf-token")
        return str(fields[-1]["value"] if fields else metas[0]["content"])


class Visitor:
    """A test client that reads pages, and checks each of them on the way."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, *, status: int = 200, **kwargs: Any) -> Page:
        return self._check(self.client.get(path, **kwargs), path, status)

    def post(self, path: str, data: dict[str, Any], *, status: int = 200, **kwargs: Any) -> Page:
        return self._check(self.client.post(path, data=data, **kwargs), path, status)

    def submit(
        self, page: Page, fields: dict[str, Any], *, to: str | None = None, status: int = 200
    ) -> Page:
        """Sends the page's form, its hidden fields with these."""
        hidden = {
            str(each["name"]): each.get("value") or "" for each in page.all("input", type="hidden")
        }
        return self.post(to or page.path, {**hidden, **fields}, status=status)

    def _check(self, response: TestResponse, path: str, status: int) -> Page:
        assert response.status_code == status, f"{path}: {response.status}\n{response.text[:3000]}"
        page = Page(response, urlsplit(path).path)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 304, 308):
            page.elements = _sound_elements(response.text)
        return page


def _sound_elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """The elements of the page, which nests as it should and has each id once."""
    parser = _Parser()
    parser.feed(html)
    assert parser.open == [], f"never closed: {parser.open}"
    ids = [a["id"] for _, a in parser.elements if "id" in a]
    assert len(ids) == len(set(ids)), f"an id stands twice: {sorted(map(str, ids))}"
    tags = [tag for tag, _ in parser.elements]
    assert tags.count("title") == 1
    assert tags.count("h1") == 1
    for tag, attributes in parser.elements:
        assert tag != "img" or attributes.get("alt") is not None, f"no alt: {attributes}"
    labels = {a.get("for") for tag, a in parser.elements if tag == "label"}
    for tag, attributes in parser.elements:
        if tag in ("input", "textarea", "select") and attributes.get("type") not in (
            "hidden",
            "submit",
        ):
            assert attributes.get("id") in labels or "aria-label" in attributes, attributes
    return parser.elements


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()
