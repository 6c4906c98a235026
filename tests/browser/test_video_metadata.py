"""The place where a video was taken is blanked out of it, and nothing else changes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import videos
from tests.browser.preparing_video import PLAY, prepare, prepared_bytes


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
