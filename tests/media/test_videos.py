"""What the boxes and elements of videos say."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from blog.media.boxes import MOST_READS
from blog.media.headers import AbsurdSize, Header, NeedMoreBytes, UnknownFormat
from blog.media.video import read_video
from tests import photos
from tests.containers import box, element, mp4, webm
from tests.requirements import lacking


class Reading:
    """A video in a bucket, and how often it was asked for pieces."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lengths: list[int] = []

    def __call__(self, start: int, length: int) -> bytes:
        assert length > 0
        self.lengths.append(length)
        return self.content[start : start + length]


def header(content: bytes) -> Header:
    return read_video(Reading(content), len(content))


def outcome(reading: Reading) -> str:
    try:
        return read_video(reading, len(reading.content)).content_type
    except NeedMoreBytes as need:
        return "cut off" if need.at_least > len(reading.content) else "a false alarm"
    except UnknownFormat as error:
        return "unknown" if str(error) else "no words"


@pytest.mark.parametrize("film_first", [True, False])
@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(
    ("turn", "size"), [(0, (320, 240)), (90, (240, 320)), (180, (320, 240)), (270, (240, 320))]
)
def test_the_size_of_an_mp4_is_that_of_the_turned_film(
    turn: int, size: tuple[int, int], version: int, film_first: bool
) -> None:
    content = mp4(turn=turn, version=version, film_first=film_first)

    assert header(content) == Header("video/mp4", *size)


def test_a_box_of_gigabytes_before_the_film_is_jumped_over() -> None:
    start, film = mp4()[:24], mp4(film_first=False)[-700:]
    large = (1).to_bytes(4) + b"mdat" + (5_000_000_016).to_bytes(8)
    film_at = 24 + 5_000_000_016
    reads = []

    def read(at: int, length: int) -> bytes:
        reads.append(length)
        if at < 24 + 16:
            return (start + large + bytes(2000))[at : at + length]
        return film[film.index(b"moov") - 4 :][at - film_at : at - film_at + length]

    size = film_at + len(film) - film.index(b"moov") + 4
    assert read_video(read, size) == Header("video/mp4", 320, 240)
    assert sum(reads) <= 4096


@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize(
    ("shown", "size"),
    [
        (None, (320, 240)),
        ((640, 240, 0), (640, 240)),
        ((4, 3, 3), (320, 240)),  # proportions, not pixels
    ],
)
def test_the_size_of_a_webm_is_the_displayed_one(
    shown: tuple[int, int, int] | None, size: tuple[int, int], is_live: bool
) -> None:
    assert header(webm(shown=shown, is_live=is_live)) == Header("video/webm", *size)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (mp4(brand=b"qt  "), "QuickTime"),
        (mp4(handler=b"text"), "sound only"),
        (box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", bytes(99)), "no film"),
        (webm(doc_type=b"matroska"), "Matroska"),
        (webm(track_type=17), "sound only"),
        (b"\x1aE\xdf\xa3" + bytes(99), "damaged"),
        (photos.jpeg(), "a JPEG picture"),
        (photos.avif(), "an AVIF picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "a HEIC photo"),
        (b"<!doctype html><video>", "an HTML page"),
    ],
)
def test_what_is_no_video_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(UnknownFormat, match=words):
        header(content)


@pytest.mark.parametrize(
    "content",
    [
        mp4()[:-1],
        mp4()[:300],
        mp4(film_first=False)[:-1],
        mp4()[: mp4().index(b"mdat") - 4],
        webm()[:-1],
        webm()[:60],
        webm(is_live=True)[:150],
        b"\x1aE\xdf\xa3",
    ],
)
def test_a_video_that_is_cut_off_lacks_bytes(content: bytes) -> None:
    with pytest.raises((NeedMoreBytes, UnknownFormat), match=r"bytes are needed|lost its end"):
        header(content)


@pytest.mark.parametrize("content", [mp4(0, 240), mp4(65_535, 65_535), webm(0, 0), webm(2**40, 2)])
def test_absurd_sizes_are_refused(content: bytes) -> None:
    with pytest.raises(AbsurdSize, match="by"):
        header(content)


def test_a_live_recording_in_many_fragments_is_read_to_a_bound() -> None:
    fragments = b"".join(box(b"moof", bytes(3000)) for _ in range(500))
    reading = Reading(mp4() + fragments)

    assert read_video(reading, len(reading.content)) == Header("video/mp4", 320, 240)
    assert len(reading.lengths) <= MOST_READS


def test_a_film_that_is_hidden_behind_a_thousand_pieces_is_refused() -> None:
    pieces = b"".join(box(b"free", bytes(3000)) for _ in range(500))
    reading = Reading(mp4()[:24] + pieces + mp4()[24:])

    with pytest.raises(UnknownFormat, match="too many pieces"):
        read_video(reading, len(reading.content))
    assert len(reading.lengths) <= MOST_READS


@pytest.mark.parametrize("inner", [b"\0\0\0\x08trak" * 9, b"\0\0\0\x01trak" + b"\xff" * 40])
def test_hostile_boxes_end(inner: bytes) -> None:
    with pytest.raises(UnknownFormat):
        header(mp4()[:24] + box(b"moov", inner) + box(b"mdat", bytes(9)))


def test_any_bytes_are_answered_or_refused_in_our_own_terms() -> None:
    chance = random.Random(20261122)
    valid = [mp4(), mp4(turn=90, version=1), mp4(film_first=False), webm(), webm(is_live=True)]
    valid.append(element("1A45DFA3", b"") + element("18538067", webm()[40:]))
    outcomes = set()

    for _ in range(6000):
        content = bytearray(chance.choice(valid)[: chance.choice([40, 300, 700, 20_000])])
        for _ in range(chance.randrange(5)):
            content[min(int(chance.expovariate(0.01)), len(content) - 1)] = chance.randrange(256)
        reading = Reading(bytes(content))
        outcomes.add(outcome(reading))
        assert sum(reading.lengths) < 100_000

    assert outcomes == {"video/mp4", "video/webm", "cut off", "unknown"}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp4", []),
        ("a.mp4", ["-movflags", "+faststart"]),
        ("a.mp4", ["-movflags", "frag_keyframe+empty_moov"]),
        ("a.webm", []),
    ],
)
def test_what_ffmpeg_writes_is_read(tmp_path: Path, name: str, options: list[str]) -> None:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        lacking("ffmpeg")
    picture = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=1"]
    sound = ["-f", "lavfi", "-i", "sine=duration=1", "-map", "1", "-map", "0"]
    command = [ffmpeg, "-loglevel", "error", *picture, *sound, *options, str(tmp_path / name)]
    subprocess.run(command, check=True)
    content = (tmp_path / name).read_bytes()

    assert header(content) == Header(f"video/{name[2:]}", 320, 240)
    with pytest.raises((NeedMoreBytes, UnknownFormat)):
        header(content[: len(content) // 2])
