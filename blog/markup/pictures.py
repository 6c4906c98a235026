"""What a media reference stands for, and which of its files a browser may choose from."""

from collections.abc import Iterable
from dataclasses import dataclass

# Types that not every browser shows; the smaller its files, the earlier.
NEWER_TYPES = ["image/avif", "image/webp"]
WIDEST_IN_PAGE = 2400  # pixels; what is wider serves the link


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a picture; width and height in pixels, as displayed."""

    url: str
    width: int
    height: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or, where `kind` says so, a video: its main file and what was made of that.

    Width and height are those of the main file in pixels, as displayed, or 0 where unknown.
    `poster` is the address of a video's still picture, or "".
    """

    url: str
    width: int
    height: int
    alt: str = ""
    content_type: str = "image/jpeg"
    variants: tuple[Source, ...] = ()
    kind: str = "picture"
    poster: str = ""

    @property
    def is_video(self) -> bool:
        return self.kind == "video"

    @property
    def main(self) -> Source:
        return Source(self.url, self.width, self.height, self.content_type)

    def fallbacks(self) -> list[Source]:
        """What the `<img>` itself offers, from small to large: the main file and those that are
        shown wherever that one is."""
        special = {kind for kind in NEWER_TYPES if kind != self.content_type}
        common = [source for source in self.variants if source.content_type not in special]
        common.sort(key=lambda source: source.content_type == self.content_type)
        return _by_width([*common, self.main])

    def alternatives(self) -> list[list[Source]]:
        """Files that a browser which knows their type should rather choose from, the best type
        first, each from small to large.

        A type with gaps is left out: browsers take the first that they know, whatever it lacks.
        """
        found = []
        for kind in NEWER_TYPES if self.width and self.variants else []:
            sources = [s for s in (*self.variants, self.main) if s.content_type == kind]
            if sources and self._is_whole(kind, {source.width for source in sources}):
                found.append(_by_width(sources))
        if found and found[-1][0].content_type == self.content_type:
            found.pop()  # the <img> offers the same
        return found

    def _is_whole(self, kind: str, widths: set[int]) -> bool:
        """Whether there is each width that later types have, and a wide one."""
        earlier = NEWER_TYPES[: NEWER_TYPES.index(kind) + 1]
        others = {s.width for s in self.variants if s.content_type not in earlier}
        # Variants stand at most a factor of two apart, so half of the main file's width will do.
        return others <= widths and 2 * max(widths) >= min(self.width, WIDEST_IN_PAGE)


def _by_width(sources: Iterable[Source]) -> list[Source]:
    """From small to large, each width once: of two the later one."""
    return sorted({source.width: source for source in sources}.values(), key=lambda s: s.width)
