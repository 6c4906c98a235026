"""Uploading in a real Chromium: the ways in, and what happens in the text meanwhile."""

import re

from playwright.sync_api import Page, expect

from blog.local.server import BucketServer
from tests import photos
from tests.browser.uploads import IN_TEXT, Held, choose, expect_arrived, hand_over, posts_to, row


def test_several_files_are_dropped_at_the_cursor(editor: Page) -> None:
    body = editor.get_by_label("Body")
    body.fill("Before. After.")
    body.evaluate("body => body.setSelectionRange(7, 7)")

    hand_over(
        editor,
        "textarea",
        "drop",
        ("one.jpg", photos.jpeg(seed=1)),
        ("two.jpg", photos.jpeg(seed=2)),
    )

    expect(body).to_have_value(
        re.compile(r"^Before\.\n\n!\[one\]\(media:.{12}\)\n\n!\[two\]\(media:.{12}\)\n\n After\.$")
    )


def test_a_file_dropped_beside_the_text_is_taken_too(editor: Page) -> None:
    hand_over(editor, "h1", "drop", ("one.jpg", photos.jpeg()))

    expect_arrived(row(editor, "one.jpg"))
    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_a_picture_is_pasted(editor: Page) -> None:
    hand_over(editor, "textarea", "paste", ("image.png", photos.png()))

    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_the_same_photo_twice_is_sent_once(editor: Page, bucket: BucketServer) -> None:
    photo = photos.jpeg()

    hand_over(editor, "textarea", "drop", ("a.jpg", photo), ("b.jpg", photo))
    expect_arrived(row(editor, "a.jpg"))
    expect_arrived(row(editor, "b.jpg"))
    expect_arrived(choose(editor, photo, "c.jpg"))

    assert posts_to(bucket) == 1
    references = IN_TEXT.findall(editor.get_by_label("Body").input_value())
    assert len(references) == 3
    assert len({reference[-13:] for reference in references}) == 1


def test_a_png_named_jpg_is_taken_for_what_it_is(editor: Page) -> None:
    item = choose(editor, photos.png(), "harbour.jpg")

    expect(item).to_contain_text("In the post, as harbour.png")


def test_cancelling_takes_the_placeholder_away(editor: Page, bucket: BucketServer) -> None:
    Held(editor, bucket)
    editor.get_by_label("Body").fill("Before.")

    item = choose(editor, photos.jpeg())
    expect(editor.get_by_label("Body")).to_have_value(re.compile("Uploading beach.jpg…"))
    expect(item).to_have_attribute("data-state", "uploading")
    item.get_by_role("button", name="Cancel").click()

    expect(item).to_contain_text("Cancelled")
    expect(editor.get_by_label("Body")).to_have_value("Before.")


def test_saving_waits_for_the_uploads(editor: Page, bucket: BucketServer) -> None:
    held = Held(editor, bucket)
    editor.get_by_label("Title").fill("With a photo")
    choose(editor, photos.jpeg())
    expect(editor.get_by_label("Body")).to_have_value(re.compile("Uploading"))

    editor.get_by_role("button", name="Publish").click()
    expect(editor.locator("[data-save-state]")).to_contain_text("Waiting for uploads")
    held.first().continue_()

    expect(editor.get_by_role("button", name="Unpublish")).to_be_visible()
    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_a_placeholder_that_the_author_deleted_is_not_put_back(
    editor: Page, bucket: BucketServer
) -> None:
    held = Held(editor, bucket)
    item = choose(editor, photos.jpeg())
    body = editor.get_by_label("Body")
    expect(body).to_have_value(re.compile("Uploading"))

    body.fill("Changed my mind.")
    held.first().continue_()
    expect(item).to_contain_text("Its place in the text was removed")
    expect(body).to_have_value("Changed my mind.")
    item.get_by_role("button", name="Insert").click()

    expect(body).to_have_value(IN_TEXT)
