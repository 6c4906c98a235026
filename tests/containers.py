"""Skeletons of video files: as much of the containers as a player needs to begin."""

import struct

TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def mp4(
    width: int = 320,
    height: int = 240,
    *,
    turn: int = 0,
    size: int = 3000,
    brand: bytes = b"isom",
    handler: bytes = b"vide",
    version: int = 0,
    film_first: bool = True,
) -> bytes:
    """An MP4 of `size` bytes in all; `width` and `height` as stored, `turn` in degrees."""
    start = box(b"ftyp", brand + b"\0\0\2\0isommp42")
    film = box(b"moov", _track(b"soun", 0, 0, 0, 0), _track(handler, width, height, turn, version))
    frames = size - len(start) - len(film) - 8
    data = struct.pack(">I4s", frames + 8, b"mdat") + bytes(frames)
    return start + film + data if film_first else start + data + film


def _track(handler: bytes, width: int, height: int, turn: int, version: int) -> bytes:
    times = bytes(32 if version else 20)
    a, b, c, d = (value << 16 for value in TURNS[turn])
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    sides = struct.pack(">II", width << 16 & 0xFFFFFFFF, height << 16 & 0xFFFFFFFF)
    header = bytes([version, 0, 0, 7]) + times + bytes(16) + matrix + sides
    media = box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8) + handler + bytes(13)))
    return box(b"trak", box(b"tkhd", header), media)


def box(kind: bytes, *inside: bytes) -> bytes:
    body = b"".join(inside)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def webm(
    width: int = 320,
    height: int = 240,
    *,
    doc_type: bytes = b"webm",
    track_type: int = 1,
    shown: tuple[int, int, int] | None = None,
    is_live: bool = False,
) -> bytes:
    """A WebM; `shown` is display width, height and unit (0: pixels); a live one knows no sizes."""
    video = element("B0", number(width)) + element("BA", number(height))
    if shown:
        names = ("54B0", "54BA", "54B2")
        pairs = zip(names, shown, strict=True)
        video += b"".join(element(name, number(value)) for name, value in pairs)
    sound = element("AE", element("83", number(2)))
    picture = element("AE", element("83", number(track_type)) + element("E0", video))
    tracks = element("1654AE6B", sound + picture)
    cluster = element("1F43B675", bytes(500), is_endless=is_live)
    inside = element("1549A966", bytes(20)) + tracks + element("EC", bytes(30)) + cluster
    head = element("1A45DFA3", element("4282", doc_type))
    return head + element("18538067", inside, is_endless=is_live)


def element(name: str, body: bytes, *, is_endless: bool = False) -> bytes:
    size = (1 << 56) - 1 if is_endless else len(body)
    return bytes.fromhex(name) + (size | 1 << 56).to_bytes(8) + body


def number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8))
