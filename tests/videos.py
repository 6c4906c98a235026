"""Videos of the tests' own making, as phones, cameras and browsers write them; by ffmpeg."""

import json
import random
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.requirements import lacking

LOCATION = "+48.8584+002.2945/"  # ISO 6709
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
MIB = 1024 * 1024

# A red square at the top left, so that one sees which way is up; the rest moves a little.
SCENE = "testsrc=size={size}:rate=10,drawbox=w=iw/4:h=ih/4:color=red:t=fill"
DARK_START = (
    "color=black:size={size}:rate=10,drawbox=color=white:t=fill:enable='gte(t,{seconds}*0.4)'"
)


@cache
def mp4(
    seconds: float = 1,
    width: int = 160,
    height: int = 120,
    *,
    rotation: int = 0,
    location: str = "",
    is_streamable: bool = True,
    is_fragmented: bool = False,
    codec: str = "libx264",
    scene: str = SCENE,
    has_picture: bool = True,
    has_sound: bool = False,
) -> bytes:
    """An MP4; `width` and `height` in pixels as stored, `rotation` 0 or 90 degrees clockwise.

    `location` is where the place is written: "loci" (3GPP), "keys" (Apple), or nowhere.
    One that is streamable begins with its moov box, otherwise that is at the end.
    """
    flags = [
        *(["faststart"] if is_streamable else []),
        *(["use_metadata_tags"] if location == "keys" else []),
        *(["frag_keyframe+empty_moov"] if is_fragmented else []),
    ]
    tag = "com.apple.quicktime.location.ISO6709" if location == "keys" else "location"
    content = _run(
        *(_source(scene, seconds, width, height) if has_picture else []),
        *(["-f", "lavfi", "-t", str(seconds), "-i", "sine=440"] if has_sound else []),
        *(["-c:v", codec, "-pix_fmt", "yuv420p"] if has_picture else []),
        *(["-metadata", f"{tag}={LOCATION}"] if location else []),
        *(["-movflags", "+".join(flags)] if flags else []),
        ending="mp4",
    )
    return _turned(content, height) if rotation == 90 else content


@cache
def webm(
    seconds: float = 1,
    width: int = 160,
    height: int = 120,
    *,
    location: bool = False,
    is_live: bool = False,
) -> bytes:
    """A WebM; a live one is as MediaRecorder writes it, with sizes that it does not know yet."""
    return _run(
        *_source(SCENE, seconds, width, height),
        *["-c:v", "libvpx", "-deadline", "realtime"],
        *(["-metadata", f"location={LOCATION}"] if location else []),
        *(["-live", "1"] if is_live else []),
        ending="webm",
    )


@cache
def matroska() -> bytes:
    return _run(*_source(SCENE, 1, 160, 120), "-c:v", "libx264", ending="mkv")


@cache
def quicktime() -> bytes:
    return _run(*_source(SCENE, 1, 160, 120), "-c:v", "libx264", ending="mov")


@cache
def avi() -> bytes:
    return _run(*_source(SCENE, 1, 160, 120), "-c:v", "mpeg4", ending="avi")


@cache
def with_sensors() -> bytes:
    """An MP4 with a track of places, as GoPro writes it: made of one of subtitles."""
    with tempfile.NamedTemporaryFile(suffix=".srt") as subtitles:
        lines = (f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nGPS5 {LOCATION}\n" for n in range(3))
        subtitles.write("\n".join(lines).encode())
        subtitles.flush()
        content = _run(
            *_source(SCENE, 3, 160, 120),
            *["-i", subtitles.name, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:s", "mov_text"],
            ending="mp4",
        )
    return content.replace(b"\0\0\0\0sbtl", b"\0\0\0\0meta").replace(b"tx3g", b"gpmd")


def with_android_place(video: bytes) -> bytes:
    """The MP4, whose moov is its last box, with what Android adds to that."""
    place = LOCATION.encode()
    text = (12 + len(place)).to_bytes(4) + b"\xa9xyz" + len(place).to_bytes(2) + b"\x15\xc7" + place
    added = (8 + len(text)).to_bytes(4) + b"udta" + text
    at = video.rindex(b"moov") - 4
    size = int.from_bytes(video[at : at + 4])
    assert at + size == len(video)
    return video[:at] + (size + len(added)).to_bytes(4) + video[at + 4 :] + added


def with_xmp(video: bytes) -> bytes:
    """The MP4 with what photo programs append to it."""
    xmp = b'<rdf:Description exif:GPSLatitude="48,51.504N" exif:GPSLongitude="2,17.67E"/>'
    return video + (24 + len(xmp)).to_bytes(4) + b"uuid" + XMP + xmp


def with_zeros(video: bytes) -> bytes:
    """The MP4 without the pictures and sound that its tables speak of."""
    at = video.rindex(b"mdat")
    end = at - 4 + int.from_bytes(video[at - 4 : at])
    return video[: at + 4] + bytes(end - at - 4) + video[end:]


def padded(video: bytes, size: int, path: Path, *, seed: int | None = None) -> Path:
    """The MP4 as a file of `size` bytes: a box that players pass over follows it.

    Its content is pseudo-random by `seed`, or zeros that take no room on the disk.
    """
    with path.open("wb") as file:
        file.write(video)
        file.write((1).to_bytes(4) + b"free" + (size - len(video)).to_bytes(8))
        generator = random.Random(seed)
        while seed is not None and (left := size - file.tell()):
            file.write(generator.randbytes(min(left, MIB)))
        file.truncate(size)
    return path


def probe(content: bytes) -> dict[str, Any]:
    """What ffprobe says: `format` and `streams`, with tags. Any error it sees is raised."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json"]
        done = subprocess.run([*command, file.name], capture_output=True, check=True)
    assert done.stderr == b"", done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _source(scene: str, seconds: float, width: int, height: int) -> list[str]:
    picture = scene.format(size=f"{width}x{height}", seconds=seconds)
    return ["-f", "lavfi", "-t", str(seconds), "-i", picture]


def _run(*arguments: str, ending: str) -> bytes:
    if shutil.which("ffmpeg") is None:
        lacking("ffmpeg")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"video.{ending}")
        command = ["ffmpeg", "-v", "error", "-nostdin", *arguments, str(path)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return path.read_bytes()


def _turned(video: bytes, height: int) -> bytes:
    """The first track displayed a quarter turn clockwise (ISO/IEC 14496-12, 8.3.2: tkhd)."""
    at = video.index(b"tkhd") + 44
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, height * one, 0, 1 << 30)
    encoded = b"".join(number.to_bytes(4, signed=True) for number in matrix)
    return video[:at] + encoded + video[at + len(encoded) :]
