"""Choosing from the media library in a real Chromium: into a text, and in place of another."""

from flask import Flask
from playwright.sync_api import Page, expect

from blog.accounts.models import User
from blog.db import session
from blog.posts.models import Post
from tests.browser.conftest import sign_in
from tests.library.conftest import MakeAsset, MakePost


def test_a_picture_is_chosen_by_keyboard_and_stands_at_the_cursor(
    editor: Page, make_asset: MakeAsset
) -> None:
    make_asset("dune.webp", alt="A dune")
    gull = make_asset("gull.webp", alt="A gull")
    make_asset("gull-2.webp", alt="Another")
    body = editor.get_by_label("Body")
    body.fill("Before. After.")
    body.evaluate("body => body.setSelectionRange(7, 7)")

    editor.get_by_role("button", name="Choose from the library").press("Enter")
    expect(editor.get_by_role("list", name="Media").get_by_role("button")).to_have_count(3)
    editor.keyboard.type("gull")
    expect(editor.get_by_role("list", name="Media").get_by_role("button")).to_have_count(2)
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        editor.keyboard.press(key)

    expect(editor.get_by_role("dialog")).to_be_hidden()
    expect(body).to_have_value(f"Before.\n\n![A gull]({gull.reference})\n\n After.")
    expect(body).to_be_focused()
    editor.keyboard.press("Control+z")
    expect(body).to_have_value("Before. After.")


def test_a_picture_goes_to_the_end_of_a_text_that_nobody_touched(
    editor: Page, make_asset: MakeAsset, make_post: MakePost
) -> None:
    asset = make_asset("gull.webp", alt="")
    editor.goto(f"/admin/posts/{make_post(body='First.').id}")

    editor.get_by_role("button", name="Choose from the library").click()
    editor.get_by_role("list", name="Media").get_by_role("button").click()

    expect(editor.get_by_label("Body")).to_have_value(f"First.\n\n![]({asset.reference})\n\n")


def test_the_picker_is_no_part_of_the_post(editor: Page, make_asset: MakeAsset) -> None:
    make_asset("gull.webp")
    button = editor.get_by_role("button", name="Choose from the library")
    button.click()
    field = editor.get_by_role("dialog").get_by_label("Search media")

    field.fill("nothing")
    field.press("Enter")
    expect(editor.get_by_role("dialog")).to_contain_text("Nothing found for “nothing”.")
    editor.keyboard.press("Escape")  # browsers empty the field first
    expect(field).to_have_value("")
    editor.keyboard.press("Escape")

    expect(editor.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    assert editor.url.endswith("/admin/posts/new")
    expect(editor.locator("[data-save-state]")).to_have_text("Not saved yet")
    editor.reload()
    expect(editor.get_by_role("button", name="Put it back")).to_be_hidden()


def test_a_picture_is_replaced_everywhere(
    app: Flask, page: Page, ada: User, make_asset: MakeAsset, make_post: MakePost
) -> None:
    sign_in(page, ada)
    old = make_asset("old.webp")
    post = make_post(old)
    new = make_asset("new.webp")
    page.goto(f"/admin/media/{old.id}")

    page.get_by_role("button", name="Choose…").click()
    page.get_by_role("button", name="new.webp").click()
    expect(page.get_by_label("Replace it by")).to_have_value(new.reference)
    page.get_by_role("button", name="Replace in 1 post").click()

    expect(page.get_by_text("Replaced in 1 post.")).to_be_visible()
    with app.app_context():
        assert session.get_one(Post, post.id).body == f"![]({new.reference})"
