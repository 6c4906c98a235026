"""A real Chromium before the app and the embedded bucket."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from blog.accounts.models import User
from blog.config import Settings
from blog.local.server import BucketServer
from tests.browser.live import LiveApp
from tests.conftest import PASSWORD
from tests.library.conftest import make_asset as make_asset
from tests.library.conftest import make_post as make_post
from tests.postgres import free_port
from tests.requirements import lacking

# Chromium as root needs --no-sandbox; the others keep it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            lacking("Chromium")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def find_chromium(playwright: Playwright) -> str | None:
    """The system's Chromium, or the one that Playwright has installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), playwright.chromium.executable_path)
    return path if Path(path).exists() else None


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """One kind of database: what differs between them is tested without a browser."""
    shutil.copy(migrated_sqlite, tmp_path / "blog.db")
    return f"sqlite:///{tmp_path / 'blog.db'}"


@pytest.fixture
def settings(settings: Settings, bucket: BucketServer) -> Settings:
    port = free_port()
    return replace(
        settings,
        site_url=f"http://127.0.0.1:{port}",
        port=port,
        endpoint_url=bucket.url,
        media_url="",
    )


@pytest.fixture
def live(make_app: Callable[[Settings], Flask], settings: Settings) -> Iterator[LiveApp]:
    live = LiveApp(make_app(settings), settings.port)
    live.start()
    yield live
    live.stop()


@pytest.fixture
def context(chromium: Browser, live: LiveApp) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live.url)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab that fails the test on a script error."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


@pytest.fixture
def editor(page: Page, ada: User) -> Page:
    """The editor of a new post, Ada signed in."""
    sign_in(page, ada)
    page.goto("/admin/posts/new")
    return page


@pytest.fixture
def admin(page: Page) -> Page:
    """A page of the admin's kind, with what its headers allow, and nobody signed in."""
    page.goto("/admin/sign-in")
    return page


def sign_in(page: Page, user: User) -> None:
    page.goto("/admin/sign-in")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
