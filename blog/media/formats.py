"""What the first and the last bytes of a picture say, without decoding it."""

import re
from pathlib import PurePath

from blog.media.avif import reaches_end, read_avif
from blog.media.description import describe
from blog.media.headers import Header, NeedMoreBytes, UnknownFormat, checked
from blog.media.jpeg import JpegScan as JpegScan

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "video/mp4": "mp4",
    "video/webm": "webm",
}

_SAME = {".jpeg": ".jpg", ".m4v": ".mp4"}

JPEG_TABLES = 4096  # bytes, ample for what stands between the last large segment and the frame

# How far into a PNG or WebP is looked for Exif; a phone's photo, which needs it, is a JPEG.
EXIF_REACH = 64 * 1024


def named_as(filename: str, content_type: str) -> str:
    """The name with the extension of this type, so that a file is saved as what it is."""
    path, extension = PurePath(filename), f".{EXTENSIONS[content_type]}"
    suffix = _SAME.get(path.suffix.lower(), path.suffix.lower())
    if suffix == extension:
        return filename
    is_extension = suffix.removeprefix(".") in EXTENSIONS.values()
    return (path.stem if is_extension else filename) + extension


def read_header(head: bytes) -> Header:
    """The header in the first bytes of a file.

    Raises UnknownFormat, AbsurdSize or NeedMoreBytes, and nothing else whatever the bytes; who
    has no more bytes to give holds a truncated file.
    """
    for content_type, (signature, read) in READERS.items():
        if signature.match(head):
            width, height = read(head)
            return checked(Header(content_type, width, height))
    if head and any(start.startswith(head) for start in STARTS):
        raise NeedMoreBytes(16)
    raise UnknownFormat(f"This is {describe(head)}.")


def _need(head: bytes, size: int) -> None:
    if len(head) < size:
        raise NeedMoreBytes(size)


def _read_jpeg(head: bytes) -> tuple[int, int]:
    # ITU-T T.81: B.1.1.3 markers, B.2.2 frame header. Bytes between segments are passed over, as
    # libjpeg and with it the browsers do.
    position, exif = 2, b""
    while True:
        position = head.find(b"\xff", position)
        if position < 0 or position + 4 > len(head):
            raise NeedMoreBytes(len(head) + JPEG_TABLES)
        marker = head[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD7:  # stand alone
            position += 2
        elif marker in (0xD8, 0xD9, 0xDA):  # image start and end, scan
            raise UnknownFormat("This is a JPEG without a frame header.")
        else:
            length = int.from_bytes(head[position + 2 : position + 4])
            if length < 2:
                raise UnknownFormat("This is a damaged JPEG.")
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                break
            end = position + 2 + length
            if len(head) < end:
                raise NeedMoreBytes(end + JPEG_TABLES)
            segment = head[position + 4 : end]
            if marker == 0xE1 and segment.startswith(b"Exif\0"):
                exif = exif or segment[6:]
            position = end
    _need(head, position + 9)
    height = int.from_bytes(head[position + 5 : position + 7])
    width = int.from_bytes(head[position + 7 : position + 9])
    return (height, width) if _is_turned(exif) else (width, height)


def _is_turned(tiff: bytes) -> bool:
    """Whether width and height change places: Exif 2.32, 4.5.2 and 4.6.4, Orientation 5 to 8.

    Only the first directory is read, and only as far as it reaches: nothing in it can loop.
    """
    if tiff[:4] not in (b"II*\0", b"MM\0*"):
        return False

    def number(start: int, size: int) -> int:
        return int.from_bytes(tiff[start : start + size], "little" if tiff[:1] == b"I" else "big")

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * number(start, 2), 12):
        if entry + 12 > len(tiff):
            return False
        if (number(entry, 2), number(entry + 2, 2), number(entry + 4, 4)) == (0x0112, 3, 1):
            return 5 <= number(entry + 8, 2) <= 8
    return False


