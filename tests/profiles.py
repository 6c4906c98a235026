"""Colour profiles of the tests' own making."""

import struct

# Display P3 as Apple defines it: DCI-P3's primaries adapted to D50, with the curve of a gamma.
RED, GREEN, BLUE = (0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841)
WHITE = (0.9642, 1.0, 0.8249)
GAMMA = 2.2


def matrix_profile() -> bytes:
    """An RGB display profile of three primaries and a gamma: ICC.1:2001-04, 6.1 to 6.5."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 11) + b"Display P3\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(WHITE),
        b"rXYZ": _xyz(RED),
        b"gXYZ": _xyz(GREEN),
        b"bXYZ": _xyz(BLUE),
        b"rTRC": _gamma(),
        b"gTRC": _gamma(),
        b"bTRC": _gamma(),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = start + len(body)
    header = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
    header = header.ljust(68, b"\0") + struct.pack(">3i", *map(_fixed, WHITE))
    return header.ljust(128, b"\0") + table + body


def _xyz(values: tuple[float, float, float]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *map(_fixed, values))


def _gamma() -> bytes:
    return struct.pack(">4s4xIH", b"curv", 1, round(GAMMA * 256))


def _fixed(value: float) -> int:
    return round(value * 65536)


DISPLAY_P3 = matrix_profile()
