"""The head of an AVIF picture: how large it is displayed, and whether the file reaches its end.

ISO/IEC 23008-12 (HEIF): 6.5.3 ispe, 6.5.10 irot, 9.3 iprp; ISO/IEC 14496-12: 8.11 meta.
"""

from collections.abc import Iterator

from blog.media.boxes import Box, Head, boxes
from blog.media.headers import NeedMoreBytes, UnknownFormat

ANY_LENGTH = 1 << 62
LONGEST_META = 1024 * 1024  # bytes; a colour profile is the largest thing in it
MOST_ITEMS = 4096  # a picture of many tiles has some hundreds


def read_avif(head: bytes) -> tuple[int, int]:
    """Width and height of the primary picture, turned where it says so."""
    for box in boxes(Head(head), 0, ANY_LENGTH):
        if box.kind == b"meta":
            if box.end - box.start > LONGEST_META:
                raise _damaged()
            if box.end > len(head):
                raise NeedMoreBytes(box.end)
            return _read_meta(head, Box(box.kind, box.start + 4, box.end))
    raise _damaged()


def reaches_end(head: bytes, size: int) -> bool:
    """Whether the boxes that begin in the head end within a file of `size` bytes."""
    position = 0
    try:
        for box in boxes(Head(head), 0, size):
            position = box.end
    except (NeedMoreBytes, UnknownFormat):
        pass  # what follows the boxes that were seen is not in the head
    return 0 < position <= size


def _read_meta(head: bytes, meta: Box) -> tuple[int, int]:
    inside = _children(head, meta)
    properties = _children(head, _first(inside, b"iprp"))
    container = _children(head, _first(properties, b"ipco"))
    item = _read_primary(head, _first(inside, b"pitm"))
    size, is_turned = None, False
    for index in _indexes(head, [box for box in properties if box.kind == b"ipma"], item):
        if not 1 <= index <= len(container):
            continue
        box = container[index - 1]
        body = head[box.start : min(box.end, box.start + 12)]
        if box.kind == b"ispe" and len(body) == 12:
            size = int.from_bytes(body[4:8]), int.from_bytes(body[8:12])
        if box.kind == b"irot" and body:
            is_turned = body[0] & 1 == 1  # quarter turns: one or three
    if size is None:
        raise _damaged()
    return (size[1], size[0]) if is_turned else size


def _read_primary(head: bytes, box: Box) -> int:
    """The number of the item that is shown (ISO/IEC 14496-12, 8.11.4)."""
    version, _ = _version_and_flags(head, box)
    length = 4 if version else 2
    if box.start + 4 + length > box.end:
        raise _damaged()
    return int.from_bytes(head[box.start + 4 : box.start + 4 + length])


def _indexes(head: bytes, associations: list[Box], item: int) -> Iterator[int]:
    """The numbers, from 1, of the properties that this item has (9.3, ItemPropertyAssociation).

    An item stands there once; that many others stand before it means that the file is hostile.
    """
    looked_at = 0
    for box in associations:
        version, flags = _version_and_flags(head, box)
        id_size, index_size = (4 if version else 2), (2 if flags & 1 else 1)
        position = box.start + 8
        while position + id_size < box.end:
            looked_at += 1
            if looked_at > MOST_ITEMS:
                raise _damaged()
            start = position + id_size + 1
            end = start + head[start - 1] * index_size
            if end > box.end:
                raise _damaged()
            if int.from_bytes(head[position : position + id_size]) == item:
                for at in range(start, end, index_size):
                    index = int.from_bytes(head[at : at + index_size])
                    yield index & (0x7FFF >> (16 - 8 * index_size))  # without “essential”
                return
            position = end


def _children(head: bytes, parent: Box) -> list[Box]:
    found = list(boxes(Head(head), parent.start, parent.end))
    if any(box.end > parent.end for box in found):
        raise _damaged()
    return found


def _first(found: list[Box], kind: bytes) -> Box:
    for box in found:
        if box.kind == kind:
            return box
    raise _damaged()


def _version_and_flags(head: bytes, box: Box) -> tuple[int, int]:
    """What a full box begins with (ISO/IEC 14496-12, 4.2)."""
    if box.start + 4 > box.end:
        raise _damaged()
    return head[box.start], int.from_bytes(head[box.start + 1 : box.start + 4])


def _damaged() -> UnknownFormat:
    return UnknownFormat("This is a damaged AVIF picture.")
