"""Preparing a video in a real Chromium: what it is, its size, its poster."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests import photos, videos
from tests.browser.preparing_video import CORNERS, PREPARE, choose, is_red, prepare, prepared_bytes

# Half a second of a canvas, whose length and sizes the recorder does not know when it begins.
RECORD = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
  const context = canvas.getContext("2d");
  const timer = setInterval(() => {
    context.fillStyle = `hsl(${performance.now() % 360} 90% 50%)`;
    context.fillRect(0, 0, 160, 120);
  }, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm" });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  recorder.start(100);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.stop();
  await stopped;
  clearInterval(timer);
  const transfer = new DataTransfer();
  transfer.items.add(new File(pieces, "recording.webm", { type: "video/webm" }));
  document.querySelector("#under-test").files = transfer.files;
}"""


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


def test_a_webm_gets_its_size_hash_and_poster_and_its_true_name(editor: Page) -> None:
    video = videos.webm(2)

    prepared = prepare(editor, video, "recording.mp4")

    main, poster = prepared["files"]
    assert prepared["name"] == "recording.webm"
    assert (main["content_type"], main["width"], main["height"]) == ("video/webm", 160, 120)
    assert main["size"] == len(video)
    assert main["sha256"] == hashlib.sha256(prepared_bytes(editor)).hexdigest()
    assert prepared["types"] == ["video/webm", "image/webp", "image/webp"]
    assert (poster["width"], poster["height"]) == (160, 120)


def test_a_recording_that_a_browser_made_is_taken(editor: Page) -> None:
    choose(editor, b"", "recording.webm")
    editor.evaluate(RECORD)

    prepared = editor.evaluate(PREPARE, 2)

    assert prepared["isSameFile"]  # it has no metadata
    assert prepared["keptOriginal"]
    assert [file["role"] for file in prepared["files"]] == ["main", "poster"]
    assert (prepared["files"][0]["width"], prepared["files"][0]["height"]) == (160, 120)


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


def box(kind: bytes, *, size: int = 8, large: int | None = None) -> bytes:
    """The head of a box that claims a size (ISO/IEC 14496-12, 4.2)."""
    return size.to_bytes(4) + kind + (b"" if large is None else large.to_bytes(8))


def test_a_box_that_reaches_to_the_end_of_the_file_is_taken(editor: Page) -> None:
    video = videos.mp4()
    at = video.rindex(b"mdat") - 4

    prepared = prepare(editor, video[:at] + box(b"mdat", size=0) + video[at + 8 :])

    assert prepared["files"][0]["width"] == 160


def test_what_a_program_appends_to_a_video_does_not_matter(editor: Page) -> None:
    for appended in [b"\0\0\0", bytes(20), b"APPENDED BY A PROGRAM" * 100]:
        assert prepare(editor, videos.mp4() + appended)["files"][0]["width"] == 160


def test_a_file_larger_than_5_gb_is_refused_before_it_is_read(editor: Page, tmp_path: Path) -> None:
    path = videos.padded(videos.mp4(), 5_000_000_001, tmp_path / "film.mp4")

    said = prepare(editor, path)

    assert (said["problem"], said["details"]) == ("large", {"limit": "5 GB"})


def test_the_head_of_a_file_tells_whose_it_is(editor: Page) -> None:
    heads = [videos.mp4(), videos.webm(), videos.avi(), b"\0\0\0\x18ftypheic", photos.jpeg(), b"a"]

    found = editor.evaluate(
        """async (heads) => {
          const { identifyVideo } = await import("/static/js/prepare/video.js");
          return heads.map((head) => identifyVideo(Uint8Array.from(head)));
        }""",
        [list(head[:4096]) for head in heads],
    )

    assert [each["isVideo"] for each in found] == [True, True, True, False, False, False]
    assert [each["type"] for each in found[:3]] == ["video/mp4", "video/webm", None]


def cut(video: bytes, *, left: float) -> bytes:
    return video[: int(len(video) * left)]


FTYP = (20).to_bytes(4) + b"ftypisom" + bytes(8)


REFUSED: dict[str, tuple[Callable[[], bytes], str, dict[str, str]]] = {
    "empty": (lambda: b"", "empty", {}),
    "text": (lambda: b"Dear diary, today", "type", {"found": "another kind of file"}),
    "a picture": (lambda: photos.jpeg(), "type", {"found": "a picture"}),
    "Matroska": (videos.matroska, "type", {"found": "a Matroska video (MKV)"}),
    "AVI": (videos.avi, "type", {"found": "an AVI video"}),
    "QuickTime": (videos.quicktime, "quicktime", {}),
    "only sound": (lambda: videos.mp4(has_picture=False, has_sound=True), "not-video", {}),
    "nothing at all": (lambda: FTYP + box(b"moov") + box(b"mdat"), "not-video", {}),
    "H.265": (lambda: videos.mp4(codec="libx265"), "unplayable", {"codec": "H.265"}),
    "H.265 with sound that plays": (
        lambda: videos.mp4(codec="libx265", has_sound=True),
        "unplayable",
        {"codec": "H.265"},
    ),
}

BROKEN: dict[str, Callable[[], bytes]] = {
    "cut off": lambda: cut(videos.mp4(), left=0.9),
    "cut off before its moov": lambda: cut(videos.mp4(is_streamable=False), left=0.5),
    "cut off in a fragment": lambda: cut(videos.mp4(is_fragmented=True), left=0.9),
    "cut off WebM": lambda: cut(videos.webm(), left=0.9),
    "no more than a head": lambda: videos.mp4()[:32],
    "no more than a head of WebM": lambda: videos.webm()[:40],
    "nothing but zeros in it": lambda: videos.with_zeros(videos.mp4()),
    "a box too small for its own head": lambda: FTYP + box(b"moov", size=4),
    "a large box that is too small": lambda: FTYP + box(b"moov", size=1, large=15) + bytes(99),
    "a box of 16 exabytes": lambda: FTYP + box(b"mdat", size=1, large=2**64 - 1) + bytes(99),
    "a hundred thousand boxes": lambda: FTYP + box(b"free") * 100_000,
}


def test_what_is_no_video_for_a_blog_is_named(editor: Page) -> None:
    said = {name: prepare(editor, make()) for name, (make, *_) in REFUSED.items()}

    found = {name: (each.get("problem"), each.get("details")) for name, each in said.items()}
    assert found == {name: tuple(expected) for name, (_, *expected) in REFUSED.items()}


def test_a_video_that_is_cut_off_or_damaged_is_refused(editor: Page) -> None:
    found = {name: prepare(editor, make()).get("problem") for name, make in BROKEN.items()}

    assert found == dict.fromkeys(BROKEN, "broken")
