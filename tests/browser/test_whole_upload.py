"""What an author drops, and what stands in the bucket after: read from the bucket's own bytes."""

import pytest
from playwright.sync_api import Page, expect

from blog.local.server import BucketServer
from tests import metadata, photos
from tests.browser.stored import objects, pictures, traces
from tests.browser.uploads import choose, expect_arrived, hand_over, row


@pytest.fixture(autouse=True)
def _without_avif(page: Page) -> None:
    page.add_init_script("localStorage.setItem('avif', 'off')")


def test_photos_of_every_orientation_arrive_upright_and_without_a_trace(
    editor: Page, bucket: BucketServer
) -> None:
    dropped = [
        (f"turned {n}.jpg", photos.upright_jpeg(2500, 1800, orientation=n, is_grainy=True))
        for n in photos.TURNS
    ]
    assert all(traces(content) for _, content in dropped)

    hand_over(editor, "textarea", "drop", *dropped)
    for name, _ in dropped:
        expect_arrived(row(editor, name), seconds=120)

    stored = pictures(bucket)
    widths = sorted(picture.width for picture in stored)
    assert widths == sorted([480, 960, 1600, 2400] * (len(stored) // 4))
    for picture in stored:
        sun = picture.convert("RGB").getpixel((picture.width // 8, picture.height // 6))
        assert isinstance(sun, tuple)
        assert sun[2] < 100 < sun[0], "the sun stands at the top left"
    assert [traces(content) for content in objects(bucket).values()] == [[]] * len(stored)


def test_the_author_hears_that_the_place_was_removed(editor: Page, bucket: BucketServer) -> None:
    item = choose(editor, photos.jpeg(900, 600, is_grainy=True))

    expect(item).to_contain_text("The place where it was taken was removed")
    assert all(not traces(content) for content in objects(bucket).values())


def test_what_is_small_already_keeps_its_place_to_itself(
    editor: Page, bucket: BucketServer
) -> None:
    poor = photos.jpeg(700, 500, quality=20)
    tagged = metadata.into_jpeg(poor, exif=metadata.exif(), xmp=metadata.XMP)

    expect_arrived(choose(editor, tagged))

    assert all(not traces(content) for content in objects(bucket).values())
    assert max(map(len, objects(bucket).values())) <= len(tagged)


def test_transparency_is_kept(editor: Page, bucket: BucketServer) -> None:
    expect_arrived(choose(editor, photos.see_through_png(900, 600, is_grainy=True), "glass.png"))

    for picture in pictures(bucket):
        alpha = picture.convert("RGBA").getchannel("A")
        assert alpha.getpixel((10, 10)) == 255
        assert alpha.getpixel((10, picture.height - 10)) == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations_are_kept(editor: Page, bucket: BucketServer, kind: str) -> None:
    expect_arrived(choose(editor, photos.animation(kind, 700, 400), f"dance.{kind.lower()}"))

    [picture] = pictures(bucket)
    assert getattr(picture, "n_frames", 1) == 3
    assert picture.format == kind


def test_avif_versions_follow_in_the_background(editor: Page, bucket: BucketServer) -> None:
    editor.evaluate("localStorage.setItem('avif', 'on')")

    expect_arrived(choose(editor, photos.jpeg(1000, 700)))
    expect(editor.get_by_text("smaller AVIF versions in the background: 1")).to_be_visible()
    expect(editor.get_by_text("smaller AVIF versions")).to_be_hidden(timeout=60_000)

    kinds = [key.rpartition(".")[2] for key in objects(bucket)]
    assert sorted(kinds) == ["avif", "avif", "avif", "webp", "webp", "webp"]
