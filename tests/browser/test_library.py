"""The media library in a real Chromium: found, described, inserted, replaced, deleted."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from blog.accounts.models import User
from blog.db import session
from blog.media.models import Asset
from tests.browser.conftest import sign_in
from tests.browser.live import LiveApp
from tests.library.conftest import MakeAsset, MakePost

IS_SHOWN = """element => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


@pytest.fixture
def library(page: Page, ada: User) -> Page:
    sign_in(page, ada)
    return page


def items(page: Page) -> Locator:
    return page.get_by_role("list", name="Media").get_by_role("listitem")


def item(page: Page, name: str) -> Locator:
    return items(page).filter(has=page.get_by_role("link", name=name, exact=True))


def alt_of(app: Flask, asset: Asset) -> str:
    with app.app_context():
        return session.get_one(Asset, asset.id).alt


def test_the_list_goes_on_by_itself_and_nothing_jumps(library: Page, make_asset: MakeAsset) -> None:
    for number in range(130):
        make_asset(f"photo-{number}.webp")
    library.goto("/admin/media/")
    expect(items(library)).to_have_count(60)

    last = items(library).nth(59)
    last.scroll_into_view_if_needed()
    before = last.bounding_box()
    expect(items(library)).to_have_count(120)
    assert last.bounding_box() == before
    expect(library.get_by_role("status")).to_have_text("60 more are shown.")
    items(library).nth(119).scroll_into_view_if_needed()

    expect(items(library)).to_have_count(130)
    expect(library.get_by_role("link", name="Show more")).to_have_count(0)
    names = [text.strip() for text in library.locator(".library-name").all_inner_texts()]
    assert names == [f"photo-{number}.webp" for number in reversed(range(130))]


def test_back_leads_to_where_one_was(library: Page, make_asset: MakeAsset) -> None:
    for number in range(130):
        make_asset(f"photo-{number}.webp")
    library.goto("/admin/media/")
    items(library).nth(59).scroll_into_view_if_needed()
    expect(items(library)).to_have_count(120)
    library.get_by_role("link", name="photo-20.webp", exact=True).click()
    expect(library.get_by_role("heading", name="photo-20.webp")).to_be_visible()

    library.get_by_role("link", name="Media", exact=True).last.click()

    place = library.get_by_role("link", name="photo-20.webp", exact=True)
    expect(place).to_be_focused()
    assert place.evaluate(IS_SHOWN)
    library.get_by_role("link", name="Show the newest").click()
    expect(library.get_by_role("link", name="photo-129.webp", exact=True)).to_be_visible()


def test_a_search_needs_no_button_and_leaves_the_cursor(
    library: Page, make_asset: MakeAsset
) -> None:
    for name in ("gull.webp", "dune.webp", "gulls-at-sea.webp"):
        make_asset(name, alt="")
    library.goto("/admin/media/")

    field = library.get_by_label("Search media")
    field.press_sequentially("gul")

    expect(items(library)).to_have_count(2)
    expect(field).to_be_focused()
    expect(library).to_have_url(re.compile(r"/admin/media/\?q=gul$"))
    expect(library.get_by_role("status")).to_have_text("2 found.")
    library.get_by_label("Videos").check()
    expect(library.get_by_text("Nothing found for “gul”.")).to_be_visible()
    library.reload()
    expect(library.get_by_label("Videos")).to_be_checked()


def test_an_alternative_text_is_kept_when_its_field_is_left(
    app: Flask, library: Page, make_asset: MakeAsset
) -> None:
    asset = make_asset("gull.webp", alt="")
    library.goto("/admin/media/")

    field = library.get_by_label("Alternative text")
    field.fill("A gull  over the sea")
    field.press("Tab")

    expect(item(library, "gull.webp")).to_contain_text("Saved")
    expect(field).to_have_value("A gull over the sea")
    assert alt_of(app, asset) == "A gull over the sea"
    field.fill("Something else")
    field.press("Escape")
    expect(field).to_have_value("A gull over the sea")


