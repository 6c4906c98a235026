"""Pictures in Markdown: the files that browsers choose from, the link, the caption."""

import re
from dataclasses import replace

import pytest

from blog.markup import Picture, Source, render

BEACH = "media:3f9c2a7d10b4"
DUNES = "media:0123456789ab"
GULL = "media:aaaaaaaaaaaa"
TOWER = "media:bbbbbbbbbbbb"
ICON = "media:cccccccccccc"
WAVES = "media:dddddddddddd"
AWAY = "media:000000000000"


def source(width: int, content_type: str = "image/webp") -> Source:
    subtype = content_type.partition("/")[2]
    return Source(f"https://cdn.example/g-{width}.{subtype}", width, width * 2 // 3, content_type)


WEBP = tuple(source(width) for width in (480, 960, 1600))
AVIF = tuple(source(width, "image/avif") for width in (480, 960, 1600))
JPEG = tuple(source(width, "image/jpeg") for width in (480, 960, 1600))
PHOTO = Picture("https://cdn.example/g-2400.webp", 2400, 1600, "Gull", "image/webp", WEBP)
PICTURES = {
    BEACH: Picture("https://cdn.example/b.webp?a=1&b=2", 1600, 1067, "A beach"),
    DUNES: Picture("https://cdn.example/d.webp", 800, 600),
    GULL: PHOTO,
    TOWER: replace(PHOTO, width=1600, height=2400, alt="Tower"),
    ICON: Picture("https://cdn.example/i.png", 24, 24, "Star", "image/png"),
    WAVES: Picture(
        "https://cdn.example/w.mp4",
        *(1280, 720, "Waves", "video/mp4"),
        kind="video",
        poster="https://cdn.example/w.webp",
    ),
}


def show(picture: Picture) -> str:
    return render(f"![]({GULL})", {GULL: picture})


def types(answer: str) -> list[str]:
    return re.findall(r'<source type="([^"]+)" srcset', answer)


def srcset(answer: str, tag: str = "img") -> list[str]:
    [found] = re.findall(rf'<{tag} [^>]*srcset="([^"]+)"', answer)
    return str(found).split(", ")


def test_a_picture_of_one_file_is_shown_with_its_size_and_the_first_one_at_once() -> None:
    answer = render(f"![]({BEACH}) and ![Dunes]({DUNES})", PICTURES)

    assert answer == (
        '<p><img src="https://cdn.example/b.webp?a=1&amp;b=2" alt="A beach" width="1600"'
        ' height="1067" loading="eager" fetchpriority="high" decoding="async"> and '
        '<img src="https://cdn.example/d.webp" alt="Dunes" width="800" height="600"'
        ' loading="lazy" decoding="async"></p>'
    )


def test_without_priority_every_picture_waits() -> None:
    assert "eager" not in render(f"![]({BEACH})", PICTURES, priority=False)


def test_the_main_file_is_among_those_of_its_type() -> None:
    answer = show(PHOTO)

    assert types(answer) == []
    assert srcset(answer)[0] == "https://cdn.example/g-480.webp 480w"
    assert srcset(answer)[-1] == "https://cdn.example/g-2400.webp 2400w"
    assert '<picture><img src="https://cdn.example/g-2400.webp" alt="Gull"' in answer


def test_newer_types_are_offered_first() -> None:
    main = replace(PHOTO, url="https://cdn.example/g-2400.jpeg", content_type="image/jpeg")
    answer = show(replace(main, variants=(*WEBP, *AVIF, *JPEG)))

    assert types(answer) == ["image/avif", "image/webp"]
    assert srcset(answer) == [
        *(f"https://cdn.example/g-{width}.jpeg {width}w" for width in (480, 960, 1600, 2400))
    ]


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ((*WEBP, *AVIF[1:]), []),  # a gap
        ((*WEBP[:1], *AVIF), ["image/avif"]),  # it has more than the others
        ((*WEBP[:1], *AVIF[:1]), []),  # complete, but far too small for a large screen
        (AVIF, ["image/avif"]),
    ],
)
def test_a_newer_type_is_offered_only_without_gaps(
    variants: tuple[Source, ...], expected: list[str]
) -> None:
    assert types(show(replace(PHOTO, variants=variants))) == expected


