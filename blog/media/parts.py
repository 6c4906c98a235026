"""How a large file is cut into parts; the browser cuts by the same rule (prepare/parts.js)."""

MIB = 1024 * 1024
SMALLEST = 32 * MIB  # S3 takes from 5 MiB on; a smaller part would only mean more requests
MOST = 120

PARTS_ABOVE = 64_000_000  # bytes; files larger than this are sent in parts


def part_size(size: int) -> int:
    """Bytes of every part but the last, for a file of `size` bytes."""
    return max(SMALLEST, -(-size // (MOST * MIB)) * MIB)


def part_count(size: int) -> int:
    """How many parts a file of `size` bytes has."""
    return -(-size // part_size(size))
