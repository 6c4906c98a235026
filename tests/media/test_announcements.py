"""Which announcements of several files, and of parts, are acceptable."""

from typing import Any

import pytest

from blog.media.forms import Refused, parse_announcement, parse_parts
from blog.media.parts import part_size


def file(role: str = "main", seed: int = 0, **changes: Any) -> dict[str, Any]:
    types = {"main": "image/jpeg", "variant": "image/webp", "poster": "image/webp"}
    return {
        "role": role,
        "content_type": types[role],
        "size": 1000,
        "sha256": f"{seed:064x}",
        "width": 1600 if role == "main" else 480,
        "height": 1067 if role == "main" else 320,
        **changes,
    }


def refused(*files: dict[str, Any]) -> list[str]:
    """The paths of what is wrong; each has words."""
    try:
        parse_announcement({"filename": "a.jpg", "alt": "", "files": list(files)})
    except Refused as refusal:
        return [path for path, words in refusal.errors.items() if words]
    return []


VIDEO: dict[str, Any] = {"content_type": "video/mp4"}


@pytest.mark.parametrize(
    "files",
    [
        [file()],
        [file(), file("variant", 1), file("variant", 2, content_type="image/avif")],
        [file("variant", 1), file()],
        [file(), *(file("variant", seed) for seed in range(1, 16))],
        [file(**VIDEO), file("poster", 1)],
        [file(content_type="video/webm", size=5_000_000_000)],
        [file(content_type="image/avif", size=50_000_000)],
        [file(width=None, height=None), file("variant", 1, width=None)],
        [file(), file("variant", 1, width=480, height=321)],
        [file(), file("variant", 1, width=1600, height=1067)],
    ],
)
def test_sound_announcements_are_taken(files: list[dict[str, Any]]) -> None:
    assert refused(*files) == []


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        ([], ["files"]),
        ([file("variant")], ["files"]),
        ([file(), file(seed=1)], ["files"]),
        ([file(), *(file("variant", seed) for seed in range(1, 17))], ["files"]),
        ([file(), file("variant", 0)], ["files.1.sha256"]),
        ([file(), file("poster", 1)], ["files.1.role"]),
        ([file(**VIDEO), file("variant", 1)], ["files.1.role"]),
        ([file(**VIDEO), file("poster", 1), file("poster", 2)], ["files.2.role"]),
        ([file(), file("variant", 1, content_type="image/gif")], ["files.1.content_type"]),
        ([file(), file("variant", 1, **VIDEO)], ["files.1.content_type"]),
        ([file(**VIDEO), file("poster", 1, content_type="image/avif")], ["files.1.content_type"]),
        ([file(), file("variant", 1, size=20_000_001)], ["files.1.size"]),
        ([file(**VIDEO), file("poster", 1, size=20_000_001)], ["files.1.size"]),
        ([file(content_type="video/mp4", size=5_000_000_001)], ["files.0.size"]),
        ([file(content_type="image/gif", size=50_000_001)], ["files.0.size"]),
        ([file(), file("variant", 1, width=480, height=480)], ["files.1.width"]),
        ([file(), file("variant", 1, width=3200, height=2134)], ["files.1.width"]),
        ([file(width=0)], ["files.0.width"]),
        ([file(width="1600")], ["files.0.width"]),
        ([file(width=True)], ["files.0.width"]),
        ([file(height=65_536)], ["files.0.height"]),
        (
            [file(role="main", sha256="x"), file("variant", size=0)],
            ["files.0.sha256", "files.1.size"],
        ),
    ],
)
def test_each_fault_is_named_by_its_path(files: list[dict[str, Any]], paths: list[str]) -> None:
    assert refused(*files) == paths


@pytest.mark.parametrize(
    ("size", "each"),
    [
        (1, 33_554_432),
        (64_000_001, 33_554_432),
        (120 * 33_554_432, 33_554_432),
        (120 * 33_554_432 + 1, 34_603_008),
        (5_000_000_000, 41_943_040),
    ],
)
def test_parts_are_whole_mebibytes_and_few(size: int, each: int) -> None:
    assert part_size(size) == each
    assert -(-size // part_size(size)) <= 120


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ({"number": 0, "size": 10, "sha256": "0" * 64}, "parts.0.number"),
        ({"number": 4, "size": 10, "sha256": "0" * 64}, "parts.0.number"),
        ({"number": "1", "size": 10, "sha256": "0" * 64}, "parts.0.number"),
        ({"number": 1, "size": 9, "sha256": "0" * 64}, "parts.0.size"),
        ({"number": 3, "size": 10, "sha256": "0" * 64}, "parts.0.size"),
        ({"number": 1, "size": 10, "sha256": "0" * 63}, "parts.0.sha256"),
        (7, "parts.0.number"),
    ],
)
def test_a_part_that_is_none_is_refused_by_its_path(part: Any, path: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_parts({"parts": [part]}, count=3, size_of=lambda number: 10 if number < 3 else 4)

    assert list(refusal.value.errors) == [path]


@pytest.mark.parametrize("body", [[], {}, {"parts": []}, {"parts": [{}] * 33}, {"parts": "1"}, 7])
def test_one_to_thirty_two_parts_are_asked_for_at_once(body: Any) -> None:
    with pytest.raises(Refused, match="One to 32"):
        parse_parts(body, count=99, size_of=lambda number: 10)
