"""Preparing a picture in the browser, and what came of it as Python sees it."""

import base64
import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from playwright.sync_api import Page

PREPARE = """async ([encoded, name, isSeen]) => {
  const { Preparer } = await import("/static/js/prepare/preparer.js");
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const preparer = (globalThis.preparer ??= new Preparer());
  const encode = async (blob) => {
    const reader = new FileReader();
    await new Promise((resolve) => { reader.onload = resolve; reader.readAsDataURL(blob); });
    return reader.result.split(",")[1] ?? "";
  };
  try {
    const prepared = await preparer.prepare(new File([bytes], name), { name, isSeen });
    for (const file of prepared.files) file.blob = await encode(file.blob);
    return { ...prepared, thumbnail: await encode(prepared.thumbnail) };
  } catch (error) {
    return { problem: error.name, details: error.details };
  }
}"""


@dataclass(frozen=True)
class PreparedFile:
    role: str
    content_type: str
    width: int
    height: int
    size: int
    sha256: str
    content: bytes = field(repr=False)

    @property
    def image(self) -> Image.Image:
        return Image.open(io.BytesIO(self.content))


@dataclass(frozen=True)
class Prepared:
    name: str
    files: list[PreparedFile]
    thumbnail: bytes = field(repr=False)
    had_location: bool
    is_animated: bool
    kept_original: bool
    source: dict[str, Any]

    @property
    def main(self) -> PreparedFile:
        return self.files[0]

    @property
    def variants(self) -> list[PreparedFile]:
        return self.files[1:]


def prepare(
    page: Page, content: bytes, name: str = "beach.jpg", *, is_seen: bool = False
) -> Prepared:
    answer = _ask(page, content, name, is_seen=is_seen)
    assert "problem" not in answer, answer
    return Prepared(
        name=answer["name"],
        files=[prepared_file(file) for file in answer["files"]],
        thumbnail=base64.b64decode(answer["thumbnail"]),
        had_location=answer["hadLocation"],
        is_animated=answer["isAnimated"],
        kept_original=answer["keptOriginal"],
        source=answer["source"],
    )


def problem(page: Page, content: bytes, name: str = "beach.jpg") -> tuple[str, dict[str, str]]:
    """The name of what is wrong with the picture, and its details."""
    answer = _ask(page, content, name, is_seen=False)
    return answer["problem"], answer["details"]


def prepared_file(file: dict[str, Any]) -> PreparedFile:
    return PreparedFile(content=base64.b64decode(file.pop("blob")), **file)


def _ask(page: Page, content: bytes, name: str, *, is_seen: bool) -> dict[str, Any]:
    answer: dict[str, Any] = page.evaluate(
        PREPARE, [base64.b64encode(content).decode(), name, is_seen]
    )
    return answer
