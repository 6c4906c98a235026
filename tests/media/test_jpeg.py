"""Where a JPEG ends: the scan through its segments and its picture."""

from typing import Any

import pytest

from tests.media.test_formats import picture, scanned, with_segments


@pytest.mark.parametrize("step", [1, 2, 3, 7, 100, None])
@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"restart_marker_blocks": 1}, {"optimize": True, "quality": 98}],
)
def test_the_scan_meets_the_end_and_only_the_end(options: dict[str, Any], step: int | None) -> None:
    whole = with_segments(picture(**options), b"thumbnail " + picture(size=(9, 9)), b"x" * 5000)

    assert scanned(whole + b"appended video", step)
    assert not scanned(whole[:-1], step)
    assert not scanned(whole[: len(whole) // 2], step)


@pytest.mark.parametrize("step", [1, 5, None])
def test_the_scan_passes_fill_bytes_stuffed_bytes_restarts_and_a_line_count(
    step: int | None,
) -> None:
    frame = b"\xff\xc0\0\x0b\x08\0\0\0\x3c\x01\x01\x11\0"
    scan = b"\xff\xff\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"data\xff\0\xff\xd0\xff\xff\xd7\xff\0"
    whole = b"\xff\xd8" + frame + scan + b"\xff\xdc\0\x04\xff\xd9" + scan + b"\xff\xff\xd9"

    assert scanned(whole, step)
    assert not scanned(whole[:-1], step)
    assert not scanned(whole[:-3], step)


@pytest.mark.parametrize(
    "jpeg", [b"", b"\xff", b"no JPEG\xff\xd9", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\0\0\xff\xd9"]
)
def test_the_scan_finds_no_end_where_there_is_no_picture(jpeg: bytes) -> None:
    assert not scanned(jpeg)
    assert not scanned(jpeg, 1)


def test_the_scan_gives_up_on_what_consists_of_nothing_but_segments() -> None:
    whole = picture()
    padded = whole[:2] + b"\xff\xe1\0\2" * 20_000 + whole[2:]

    assert not scanned(padded, 1000)
    assert scanned(whole[:2] + b"\xff\xe1\0\2" * 2_000 + whole[2:], 1000)
