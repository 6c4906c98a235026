"""What the first and last bytes of pictures say."""

import io
import random
import struct
from typing import Any

import pytest
from PIL import Image

from blog.media.description import describe
from blog.media.formats import JpegScan, looks_complete, named_as, read_header
from blog.media.headers import AbsurdSize, Header, NeedMoreBytes, UnknownFormat

KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}


def picture(
    content_type: str = "image/jpeg",
    size: tuple[int, int] = (60, 40),
    orientation: int | None = None,
    mode: str = "RGB",
    **options: Any,
) -> bytes:
    if orientation:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif
    noise = random.Random(7).randbytes(size[0] * size[1] * len(mode))
    file = io.BytesIO()
    Image.frombytes(mode, size, noise).save(file, KINDS[content_type], **options)
    return file.getvalue()


def with_segments(jpeg: bytes, *segments: bytes, marker: int = 0xE2) -> bytes:
    written = b"".join(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for body in segments)
    return jpeg[:2] + written + jpeg[2:]


def bytes_needed(head: bytes) -> int | None:
    try:
        read_header(head)
    except NeedMoreBytes as need:
        return need.at_least
    return None


def scanned(jpeg: bytes, step: int | None = None) -> bool:
    scan = JpegScan()
    step = step or len(jpeg) or 1
    for start in range(0, len(jpeg), step):
        scan.feed(jpeg[start : start + step])
    return scan.is_complete


@pytest.mark.parametrize("content_type", KINDS)
def test_size_and_type_are_read_from_every_format(content_type: str) -> None:
    assert read_header(picture(content_type)) == Header(content_type, 60, 40)


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/webp", "image/avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_is_that_of_the_turned_picture(content_type: str, orientation: int) -> None:
    bytes_ = picture(content_type, orientation=orientation)

    expected = (40, 60) if orientation >= 5 else (60, 40)
    assert read_header(bytes_) == Header(content_type, *expected)


@pytest.mark.parametrize(
    ("content_type", "mode", "options"),
    [
        ("image/jpeg", "RGB", {"progressive": True}),
        ("image/jpeg", "L", {}),
        ("image/jpeg", "CMYK", {}),
        ("image/png", "RGBA", {}),
        ("image/webp", "RGB", {"lossless": True}),
        ("image/webp", "RGBA", {}),
    ],
)
def test_kinds_of_encoding_are_understood(
    content_type: str, mode: str, options: dict[str, Any]
) -> None:
    assert read_header(picture(content_type, mode=mode, **options)) == Header(content_type, 60, 40)


@pytest.mark.parametrize("marker", [*range(0xC0, 0xC4), *range(0xC5, 0xC8), 0xC9, 0xCA, 0xCF])
def test_every_frame_header_of_jpeg_is_read(marker: int) -> None:
    jpeg = b"\xff\xd8\xff" + bytes([marker]) + b"\0\x11\x08\0\x28\0\x3c\x03" + b"\0" * 9

    assert read_header(jpeg) == Header("image/jpeg", 60, 40)


def test_a_jpeg_with_much_before_its_frame_asks_for_the_bytes_it_needs() -> None:
    jpeg = with_segments(picture(), *[b"x" * 65_533] * 3)
    lengths = [1000]

    while (needed := bytes_needed(jpeg[: lengths[-1]])) is not None:
        lengths.append(needed)

    assert read_header(jpeg[: lengths[-1]]) == Header("image/jpeg", 60, 40)
    assert lengths == sorted(set(lengths))
    assert len(lengths) <= 4
    assert lengths[-1] < 210_000


@pytest.mark.parametrize("start", [b"\xff", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"GIF89a\x01"])
def test_the_beginning_of_a_header_asks_for_more(start: bytes) -> None:
    with pytest.raises(NeedMoreBytes):
        read_header(start)


@pytest.mark.parametrize(
    "tiff",
    [
        b"",
        b"II",
        b"XX*\0\x08\0\0\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x00\0\0\0" * 3,
        b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x07\0\0\0\x01\0\x06\0\0" * 3,
        b"MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03\0\0\0\x09\0\x06\0\0",
        b"MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03",
    ],
)
def test_damaged_exif_is_ignored(tiff: bytes) -> None:
    jpeg = with_segments(picture(), b"Exif\0\0" + tiff, marker=0xE1)

    assert read_header(jpeg) == Header("image/jpeg", 60, 40)


