"""The size of an MP4 video, from the track header of its first picture track.

ISO/IEC 14496-12: 4.3 ftyp, 8.2.1 moov, 8.3.2 tkhd, 8.4.3 hdlr, 8.1.1 mdat, 8.8 fragments.
"""

from collections.abc import Iterator

from blog.media.boxes import Box, Pieces, Scattered, boxes
from blog.media.headers import NeedMoreBytes, UnknownFormat

MOST_TRACKS = 32


def read_mp4(file: Pieces) -> tuple[int, int]:
    """Width and height as displayed: turned where the track's matrix says so."""
    if file.get(0, 12)[8:] == b"qt  ":
        raise UnknownFormat(
            "This is a QuickTime video (MOV), which many browsers do not play. Export it as MP4."
        )
    size, has_frames = None, False
    try:
        for box in boxes(file, 0, file.size):
            if not box.kind.isalnum():  # padding and programs' notes behind the end
                break
            if box.end > file.size:
                raise NeedMoreBytes(box.end)
            if box.kind == b"moov":
                size = _read_movie(file, box)
            has_frames |= box.kind in (b"mdat", b"moof")
    except Scattered:
        if size is None or not has_frames:  # else a live recording, in hundreds of fragments
            raise
    if size is None:
        raise UnknownFormat("This MP4 has no film in it, or lost its end.")
    if not has_frames:
        raise NeedMoreBytes(file.size + 1)
    return size


def _read_movie(file: Pieces, movie: Box) -> tuple[int, int]:
    tracks = 0
    for box in _inside(file, movie):
        if box.kind == b"trak" and tracks < MOST_TRACKS:
            tracks += 1
            size = _read_track(file, box)
            if size:
                return size
    raise UnknownFormat("This MP4 has sound only, and no picture. Upload a video.")


def _read_track(file: Pieces, track: Box) -> tuple[int, int] | None:
    """None where it is no picture track."""
    size, is_picture = None, False
    for box in _inside(file, track):
        if box.kind == b"tkhd":
            size = _read_track_header(file, box)
        if box.kind == b"mdia":
            for child in _inside(file, box):
                if child.kind == b"hdlr":
                    is_picture = file.get(child.start + 8, 4) == b"vide"
                    break
        if size and is_picture:
            return size
    return None


def _read_track_header(file: Pieces, box: Box) -> tuple[int, int]:
    # The version decides how long the times are; the size is in 16.16 fixed-point numbers, and
    # rows a, b and c, d of the matrix turn the picture.
    body = file.get(box.start, 96 if file.get(box.start, 1)[0] else 84)[-44:]
    a, b, c, d = (int.from_bytes(body[at : at + 4], signed=True) for at in (0, 4, 12, 16))
    width, height = int.from_bytes(body[36:40]) >> 16, int.from_bytes(body[40:44]) >> 16
    is_turned = not a and not d and b and c
    return (height, width) if is_turned else (width, height)


def _inside(file: Pieces, parent: Box) -> Iterator[Box]:
    for box in boxes(file, parent.start, parent.end):
        if box.end > parent.end:
            raise UnknownFormat("This is a damaged MP4 video.")
        yield box
