"""The size of a WebM video, from its first picture track.

RFC 8794 (EBML): 4 variable-size integers, 5 element ids, 6.2 unknown sizes; RFC 9559 (Matroska).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from blog.media.boxes import MOST_BOXES, Pieces, Scattered
from blog.media.headers import NeedMoreBytes, UnknownFormat

EBML, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, TRACKS, CLUSTER = 0x18538067, 0x1654AE6B, 0x1F43B675
TRACK_ENTRY, TRACK_TYPE, VIDEO = 0xAE, 0x83, 0xE0
PIXEL_WIDTH, PIXEL_HEIGHT = 0xB0, 0xBA
CROP_BOTTOM, CROP_TOP, CROP_LEFT, CROP_RIGHT = 0x54AA, 0x54BB, 0x54CC, 0x54DD
DISPLAY_WIDTH, DISPLAY_HEIGHT, DISPLAY_UNIT = 0x54B0, 0x54BA, 0x54B2
PICTURE_TRACK = 1


@dataclass(frozen=True, slots=True)
class Element:
    """`start` and `end` of what is in it; no end where a live recording did not know it."""

    id: int
    start: int
    end: int | None


def read_webm(file: Pieces) -> tuple[int, int]:
    """Width and height as displayed, where the file says it in pixels, else as stored."""
    outer = _elements(file, 0, file.size)
    header, segment = next(outer, None), next(outer, None)
    if not header or header.id != EBML or header.end is None:
        raise _damaged()
    if _text(file, header, DOC_TYPE) != b"webm":
        raise UnknownFormat(
            "This is a Matroska video (MKV), which browsers do not play. Export it as MP4."
        )
    if not segment:
        raise NeedMoreBytes(file.size + 1)
    if segment.id != SEGMENT:
        raise _damaged()
    if segment.end is not None and segment.end > file.size:
        raise NeedMoreBytes(segment.end)
    return _read_segment(file, segment.start, segment.end or file.size)


def _read_segment(file: Pieces, start: int, end: int) -> tuple[int, int]:
    size = None
    for element in _elements(file, start, end):
        if element.id == CLUSTER and size:
            return size
        if element.end is None:  # nothing behind it can be found
            raise _damaged()
        if element.end > file.size:
            raise NeedMoreBytes(element.end)
        if element.id == TRACKS:
            size = _read_tracks(file, element)
    raise NeedMoreBytes(file.size + 1)


def _read_tracks(file: Pieces, tracks: Element) -> tuple[int, int]:
    for entry in _inside(file, tracks):
        if entry.id != TRACK_ENTRY:
            continue
        kind, video = 0, None
        for element in _inside(file, entry):
            if element.id == TRACK_TYPE:
                kind = _number(file, element)
            if element.id == VIDEO:
                video = element
        if kind == PICTURE_TRACK and video:
            return _read_video(file, video)
    raise UnknownFormat("This WebM has sound only, and no picture. Upload a video.")


def _read_video(file: Pieces, video: Element) -> tuple[int, int]:
    said = {element.id: _number(file, element) for element in _inside(file, video)}
    if not said.get(DISPLAY_UNIT) and said.get(DISPLAY_WIDTH) and said.get(DISPLAY_HEIGHT):
        return said[DISPLAY_WIDTH], said[DISPLAY_HEIGHT]
    width = said.get(PIXEL_WIDTH, 0) - said.get(CROP_LEFT, 0) - said.get(CROP_RIGHT, 0)
    height = said.get(PIXEL_HEIGHT, 0) - said.get(CROP_TOP, 0) - said.get(CROP_BOTTOM, 0)
    return max(width, 0), max(height, 0)


def _elements(file: Pieces, start: int, end: int) -> Iterator[Element]:
    """The elements in one row; the last one may claim to reach beyond `end`."""
    position = start
    for _ in range(MOST_BOXES):
        if position >= end:
            return
        id_length = _length(file, position, longest=4)
        name = int.from_bytes(file.get(position, id_length))
        position += id_length
        size_length = _length(file, position, longest=8)
        bits = 7 * size_length
        size = int.from_bytes(file.get(position, size_length)) & ((1 << bits) - 1)
        position += size_length
        is_unknown = size == (1 << bits) - 1
        yield Element(name, position, None if is_unknown else position + size)
        position = end if is_unknown else position + size
    raise Scattered("This video is cut into too many pieces. Export it again as MP4.")


def _length(file: Pieces, position: int, *, longest: int) -> int:
    """How many bytes the integer there has: one more than the zero bits that lead it."""
    length = 9 - file.get(position, 1)[0].bit_length()
    if length > longest:
        raise _damaged()
    return length


def _inside(file: Pieces, parent: Element) -> Iterator[Element]:
    end = parent.end or 0
    for element in _elements(file, parent.start, end):
        if element.end is None or element.end > end:
            raise _damaged()
        yield element


def _number(file: Pieces, element: Element) -> int:
    """An unsigned integer; what is none, a float say, is of no use here and is 0."""
    size = (element.end or 0) - element.start
    return int.from_bytes(file.get(element.start, size)) if size <= 8 else 0


def _text(file: Pieces, parent: Element, id: int) -> bytes:
    for element in _inside(file, parent):
        if element.id == id:
            size = (element.end or 0) - element.start
            return file.get(element.start, min(size, 64)).rstrip(b"\0")
    return b""


def _damaged() -> UnknownFormat:
    return UnknownFormat("This is a damaged WebM video.")
