"""What cameras, phones and programs write into pictures beside the picture."""

import io
import struct
import zlib
from collections.abc import Iterable

from PIL import Image

PLACE = "48,51.5N"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" '
    f'exif:GPSLatitude="{PLACE}"/></rdf:RDF></x:xmpmeta>'
).encode()
SECRET = b"secret words"
MARKS = (b"Exif", b"EXIF", b"eXIf", b"GPS", b"xmp", b"XMP", b"MPF", b"Photoshop", b"ftyp", SECRET)

# The index of the previews that a phone appends: CIPA DC-007, 5.2.
PREVIEWS = b"MPF\0MM\0*" + struct.pack(
    ">IHHHI4sHHIIHHIII16x", 8, 3, 0xB000, 7, 4, b"0100", 0xB001, 4, 1, 1, 0xB002, 7, 16, 50, 0
)


def exif(*, orientation: int = 1, has_place: bool = True) -> bytes:
    """A TIFF structure with a maker note, and where the picture was taken."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = SECRET.decode()
    tags[0x8769] = {0x927C: b"maker note: " + SECRET}
    if has_place:
        tags[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    return tags.tobytes().removeprefix(b"Exif\0\0")


def into_jpeg(content: bytes, *, exif: bytes = b"", xmp: bytes = b"") -> bytes:
    """The JPEG with all that phones add: Exif, XMP, IPTC, a comment, previews, a video."""
    segments = [
        (0xE1, b"Exif\0\0" + exif if exif else b""),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp if xmp else b""),
        (0xE2, PREVIEWS),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c" + SECRET),
        (0xE5, b"of a maker " + SECRET),
        (0xFE, SECRET),
    ]
    added = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
        for marker, payload in segments
        if payload
    )
    video = struct.pack(">I4s4s4x", 16, b"ftyp", b"mp42") + SECRET
    return content[:2] + added + content[2:] + content + video


def into_png(content: bytes, *, exif: bytes = b"", xmp: bytes = b"") -> bytes:
    """The PNG with chunks of every kind of metadata, and something appended."""
    chunks = [
        (b"eXIf", exif),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp if xmp else b""),
        (b"tEXt", b"Comment\0" + SECRET),
        (b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
        (b"tIME", struct.pack(">H5B", 2026, 1, 2, 3, 4, 5)),
        (b"prVt", SECRET),
    ]
    added = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
        if body
    )
    return content[:33] + added + content[33:] + SECRET


def into_gif(content: bytes, *, xmp: bytes = XMP) -> bytes:
    """The GIF with a comment, a text and XMP before its first picture."""
    start = 13 + 3 * 2 ** ((content[10] & 7) + 1)
    added = b"!\xfe" + _blocks(SECRET)
    added += b"!\xff\x0bXMP DataXMP" + _blocks(xmp)
    added += b"!\x01\x0c" + bytes(12) + _blocks(SECRET)
    return content[:start] + added + content[start:] + SECRET


def _blocks(content: bytes) -> bytes:
    pieces: Iterable[bytes] = (content[at : at + 255] for at in range(0, len(content), 255))
    return b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def found_in(content: bytes) -> list[bytes]:
    """The traces of metadata in a file's bytes, and what Pillow sees of them."""
    image = Image.open(io.BytesIO(content))
    seen = [b"(read as Exif)"] if len(image.getexif()) else []
    seen += [str(key).encode() for key in ("xmp", "comment", "Comment") if key in image.info]
    return seen + [mark for mark in MARKS if mark in content]
