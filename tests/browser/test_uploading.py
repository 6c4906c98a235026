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

    expect(item).to_contain_text("It is really a PNG")


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


def test_a_picture_goes_to_the_end_of_a_text_that_was_only_opened(editor: Page) -> None:
    editor.get_by_label("Title").fill("Opened")
    editor.get_by_label("Body").fill("First paragraph.\n\nLast paragraph.")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_have_url(re.compile(r"/admin/posts/1$"))

    choose(editor, photos.jpeg())

    expect(editor.get_by_label("Body")).to_have_value(
        re.compile(r"Last paragraph\.\n\n!\[beach\]\(media:.{12}\)\n\n$")
    )


def test_what_programs_append_to_a_picture_is_not_sent(editor: Page) -> None:
    expect_arrived(choose(editor, photos.png() + bytes(100_000), "a.png", "image/png"))
    expect_arrived(choose(editor, photos.gif() + b"appended", "b.gif", "image/gif"))


def test_no_name_breaks_the_text(editor: Page) -> None:
    for number, name in enumerate(["back\\.jpg", "a](x) ![b.jpg", "<b>*`bold`*.jpg", "$&.png"]):
        choose(editor, photos.jpeg(seed=number), name)
    expect(editor.locator('.upload[data-state="done"]')).to_have_count(4)

    text = editor.get_by_label("Body").input_value()
    assert len(re.findall(r"^!\[[\w ()$&]*\]\(media:[0-9a-f]{12}\)$", text, re.M)) == 4
    expect(row(editor, "$&.png")).to_contain_text("It is really a JPEG")


def test_a_text_that_comes_back_gets_its_pictures(editor: Page, bucket: BucketServer) -> None:
    held = Held(editor, bucket)
    editor.get_by_label("Body").fill("Before.")
    choose(editor, photos.jpeg())
    expect(editor.get_by_label("Body")).to_have_value(re.compile("Uploading"))
    held.first()

    editor.unroute(f"{bucket.url}/**")
    editor.reload()
    editor.get_by_role("button", name="Put it back").click()

    expect(editor.get_by_label("Body")).to_have_value(
        re.compile(r"^Before\.\n\n!\[beach\]\(media:[0-9a-f]{12}\)\s*$")
    )


def test_a_stand_in_whose_upload_is_gone_goes_too(editor: Page) -> None:
    editor.get_by_label("Body").fill("Before.\n\n![Uploading a.jpg…](uploading:abc1)\n\nAfter.")

    editor.reload()
    editor.get_by_role("button", name="Put it back").click()

    expect(editor.get_by_label("Body")).to_have_value(re.compile(r"^Before\.\s+After\.$"))


def test_the_second_of_the_same_files_can_be_cancelled(editor: Page, bucket: BucketServer) -> None:
    held = Held(editor, bucket)
    choose(editor, photos.jpeg(), "first.jpg")
    held.first()

    item = choose(editor, photos.jpeg(), "second.jpg")
    expect(editor.get_by_label("Body")).to_have_value(re.compile("Uploading second"))
    item.get_by_role("button", name="Cancel").click()

    expect(item).to_contain_text("Cancelled")
    expect(editor.get_by_label("Body")).not_to_have_value(re.compile("second"))