def png_of(width: int, height: int) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">II", width, height) + b"\x08\2\0\0\0crc_"
    )


@pytest.mark.parametrize(
    "head",
    [
        png_of(0, 5),
        png_of(65_536, 1),
        png_of(60_000, 60_000),
        png_of(2**32 - 1, 2**32 - 1),
        b"GIF89a\0\0\0\0\0\0\0",
        b"\xff\xd8\xff\xc0\0\x11\x08\0\0\0\x3c\x03" + b"\0" * 9,
    ],
)
def test_absurd_sizes_are_refused_in_words(head: bytes) -> None:
    with pytest.raises(AbsurdSize, match="by"):
        read_header(head)


@pytest.mark.parametrize("head", [b"", b"<html>", b"<svg/>", b"\xff\xd8\x00\x00", b"RIFF1234WAVE"])
def test_what_is_no_picture_is_refused(head: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read_header(head)


@pytest.mark.parametrize("content_type", KINDS)
def test_whole_files_look_complete_and_cut_ones_do_not(content_type: str) -> None:
    whole = picture(content_type)
    cut = whole[: len(whole) * 2 // 3]

    assert looks_complete(content_type, whole[:300], whole[-64 * 1024 :], len(whole)) is True
    assert looks_complete(content_type, cut[:300], cut[-64 * 1024 :], len(cut)) is False


@pytest.mark.parametrize("content_type", KINDS)
def test_what_stands_behind_the_end_is_forgiven(content_type: str) -> None:
    whole = picture(content_type) + b"\0" * 9

    assert looks_complete(content_type, whole[:300], whole[-64 * 1024 :], len(whole)) is True


def test_a_large_jpeg_without_an_end_in_its_tail_leaves_the_question_open() -> None:
    whole = picture(size=(400, 400), quality=95)

    assert looks_complete("image/jpeg", whole[:100], whole[-100:], len(whole)) is True
    assert looks_complete("image/jpeg", whole[:100], whole[-200:-100], len(whole) - 100) is None


def test_the_end_of_a_thumbnail_is_not_the_end_of_a_small_jpeg() -> None:
    whole = with_segments(picture(), b"Exif\0\0" + picture(size=(8, 8)), marker=0xE1)
    cut = whole[:-20]

    assert looks_complete("image/jpeg", cut[:50], cut, len(cut)) is False


def test_any_bytes_are_answered_or_refused_in_our_own_terms() -> None:
    chance = random.Random(20261122)
    valid = [
        picture(kind, orientation=turn)
        for kind in KINDS
        for turn in ([None] if kind == "image/gif" else [None, 6])
    ]
    outcomes = set()

    for _ in range(15_000):
        head = bytearray(chance.choice(valid)[: chance.choice([20, 40, 200, 20_000])])
        if chance.random() < 0.1:
            head = bytearray(chance.randbytes(chance.randrange(60)))
        for _ in range(chance.randrange(4) if head else 0):
            head[min(int(chance.expovariate(0.03)), len(head) - 1)] = chance.randrange(256)
        given = bytes(head[: chance.randrange(len(head) + 1)])
        try:
            needed = bytes_needed(given)
            outcomes.add("more" if needed else read_header(given).content_type)
            assert needed is None or needed > len(given)
        except UnknownFormat:
            outcomes.add("unknown")
        assert describe(given)
        looks_complete(chance.choice([*KINDS]), given, given, len(given))
        scanned(given, chance.randrange(1, 9))

    assert outcomes == {*KINDS, "more", "unknown"}


@pytest.mark.parametrize(
    ("filename", "content_type", "name"),
    [
        ("beach.jpg", "image/jpeg", "beach.jpg"),
        ("Beach.JPEG", "image/jpeg", "Beach.JPEG"),
        ("beach.jpg", "image/webp", "beach.webp"),
        ("page.html", "image/png", "page.html.png"),
        ("at 3.15 pm", "video/mp4", "at 3.15 pm.mp4"),
        ("../.jpg", "image/gif", ".jpg.gif"),
    ],
)
def test_a_file_is_named_as_what_it_is(filename: str, content_type: str, name: str) -> None:
    assert named_as(filename, content_type).removeprefix("../") == name
