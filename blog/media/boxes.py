"""Boxes of ISO media files (MP4, AVIF), and how a file is read in small pieces.

ISO/IEC 14496-12, 4.2: size and type, then what is in the box, other boxes often.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from blog.media.headers import NeedMoreBytes, UnknownFormat

BLOCK = 1024  # bytes that are read at once: enough for the neighbours of what is asked
MOST_READS = 64  # of one file; each is a request to the bucket
MOST_BOXES = 2000  # in one row, so that hostile files cannot keep us busy


class Scattered(UnknownFormat):
    """What is asked lies in more pieces than a sound file has."""


class Bytes(Protocol):
    def get(self, start: int, length: int) -> bytes:
        """Exactly these bytes; raises NeedMoreBytes where the file, or the head, ends before."""


class Head:
    """The first bytes of a file."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    def get(self, start: int, length: int) -> bytes:
        if start + length > len(self._head):
            raise NeedMoreBytes(start + length)
        return self._head[start : start + length]


class Pieces:
    """A whole file of which pieces are read, each at most once where they lie together."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        self.size = size
        self._read = read
        self._reads = 0
        self._start, self._block = 0, b""

    def get(self, start: int, length: int) -> bytes:
        if start + length > self.size:
            raise NeedMoreBytes(start + length)
        if not self._start <= start <= start + length <= self._start + len(self._block):
            if self._reads == MOST_READS:
                raise Scattered("This video is cut into too many pieces. Export it again as MP4.")
            self._reads += 1
            wanted = min(max(length, BLOCK), self.size - start)
            self._start, self._block = start, self._read(start, wanted)
            if len(self._block) < length:
                raise NeedMoreBytes(start + length)
        return self._block[start - self._start :][:length]


@dataclass(frozen=True, slots=True)
class Box:
    """`start` and `end` of what is in it, in bytes from the beginning of the file."""

    kind: bytes
    start: int
    end: int


def boxes(file: Bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes in one row; the last one may claim to reach beyond `end`."""
    position = start
    for _ in range(MOST_BOXES):
        if position + 8 > end:
            return
        header = file.get(position, 8)
        size, kind = int.from_bytes(header[:4]), header[4:]
        body = position + 8
        if size == 1:
            size, body = int.from_bytes(file.get(body, 8)), position + 16
        elif size == 0:
            size = end - position
        if size < body - position:
            raise UnknownFormat("This file is damaged: a part of it has no size.")
        yield Box(kind, body, position + size)
        position += size
    raise Scattered("This file is cut into too many pieces. Export it again.")
