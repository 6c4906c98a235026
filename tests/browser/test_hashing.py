"""Hashing large files in a worker of a real Chromium, whole and in parts at once."""

import hashlib
from pathlib import Path

from playwright.sync_api import Page

from blog.media.parts import PARTS_ABOVE, part_size
from tests import videos
from tests.browser.preparing_video import PREPARE, choose, prepare, prepared_bytes

MIB = 1024 * 1024


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
