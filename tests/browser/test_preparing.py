"""Pictures prepared in a real Chromium: upright, in the right sizes and colours, and not larger."""

import hashlib
import io

import pytest
from PIL import Image, ImageChops, ImageCms
from playwright.sync_api import Page

from tests import photos
from tests.browser.preparing import prepare
from tests.profiles import DISPLAY_P3

SUN, GROUND, SKY = (250, 210, 0), (80, 140, 90), (150, 190, 230)
HARD = 25  # quality of a JPEG of which WebP, good as it is, makes a larger file
TOLERANCE = 12  # of 255; what encoding with loss may change in a flat colour


def test_every_orientation_comes_out_upright(admin: Page) -> None:
    sizes = []
    for orientation in range(1, 9):
        prepared = prepare(admin, photos.upright_jpeg(600, 400, orientation=orientation))
        for file in prepared.files:
            assert (file.width, file.height) == file.image.size
            assert_upright(file.image)
        assert_upright(Image.open(io.BytesIO(prepared.thumbnail)))
        sizes.append((prepared.source["width"], prepared.source["height"]))

    assert sizes == [(600, 400)] * 8


def test_what_is_kept_without_its_orientation_tag_is_upright_too(admin: Page) -> None:
    for orientation in (1, 2, 3, 6):
        photo = photos.upright_jpeg(600, 400, orientation=orientation, is_grainy=True, quality=HARD)

        prepared = prepare(admin, photo)

        assert prepared.kept_original == (orientation == 1)
        assert prepared.main.size < len(photo)
        assert_upright(prepared.main.image, tolerance=100)


def test_a_large_photo_becomes_a_main_file_and_variants(admin: Page) -> None:
    photo = photos.jpeg(3000, 2000, is_grainy=True)

    prepared = prepare(admin, photo, "IMG_1.jpeg")

    assert prepared.name == "IMG_1.webp"
    assert [file.role for file in prepared.files] == ["main", *["variant"] * 3]
    sizes = [(file.width, file.height) for file in prepared.files]
    assert sizes == [(2400, 1600), (480, 320), (960, 640), (1600, 1067)]
    for file in prepared.files:
        assert file.content_type == "image/webp"
        assert file.image.size == (file.width, file.height)
        assert file.size == len(file.content)
        assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    bytes_by_size = [file.size for file in [*prepared.variants, prepared.main]]
    assert bytes_by_size == sorted(bytes_by_size)
    assert sum(bytes_by_size) < len(photo)
    assert max(Image.open(io.BytesIO(prepared.thumbnail)).size) == 128
    source = {"content_type": "image/jpeg", "width": 3000, "height": 2000, "size": len(photo)}
    assert prepared.source == source


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (2000, 4000, [(1200, 2400), (480, 960), (960, 1920)]),
        (960, 100, [(960, 100), (480, 50)]),
        (480, 320, [(480, 320)]),
        (3000, 1, [(2400, 1), (480, 1), (960, 1), (1600, 1)]),
    ],
)
def test_variants_are_narrower_than_the_main_file(
    admin: Page, width: int, height: int, expected: list[tuple[int, int]]
) -> None:
    prepared = prepare(admin, photos.jpeg(width, height, is_grainy=True))

    sizes = [(file.width, file.height) for file in prepared.files]
    assert sizes[0] == expected[0]
    assert set(sizes) <= set(expected)
    if height > 1:
        assert sizes == expected


def test_fifty_megapixels_are_no_trouble(admin: Page) -> None:
    prepared = prepare(admin, photos.jpeg(8660, 5774, quality=70))

    assert (prepared.main.width, prepared.main.height) == (2400, 1600)
    assert_upright(prepared.main.image)


def test_a_photo_that_is_small_already_is_kept_and_has_variants(admin: Page) -> None:
    photo = photos.jpeg(1000, 700, is_grainy=True, quality=HARD)

    prepared = prepare(admin, photo, "beach.jpeg")

    assert prepared.kept_original
    assert prepared.name == "beach.jpeg"
    assert prepared.main.content_type == "image/jpeg"
    assert prepared.main.size < len(photo)
    assert_same_pixels(prepared.main.image, Image.open(io.BytesIO(photo)))
    assert all(variant.size < prepared.main.size for variant in prepared.variants)


def test_transparency_is_kept(admin: Page) -> None:
    small = photos.see_through_png(60, 40)
    large = photos.see_through_png(3000, 2000)
    photo = photos.see_through_png(1400, 900, is_grainy=True)

    for content, name in [(small, "a.png"), (large, "a.webp"), (photo, "a.webp")]:
        prepared = prepare(admin, content, "a.png")

        assert prepared.name == name
        for file in prepared.files:
            image = file.image.convert("RGBA")
            width, height = image.size
            alphas = [image.getpixel((x, y)) for x, y in corners(width, height)]
            assert [alpha[3] for alpha in alphas if isinstance(alpha, tuple)] == [255, 128, 0, 0]


