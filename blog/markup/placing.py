"""How large pictures stand in the reader's page: what static/css/components says, in numbers.

A browser loads the file that fits only if the HTML says how wide it will be shown. So these are
the lengths of base.css and pictures.css, and tests/browser/test_reading.py compares them.
"""

import math
from collections.abc import Sequence

WIDE = 60  # rem, --wide: as far as pictures go
MEASURE = 41  # rem, --measure at its most: as far as text goes
ROOM = 92  # vw, between the gutters; 1.5 % more than there is below 400 px
TALLEST = 88  # vh
SMALLEST_ROOM = 288  # pixels, on the smallest phone

# Width to height. CSS cannot read them off a picture, and the CSP allows no style attribute.
RATIOS = [
    *(0.25, 0.33, 0.4, 0.45, 0.5, 0.5625, 0.6, 0.6667, 0.7, 0.75, 0.8, 0.9),
    *(1, 1.1, 1.25, 1.3333, 1.4142, 1.5, 1.6, 1.7778, 2, 2.3333, 2.6667, 3, 3.5, 4, 5, 6),
]

# Of a gallery, in rem.
GAP = 0.5
TALLEST_IN_ROW = 28
NARROWEST = 5.8  # times the ratio: before pictures get narrower, the line wraps
PHONE = 22.4  # the length of a line on a phone 390 px wide
GOOD_ROW = 3.2  # sum of the ratios in a row: at 60 rem it is then 19 high


def nearest_ratio(width: int, height: int) -> float:
    """Of RATIOS the one nearest to this shape, 1 where it is unknown."""
    ratio = math.log(width / height) if width and height else 0
    return min(RATIOS, key=lambda each: abs(math.log(each) - ratio))


def ratio_class(ratio: float) -> str:
    """The class that tells CSS one of RATIOS, "ratio-150" for 3 : 2."""
    return f"ratio-{ratio * 100:.0f}"


def sizes_in_text(width: int) -> str:
    """`sizes` of a picture among words, `width` pixels wide where there is room."""
    return _sizes(width, MEASURE)


def sizes_alone(width: int, height: int, most: float = WIDE) -> str:
    """`sizes` of a picture with a paragraph to itself, at most `most` rem wide; the window's
    height limits it too."""
    return _sizes(width, most, width / height)


def _sizes(width: int, most: float, ratio: float | None = None) -> str:
    """The least of several lengths, by conditions, for not every browser knows min() here."""
    limit, unit, condition = (most, "rem", "em") if width >= 16 * most else (width, "px", "px")
    if unit == "px" and width <= SMALLEST_ROOM:
        return f"{width}px"
    enough = f"(min-width: {100 * limit / ROOM:.4g}{condition})"
    if ratio is None:
        return f"{enough} {limit}{unit}, {ROOM}vw"
    across = TALLEST * ratio  # vh that a picture as high as may be is wide
    return (
        f"{enough} and (min-height: {100 * limit / across:.4g}{condition}) {limit}{unit}, "
        f"(min-aspect-ratio: {across:.0f}/{ROOM}) {across:.3g}vh, {ROOM}vw"
    )


def rows(ratios: Sequence[float]) -> list[range]:
    """Which pictures of a gallery share a row, so that all rows are about as high."""
    best = [(0.0, 0)]  # for the first so many pictures: how uneven, where their last row begins
    for end in range(1, len(ratios) + 1):
        choices = []
        for start in range(max(0, end - 8), end):
            off = math.log(sum(ratios[start:end]) / GOOD_ROW)
            choices.append((best[start][0] + off * off, start))
        best.append(min(choices))
    found = []
    end = len(ratios)
    while end:
        start = best[end][1]
        found.append(range(start, end))
        end = start
    return found[::-1]


def sizes_in_gallery(ratios: Sequence[float], most: float = WIDE) -> list[str]:
    """`sizes` of its pictures: of each its share of the row, or on a phone of the line."""
    shares = [ratios[i] / sum(ratios[j] for j in row) for row in rows(ratios) for i in row]
    on_phone = [ratio / sum(line) for line in _lines(ratios) for ratio in line]
    sizes = []
    for ratio, share, share_on_phone in zip(ratios, shares, on_phone, strict=True):
        widest = min(most * share, ratio * TALLEST_IN_ROW)
        sizes.append(
            f"(min-width: {100 * widest / share / ROOM:.4g}em) {widest:.3g}rem, "
            f"(min-width: 30em) {share * ROOM:.3g}vw, {share_on_phone * ROOM:.3g}vw"
        )
    return sizes


def _lines(ratios: Sequence[float]) -> list[list[float]]:
    """The gallery as a phone wraps it, where there are no rows."""
    lines: list[list[float]] = []
    room = 0.0
    for ratio in ratios:
        needed = ratio * NARROWEST
        if lines and needed + GAP <= room:
            lines[-1].append(ratio)
            room -= needed + GAP
        else:
            lines.append([ratio])
            room = PHONE - needed
    return lines
