"""Photos of the tests' own making, as cameras and phones write them."""

import io
import random
from typing import Any

from PIL import Image, ImageDraw

from tests.profiles import DISPLAY_P3

ORIENTATION = 0x0112
GPS_IFD = 0x8825

# What a camera did with the picture before it wrote that orientation: Exif 2.32, 4.6.4.
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def jpeg(
    width: int = 120,
    height: int = 80,
    *,
    orientation: int = 1,
    seed: int = 0,
    is_grainy: bool = False,
    quality: int = 95,
) -> bytes:
    """A JPEG whose Exif has a place and an orientation; `width` and `height` as stored.

    A grainy one has about a byte per pixel, for noise cannot be compressed.
    """
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS_IFD] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    image = _grained(width, height, seed) if is_grainy else _scene(width, height, seed)
    return _encode(image, "JPEG", exif=exif, quality=quality)


def upright_jpeg(
    width: int, height: int, *, orientation: int, is_grainy: bool = False, quality: int = 95
) -> bytes:
    """A JPEG stored in another orientation, `width` by `height` pixels when it is shown upright."""
    image = _grained(width, height) if is_grainy else _scene(width, height)
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = image if turn is None else image.transpose(turn)
    return _encode(stored, "JPEG", exif=exif, quality=quality)


def damaged_jpeg(*, orientation: int = 1) -> bytes:
    """A JPEG with a fourth of its inside missing: its end is there, its lower part is not."""
    whole = jpeg(400, 300, orientation=orientation, is_grainy=True)
    return whole[: len(whole) // 2] + whole[len(whole) * 3 // 4 :]


def png(width: int = 60, height: int = 40, *, seed: int = 0, is_grainy: bool = False) -> bytes:
    """A PNG of flat colours, as drawings have them; a grainy one is a photo stored as PNG."""
    return _encode(
        _grained(width, height, seed) if is_grainy else _scene(width, height, seed), "PNG"
    )


def patterned_png(width: int, height: int) -> bytes:
    """A PNG of few colours and very many edges, as a screenshot full of text."""
    grain = random.Random(0)
    image = _scene(width, height)
    draw = ImageDraw.Draw(image)
    for _ in range(width * height // 50):
        x, y = grain.randrange(width), grain.randrange(height)
        draw.line((x, y, x + grain.randrange(9), y), fill=(grain.randrange(4) * 60, 40, 40))
    return _encode(image, "PNG")


def see_through_png(width: int = 60, height: int = 40, *, is_grainy: bool = False) -> bytes:
    """A PNG whose right half is half transparent and whose lower third is not there at all."""
    image = (_grained(width, height) if is_grainy else _scene(width, height)).convert("RGBA")
    alpha = Image.new("L", image.size, 255)
    draw = ImageDraw.Draw(alpha)
    draw.rectangle((width // 2, 0, width, height), fill=128)
    draw.rectangle((0, height * 2 // 3, width, height), fill=0)
    image.putalpha(alpha)
    return _encode(image, "PNG")


def webp(width: int = 60, height: int = 40, *, seed: int = 0, **options: Any) -> bytes:
    return _encode(_scene(width, height, seed), "WEBP", **options)


def bmp(width: int = 60, height: int = 40) -> bytes:
    return _encode(_scene(width, height), "BMP")


def avif(width: int = 60, height: int = 40, *, seed: int = 0, **options: Any) -> bytes:
    return _encode(_scene(width, height, seed), "AVIF", **options)


def gif(width: int = 60, height: int = 40) -> bytes:
    return animation("GIF", width, height)


def animation(kind: str, width: int = 60, height: int = 40, **options: Any) -> bytes:
    """Three frames, repeated five times; `kind` is GIF, WEBP or PNG."""
    frames = [_scene(width, height, seed) for seed in (0, 100, 200)]
    options |= {"save_all": True, "append_images": frames[1:], "duration": 200, "loop": 5}
    return _encode(frames[0], kind, **options)


def display_p3_jpeg(
    width: int = 120, height: int = 80, *, is_grainy: bool = False, quality: int = 95
) -> bytes:
    """A JPEG as iPhones take them: its colours are those of Display P3."""
    image = _grained(width, height) if is_grainy else _scene(width, height)
    return _encode(image, "JPEG", quality=quality, icc_profile=DISPLAY_P3, subsampling=0)


def _grained(width: int, height: int, seed: int = 0) -> Image.Image:
    noise = Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
    return Image.blend(_scene(width, height, seed), noise.convert("RGB"), 0.4)


def _scene(width: int, height: int, seed: int = 0) -> Image.Image:
    """Sky, sun and ground: the sun stands at the top left, so that one sees which way is up."""
    image = Image.new("RGB", (width, height), (150, 190, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(80, 140 - seed % 50, 90))
    sun = min(width, height) // 4
    draw.ellipse((sun // 2, sun // 2, sun * 3 // 2, sun * 3 // 2), fill=(250, 210, seed % 256))
    return image


def _encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
