"""Markdown to safe HTML."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from blog.markup import Picture, references, render, summary

BEACH = "media:3f9c2a7d10b4"
DUNES = "media:0123456789ab"
PICTURES = {
    BEACH: Picture("https://cdn.example/b.webp?a=1&b=2", 1600, 1067, "A beach"),
    DUNES: Picture("https://cdn.example/d.webp", 800, 600),
}
MISSING = '<span class="missing-picture">'


def test_references_are_found_wherever_they_stand() -> None:
    text = f"![a]({BEACH}) <img src='{DUNES}'>\n\n[x]: media:aaaaaaaaaaaa\nmedia:123 xmedia:0123"

    assert references(text) == {BEACH, DUNES, "media:aaaaaaaaaaaa"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~~gone~~ and a~b~c", "<del>gone</del> and a~b~c"),
        ('"so" -- it\'s...', "“so” – it’s…"),
        ('`"--"`', '<code>"--"</code>'),
        ("https://a.example/x--y", '<a href="https://a.example/x--y" rel="noopener">https'),
        ("me@example.com", '<a href="mailto:me@example.com" rel="noopener">me@example.com</a>'),
        ("- [x] done", '<li class="task-list-item"><input type="checkbox" disabled checked> done'),
        ("Term\n: words", "<dt>Term</dt>\n<dd>words</dd>"),
        ("*[CSS]: Style\n\nCSS", '<abbr title="Style">CSS</abbr>'),
        ("5. five\n6. six", '<ol start="5">'),
        ("a|b\n--:|:-:\n1|2", '<td align="right">1</td>\n<td align="center">2</td>'),
        ("```python\nif x: pass\n```", '<span class="k">if</span>'),
        ("> ```\n> code\n> ```", '<blockquote>\n<div class="highlight"><pre>'),
        ("# Head", '<h2 id="head">Head</h2>'),
        ("<h1>Raw</h1>", "<h2>Raw</h2>"),
        ("###### Über", '<h6 id="über">Über</h6>'),
        ("# Search\n\n[up](#search)", '<a href="#search" rel="noopener">up</a>'),
        ("x[^n]\n\n[^n]: note", '<sup id="fnref:n"><a class="footnote-ref" href="#fn:n"'),
        ("x[^n]\n\n[^n]: note", '<li id="fn:n">'),
        ("<kbd>Ctrl</kbd> <mark>m</mark>", "<kbd>Ctrl</kbd> <mark>m</mark>"),
        ("<details open><summary>s</summary>t</details>", '<details open="">'),
        ("[a](//other.example)", '<a href="//other.example" rel="noopener">a</a>'),
    ],
)
def test_what_a_blogger_types_becomes_html(text: str, expected: str) -> None:
    assert expected in render(text)


def test_footnote_ids_are_the_same_every_time() -> None:
    text = "a[^1] b[^1]\n\n[^1]: note"

    assert render(text) == render(text)


def test_ids_of_writers_are_dropped() -> None:
    answer = render('<p id="content">a</p>\n\n<span id="x-y">b</span>\n\n``` {.py #main}\nx\n```')

    assert " id=" not in answer


@pytest.mark.parametrize(
    "text",
    [f"![x][beach]\n\n[beach]: {BEACH}", f"<img alt=x src='{BEACH}'>", f"<IMG SRC={BEACH} ID=a>"],
)
def test_references_are_resolved_however_they_are_written(text: str) -> None:
    assert '<img src="https://cdn.example/b.webp' in render(text, PICTURES).replace('alt="x" ', "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("![](media:000000000000)", "Picture not available"),
        ("![Sea](media:000000000000)", "Sea"),
        ("![Uploading beach.jpg…](uploading:abc)", "Uploading beach.jpg…"),
        ("![x](MEDIA:3F9C2A7D10B4)", "x"),
        ("<img>", "Picture not available"),
    ],
)
def test_what_is_missing_is_said(text: str, words: str) -> None:
    assert f"{MISSING}{words}</span>" in render(text, PICTURES)
    assert "<img" not in render(text, PICTURES)


def test_links_to_media_lead_to_the_file_or_nowhere() -> None:
    answer = render(f"[a]({DUNES}) [b](media:000000000000) [c](uploading:x)", PICTURES)

    assert '<a href="https://cdn.example/d.webp" rel="noopener">a</a>' in answer
    assert answer.count("href") == 1


def test_pictures_from_elsewhere_are_loaded_lazily() -> None:
    answer = render("![x](https://other.example/a.png)", PICTURES)

    assert '<img src="https://other.example/a.png" alt="x" loading="lazy"' in answer


def test_renderings_at_the_same_time_do_not_mix() -> None:
    texts = [f"# {n}\n\nx[^{n}]\n\n[^{n}]: note {n}\n\n*[A{n}]: t\n\nA{n}" for n in range(40)]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render, texts))

    assert together == [render(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("# Hi\n\nA *b* `[^c]` &amp; <b>d</b>", "Hi A b [^c] & d"),
        (f'A[^1] ![x]({BEACH} "t") b[^2].\n\n[^1]: note', "A b."),
        ("A\n\n```python\ncode\n```\n\nB\n\n<pre>c</pre>", "A B"),
        ("A\n\n|a|b|\n|-|-|\n|1|2|\n\nB", "A B"),
        ("[text](https://a.example) <script>x</script>", "text"),
    ],
)
def test_summary_is_the_plain_beginning(text: str, expected: str) -> None:
    assert summary(text) == expected


def test_summary_is_cut_between_words() -> None:
    assert summary("one two three four", 12) == "one two…"
    assert len(summary("word, " * 200_000)) <= 200
    assert summary("x" * 900, 50) == "x" * 49 + "…"


def test_summary_does_not_look_at_what_comes_late() -> None:
    beginning = "word *word* [word](https://a.example)\n\n" * 300

    # Brackets that nobody closes would take the parser longer than it may have.
    assert summary(beginning + "[" * 1_000_000) == summary(beginning + "the end")
