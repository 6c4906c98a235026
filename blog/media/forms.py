"""What is acceptable as an announcement of files to upload."""

import re
from dataclasses import dataclass
from typing import Any

from blog.fields import clean_line
from blog.media.formats import EXTENSIONS

LARGEST_PICTURE = 50 * 1000 * 1000  # bytes

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
    """One file that the browser wants to send; `size` in bytes, `sha256` in hex."""

    role: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Announcement:
    filename: str
    alt: str
    files: list[AnnouncedFile]

    @property
    def main(self) -> AnnouncedFile:
        return next(file for file in self.files if file.role == "main")


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
    if not isinstance(files, list) or len(files) != 1:
        raise Refused({**errors, "files": "Exactly one file, the main one, is announced."})
    announced = [_file(file, f"files.{index}", errors) for index, file in enumerate(files)]
    if errors:
        raise Refused(errors)
    return Announcement(filename, alt, announced)


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
    if role != "main":
        errors[f"{path}.role"] = "The role is “main”."
    if not isinstance(content_type, str) or content_type not in EXTENSIONS:
        errors[f"{path}.content_type"] = "Pictures are JPEG, PNG, WebP or GIF."
    if type(size) is not int or size < 0:
        errors[f"{path}.size"] = "The size is a whole number of bytes."
    elif size == 0:
        errors[f"{path}.size"] = "This file is empty."
    elif size > LARGEST_PICTURE:
        megabytes = LARGEST_PICTURE // 1_000_000
        errors[f"{path}.size"] = f"This file is larger than {megabytes} MB. Make it smaller first."
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        errors[f"{path}.sha256"] = "The SHA-256 is 64 lower-case hex digits."
    return AnnouncedFile(
        str(role), str(content_type), size if type(size) is int else 0, str(sha256)
    )
