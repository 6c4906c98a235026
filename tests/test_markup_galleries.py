"""Galleries and videos in Markdown, pictures in feeds, and the lengths that style sheets share."""

import re
from dataclasses import replace

import pytest

from blog.config import ROOT
from blog.markup import render
from blog.markup.placing import (
    GAP,
    MEASURE,
    NARROWEST,
    RATIOS,
    TALLEST,
    TALLEST_IN_ROW,
    WIDE,
    ratio_class,
    rows,
)
from tests.test_markup_pictures import AWAY, DUNES, GULL, PICTURES, TOWER, WAVES


def test_neighbours_make_a_gallery() -> None:
    answer = render(f'![a]({GULL} "One")\n![b]({TOWER})  \n[![c]({DUNES})](/about)', PICTURES)

    assert answer.startswith('<div class="gallery">\n<div class="gallery-row">')
    assert re.findall(r"<(?:figure|div) class=\"(ratio-\d+)", answer) == [
        "ratio-150",
        "ratio-67",
        "ratio-133",
    ]
    assert "<figcaption>One</figcaption></figure><div" in answer
    assert answer.count("<a ") == 3
    assert '<a href="/about" rel="noopener"><img' in answer
    assert answer.count("fetchpriority") == 1


def test_a_gallery_keeps_the_place_of_what_is_missing() -> None:
    answer = render(f"![a]({GULL})\n![Tern]({AWAY})", PICTURES)

    assert '<div class="ratio-150"><span class="missing-picture">Tern</span></div>' in answer


def test_a_video_in_a_gallery_has_its_own_place() -> None:
    answer = render(f"![a]({GULL})\n![b]({TOWER})\n![c]({WAVES})\n![d]({DUNES})", PICTURES)

    assert re.findall(r'class="(gallery|picture)', answer) == [
        *("gallery", "gallery"),  # and its row
        *("picture", "picture"),
    ]


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [
        ([1.5, 1.5], [2]),
        ([1.5] * 3, [3]),
        ([1.5] * 4, [2, 2]),
        ([0.75] * 4, [4]),
        ([1.5] * 12, [2] * 6),
        ([4, 0.75, 0.75, 1.5], [1, 3]),
    ],
)
def test_rows_of_a_gallery_are_about_as_high(ratios: list[float], expected: list[int]) -> None:
    assert [len(row) for row in rows(ratios)] == expected


def test_a_video_waits_until_it_is_asked_for() -> None:
    answer = render(f"![Sea]({WAVES})", PICTURES)

    assert answer == (
        '<p class="picture ratio-178"><video controls preload="metadata" playsinline'
        ' width="1280" height="720" aria-label="Sea" poster="https://cdn.example/w.webp">'
        '<source src="https://cdn.example/w.mp4" type="video/mp4">'
        '<a href="https://cdn.example/w.mp4">Download the video</a></video></p>'
    )


def test_a_video_in_a_link_is_its_poster() -> None:
    answer = render(f"[![]({WAVES})](/about)", PICTURES)

    assert "<video" not in answer
    assert '<a href="/about" rel="noopener"><img src="https://cdn.example/w.webp" alt="W' in answer
    silent = {WAVES: replace(PICTURES[WAVES], poster="", alt="")}
    assert ">Video</a>" in render(f"[![]({WAVES})](/about)", silent)


def test_a_plain_picture_is_one_address() -> None:
    answer = render(f'![x]({GULL} "T")\n\n![y]({GULL})\n![z]({TOWER})', PICTURES, plain=True)

    image = '<img src="https://cdn.example/g-2400.webp" alt="{}" width="{}" height="{}">'
    assert answer == "\n".join(
        [
            f"<figure>{image.format('x', 2400, 1600)}<figcaption>T</figcaption></figure>",
            f"<p>{image.format('y', 2400, 1600)}</p>",
            f"<p>{image.format('z', 1600, 2400)}</p>",
        ]
    )


def test_plain_keeps_what_is_not_ours() -> None:
    text = f"![x](https://other.example/a.png) ![y]({AWAY}) [z](/about)\n\n- [x] done"

    assert render(text, PICTURES, plain=True) == render(text, PICTURES).replace(
        ' loading="lazy" decoding="async"', ""
    )


def test_style_sheets_have_the_same_lengths() -> None:
    folder = ROOT / "static" / "css"
    base = (folder / "base" / "base.css").read_text()
    pictures = (folder / "components" / "pictures.css").read_text()

    assert f"--wide: {WIDE}rem;" in base
    assert "--gutter: clamp(1rem, 4vw, 2.5rem);" in base
    assert "--measure: calc(31 * var(--text-reading));" in base
    assert "--text-reading: clamp(1.125rem, 1.05rem + 0.35vw, 1.3125rem);" in base
    assert round(31 * 1.3125) == MEASURE
    assert f"{TALLEST}vh * var(--ratio" in pictures
    assert f"{TALLEST_IN_ROW}rem * var(--ratio)" in pictures
    assert f"1 calc({NARROWEST}rem * var(--ratio))" in pictures
    assert f"gap: {GAP}rem;" in pictures
    assert re.findall(r"\.(ratio-\d+) \{ --ratio: ([\d.]+); \}", pictures) == [
        (ratio_class(ratio), f"{ratio:g}") for ratio in RATIOS
    ]