def test_a_small_png_stays_one(admin: Page) -> None:
    drawing = photos.png(800, 600)

    prepared = prepare(admin, drawing, "plan.png")

    assert (prepared.name, prepared.kept_original) == ("plan.png", True)
    assert prepared.main.content == drawing


def test_a_larger_drawing_loses_nothing(admin: Page) -> None:
    drawing = photos.patterned_png(2000, 1500)
    assert len(drawing) > 150_000

    prepared = prepare(admin, drawing, "plan.png")

    assert prepared.main.size <= len(drawing)
    assert_same_pixels(prepared.main.image, Image.open(io.BytesIO(drawing)))


def test_a_photo_stored_as_png_becomes_small(admin: Page) -> None:
    photo = photos.png(1600, 1200, is_grainy=True)

    prepared = prepare(admin, photo, "beach.png")

    assert prepared.main.content_type == "image/webp"
    assert prepared.main.size < len(photo) / 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_one(admin: Page, kind: str) -> None:
    content = photos.animation(kind, 600, 400)

    prepared = prepare(admin, content, "waves.x")

    assert prepared.is_animated
    assert prepared.kept_original
    assert len(prepared.files) == 1
    assert (prepared.main.width, prepared.main.height) == (600, 400)
    assert prepared.main.content_type == f"image/{kind.lower()}"
    ours, theirs = prepared.main.image, Image.open(io.BytesIO(content))
    assert ours.info["loop"] == theirs.info["loop"]
    assert getattr(ours, "n_frames", 1) == 3
    for frame in range(3):
        ours.seek(frame)
        theirs.seek(frame)
        assert_same_pixels(ours, theirs)


@pytest.mark.parametrize(
    ("content", "kind"), [(photos.avif(700, 500), "avif"), (photos.bmp(700, 500), "bmp")]
)
def test_formats_that_the_blog_does_not_serve_are_encoded_anew(
    admin: Page, content: bytes, kind: str
) -> None:
    prepared = prepare(admin, content, f"beach.{kind}")

    assert prepared.source["content_type"] == f"image/{kind}"
    assert (prepared.name, prepared.main.content_type) == ("beach.webp", "image/webp")
    assert_upright(prepared.main.image)


def test_wide_colours_come_out_right(admin: Page) -> None:
    for photo in (photos.display_p3_jpeg(600, 400), photos.display_p3_jpeg(3000, 2000)):
        expected = in_srgb(Image.open(io.BytesIO(photo)))

        prepared = prepare(admin, photo)

        assert not prepared.kept_original
        for file in prepared.files:
            assert_close(expected, in_srgb(file.image))


def test_a_photo_that_is_kept_keeps_its_colour_profile(admin: Page) -> None:
    photo = photos.display_p3_jpeg(600, 400, is_grainy=True, quality=HARD)

    prepared = prepare(admin, photo)

    assert prepared.kept_original
    assert prepared.main.image.info["icc_profile"] == DISPLAY_P3


def corners(width: int, height: int) -> list[tuple[int, int]]:
    """A point in each quarter: top left and right, bottom left and right."""
    return [(x, y) for y in (height // 4, height * 7 // 8) for x in (width // 4, width * 3 // 4)]


def pixel(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """The colour at a share of width and height."""
    image = image.convert("RGB")
    found = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return tuple(map(int, found))


def distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def assert_upright(image: Image.Image, *, tolerance: int = 2 * TOLERANCE) -> None:
    """The sun stands at the top left, above the ground."""
    assert distance(pixel(image, 1 / 4 * 2 / 3, 1 / 4), SUN) < tolerance
    assert distance(pixel(image, 3 / 4, 1 / 4), SKY) < tolerance
    assert distance(pixel(image, 1 / 8, 7 / 8), GROUND) < tolerance
    assert distance(pixel(image, 7 / 8, 7 / 8), GROUND) < tolerance


def assert_same_pixels(one: Image.Image, other: Image.Image) -> None:
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    assert difference.getbbox() is None


def in_srgb(image: Image.Image) -> Image.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image.convert("RGB"), profile, srgb)
    assert converted
    return converted


def assert_close(one: Image.Image, other: Image.Image) -> None:
    for x, y in [(1 / 6, 1 / 4), (3 / 4, 1 / 4), (1 / 8, 7 / 8)]:
        assert distance(pixel(one, x, y), pixel(other, x, y)) < TOLERANCE
