"""What is acceptable as an announcement of files to upload, or of parts of one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blog.fields import clean_line
from blog.media.formats import EXTENSIONS
from blog.media.headers import LONGEST_SIDE, is_scaled_down

LARGEST_PICTURE = 50 * 1000 * 1000  # bytes
LARGEST_COMPANION = 20 * 1000 * 1000  # of a variant or poster
LARGEST_VIDEO = 5 * 1000 * 1000 * 1000
MOST_FILES = 16
MOST_PARTS_AT_ONCE = 32

_SMALLER = ("image/webp", "image/avif", "image/jpeg", "image/png")
CONTENT_TYPES = {
    "main": tuple(EXTENSIONS),
    "variant": _SMALLER,
    "poster": tuple(kind for kind in _SMALLER if kind != "image/avif"),
}
WHAT_IT_IS = {
    "main": "Pictures are JPEG, PNG, WebP, GIF or AVIF, videos are MP4 or WebM.",
    "variant": "Variants are WebP, AVIF, JPEG or PNG.",
    "poster": "Posters are WebP, JPEG or PNG.",
}

_SHA256 = re.compile("[0-9a-f]{64}")
_LONGEST_FILENAME = 200
_LONGEST_ALT = 1000


class Refused(ValueError):
    """The announcement is not acceptable; `errors` says why, by the path of each value."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class AnnouncedFile:
    """One file that the browser wants to send; `size` in bytes, `sha256` in hex, the sides in
    pixels as displayed, where they are told."""

    role: str
    content_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Announcement:
    filename: str
    alt: str
    files: list[AnnouncedFile]

    @property
    def main(self) -> AnnouncedFile:
        return next(file for file in self.files if file.role == "main")

    @property
    def kind(self) -> str:
        return kind_of(self.main.content_type)


@dataclass(frozen=True, slots=True)
class AnnouncedPart:
    number: int
    size: int
    sha256: str


def kind_of(content_type: str) -> str:
    return "video" if content_type.startswith("video/") else "picture"


def parse_announcement(body: Any) -> Announcement:
    """The JSON of `POST /admin/media/`, checked; raises Refused with every fault."""
    errors: dict[str, str] = {}
    if not isinstance(body, dict):
        raise Refused({"": "The body is a JSON object."})
    filename = _line(body, "filename", _LONGEST_FILENAME, errors)
    if not filename and not errors:
        errors["filename"] = "The file has no name."
    alt = _line(body, "alt", _LONGEST_ALT, errors)
    files = body.get("files")
    if not isinstance(files, list) or not 1 <= len(files) <= MOST_FILES:
        raise Refused({**errors, "files": f"One to {MOST_FILES} files are announced, as a list."})
    announced = [_file(file, f"files.{index}", errors) for index, file in enumerate(files)]
    if not errors:
        _check_together(announced, errors)
    if errors:
        raise Refused(errors)
    return Announcement(filename, alt, announced)


def parse_parts(body: Any, *, count: int, size_of: Callable[[int], int]) -> list[AnnouncedPart]:
    """The JSON of `POST /admin/media/<id>/parts` for a file of `count` parts, where `size_of(n)`
    is how many bytes the part n has; raises Refused with every fault."""
    parts = body.get("parts") if isinstance(body, dict) else None
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS_AT_ONCE:
        words = f"One to {MOST_PARTS_AT_ONCE} parts are asked for at once, as a list."
        raise Refused({"parts": words})
    errors: dict[str, str] = {}
    announced: list[AnnouncedPart] = []
    for index, part in enumerate(parts):
        path = f"parts.{index}"
        part = part if isinstance(part, dict) else {}
        number, size, sha256 = (part.get(name) for name in ("number", "size", "sha256"))
        if type(number) is not int or not 1 <= number <= count:
            errors[f"{path}.number"] = f"The parts of this file are numbered from 1 to {count}."
        elif any(number == other.number for other in announced):
            errors[f"{path}.number"] = f"Part {number} is asked for twice."
        elif type(size) is not int or size != size_of(number):
            errors[f"{path}.size"] = f"Part {number} has {size_of(number)} bytes."
        elif _is_sha256(sha256, f"{path}.sha256", errors):
            announced.append(AnnouncedPart(number, size, str(sha256)))
    if errors:
        raise Refused(errors)
    return announced


