"""Photos of the bench's own making, as large and as hard to compress as those of a phone."""

import io
import random

from PIL import Image, ImageChops

from tests.photos import GPS_IFD

MAKE, MODEL = 0x010F, 0x0110
BLURS = (6, 24, 96, 384)  # cells a side, of the patterns that the picture is made of
TILE = 512  # pixels a side of the sensor's noise, which is repeated
NOISE = 14  # of 256


def photo(width: int, height: int, *, seed: int = 0, quality: int = 94) -> bytes:
    """A JPEG of soft shapes, fine structure and noise, whose Exif says where it was taken."""
    random_numbers = random.Random(seed)
    planes = [_plane(width, height, random_numbers, blurs) for blurs in (BLURS, (6, 24), (6, 24))]
    image = Image.merge("YCbCr", planes).convert("RGB")
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Signpost", "Bench"
    exif[GPS_IFD] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def _plane(
    width: int, height: int, random_numbers: random.Random, blurs: tuple[int, ...]
) -> Image.Image:
    """Patterns from coarse to fine, each half as strong as the one before it, and noise."""
    plane = Image.new("L", (width, height), 128)
    for strength, cells in enumerate(blurs, start=1):
        small = _random(cells, cells * height // width, random_numbers)
        pattern = small.resize((width, height), Image.Resampling.BICUBIC)
        plane = Image.blend(plane, pattern, 0.5**strength)
    if len(blurs) < len(BLURS):
        return plane  # of colour there is less detail than of light
    tile = _random(TILE, TILE, random_numbers).point(lambda value: value * NOISE // 256)
    noise = Image.new("L", (width, height))
    for x in range(0, width, TILE):
        for y in range(0, height, TILE):
            noise.paste(tile, (x, y))
    return ImageChops.add(plane, noise, offset=-NOISE // 2)


def _random(width: int, height: int, random_numbers: random.Random) -> Image.Image:
    size = (width, max(1, height))
    return Image.frombytes("L", size, random_numbers.randbytes(size[0] * size[1]))
