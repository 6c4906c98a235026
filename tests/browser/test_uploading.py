"""Uploading in a real Chromium: ways in, what goes wrong, and the words for it."""

import base64
import re
from pathlib import Path

import boto3
import pytest
from mypy_boto3_s3.type_defs import CORSRuleTypeDef
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from blog.accounts.models import User
from blog.config import LOCAL_BUCKET
from blog.local.server import BucketServer
from tests import photos
from tests.browser.conftest import sign_in
from tests.browser.live import LiveApp

IN_TEXT = re.compile(r"!\[[^\]]*\]\(media:[0-9a-f]{12}\)")

# Makes a DataTransfer with files in it, as the desktop or the clipboard would hand it over.
HAND_OVER = """([target, type, files]) => {
  const transfer = new DataTransfer();
  for (const [name, kind, encoded] of files) {
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type: kind }));
  }
  const options = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent(type, { ...options, clipboardData: transfer })
    : new DragEvent(type, { ...options, dataTransfer: transfer });
  document.querySelector(target).dispatchEvent(event);
}"""


def choose(
    page: Page, content: bytes, name: str = "beach.jpg", kind: str = "image/jpeg"
) -> Locator:
    """Chooses the file with the button; its row among the uploads."""
    page.get_by_label("Add images or video").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )
    return row(page, name)


def hand_over(page: Page, target: str, event: str, *files: tuple[str, bytes]) -> None:
    encoded = [[name, "image/jpeg", base64.b64encode(content).decode()] for name, content in files]
    page.evaluate(HAND_OVER, [target, event, encoded])


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Uploads").get_by_role("listitem").filter(has_text=name)


def expect_arrived(item: Locator) -> None:
    expect(item.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")


class Held:
    """Requests to the bucket that wait until the test lets them go."""

    def __init__(self, page: Page, bucket: BucketServer) -> None:
        self.page = page
        self.routes: list[Route] = []
        page.route(f"{bucket.url}/**", lambda route: self.routes.append(route))

    def first(self) -> Route:
        for _ in range(400):
            if self.routes:
                return self.routes[0]
            self.page.wait_for_timeout(25)
        raise AssertionError("no request to the bucket")


def posts_to(bucket: BucketServer) -> int:
    return sum(request.method == "POST" for request in bucket.received)


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


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", "This file is empty."),
        ("page.png", b"<!doctype html><p>Hello", "This is an HTML page, not a JPEG"),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "This is an SVG drawing"),
        ("notes.jpg", b"%PDF-1.7 and so on", "This is a PDF"),
        ("cut.jpg", photos.jpeg()[:-200], "cut off or damaged"),
        ("holed.jpg", photos.damaged_jpeg(), "cut off or damaged"),
        ("turned.jpg", photos.damaged_jpeg(orientation=6), "cut off or damaged"),
        ("cut.png", photos.png()[:-20], "cut off or damaged"),
        ("cut.webp", photos.webp()[:-20], "cut off or damaged"),
        ("damaged.png", photos.png().replace(b"IDAT", b"iDAT"), "cut off or damaged"),
        ("IMG_1.HEIC", b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + bytes(64), "This is a HEIC photo"),
        ("clip.jpg", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2" + bytes(64), "This is a video"),
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


def test_a_png_named_jpg_is_taken_for_what_it_is(editor: Page) -> None:
    item = choose(editor, photos.png(), "harbour.jpg")

    expect(item).to_contain_text("In the post, as harbour.png")


def test_a_bucket_that_is_down_is_told_and_tried_again(editor: Page, bucket: BucketServer) -> None:
    editor.route(f"{bucket.url}/**", lambda route: route.abort("connectionrefused"))
    editor.get_by_label("Body").fill("Precious words.")

    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("The bucket could not be reached")
    expect(editor.get_by_label("Body")).to_have_value("Precious words.")
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
    item = choose(editor, photos.jpeg())
    expect(item).to_have_attribute("data-state", "uploading")

    live.start()

    expect_arrived(item)


def test_a_session_that_ended_is_told_and_the_upload_goes_on_after(
    editor: Page, context: BrowserContext, ada: User
) -> None:
    editor.get_by_label("Body").fill("Precious words.")
    context.clear_cookies()

    item = choose(editor, photos.jpeg())
    expect(item).to_contain_text("You were signed out.")
    expect(editor.get_by_label("Body")).to_have_value("Precious words.")
    other_tab = context.new_page()
    sign_in(other_tab, ada)
    item.get_by_role("button", name="Try again").click()

    expect_arrived(item)
    editor.get_by_label("Title").fill("Saved after all")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("status").first).to_contain_text("Saved")


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
