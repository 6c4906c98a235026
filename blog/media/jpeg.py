"""Follows a JPEG stream to the end of its picture, in pieces of any size."""

import re

# A marker: not a stuffed zero, not fill bytes, and none of those that carry no length and may
# stand within a scan (TEM, RST0 to RST7): ITU-T T.81, B.1.1.2, B.1.1.5 and table B.1.
MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])", re.DOTALL)
# Segments and scans of one file, and pieces that it comes in: cameras write some dozens.
MOST_MARKERS = 10_000

START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN = 0xD8, 0xD9, 0xDA


class JpegScan:
    """Whether a JPEG's primary image has its end, while the file comes in pieces.

    Segments are jumped over by their lengths, so that thumbnails in them do not count; in the
    entropy-coded data between them only the next marker matters (ISO/IEC 10918-1, ITU-T T.81
    Annex B). Keeps no more than three bytes between two pieces.
    """

    def __init__(self) -> None:
        self.is_complete = False
        self._is_jpeg = True
        self._is_started = False
        self._has_scan = False
        self._pending = b""
        self._skip = 0
        self._markers = 0

    def feed(self, chunk: bytes) -> None:
        if self.is_complete or not self._is_jpeg:
            return
        if self._skip >= len(chunk):  # nothing is pending then: a segment's end is still to come
            self._skip -= len(chunk)
            return
        pieces = self._pending + chunk
        position, self._skip, self._pending = self._skip, 0, b""
        if not self._is_started:
            if len(pieces) < 2:
                self._pending = pieces
                return
            self._is_started = True
            self._is_jpeg = pieces.startswith(b"\xff\xd8")
            position = 2
        self._walk(pieces, position)

    def _walk(self, pieces: bytes, position: int) -> None:
        while self._is_jpeg and not self.is_complete:
            self._markers += 1
            if self._markers > MOST_MARKERS:
                self._is_jpeg = False
                return
            found = MARKER.search(pieces, position)
            if not found:
                self._pending = b"\xff" if pieces.endswith(b"\xff", position) else b""
                return
            marker, start = found[1][0], found.end()
            if marker == END_OF_IMAGE:
                self.is_complete = self._is_jpeg = self._has_scan
                return
            if len(pieces) < start + 2:
                self._pending = pieces[found.start() :]
                return
            length = int.from_bytes(pieces[start : start + 2])
            self._is_jpeg = marker != START_OF_IMAGE and length >= 2
            self._has_scan |= marker == START_OF_SCAN
            position = start + length
            if position >= len(pieces):
                self._skip = position - len(pieces)
                return