def test_an_alternative_text_that_could_not_be_kept_is_not_lost(
    app: Flask, library: Page, context: BrowserContext, ada: User, make_asset: MakeAsset
) -> None:
    asset = make_asset("gull.webp", alt="")
    library.goto("/admin/media/")
    field = library.get_by_label("Alternative text")
    library.route("**/description", lambda route: route.abort("connectionrefused"))

    field.fill("A gull")
    field.press("Enter")
    expect(item(library, "gull.webp")).to_contain_text("The blog could not be reached.")
    expect(field).to_have_value("A gull")
    library.unroute("**/description")
    context.clear_cookies()
    item(library, "gull.webp").get_by_role("button", name="Save").click()
    expect(item(library, "gull.webp")).to_contain_text("You were signed out.")
    expect(field).to_have_value("A gull")
    sign_in(context.new_page(), ada)
    item(library, "gull.webp").get_by_role("button", name="Save").click()

    expect(item(library, "gull.webp")).to_contain_text("Saved")
    assert alt_of(app, asset) == "A gull"


def test_the_markdown_is_copied(
    library: Page, context: BrowserContext, make_asset: MakeAsset
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    asset = make_asset("gull.webp", alt="A gull")
    library.goto(f"/admin/media/{asset.id}")

    library.get_by_role("button", name="Copy Markdown").click()

    expect(library.get_by_text("Copied")).to_be_visible()
    copied = library.evaluate("navigator.clipboard.readText()")
    assert copied == f"![A gull]({asset.reference})"


def test_several_are_deleted_and_what_is_used_stays(
    library: Page, make_asset: MakeAsset, make_post: MakePost
) -> None:
    for name in ("one.webp", "two.webp", "three.webp", "four.webp"):
        asset = make_asset(name)
    make_post(asset, title="By the sea")
    library.goto("/admin/media/")
    library.get_by_label("Choose four.webp").check()
    library.get_by_label("Choose two.webp").click(modifiers=["Shift"])
    expect(library.get_by_text("3 chosen")).to_be_visible()

    library.get_by_role("button", name="Delete…").click()
    question = library.get_by_role("dialog")
    expect(question).to_contain_text("By the sea")
    expect(question).to_contain_text("These 2 files will be gone for good")
    question.get_by_role("button", name="Delete").click()

    expect(items(library)).to_have_count(2)
    expect(library.get_by_role("status")).to_have_text("2 deleted.")
    expect(question).to_be_hidden()
    library.reload()
    expect(item(library, "four.webp")).to_be_visible()
    expect(item(library, "one.webp")).to_be_visible()


def test_a_question_can_be_left(library: Page, make_asset: MakeAsset) -> None:
    make_asset("one.webp")
    library.goto("/admin/media/")
    library.get_by_label("Choose one.webp").check()

    library.get_by_role("button", name="Delete…").click()
    library.get_by_role("link", name="Keep it").click()

    expect(library.get_by_role("dialog")).to_be_hidden()
    expect(items(library)).to_have_count(1)


def test_the_library_works_without_scripts(
    app: Flask,
    chromium: Browser,
    live: LiveApp,
    ada: User,
    make_asset: MakeAsset,
) -> None:
    assets = [make_asset(f"photo-{number}.webp", alt="") for number in range(62)]
    context = chromium.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, ada)
    page.goto("/admin/media/")

    page.get_by_role("link", name="Show more").click()
    expect(items(page)).to_have_count(2)
    page.get_by_label("Alternative text").first.fill("The second")
    item(page, "photo-1.webp").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert alt_of(app, assets[1]) == "The second"
    assert "before=3" in page.url

    page.get_by_label("Search media").fill("photo 61")
    page.get_by_role("button", name="Search").click()
    expect(items(page)).to_have_count(1)
    page.get_by_label("Choose photo-61.webp").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 file deleted.")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_of_the_library_is_wider_than_a_phone(
    library: Page, make_asset: MakeAsset, make_post: MakePost, width: int
) -> None:
    asset = make_asset("a-very-long-name-that-has-no-place-to-break-" * 3 + ".webp", alt="x" * 300)
    make_post(asset, title="W" * 80)
    library.set_viewport_size({"width": width, "height": 800})

    for path in (
        "/admin/",
        "/admin/media/",
        f"/admin/media/{asset.id}",
        f"/admin/media/deletion?id={asset.id}",
    ):
        library.goto(path)
        assert library.evaluate("document.documentElement.scrollWidth") <= width, path