def test_one_that_arrived_of_three_is_not_all_that_is_offered() -> None:
    kept = replace(PHOTO, url="https://cdn.example/g-2400.jpeg", content_type="image/jpeg")

    assert types(show(replace(kept, variants=WEBP[:1]))) == []
    assert "srcset" not in show(replace(kept, variants=WEBP[:1]))
    assert types(show(replace(kept, variants=WEBP))) == ["image/webp"]


def test_a_kept_avif_is_offered_beside_what_others_can_show() -> None:
    kept = replace(PHOTO, url="https://cdn.example/g-2400.avif", content_type="image/avif")

    assert types(show(replace(kept, variants=AVIF))) == []
    assert types(show(replace(kept, variants=(*AVIF, *WEBP)))) == ["image/avif", "image/webp"]
    assert types(show(replace(kept, variants=WEBP))) == ["image/webp"]


def test_a_picture_alone_leads_to_its_largest_file() -> None:
    answer = render(f"![x]({GULL})", PICTURES)

    assert answer.startswith(
        '<p class="picture ratio-150"><a href="https://cdn.example/g-2400.webp"><picture><img src='
    )
    assert answer.endswith("></picture></a></p>")


def test_a_link_without_words_says_where_it_leads() -> None:
    nameless = {GULL: replace(PHOTO, alt="")}

    assert 'aria-label="View the picture in full size"' in render(f"![]({GULL})", nameless)
    assert "aria-label" not in render(f"![Gull]({GULL})", nameless)


@pytest.mark.parametrize(
    "text",
    [
        f"![]({ICON})",
        f"Words ![]({GULL})",
        f"# ![]({GULL})",
        f"- ![]({GULL})",
        f'<a href="/x">\n<p><img src="{GULL}"></p>\n</a>',
    ],
)
def test_icons_and_pictures_among_words_lead_nowhere(text: str) -> None:
    assert "cdn.example" not in "".join(re.findall('href="[^"]+"', render(text, PICTURES)))


def test_an_animation_is_one_plain_image() -> None:
    animation = Picture("https://cdn.example/a.gif", 480, 320, "Wink", "image/gif")

    answer = show(animation)

    assert answer.startswith('<p class="picture ratio-150"><img src="https://cdn.example/a.gif"')


def test_a_picture_alone_with_a_title_becomes_a_figure() -> None:
    answer = render(f'![x]({BEACH} "A <b> & "q"")', PICTURES)

    assert answer.startswith('<figure class="picture ratio-150"><a href=')
    assert answer.endswith("<figcaption>A &lt;b&gt; &amp; &#34;q&#34;</figcaption></figure>")
    assert "title=" not in answer


def test_a_link_of_the_author_stays() -> None:
    answer = render(f'[![x]({BEACH} "Caption")](/about)', PICTURES)

    assert '<a href="/about" rel="noopener"><img' in answer
    assert answer.endswith("></a><figcaption>Caption</figcaption></figure>")
    assert answer.count("<a") == 1


@pytest.mark.parametrize(
    "text",
    [
        f'![x]({BEACH} "T") words',
        f'![x]({BEACH} "T") ![y](https://other.example/badge.svg)',
        f'![x]({BEACH} "T") ![y]({ICON})',
    ],
)
def test_pictures_in_company_stay_in_their_paragraph(text: str) -> None:
    answer = render(text, PICTURES)

    assert answer.startswith("<p><img")
    assert "<figure" not in answer
    assert 'title="T"' in answer


def test_an_author_may_choose_the_width() -> None:
    answer = render(f'Up <img src="{GULL}" width="24" height="900"> down', PICTURES)

    assert 'width="24" height="16"' in answer
    assert 'sizes="24px"' in answer
