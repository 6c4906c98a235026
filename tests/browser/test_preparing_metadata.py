"""What prepared pictures say beside what they show: nothing."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests import metadata, photos
from tests.browser.preparing import prepare
from tests.browser.test_preparing import HARD, assert_same_pixels, assert_upright

EXIF, XMP = metadata.exif(), metadata.XMP
GRAINY = photos.jpeg(600, 400, is_grainy=True, quality=HARD)

TAGGED = {
    "a photo": metadata.into_jpeg(photos.jpeg(600, 400), exif=EXIF, xmp=XMP),
    "a kept photo": metadata.into_jpeg(GRAINY, exif=EXIF, xmp=XMP),
    "a large photo": metadata.into_jpeg(photos.jpeg(2600, 1200), exif=EXIF, xmp=XMP),
    "a small PNG": metadata.into_png(photos.png(), exif=EXIF, xmp=XMP),
    "a turned PNG": metadata.into_png(photos.png(), exif=metadata.exif(orientation=6)),
    "a PNG photo": metadata.into_png(photos.png(900, 600, is_grainy=True), exif=EXIF, xmp=XMP),
    "an animated PNG": metadata.into_png(photos.animation("PNG"), exif=EXIF, xmp=XMP),
    "a WebP": photos.webp(exif=b"Exif\0\0" + EXIF, xmp=XMP),
    "a lossless WebP": photos.webp(lossless=True, exif=EXIF, xmp=XMP),
    "an animated WebP": photos.animation("WEBP", exif=EXIF, xmp=XMP),
    "a GIF": metadata.into_gif(photos.gif()),
    "an AVIF": photos.avif(600, 400, exif=b"Exif\0\0" + EXIF, xmp=XMP),
}


@pytest.mark.parametrize("content", TAGGED.values(), ids=TAGGED)
def test_nothing_that_is_uploaded_has_metadata(admin: Page, content: bytes) -> None:
    assert metadata.found_in(content)

    prepared = prepare(admin, content)

    assert prepared.had_location
    for file in prepared.files:
        assert metadata.found_in(file.content) == []
        file.image.load()
        assert file.image.size == (file.width, file.height)
    assert metadata.found_in(prepared.thumbnail) == []


@pytest.mark.parametrize(
    "content",
    [
        photos.upright_jpeg(60, 40, orientation=6),
        metadata.into_jpeg(photos.upright_jpeg(60, 40, orientation=1), exif=b"MM\0*"),
        photos.png(),
        metadata.into_png(photos.png(), exif=metadata.exif(has_place=False)),
        photos.webp(exif=metadata.exif(has_place=False)),
        photos.gif(),
    ],
)
def test_a_picture_without_a_place_had_none(admin: Page, content: bytes) -> None:
    assert not prepare(admin, content).had_location


@pytest.mark.parametrize(
    "content",
    [
        metadata.into_jpeg(photos.upright_jpeg(60, 40, orientation=1), exif=EXIF),
        metadata.into_jpeg(photos.upright_jpeg(60, 40, orientation=1), xmp=XMP),
        metadata.into_png(photos.png(), exif=EXIF),
        metadata.into_png(photos.png(), xmp=XMP),
        photos.webp(exif=EXIF),
        photos.webp(xmp=XMP),
    ],
)
def test_exif_and_xmp_alone_tell_the_place(admin: Page, content: bytes) -> None:
    assert prepare(admin, content).had_location


def test_what_is_kept_shows_the_same_without_its_metadata(admin: Page) -> None:
    for name in ("a kept photo", "a small PNG", "a WebP", "a lossless WebP"):
        prepared = prepare(admin, TAGGED[name])

        assert prepared.kept_original
        assert_same_pixels(prepared.main.image, Image.open(io.BytesIO(TAGGED[name])))


def test_a_picture_turned_by_a_chunk_is_upright_as_the_browser_shows_it(admin: Page) -> None:
    turned = Image.open(io.BytesIO(photos.png(600, 400))).transpose(Image.Transpose.ROTATE_90)
    buffer = io.BytesIO()
    turned.save(buffer, "PNG")

    prepared = prepare(
        admin, metadata.into_png(buffer.getvalue(), exif=metadata.exif(orientation=6))
    )

    assert (prepared.main.width, prepared.main.height) == (600, 400)
    assert_upright(prepared.main.image)


def test_an_animation_turned_by_a_chunk_says_the_size_that_it_has(admin: Page) -> None:
    animation = photos.animation("PNG", 60, 40)
    content = metadata.into_png(animation, exif=metadata.exif(orientation=6))

    prepared = prepare(admin, content)

    assert (prepared.main.width, prepared.main.height) == prepared.main.image.size == (60, 40)


def test_pictures_without_metadata_are_left_as_they_are(admin: Page) -> None:
    for content in (photos.png(), photos.gif(), photos.webp(lossless=True)):
        assert prepare(admin, content).main.content == content
