"""Whole addresses: of our own pages, and of what a text that leaves the blog links to."""

import re
from functools import partial
from urllib.parse import urljoin

from flask import current_app

# Tags as nh3 writes them: attributes always in double quotes, so text is never taken for one.
_TAG = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")+>')
_LINK = re.compile(r' (href|src)="([^"]*)"')


def absolute(path: str) -> str:
    """The public address of a path of ours; never from the request's Host header."""
    return f"{current_app.extensions['settings'].site_url}{path}"


def with_absolute_links(html: str, base: str) -> str:
    """The sanitized HTML with every link and picture resolved against `base`, for feeds."""
    return _TAG.sub(partial(_resolve_tag, base), html)


def _resolve_tag(base: str, tag: re.Match[str]) -> str:
    return _LINK.sub(lambda link: f' {link[1]}="{_resolve(base, link[2])}"', tag[0])


def _resolve(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:  # no address at all, "//[" say: it stays as the author wrote it
        return link
