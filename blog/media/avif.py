"""The head of an AVIF picture: how large it is displayed, and whether the file reaches its end.

ISO/IEC 23008-12 (HEIF): 6.5.3 ispe, 6.5.10 irot, 9.3 iprp; ISO/IEC 14496-12: 8.11 meta.
"""

from collections.abc import Iterator

from blog.media.boxes import Box, Head, boxes
from blog.media.headers import NeedMoreBytes, UnknownFormat

ANY_LENGTH = 1 << 62


def read_avif(head: bytes) -> tuple[int, int]:
    """Width and height of the primary picture, turned where it says so."""
    for box in boxes(Head(head), 0, ANY_LENGTH):
        if box.kind == b"meta":
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
    primary, properties = _first(inside, b"pitm"), _first(inside, b"iprp")
    container = _children(head, _first(_children(head, properties), b"ipco"))
    item = int.from_bytes(_full(head, primary)[1][: 4 if head[primary.start] else 2])
    size, is_turned = None, False
    for association in (box for box in _children(head, properties) if box.kind == b"ipma"):
        for index in _indexes(*_full(head, association), item):
            if not 1 <= index <= len(container):
                continue
            box = container[index - 1]
            body = head[box.start : box.end]
            if box.kind == b"ispe" and len(body) >= 12:
                size = int.from_bytes(body[4:8]), int.from_bytes(body[8:12])
            if box.kind == b"irot" and body:
                is_turned = body[0] & 1 == 1  # quarter turns: one or three
    if size is None:
        raise _damaged()
    return (size[1], size[0]) if is_turned else size


def _indexes(flags: int, body: bytes, item: int) -> Iterator[int]:
    """The numbers, from 1, of the properties that this item has (9.3, ItemPropertyAssociation)."""
    id_size, index_size = (4 if flags >> 24 else 2), (2 if flags & 1 else 1)
    position = 4
    while position + id_size < len(body):
        count = body[position + id_size]
        is_wanted = int.from_bytes(body[position : position + id_size]) == item
        position += id_size + 1
        for at in range(position, position + count * index_size, index_size):
            if is_wanted:
                yield int.from_bytes(body[at : at + index_size]) & (0x7FFF >> (16 - 8 * index_size))
        position += count * index_size


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


def _full(head: bytes, box: Box) -> tuple[int, bytes]:
    """Version (the highest byte) with flags, and the body behind them."""
    body = head[box.start : box.end]
    return int.from_bytes(body[:4]), body[4:]


def _damaged() -> UnknownFormat:
    return UnknownFormat("This is a damaged AVIF picture.")
