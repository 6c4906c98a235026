"""Uploads that go on through all that happens to a browser: offline, a restart, a closed tab."""

import re

from playwright.sync_api import BrowserContext, Dialog, Page, expect

from blog.accounts.models import User
from blog.local.server import BucketServer
from tests import photos
from tests.browser.live import LiveApp
from tests.browser.uploads import (
    IN_TEXT,
    KEPT,
    Held,
    choose,
    expect_arrived,
    hand_over,
    row,
)
from tests.conftest import PASSWORD


def test_twelve_photos_at_once_arrive_in_their_order(editor: Page) -> None:
    dropped = [(f"number {n}.jpg", photos.jpeg(700, 500, seed=n)) for n in range(12)]

    hand_over(editor, "textarea", "drop", *dropped)
    for name, _ in dropped:
        expect_arrived(row(editor, name))
        expect(row(editor, name)).to_contain_text("In the post")

    expect(editor.get_by_text("All 12 uploaded")).to_be_visible()
    places = re.findall(r"!\[(.*?)\]\(media:", editor.get_by_label("Body").input_value())
    assert places == [f"number {n}" for n in range(12)]


def test_ten_seconds_offline_are_told_and_waited_for(editor: Page, context: BrowserContext) -> None:
    editor.get_by_label("Body").fill("Before.")
    context.set_offline(True)

    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("You are offline")
    editor.wait_for_timeout(10_000)
    context.set_offline(False)

    expect_arrived(item)
    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_an_upload_that_goes_offline_in_its_middle_goes_on(
    editor: Page, context: BrowserContext, bucket: BucketServer
) -> None:
    held = Held(editor, bucket)
    item = choose(editor, photos.jpeg())
    first = held.first()

    context.set_offline(True)
    first.abort("internetdisconnected")
    expect(item).to_contain_text("You are offline")
    editor.unroute(f"{bucket.url}/**")
    context.set_offline(False)

    expect_arrived(item)


def test_a_server_that_restarts_before_the_confirmation_is_waited_for(
    editor: Page, bucket: BucketServer, live: LiveApp
) -> None:
    held = Held(editor, bucket)
    item = choose(editor, photos.jpeg())
    held.first()

    live.stop()
    with editor.expect_event("requestfailed"):
        while held.routes:
            held.release_next()
    live.start()

    expect_arrived(item)


def test_a_tab_that_was_closed_finds_its_uploads_again(
    editor: Page, context: BrowserContext, bucket: BucketServer
) -> None:
    Held(editor, bucket)
    editor.get_by_label("Title").fill("Interrupted")
    editor.get_by_label("Body").fill("Before.")
    hand_over(
        editor,
        "textarea",
        "drop",
        *[(f"{name}.jpg", photos.jpeg(seed=seed)) for seed, name in enumerate(("one", "two"))],
    )
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 2)")

    editor.close()
    again = context.new_page()
    again.goto("/admin/posts/new")
    again.get_by_role("button", name="Put it back").click()

    expect_arrived(row(again, "one.jpg"))
    expect_arrived(row(again, "two.jpg"))
    expect(again.get_by_label("Body")).to_have_value(
        re.compile(r"^Before\.\n\n!\[one\]\(media:.{12}\)\n\n!\[two\]\(media:.{12}\)\s*$")
    )


def test_an_upload_that_another_page_finished_is_put_into_the_text_it_was_for(
    editor: Page, context: BrowserContext, bucket: BucketServer
) -> None:
    Held(editor, bucket)
    editor.get_by_label("Body").fill("Before.")
    choose(editor, photos.jpeg())
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")
    editor.close()
    again = context.new_page()
    again.goto("/admin/posts/new")
    expect_arrived(row(again, "beach.jpg"))

    again.reload()
    again.get_by_role("button", name="Put it back").click()

    expect(again.get_by_label("Body")).to_have_value(IN_TEXT)


def test_two_tabs_do_not_work_at_the_same_upload(
    editor: Page, context: BrowserContext, bucket: BucketServer
) -> None:
    Held(editor, bucket)
    choose(editor, photos.jpeg())
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")

    other = context.new_page()
    other.goto("/admin/posts/new")
    expect(other.get_by_role("button", name="Put it back")).to_be_visible()

    expect(row(other, "beach.jpg")).to_have_count(0)


def test_a_session_that_ends_is_begun_anew_in_place(
    editor: Page, context: BrowserContext, ada: User
) -> None:
    editor.get_by_label("Body").fill("Precious words.")
    context.clear_cookies()
    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("You were signed out.")

    editor.get_by_label("Password").fill("wrong")
    editor.get_by_role("button", name="Sign in").click()
    expect(editor.get_by_text("Email or password is wrong.")).to_be_visible()
    expect(editor.get_by_label("Email")).to_have_value(ada.email)
    editor.get_by_label("Password").fill(PASSWORD)
    editor.get_by_role("button", name="Sign in").click()

    expect_arrived(item)
    expect(editor.get_by_label("Password")).to_have_count(0)
    editor.get_by_label("Title").fill("Saved after all")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_url(re.compile(r"/admin/posts/1$"))


def test_leaving_is_warned_of_only_while_something_would_be_lost(
    editor: Page, bucket: BucketServer
) -> None:
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", note)
    Held(editor, bucket)
    editor.get_by_label("Body").click()
    choose(editor, photos.jpeg())
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")
    editor.wait_for_timeout(100)

    editor.reload()

    assert asked == []


def test_the_second_press_saves_without_what_has_not_arrived(
    editor: Page, bucket: BucketServer
) -> None:
    editor.route(f"{bucket.url}/**", lambda route: route.abort("connectionrefused"))
    editor.get_by_label("Title").fill("Without it")
    editor.get_by_label("Body").fill("Words.")
    choose(editor, photos.jpeg())

    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("[data-save-state]")).to_contain_text("nothing was saved yet")
    editor.get_by_role("button", name="Save").click()

    expect(editor).to_have_url(re.compile(r"/admin/posts/1$"))
    expect(editor.get_by_label("Body")).to_have_value(re.compile(r"^Words\.\s*$"))
