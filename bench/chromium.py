"""A real Chromium with a profile of its own, signed in before the editor of a new post."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from bench.author import ADMIN
from tests.browser.conftest import ARGUMENTS, find_chromium

# The author's switch for AVIF, as static/js/upload/avif-maker.js keeps it.
WITHOUT_AVIF = "localStorage.setItem('avif', 'off')"


@dataclass(frozen=True, slots=True)
class Chromium:
    """`mark` is an argument of its process that no other has."""

    page: Page
    mark: str


@contextmanager
def editor(url: str, link: str, *, with_avif: bool = False) -> Iterator[Chromium]:
    """In a private window, the browser would keep in memory what else it keeps on the disk."""
    mark = f"--signpost-bench={secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_chromium(playwright), args=[*ARGUMENTS, mark]
        )
        if not with_avif:
            context.add_init_script(WITHOUT_AVIF)
        page = context.pages[0]
        sign_up(page, url, link)
        page.goto(f"{url}/admin/posts/new")
        yield Chromium(page, mark)
        context.close()


def sign_up(page: Page, url: str, link: str) -> None:
    page.goto(f"{url}{link}")
    for label, value in (("Email", ADMIN["email"]), ("Password", ADMIN["password"])):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Create account").click()
