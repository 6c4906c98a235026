"""Words for what a file really is."""

import pytest

from blog.media.description import describe
from tests import photos


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "empty"),
        (photos.png(), "a PNG picture"),
        (photos.jpeg(), "a JPEG picture"),
        (photos.webp(), "a WebP picture"),
        (photos.gif(), "a GIF picture"),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
        (b"\0\0\0\x24ftypmif1\0\0\0\0mif1avif", "an AVIF picture"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "an AVIF picture"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a video"),
        (b"\x1aE\xdf\xa3\x01\0", "a video"),
        (b"  \n<!DOCTYPE html><p>", "an HTML page"),
        (b"<!-- x --><html lang=en>", "an HTML page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><svg xmlns=''>", "an SVG drawing"),
        (b"<svg onload='alert(1)'/>", "an SVG drawing"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"II*\0\x08\0\0\0", "a TIFF"),
        (b"PK\x03\x04\x14\0", "a ZIP archive"),
        ("Grüße\n".encode(), "text"),
        (("ü" * 3000).encode()[:4097], "text"),
        ("Grüße".encode("utf-16"), "text"),
        (b"\x07\x01\x02\xfe\xfe", "not a picture or video that we know"),
    ],
)
def test_what_it_really_is_has_words(head: bytes, words: str) -> None:
    assert describe(head) == words
