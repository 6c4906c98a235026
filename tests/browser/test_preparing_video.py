"""Preparing a video in a real Chromium: looked at, freed of its place, hashed in parts."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from blog.media.parts import PARTS_ABOVE, part_size
from tests import photos, videos

MIB = 1024 * 1024

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
        chosen: Any = {"name": name, "mimeType": "application/octet-stream", "buffer": file}
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


def test_an_mp4_gets_its_size_hash_poster_and_thumbnail(editor: Page) -> None:
    video = videos.mp4(2)

    prepared = prepare(editor, video)

    main, poster = prepared["files"]
    content = prepared_bytes(editor)
    assert main == {
        "role": "main",
        "content_type": "video/mp4",
        "width": 160,
        "height": 120,
        "size": len(video),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert (poster["role"], poster["content_type"]) == ("poster", "image/webp")
    assert (poster["width"], poster["height"]) == (160, 120)
    picture = prepared_bytes(editor, 1)
    assert poster["sha256"] == hashlib.sha256(picture).hexdigest()
    assert poster["size"] == len(picture)
    assert prepared["types"] == ["video/mp4", "image/webp", "image/webp"]
    assert prepared["kind"] == "video"
    assert prepared["name"] == "holiday.mp4"
    assert not prepared["hadLocation"]
    assert prepared["source"]["codec"] == "H.264"
    assert prepared["shares"][-1] == 1


def test_a_webm_without_tags_stays_the_file_it_is(editor: Page) -> None:
    video = videos.webm(2, is_live=True)

    prepared = prepare(editor, video, "recording.mp4")

    main, poster = prepared["files"]
    assert prepared["name"] == "recording.webm"
    assert (main["content_type"], main["width"], main["height"]) == ("video/webm", 160, 120)
    assert prepared_bytes(editor) == video or not prepared["keptOriginal"]
    assert main["sha256"] == hashlib.sha256(prepared_bytes(editor)).hexdigest()
    assert poster["width"] == 160


@pytest.mark.parametrize(
    "make",
    [
        lambda: videos.mp4(location="loci"),
        lambda: videos.mp4(location="loci", is_streamable=False),
        lambda: videos.mp4(location="keys"),
        lambda: videos.mp4(location="keys", is_streamable=False),
        lambda: videos.with_android_place(videos.mp4(is_streamable=False)),
    ],
    ids=["3GPP", "3GPP at the end", "Apple", "Apple at the end", "Android"],
)
def test_the_place_is_blanked_out_of_an_mp4(editor: Page, make: Callable[[], bytes]) -> None:
    video = make()
    assert any(tag.startswith(("location", "com.apple")) for tag in tags(video))

    prepared = prepare(editor, video)

    content = prepared_bytes(editor)
    assert prepared["hadLocation"]
    assert not prepared["keptOriginal"]
    assert b"48.8584" not in content
    assert b"loci" not in content
    expect_same_but_for_metadata(video, content)
    assert editor.evaluate(PLAY) >= 0.9


def expect_same_but_for_metadata(before: bytes, after: bytes) -> None:
    """Same size, same pictures at the same places, and ffprobe finds nothing wrong or left."""
    assert len(after) == len(before)
    media = before.index(b"mdat")
    size = int.from_bytes(before[media - 4 : media])
    assert after[media : media - 4 + size] == before[media : media - 4 + size]
    assert tags(after) == {"major_brand", "minor_version", "compatible_brands"}
    (was,), (said,) = videos.probe(before)["streams"], videos.probe(after)["streams"]
    assert said["nb_frames"] == was["nb_frames"]


def tags(video: bytes) -> set[str]:
    return set(videos.probe(video)["format"].get("tags", {}))


def test_the_place_is_blanked_out_of_what_programs_append(editor: Page) -> None:
    video = videos.with_xmp(videos.mp4())

    prepared = prepare(editor, video)

    content = prepared_bytes(editor)
    assert prepared["hadLocation"]
    assert b"GPSLatitude" not in content
    expect_same_but_for_metadata(video, content)


def test_the_places_that_a_camera_wrote_beside_the_film_are_blanked(editor: Page) -> None:
    video = videos.with_sensors()
    assert video.count(b"GPS5 +48.8584") == 3
    assert len(videos.probe(video)["streams"]) == 2

    prepared = prepare(editor, video)

    content = prepared_bytes(editor)
    assert prepared["hadLocation"]
    assert b"48.8584" not in content
    assert len(content) == len(video)
    (stream,) = videos.probe(content)["streams"]
    assert stream["nb_frames"] == "30"
    assert editor.evaluate(PLAY) >= 2.9


def test_the_place_is_blanked_out_of_a_webm(editor: Page) -> None:
    video = videos.webm(location=True)
    assert b"+48.8584" in video

    prepared = prepare(editor, video, "holiday.webm")

    content = prepared_bytes(editor)
    assert prepared["hadLocation"]
    assert b"48.8584" not in content
    assert len(content) == len(video)
    assert "LOCATION" in tags(video)
    assert "LOCATION" not in tags(content)
    assert editor.evaluate(PLAY) >= 0.9


def test_a_video_of_a_phone_held_upright_is_measured_as_displayed(editor: Page) -> None:
    main, poster = prepare(editor, videos.mp4(rotation=90))["files"]

    assert (main["width"], main["height"]) == (120, 160)
    assert (poster["width"], poster["height"]) == (120, 160)
    top_left, top_right, *_ = editor.evaluate(CORNERS)
    assert is_red(top_right)
    assert not is_red(top_left)


def test_a_film_that_begins_in_the_dark_gets_a_later_poster(editor: Page) -> None:
    prepare(editor, videos.mp4(2, scene=videos.DARK_START))

    assert all(min(colour) > 200 for colour in editor.evaluate(CORNERS))


def test_a_large_video_gets_a_poster_of_at_most_1600_pixels(editor: Page) -> None:
    main, poster = prepare(editor, videos.mp4(0.2, 3840, 2160))["files"]

    assert (main["width"], main["height"]) == (3840, 2160)
    assert (poster["width"], poster["height"]) == (1600, 900)


def test_a_fragmented_mp4_is_taken(editor: Page) -> None:
    main, poster = prepare(editor, videos.mp4(is_fragmented=True))["files"]

    assert (main["width"], main["height"]) == (160, 120)
    assert poster["role"] == "poster"


def test_a_file_for_parts_is_hashed_whole_and_in_parts(editor: Page, tmp_path: Path) -> None:
    video = videos.mp4()
    path = videos.padded(video, 100_000_000, tmp_path / "long.mp4", seed=1)

    main = prepare(editor, path)["files"][0]

    # Its metadata is at the same place as in the short one, and is blanked in the same way.
    prepare(editor, video)
    content = prepared_bytes(editor) + path.read_bytes()[len(video) :]
    size = part_size(len(content))
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    assert len(content) > PARTS_ABOVE
    assert main["size"] == len(content)
    assert main["sha256"] == hashlib.sha256(content).hexdigest()
    assert main["digests"] == [hashlib.sha256(part).hexdigest() for part in parts]


def test_browser_and_server_cut_a_file_alike(editor: Page) -> None:
    sizes = [PARTS_ABOVE + 1, 32 * MIB * 120 - 1, 32 * MIB * 120, 32 * MIB * 120 + 1]
    sizes += [4_500_000_000, 40 * MIB * 120, 40 * MIB * 120 + 1, 5_000_000_000, 5_000_000_000_000]

    cut = editor.evaluate(
        """async (sizes) => {
          const { PARTS_ABOVE, partSize } = await import("/static/js/prepare/parts.js");
          return [PARTS_ABOVE, ...sizes.map(partSize)];
        }""",
        sizes,
    )

    assert cut == [PARTS_ABOVE, *map(part_size, sizes)]


def test_cancelling_stops_the_hashing(editor: Page, tmp_path: Path) -> None:
    path = videos.padded(videos.mp4(), 200_000_000, tmp_path / "long.mp4")

    stopped = prepare(editor, path, abort_after=0.2)

    assert stopped["problem"] == "AbortError"
    assert stopped["shares"][-1] < 0.5
    editor.wait_for_timeout(200)
    assert editor.workers == []


def test_a_file_that_changes_while_it_is_read_is_refused(editor: Page, tmp_path: Path) -> None:
    path = tmp_path / "holiday.mp4"
    path.write_bytes(videos.mp4())
    choose(editor, path)
    path.write_bytes(videos.mp4(2))

    assert editor.evaluate(PREPARE, 2)["problem"] == "changed"


def test_a_file_that_vanishes_while_it_is_hashed_is_refused(editor: Page, tmp_path: Path) -> None:
    path = videos.padded(videos.mp4(), 300_000_000, tmp_path / "long.mp4")
    editor.expose_function("vanish", lambda: path.unlink())

    choose(editor, path)
    problem = editor.evaluate("""async () => {
      const { hashFile } = await import("/static/js/prepare/hashing.js");
      let isGone = false;
      const onProgress = () => {
        if (!isGone) window.vanish();
        isGone = true;
      };
      const file = document.querySelector("#under-test").files[0];
      return hashFile(file, { onProgress }).then(() => null, (error) => error.name);
    }""")

    assert problem == "changed"


def cut(video: bytes, *, left: float) -> bytes:
    return video[: int(len(video) * left)]


@pytest.mark.parametrize(
    ("make", "problem", "details"),
    [
        (lambda: b"", "empty", {}),
        (lambda: b"Dear diary, today", "type", {"found": "another kind of file"}),
        (lambda: photos.jpeg(), "type", {"found": "a picture"}),
        (videos.matroska, "type", {"found": "a Matroska video (MKV)"}),
        (videos.avi, "type", {"found": "an AVI video"}),
        (videos.quicktime, "quicktime", {}),
        (lambda: videos.mp4(picture=False), "not-video", {}),
        (lambda: videos.mp4(codec="libx265"), "unplayable", {"codec": "H.265"}),
        (lambda: cut(videos.mp4(), left=0.9), "broken", {}),
        (lambda: cut(videos.mp4(is_streamable=False), left=0.5), "broken", {}),
        (lambda: cut(videos.mp4(is_fragmented=True), left=0.9), "broken", {}),
        (lambda: cut(videos.webm(), left=0.9), "broken", {}),
        (lambda: videos.mp4()[:32], "broken", {}),
        (lambda: videos.webm()[:40], "broken", {}),
    ],
    ids=[
        "empty",
        "text",
        "a picture",
        "Matroska",
        "AVI",
        "QuickTime",
        "only sound",
        "H.265",
        "cut off",
        "cut off before its moov",
        "cut off in a fragment",
        "cut off WebM",
        "no more than a head",
        "no more than a head of WebM",
    ],
)
def test_what_is_no_video_for_a_blog_is_named(
    editor: Page, make: Callable[[], bytes], problem: str, details: dict[str, str]
) -> None:
    said = prepare(editor, make())

    assert (said["problem"], said["details"]) == (problem, details)
