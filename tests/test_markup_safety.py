"""Markdown that means harm, by script or by size, does none."""

import random
import re

import pytest

from blog.markup import render, summary
from tests.test_markup_pictures import GULL, PICTURES, WAVES

HOSTILE = [
    "[x](java&#1;script:alert(1))",
    '<a href="java&#x0b;script:alert(1)">x</a>',
    "[x](java&#xfffe;script:alert(1))",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVa&#9;Script:alert(1))",
    "[a](java\tscript:alert(1))",
    "<a href='&#106;avascript:alert(1)'>a</a>",
    "<a href='\x01javascript:alert(1)'>a</a>",
    "[a](vbscript:x) <a href=' data:text/html,<script>alert(1)</script>'>b</a>",
    "<javascript:alert(1)>",
    "[a]\n\n[a]: javascript:alert(1)",
    '![<script>alert(1)</script>](media:3f9c2a7d10b4 "<script>alert(1)</script>")',
    '![" onerror="alert(1)](media:3f9c2a7d10b4 "\\" onload=\\"alert(1)")',
    '!["><script>alert(1)</script>](media:000000000000)',
    "![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "# <script>alert(1)</script> <img src=x onerror=alert(1)>",
    "``` <script>alert(1)</script>\nx\n```",
    '``` {.py onclick="alert(1)" style="x" title="<script>alert(1)</script>"}\nx\n```',
    "|<script>alert(1)</script>|<b onclick=x>b</b>|\n|-|-|\n|<iframe src=x>|<style>x</style>|",
    "x[^<script>]\n\n[^<script>]: <script>alert(1)</script>",
    '*[HTML]: " onmouseover="alert(1)\n\nHTML',
    "<iframe src=//x></iframe><object data=x></object><embed src=x><form action=x><input name=y>",
    "<svg><style><a title='</style><img src=x onerror=alert(1)>'></a></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=x&gt;">',
    "<p style='background:url(//x)'>a</p><base href=//x><meta http-equiv=refresh><link href=x>",
    '<a title="&lt;img src=&quot;media:3f9c2a7d10b4&quot; onerror=&quot;x&quot;&gt;">a</a>',
    '<img alt="<h1>" src="media:3f9c2a7d10b4"title="</figcaption><script>">',
    f'![" onerror="alert(1)]({GULL} "<script>alert(1)</script>")',
    f'![" onplay="alert(1)]({WAVES} "\\" autoplay=\\"")\n![<script>]({GULL})\n![">]({GULL})',
    f"<img src={GULL} width='1\"onerror=x' srcset=//x sizes=x class=x style=x>",
    f"<video src={WAVES} autoplay><source src=//x><picture><source srcset=//x></picture></video>",
    f"<a href=//x>\n\n![a]({GULL})\n\n![a]({WAVES})\n\n</a>[![a]({WAVES})](javascript:alert(1))",
    "<a target=_blank rel=opener href=https://x.example>x</a>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0\x03 \ud800 \x00",
]
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:=\"[^\"<>]*\")?)*)>")
ATTRIBUTE = re.compile(r" ([a-z-]+)(?:=\"([^\"]*)\")?")
SRCSET = re.compile(r"(https://cdn\.example/g-\d+\.(webp|avif) \d+w(, |$))+")
FORBIDDEN = "script style iframe object embed form svg math base meta link h1"


def check_safe(answer: str) -> None:
    assert not re.search(r"<|>", TAG.sub("", answer).replace("&lt;", "").replace("&gt;", ""))
    links = 0
    for closing, tag, attributes in TAG.findall(answer):
        assert tag not in FORBIDDEN.split()
        links += (-1 if closing else 1) if tag == "a" else 0
        assert links < 2
        for name, value in ATTRIBUTE.findall(attributes):
            assert not name.startswith("on")
            assert name not in ("style", "target", "name", "autoplay")
            assert name != "srcset" or SRCSET.fullmatch(value)
            if name in ("href", "src", "poster"):
                scheme = re.match(r"[\x00-\x20]*([a-zA-Z][\w+.\t\r\n-]*):", value)
                assert not scheme or scheme[1] in ("http", "https", "mailto", "tel")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_harmless(hostile: str) -> None:
    answer = render(hostile, PICTURES)

    check_safe(answer)
    assert "&amp;lt;script" not in summary(hostile)


def test_any_mixture_of_markup_is_harmless() -> None:
    chance = random.Random(20261122)
    pieces = [
        *HOSTILE,
        *"#*_`~>[]()!|:\\\"'\n\t -",
        "\n\n",
        "    ",
        "[^1]",
        "[^1]: ",
        "```",
        "<div>",
    ]

    for _ in range(300):
        text = "".join(chance.choices(pieces, k=chance.randrange(1, 30)))
        check_safe(render(text, PICTURES))
        summary(text)


@pytest.mark.parametrize(
    "hostile",
    [
        "> " * 5000,
        "- " * 2000 + "x",
        "*a " * 5000,
        "*" * 5000,
        "<div>" * 5000,
        "<b>" * 5000,
        "\n".join("    " * depth + "- x" for depth in range(300)),
        "`" * 5000,
        "[a](" * 300,
    ],
)
def test_deep_nesting_is_survived(hostile: str) -> None:
    check_safe(render(hostile))
    summary(hostile)


def test_what_takes_too_long_is_shown_as_typed(caplog: pytest.LogCaptureFixture) -> None:
    answer = render("<&" + "[" * 30_000)

    assert answer.startswith("<pre>&lt;&amp;[[[")
    assert "stays unrendered" in caplog.text
    assert "takes too long" in caplog.text
