"""From the first admin's link to a photo in a published post, in a real Chromium."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect

from blog.accounts.links import issue_first_admin_link
from blog.config import Settings
from blog.db import now, session
from blog.local.server import BucketServer
from tests import photos
from tests.browser.live import LiveApp


@pytest.fixture(params=["post", "put"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, upload_method=request.param)


def test_from_the_first_link_to_a_photo_that_visitors_see(
    app: Flask,
    live: LiveApp,
    page: Page,
    bucket: BucketServer,
    chromium: Browser,
    settings: Settings,
) -> None:
    photo = photos.jpeg(1600, 1200, orientation=6, is_grainy=True)  # the camera lay on its side
    assert len(photo) > 1_000_000
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    with app.app_context():
        token = issue_first_admin_link(at=now())
        session.commit()

    page.goto(f"/admin/welcome/{token}")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Create account").click()

    page.get_by_role("link", name="New post").first.click()
    page.get_by_label("Title").fill("A gull")
    page.get_by_label("Body").fill("Before.\n\n")
    page.get_by_label("Body").press("Control+End")
    page.get_by_label("Add images or video").set_input_files(
        {"name": "gull-at-sea.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    bar = page.get_by_role("progressbar", name="gull-at-sea.jpg")
    expect(bar).to_have_attribute("aria-valuenow", "100")
    expect(page.get_by_label("Body")).to_have_value(
        re.compile(r"^Before\.\n\n!\[gull at sea\]\(media:[0-9a-f]{12}\)\n\n$")
    )
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()

    visitor = chromium.new_context(base_url=live.url, viewport={"width": 390, "height": 800})
    post = visitor.new_page()
    post.goto("/posts/a-gull")
    image = post.get_by_role("img", name="gull at sea")
    expect(image).to_be_visible()
    assert (image.get_attribute("width"), image.get_attribute("height")) == ("1200", "1600")
    assert image.evaluate("i => i.naturalHeight / i.naturalWidth") == pytest.approx(4 / 3, 0.01)
    assert visitor.cookies() == []
    visitor.close()

    to_app = [r for r in sent if r.url.startswith(live.url)]
    assert sum(len(r.post_data_buffer or b"") for r in to_app) < 64_000
    assert live.counted.received < 64_000
    browsers = [r for r in bucket.received if r.origin and r.method != "OPTIONS"]
    assert {r.method for r in browsers if r.method != "GET"} == {settings.upload_method.upper()}
    stored = [r.size for r in browsers if r.method in ("POST", "PUT") and r.status in (200, 201)]
    assert len(stored) >= 3  # the picture and its smaller versions, each on its own
    assert 100_000 < sum(stored) < len(photo)