def _line(body: dict[str, Any], name: str, longest: int, errors: dict[str, str]) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        errors[name] = "This is a string."
        return ""
    return clean_line(value)[:longest]


def _file(file: Any, path: str, errors: dict[str, str]) -> AnnouncedFile:
    if not isinstance(file, dict):
        errors[path] = "A file is a JSON object."
        file = {}
    role, content_type, size, sha256 = (
        file.get(name) for name in ("role", "content_type", "size", "sha256")
    )
    if not isinstance(role, str) or role not in CONTENT_TYPES:
        errors[f"{path}.role"] = "The role is “main”, “variant” or “poster”."
        role = "main"
    if not isinstance(content_type, str) or content_type not in CONTENT_TYPES[role]:
        errors[f"{path}.content_type"] = WHAT_IT_IS[role]
        content_type = ""
    if type(size) is not int or size < 0:
        errors[f"{path}.size"] = "The size is a whole number of bytes."
        size = 0
    elif size == 0:
        errors[f"{path}.size"] = "This file is empty."
    elif size > (limit := _limit(role, content_type)):
        errors[f"{path}.size"] = f"This file is larger than {_in_words(limit)}. Make it smaller."
    _is_sha256(sha256, f"{path}.sha256", errors)
    width, height = (_side(file, name, path, errors) for name in ("width", "height"))
    return AnnouncedFile(role, content_type, size, str(sha256), width, height)


def _limit(role: str, content_type: str) -> int:
    if role != "main":
        return LARGEST_COMPANION
    return LARGEST_VIDEO if kind_of(content_type) == "video" else LARGEST_PICTURE


def _in_words(size: int) -> str:
    return f"{size // 10**9} GB" if size >= 10**9 else f"{size // 10**6} MB"


def _is_sha256(value: Any, path: str, errors: dict[str, str]) -> bool:
    is_one = isinstance(value, str) and bool(_SHA256.fullmatch(value))
    if not is_one:
        errors[path] = "The SHA-256 is 64 lower-case hex digits."
    return is_one


def _side(file: dict[str, Any], name: str, path: str, errors: dict[str, str]) -> int | None:
    value = file.get(name)
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= LONGEST_SIDE:
        errors[f"{path}.{name}"] = f"This is a whole number of pixels, from 1 to {LONGEST_SIDE}."
        return None
    return value


def _check_together(files: list[AnnouncedFile], errors: dict[str, str]) -> None:
    """What only shows where all files are known, each of which is acceptable by itself."""
    mains = [file for file in files if file.role == "main"]
    if len(mains) != 1:
        errors["files"] = "Exactly one of the files is the main one."
        return
    [main] = mains
    is_video = kind_of(main.content_type) == "video"
    seen: set[str] = set()
    for index, file in enumerate(files):
        path = f"files.{index}"
        if file.sha256 in seen:
            errors[f"{path}.sha256"] = "This file is announced twice."
        if file.role == "poster" and not is_video:
            errors[f"{path}.role"] = "Only a video has a poster."
        elif file.role == "poster" and any(other.role == "poster" for other in files[:index]):
            errors[f"{path}.role"] = "A video has one poster at most."
        elif file.role == "variant" and is_video:
            errors[f"{path}.role"] = "A video has no variants."
        elif file.role == "variant" and not _can_be_variant(file, main):
            errors[f"{path}.width"] = (
                f"A variant is a smaller version of the main picture, of the same proportions: "
                f"{file.width} by {file.height} pixels do not fit {main.width} by {main.height}."
            )
        seen.add(file.sha256)


def _can_be_variant(file: AnnouncedFile, main: AnnouncedFile) -> bool:
    """As far as the announcement tells; what arrives is looked at again."""
    if not (file.width and file.height and main.width and main.height):
        return True
    return is_scaled_down(file.width, file.height, main.width, main.height)
