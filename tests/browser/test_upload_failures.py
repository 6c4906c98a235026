"""What goes wrong with an upload, in a real Chromium, and the words for it."""

import re
from pathlib import Path

import boto3
import pytest
from mypy_boto3_s3.type_defs import CORSRuleTypeDef
from playwright.sync_api import BrowserContext, Page, Route, expect

from blog.accounts.models import User
from blog.config import LOCAL_BUCKET
from blog.local.server import BucketServer
from tests import photos
from tests.browser.conftest import sign_in
from tests.browser.live import LiveApp
from tests.browser.uploads import IN_TEXT, KEPT, Held, choose, expect_arrived, posts_to, row


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", "This file is empty."),
        ("page.png", b"<!doctype html><p>Hello", "This is an HTML page."),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "This is an SVG drawing"),
        ("notes.jpg", b"%PDF-1.7 and so on", "This is a PDF"),
        ("cut.jpg", photos.jpeg()[:-200], "cut off or damaged"),
        ("holed.jpg", photos.damaged_jpeg(), "as if part of it were missing"),
        ("turned.jpg", photos.damaged_jpeg(orientation=6), "as if part of it were missing"),
        ("cut.png", photos.png()[:-20], "cut off or damaged"),
        ("cut.webp", photos.webp()[:-20], "cut off or damaged"),
        ("damaged.png", photos.png().replace(b"IDAT", b"iDAT"), "cut off or damaged"),
        ("IMG_1.HEIC", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(64), "This is a HEIC photo"),
        ("clip.jpg", b"\0\0\0\x14ftypqt  \0\0\2\0qt  " + bytes(64), "This is a QuickTime video"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_file(
    editor: Page, bucket: BucketServer, name: str, content: bytes, words: str
) -> None:
    editor.get_by_label("Body").fill("Precious words.")

    item = choose(editor, content, name)

    expect(item).to_contain_text(words)
    expect(editor.get_by_label("Body")).to_have_value("Precious words.")
    assert posts_to(bucket) == 0


def test_a_file_that_is_too_large_is_told(
    editor: Page, bucket: BucketServer, tmp_path: Path
) -> None:
    path = tmp_path / "huge.jpg"
    path.write_bytes(photos.jpeg() + bytes(50_000_000))

    editor.get_by_label("Add images or video").set_input_files(path)

    expect(row(editor, "huge.jpg")).to_contain_text("larger than 50 MB")
    assert posts_to(bucket) == 0


def test_a_bucket_that_is_down_is_told_and_tried_again(editor: Page, bucket: BucketServer) -> None:
    editor.route(f"{bucket.url}/**", lambda route: route.abort("connectionrefused"))
    editor.get_by_label("Body").fill("Precious words.")

    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("The bucket could not be reached")
    expect(editor.get_by_label("Body")).to_have_value(re.compile(r"^Precious words\."))
    editor.unroute(f"{bucket.url}/**")
    item.get_by_role("button", name="Try again").click()

    expect_arrived(item)
    expect(editor.get_by_label("Body")).to_have_value(IN_TEXT)


def test_a_bucket_that_does_not_allow_our_origin_is_told(
    editor: Page, bucket: BucketServer
) -> None:
    elsewhere: CORSRuleTypeDef = {
        "AllowedOrigins": ["https://elsewhere.example"],
        "AllowedMethods": ["POST"],
    }
    client = boto3.client(
        "s3",
        endpoint_url=bucket.url,
        region_name=LOCAL_BUCKET["S3_REGION"],
        aws_access_key_id=LOCAL_BUCKET["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=LOCAL_BUCKET["AWS_SECRET_ACCESS_KEY"],
    )
    client.put_bucket_cors(Bucket=bucket.bucket, CORSConfiguration={"CORSRules": [elsewhere]})

    item = choose(editor, photos.jpeg())

    expect(item).to_contain_text("it refuses uploads from this site (CORS)")
    client.close()


def test_an_expired_signature_is_renewed_by_itself(editor: Page, bucket: BucketServer) -> None:
    refusal = "<Error><Code>AccessDenied</Code><Message>Policy expired</Message></Error>"
    headers = {"Access-Control-Allow-Origin": "*"}
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused or route.request.method != "POST":
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403, body=refusal, headers=headers)

    editor.route(f"{bucket.url}/**", refuse_once)

    expect_arrived(choose(editor, photos.jpeg()))
    assert refused


def test_a_refusal_that_stays_is_told_with_its_code(editor: Page, bucket: BucketServer) -> None:
    refusal = "<Error><Code>InvalidAccessKeyId</Code></Error>"
    headers = {"Access-Control-Allow-Origin": "*"}
    editor.route(
        f"{bucket.url}/**", lambda route: route.fulfill(status=403, body=refusal, headers=headers)
    )

    item = choose(editor, photos.jpeg())

    expect(item).to_contain_text("The bucket refused the file (InvalidAccessKeyId)")


def test_an_app_that_dies_in_between_is_waited_for(editor: Page, live: LiveApp) -> None:
    live.stop()
    with editor.expect_event("requestfailed"):
        item = choose(editor, photos.jpeg())

    live.start()

    expect_arrived(item)


def test_a_session_that_ended_is_told_and_the_upload_goes_on_after(
    editor: Page, context: BrowserContext, ada: User
) -> None:
    editor.get_by_label("Body").fill("Precious words.")
    context.clear_cookies()

    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("You were signed out.")
    expect(editor.get_by_label("Body")).to_have_value(re.compile(r"^Precious words\."))
    other_tab = context.new_page()
    sign_in(other_tab, ada)
    item.get_by_role("button", name="Try again").click()

    expect_arrived(item)
    editor.get_by_label("Title").fill("Saved after all")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("status").first).to_contain_text("Saved")


def test_saving_does_not_go_on_without_a_picture_that_failed(
    editor: Page, bucket: BucketServer
) -> None:
    refusals = "<Error><Code>MethodNotAllowed</Code></Error>"
    held = Held(editor, bucket)
    editor.get_by_label("Title").fill("With a photo")
    choose(editor, photos.jpeg())
    expect(editor.get_by_label("Body")).to_have_value(re.compile("Uploading"))

    editor.get_by_role("button", name="Publish").click()
    headers = {"Access-Control-Allow-Origin": "*"}
    held.first().fulfill(status=405, body=refusals, headers=headers)

    expect(editor.locator("[data-save-state]")).to_contain_text("nothing was saved yet")
    assert editor.url.endswith("/admin/posts/new")


def test_a_file_that_changed_on_disk_is_told(
    editor: Page, bucket: BucketServer, tmp_path: Path
) -> None:
    held = Held(editor, bucket)
    paths = [tmp_path / f"photo-{number}.jpg" for number in range(10)]
    for number, path in enumerate(paths):
        path.write_bytes(photos.jpeg(seed=number))
    editor.get_by_label("Add images or video").set_input_files(paths)
    held.first()  # the first are on their way, the last waits for its turn
    editor.wait_for_function(f"({KEPT})().then((kept) => kept === 10)")

    # A private window, as this one is, keeps no copy of a file on the disk.
    paths[9].write_bytes(photos.jpeg(seed=9, is_grainy=True))
    for _ in paths[:9]:
        held.release_next()

    expect(row(editor, "photo-9.jpg")).to_contain_text("changed on disk")


def test_a_picture_that_only_looks_damaged_is_taken_when_the_author_insists(editor: Page) -> None:
    item = choose(editor, photos.damaged_jpeg())
    expect(item).to_contain_text("as if part of it were missing")

    item.get_by_role("button", name="Try again").click()

    expect_arrived(item)
