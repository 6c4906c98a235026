"""Calls prepareVideo on an admin page of a real Chromium, and looks at what it made."""

import base64
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

PREPARE = """async (abortAfter) => {
  const { prepareVideo } = await import("/static/js/prepare/video.js");
  const file = document.querySelector("#under-test").files[0];
  const abort = new AbortController();
  const shares = [];
  const onProgress = (share) => {
    shares.push(share);
    if (share >= abortAfter) abort.abort();
  };
  try {
    const options = { name: file.name, signal: abort.signal, onProgress };
    const { files, thumbnail, ...rest } = await prepareVideo(file, options);
    window.prepared = { files, thumbnail };
    return {
      ...rest,
      shares,
      files: files.map(({ blob, ...described }) => described),
      types: [...files.map(({ blob }) => blob.type), thumbnail?.type],
      isSameFile: files[0].blob === file,
    };
  } catch (error) {
    return { problem: error.name, details: error.details ?? null, shares };
  }
}"""

BYTES = """async (number) => {
  const { blob } = window.prepared.files[number];
  const url = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(",") + 1);
}"""

# The colours at the four corners of the poster.
CORNERS = """async () => {
  const image = await createImageBitmap(window.prepared.files[1].blob);
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const at = (x, y) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
  const [right, bottom] = [image.width - 9, image.height - 9];
  return [at(8, 8), at(right, 8), at(right, bottom), at(8, bottom)];
}"""

# Plays to the end, every frame decoded.
PLAY = """() => new Promise((resolve, reject) => {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, src: URL.createObjectURL(window.prepared.files[0].blob) });
  video.addEventListener("ended", () => resolve(video.currentTime));
  video.addEventListener("error", () => reject(video.error.message));
  video.play();
})"""


def choose(page: Page, file: Path | bytes, name: str = "holiday.mp4") -> None:
    page.evaluate("""() => {
      document.querySelector("#under-test")?.remove();
      const input = Object.assign(document.createElement("input"), { type: "file" });
      input.id = "under-test";
      document.body.append(input);
    }""")
    if isinstance(file, bytes):
        chosen: Any = {"name": name, "mimeType": "video/mp4", "buffer": file}
    else:
        chosen = file
    page.locator("#under-test").set_input_files(chosen)


def prepare(
    page: Page, file: Path | bytes, name: str = "holiday.mp4", *, abort_after: float = 2
) -> dict[str, Any]:
    """What prepareVideo answers, without the blobs: they wait in the page; or its problem."""
    choose(page, file, name)
    prepared: dict[str, Any] = page.evaluate(PREPARE, abort_after)
    return prepared


def prepared_bytes(page: Page, number: int = 0) -> bytes:
    """The bytes of a small file among the prepared ones."""
    return base64.b64decode(page.evaluate(BYTES, number))


def is_red(colour: list[int]) -> bool:
    return colour[0] > 180 and colour[1] < 70 and colour[2] < 70
