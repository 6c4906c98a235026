"""Photos of the tests' own making, as cameras and phones write them."""

import io
import random
from typing import Any

from PIL import Image, ImageDraw

ORIENTATION = 0x0112
GPS_IFD = 0x8825


def jpeg(
    width: int = 120,
    height: int = 80,
    *,
    orientation: int = 1,
    seed: int = 0,
    is_grainy: bool = False,
) -> bytes:
    """A JPEG whose Exif has a place and an orientation; `width` and `height` as stored.

    A grainy one has about a byte per pixel, for noise cannot be compressed.
    """
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS_IFD] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    image = _scene(width, height, seed)
    if is_grainy:
        noise = Image.frombytes("L", image.size, random.Random(seed).randbytes(width * height))
        image = Image.blend(image, noise.convert("RGB"), 0.4)
    return _encode(image, "JPEG", exif=exif, quality=95)


def damaged_jpeg(*, orientation: int = 1) -> bytes:
    """A JPEG with a fourth of its inside missing: its end is there, its lower part is not."""
    whole = jpeg(400, 300, orientation=orientation, is_grainy=True)
    return whole[: len(whole) // 2] + whole[len(whole) * 3 // 4 :]


def png(width: int = 60, height: int = 40, *, seed: int = 0) -> bytes:
    return _encode(_scene(width, height, seed), "PNG")


def webp(width: int = 60, height: int = 40, *, seed: int = 0) -> bytes:
    return _encode(_scene(width, height, seed), "WEBP")


def gif(width: int = 60, height: int = 40) -> bytes:
    frames = [_scene(width, height, seed) for seed in range(3)]
    return _encode(frames[0], "GIF", save_all=True, append_images=frames[1:])


def _scene(width: int, height: int, seed: int) -> Image.Image:
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
