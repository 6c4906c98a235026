"""Writing in a real Chromium: what was typed is never lost, with scripts or without."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from blog.accounts.models import User
from tests.browser.conftest import sign_in
from tests.browser.live import LiveApp


@pytest.fixture
def without_scripts(chromium: Browser, live: LiveApp, ada: User) -> Page:
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, ada)
    return page


def test_what_was_not_saved_is_offered_after_a_reload(editor: Page) -> None:
    editor.get_by_label("Title").fill("Half written")
    editor.get_by_label("Body").fill("Precious words.")

    editor.reload()
    expect(editor.get_by_label("Body")).to_have_value("")
    editor.get_by_role("button", name="Put it back").click()

    expect(editor.get_by_label("Title")).to_have_value("Half written")
    expect(editor.get_by_label("Body")).to_have_value("Precious words.")


def expect_nothing_offered(editor: Page) -> None:
    expect(editor.locator("draft-keeper:defined")).to_have_count(1)
    expect(editor.get_by_role("button", name="Put it back")).to_be_hidden()


def test_what_was_saved_is_not_offered_again(editor: Page) -> None:
    editor.get_by_label("Title").fill("Written")
    editor.get_by_label("Body").fill("All of it.")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_url(re.compile(r"/admin/posts/1$"))

    expect_nothing_offered(editor)
    editor.goto("/admin/posts/new")
    expect_nothing_offered(editor)


def write_and_save(editor: Page) -> None:
    editor.get_by_label("Title").fill("Written")
    editor.get_by_label("Tags").fill("zeta, #alpha")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_url(re.compile(r"/admin/posts/1$"))


@pytest.mark.parametrize("field", ["Excerpt", "Address", "Tags", "Body"])
def test_every_field_is_kept(editor: Page, field: str) -> None:
    write_and_save(editor)
    expect_nothing_offered(editor)

    editor.get_by_label(field).fill("changed,\nlater")
    expect(editor.locator("[data-save-state]")).to_have_text("Not saved yet")
    editor.reload()
    editor.get_by_role("button", name="Put it back").click()

    expect(editor.get_by_label(field)).to_have_value(re.compile(r"changed,\s*later"))


def test_what_is_typed_while_another_text_is_offered_is_kept_too(editor: Page) -> None:
    editor.get_by_label("Body").fill("The first text.")
    editor.reload()
    expect(editor.get_by_role("button", name="Put it back")).to_be_visible()
    editor.get_by_label("Body").fill("An hour of writing.")

    editor.reload()
    editor.get_by_role("button", name="Put it back").click()
    expect(editor.get_by_label("Body")).to_have_value("An hour of writing.")
    editor.get_by_role("button", name="Put it back").click()
    expect(editor.get_by_label("Body")).to_have_value("The first text.")
    editor.get_by_role("button", name="Put it back").click()

    expect(editor.get_by_label("Body")).to_have_value("An hour of writing.")


def test_two_tabs_keep_two_texts(editor: Page, context: BrowserContext) -> None:
    editor.get_by_label("Body").fill("In the first tab.")
    other = context.new_page()
    other.goto("/admin/posts/new")
    other.get_by_label("Body").fill("In the second tab.")

    third = context.new_page()
    third.goto("/admin/posts/new")
    texts = []
    for _ in range(2):
        third.get_by_role("button", name="Put it back").click()
        texts.append(third.get_by_label("Body").input_value())

    assert texts == ["In the second tab.", "In the first tab."]


def test_publishing_twice_makes_one_post(editor: Page) -> None:
    held: list[Route] = []
    editor.route("**/admin/posts/new", lambda route: held.append(route))
    editor.get_by_label("Title").fill("Once")

    editor.get_by_role("button", name="Publish").evaluate("b => { for (let i of '123') b.click() }")
    editor.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()

    expect(editor.get_by_role("button", name="Unpublish")).to_be_visible()


def test_what_was_typed_after_the_session_ended_comes_back(
    editor: Page, context: BrowserContext, ada: User
) -> None:
    editor.get_by_label("Title").fill("Late at night")
    editor.get_by_label("Body").fill("Precious words.")
    context.clear_cookies()

    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("heading", name="You were signed out")).to_be_visible()
    sign_in(editor, ada)
    editor.goto("/admin/posts/new")
    editor.get_by_role("button", name="Put it back").click()
    editor.get_by_role("button", name="Publish").click()

    expect(editor.get_by_role("button", name="Unpublish")).to_be_visible()
    expect(editor.get_by_label("Body")).to_have_value("Precious words.")


def test_the_preview_opens_beside_the_editor(editor: Page, context: BrowserContext) -> None:
    editor.get_by_label("Title").fill("Not yet")
    editor.get_by_label("Body").fill("Some *words*.")

    with context.expect_page() as opened:
        editor.get_by_role("button", name="Preview").click()

    expect(opened.value.locator("em")).to_have_text("words")
    expect(editor.get_by_label("Body")).to_have_value("Some *words*.")


def test_everything_but_pictures_works_without_scripts(without_scripts: Page) -> None:
    page = without_scripts
    page.goto("/admin/posts/new")
    page.get_by_label("Title").fill("By hand")
    page.get_by_label("Body").fill("Plain words.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Update")).to_be_visible()

    page.get_by_role("link", name="View", exact=True).click()
    expect(page.get_by_role("heading", name="By hand")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Unpublish").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_phone(editor: Page, width: int) -> None:
    editor.set_viewport_size({"width": width, "height": 800})

    for path in ("/admin/posts/new", "/admin/posts/", "/", "/nowhere"):
        editor.goto(path)
        assert editor.evaluate("document.documentElement.scrollWidth") <= width, path
