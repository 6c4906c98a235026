"""Which kind of video a file is, and how large it is displayed, from a few small pieces of it."""

from collections.abc import Callable

from blog.media.boxes import BLOCK, Pieces
from blog.media.description import describe
from blog.media.headers import Header, UnknownFormat, checked
from blog.media.mp4 import read_mp4
from blog.media.webm import read_webm


def read_video(read: Callable[[int, int], bytes], size: int) -> Header:
    """The header of a video of `size` bytes, of which `read(start, length)` gives some.

    Reads mostly two or three kilobytes, and 64 times at most. Raises UnknownFormat, AbsurdSize or
    NeedMoreBytes (the file is cut off), and nothing else whatever the bytes.
    """
    file = Pieces(read, size)
    head = file.get(0, min(size, BLOCK))
    looks = describe(head)
    if head[4:8] == b"ftyp" and looks not in ("a HEIC photo", "an AVIF picture"):
        return checked(Header("video/mp4", *read_mp4(file)))
    if head.startswith(b"\x1aE\xdf\xa3"):
        return checked(Header("video/webm", *read_webm(file)))
    raise UnknownFormat(f"This is {looks}.")
