"""AVIF pictures that somebody made to harm."""

import random
from contextlib import suppress

import pytest

from blog.media.formats import read_header
from blog.media.headers import NeedMoreBytes, UnknownFormat
from tests import photos
from tests.media.uploads import Item, Uploader, a_picture, send


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4) + kind + body


FTYP = box(b"ftyp", b"avif\0\0\0\0avifmif1")
PITM = box(b"pitm", bytes(4) + b"\0\1")
ISPE = box(b"ispe", bytes(4) + (90).to_bytes(4) + (60).to_bytes(4))
OWN = b"\0\1\1\1"  # item 1 has one property, the first


def avif(pitm: bytes = PITM, ispe: bytes = ISPE, entries: bytes = OWN) -> bytes:
    ipma = box(b"ipma", bytes(8) + entries)
    iprp = box(b"iprp", box(b"ipco", ispe) + ipma)
    return FTYP + box(b"meta", bytes(4) + iprp + pitm)


def test_the_size_is_that_of_the_primary_picture() -> None:
    header = read_header(avif())

    assert (header.width, header.height) == (90, 60)


@pytest.mark.parametrize(
    "content",
    [
        avif(pitm=box(b"pitm", b"")),
        avif(pitm=box(b"pitm", bytes(4))),
        avif(pitm=box(b"pitm", b"\1\0\0\0\0\1")),
        avif(entries=b"\0\1\xff\1"),
        avif(ispe=box(b"ispe", bytes(6))),
    ],
)
def test_what_is_too_short_is_damaged(content: bytes) -> None:
    with pytest.raises(UnknownFormat, match="damaged AVIF"):
        read_header(content)


class CountingBytes(bytes):
    """Counts what is copied out of it."""

    copied = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        found = super().__getitem__(key)
        CountingBytes.copied += len(found) if isinstance(found, bytes) else 1
        return found


def test_a_large_property_that_is_named_often_is_copied_never() -> None:
    large = box(b"ispe", bytes(4) + (90).to_bytes(4) + (60).to_bytes(4) + bytes(100_000))
    content = CountingBytes(avif(ispe=large, entries=b"\0\1\xff" + b"\1" * 255))
    CountingBytes.copied = 0

    read_header(content)

    assert CountingBytes.copied < 10_000


@pytest.mark.parametrize(
    "content", [avif(entries=b"\0\2\0" * 10_000 + OWN), avif(ispe=ISPE + bytes(2_000_000))]
)
def test_what_would_keep_us_busy_is_refused(content: bytes) -> None:
    with pytest.raises(UnknownFormat):
        read_header(content)


def test_any_bytes_are_answered_or_refused_in_our_own_terms() -> None:
    chance = random.Random(7)
    for whole in (avif(), photos.avif(60, 40)):
        for _ in range(2000):
            changed = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                changed[chance.randrange(len(changed))] = chance.choice((0, 1, 8, 127, 255))
            with suppress(UnknownFormat, NeedMoreBytes):
                read_header(bytes(changed[: chance.randint(1, len(changed))]))


def test_a_damaged_variant_is_refused_and_blocks_no_other(uploader: Uploader) -> None:
    main, good, _ = a_picture()
    bad = Item("variant", avif(pitm=box(b"pitm", b"")), "image/avif")
    reserved = uploader.reserve([main, bad, good])
    for upload, item in zip(reserved["uploads"], [main, bad, good], strict=True):
        send(upload, item.content)

    answer = uploader.complete(reserved["id"])

    assert answer.status_code == 409
    assert "damaged AVIF" in answer.get_json()["error"]
    again = uploader.reserve([main, good])
    assert [upload["method"] for upload in again["uploads"]] == [None, None]
