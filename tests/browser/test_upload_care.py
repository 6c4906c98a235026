"""What uploads leave alone: the author's words, another author's files, what was deleted."""

import re

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from blog.accounts.models import User
from blog.db import now, session
from blog.local.server import BucketServer
from tests import photos
from tests.browser.conftest import sign_in
from tests.browser.uploads import IN_TEXT, KEPT, Held, choose, expect_arrived, row
from tests.conftest import PASSWORD


def test_a_picture_does_not_replace_what_is_selected(editor: Page) -> None:
    body = editor.get_by_label("Body")
    body.fill("Precious words.")
    body.focus()
    body.select_text()

    choose(editor, photos.jpeg())

    expect(body).to_have_value(re.compile(r"^Precious words\.\n\n!\[beach\]\(media:.{12}\)\s*$"))


def test_a_stand_in_that_was_cut_and_pasted_gets_its_picture(
    editor: Page, bucket: BucketServer
) -> None:
    held = Held(editor, bucket)
    body = editor.get_by_label("Body")
    item = choose(editor, photos.jpeg())
    held.first()
    cut = body.input_value()
    body.fill("Meanwhile.")
    held.release_next()
    expect(item).to_contain_text("Its place in the text was removed")

    body.fill(f"Moved. {cut}")

    expect(body).to_have_value(re.compile(r"^Moved\. !\[beach\]\(media:.{12}\)\s*$"))


def test_the_page_of_some_hotel_is_not_taken_for_an_answer(editor: Page) -> None:
    hotel: list[Route] = []

    def sell_wifi(route: Route) -> None:
        if hotel or route.request.method != "POST":
            route.continue_()
        else:
            hotel.append(route)
            route.fulfill(status=200, body="<h1>Welcome to our lobby</h1>")

    editor.route("**/completion", sell_wifi)

    expect_arrived(choose(editor, photos.jpeg()))

    assert hotel
    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_an_upload_that_was_given_up_and_tried_again_is_kept_again(
    editor: Page, bucket: BucketServer
) -> None:
    Held(editor, bucket)
    item = choose(editor, photos.jpeg())
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")

    item.get_by_role("button", name="Cancel").click()
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 0)")
    item.get_by_role("button", name="Try again").click()

    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")


def test_one_authors_uploads_do_not_go_on_as_anothers(
    editor: Page, context: BrowserContext, app: Flask, bucket: BucketServer
) -> None:
    Held(editor, bucket)
    choose(editor, photos.jpeg(), "private.jpg")
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 1)")
    editor.close()
    with app.app_context():
        grace = User.create("grace@example.com", PASSWORD, name="Grace", at=now())
        session.add(grace)
        session.commit()
    context.clear_cookies()

    page = context.new_page()
    page.add_init_script("localStorage.setItem('avif', 'off')")
    sign_in(page, grace)
    page.goto("/admin/media/")
    expect_arrived(choose(page, photos.jpeg(seed=3), "hers.jpg"))

    expect(row(page, "private.jpg")).to_have_count(0)
    assert page.evaluate(f"({KEPT})()") == 1


def test_a_deleted_picture_does_not_come_back_by_its_avif_versions(
    page: Page, ada: User, bucket: BucketServer
) -> None:
    sign_in(page, ada)
    page.goto("/admin/media/")
    expect_arrived(choose(page, photos.jpeg(1000, 700)))
    expect(page.get_by_text("smaller AVIF versions in the background: 1")).to_be_visible()
    page.goto("/admin/media/1")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"/admin/media/$"))

    expect(page.get_by_text("smaller AVIF versions in the background: 1")).to_be_visible()
    expect(page.get_by_text("smaller AVIF versions in the background")).to_be_hidden(timeout=60_000)
    page.reload()

    expect(page.get_by_text("Nothing here yet")).to_be_visible()


def test_what_is_typed_while_saving_waits_is_not_saved_half(
    editor: Page, bucket: BucketServer
) -> None:
    held = Held(editor, bucket)
    editor.get_by_label("Title").fill("With a photo")
    item = choose(editor, photos.jpeg())
    held.first()
    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("[data-save-state]")).to_contain_text("Waiting for uploads")

    editor.get_by_label("Body").press_sequentially("Half a sen")
    held.release_next()

    expect_arrived(item)
    assert editor.url.endswith("/admin/posts/new")