def _read_png(head: bytes) -> tuple[int, int]:
    # PNG (Third Edition) 11.2.1 IHDR, 11.3.4.5 eXIf
    _need(head, 33)
    if head[8:16] != b"\0\0\0\x0dIHDR":
        raise UnknownFormat("This is a damaged PNG picture.")
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    checked(Header("image/png", width, height))  # before more of it is asked for
    position = 33
    while position < EXIF_REACH:
        _need(head, position + 8)
        end = position + 12 + int.from_bytes(head[position : position + 4])
        kind = head[position + 4 : position + 8]
        if kind in (b"IDAT", b"IEND"):  # Exif stands before the picture
            break
        if kind == b"eXIf" and end <= EXIF_REACH:
            _need(head, end)
            turned = _is_turned(head[position + 8 : end - 4])
            return (height, width) if turned else (width, height)
        position = end
    return width, height


def _read_webp(head: bytes) -> tuple[int, int]:
    # WebP container specification (RFC 9649): 2.5 lossy, 2.6 lossless, 2.7 extended; RFC 6386 9.1
    _need(head, 30)
    chunk, body = head[12:16], head[20:30]
    if chunk == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        return (height, width) if _webp_is_turned(head) else (width, height)
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and not body[0] & 1:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        return width, height
    if chunk == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise UnknownFormat("This is a damaged WebP picture.")


def _webp_is_turned(head: bytes) -> bool:
    if not head[20] & 0x08:  # no Exif
        return False
    position, whole = 12, int.from_bytes(head[4:8], "little") + 8
    while position + 8 <= min(whole, EXIF_REACH):
        _need(head, position + 8)
        length = int.from_bytes(head[position + 4 : position + 8], "little")
        end = position + 8 + length
        if head[position : position + 4] == b"EXIF" and end <= min(whole, EXIF_REACH):
            _need(head, end)
            return _is_turned(head[position + 8 : end].removeprefix(b"Exif\0\0"))
        position = end + length % 2
    return False


def _read_gif(head: bytes) -> tuple[int, int]:
    # GIF89a, 18. Logical Screen Descriptor
    _need(head, 13)
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


READERS = {
    "image/jpeg": (re.compile(rb"\xff\xd8\xff"), _read_jpeg),
    "image/png": (re.compile(rb"\x89PNG\r\n\x1a\n"), _read_png),
    "image/webp": (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _read_webp),
    "image/gif": (re.compile(rb"GIF8[79]a"), _read_gif),
    "image/avif": (re.compile(rb".{4}ftyp(?:.{4}){0,12}?avi[fs]", re.DOTALL), read_avif),
}
STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


def looks_complete(content_type: str, head: bytes, tail: bytes, size: int) -> bool | None:
    """Whether a file of `size` bytes has its end, or None where only a whole scan can tell.

    `tail` holds the last bytes, 64 KiB are ample; with fewer, True is right and anything else asks
    for more. What follows a picture's end is forgiven, as browsers do: some programs and phones
    append to it.
    """
    match content_type:
        case "image/png":
            return b"\0\0\0\0IEND\xaeB`\x82" in tail  # PNG 11.2.4, with its checksum
        case "image/gif":
            return tail.rstrip(b"\0").endswith(b";")  # GIF89a, 27. Trailer
        case "image/webp":
            return len(head) >= 12 and int.from_bytes(head[4:8], "little") + 8 <= size
        case "image/avif":
            return reaches_end(head, size)
        case "image/jpeg":
            return _jpeg_looks_complete(head, tail, size)
        case _:
            return None


def _jpeg_looks_complete(head: bytes, tail: bytes, size: int) -> bool | None:
    if len(head) + len(tail) < size:
        return True if b"\xff\xd9" in tail else None
    # All is here: a thumbnail's end must not pass for the picture's.
    scan = JpegScan()
    scan.feed(head + tail[len(head) + len(tail) - size :])
    return scan.is_complete
