"""The parts of large files fit what S3 takes; browser/test_hashing.py compares with the browser."""

import pytest

from blog.media.parts import MIB, PARTS_ABOVE, part_count, part_size


@pytest.mark.parametrize("size", [PARTS_ABOVE + 1, 300_000_000, 5_000_000_000, 5_000_000_000_000])
def test_a_file_has_few_parts_of_whole_mebibytes(size: int) -> None:
    assert part_size(size) % MIB == 0
    assert part_size(size) >= 32 * MIB
    assert part_count(size) <= 120
    assert (part_count(size) - 1) * part_size(size) < size <= part_count(size) * part_size(size)


def test_the_last_part_may_be_a_whole_one() -> None:
    assert part_count(64 * MIB) == 2
    assert part_count(64 * MIB + 1) == 3
