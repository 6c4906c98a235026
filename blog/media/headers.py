"""What a picture or video says of itself, and what may be wrong with that."""

from dataclasses import dataclass

LONGEST_SIDE = 65_535  # pixels; what JPEG and GIF can say
MOST_PIXELS = 268_435_456  # 16,384 by 16,384; a browser would need a gigabyte to show more


@dataclass(frozen=True, slots=True)
class Header:
    """Width and height in pixels, as displayed: turned where the file says so."""

    content_type: str
    width: int
    height: int


class UnknownFormat(ValueError):
    """These bytes do not begin a picture or video that we take; the message is for the author."""


class AbsurdSize(UnknownFormat):
    """The file claims a size that nobody can show."""


class NeedMoreBytes(ValueError):
    """It begins well, but what is asked comes later: give at least so many leading bytes.

    Who has no more bytes to give holds a file that was cut off.
    """

    def __init__(self, at_least: int) -> None:
        super().__init__(f"The first {at_least} bytes are needed.")
        self.at_least = at_least


def checked(header: Header) -> Header:
    """The header, where its size is one that can be shown; raises AbsurdSize."""
    width, height = header.width, header.height
    if not width or not height:
        raise AbsurdSize(f"It says that it is {width} by {height} pixels.")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise AbsurdSize(f"It says that it is {width} by {height} pixels: too large.")
    return header


def is_scaled_down(width: int, height: int, main_width: int, main_height: int) -> bool:
    """Whether a picture of this size can be a smaller version of that one: not larger, and of the
    same proportions, give or take a pixel of rounding."""
    difference = abs(width * main_height - height * main_width)
    is_smaller = width <= main_width and height <= main_height
    return is_smaller and difference <= max(main_width, main_height)
