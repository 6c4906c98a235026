"""What libraries and gunicorn log: told by the blog's formatters without what lets anybody in."""

import logging

import pytest

from blog.logs import JsonLines, TextLines, without_secrets

TOKEN = "Zt3_example-of-a-token-43-characters-long-x"
HALF, REST = TOKEN[:20], TOKEN[20:]


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
@pytest.mark.parametrize(
    ("message", "hidden"),
    [
        ("Error handling request GET /posts?q=hidden", "hidden"),
        (f"Invalid request from ip=::1: GET /admin/welcome/{TOKEN} HTTP/9", TOKEN),
        ("Could not connect to https://b.example/k?X-Amz-Credential=hidden&x=y", "hidden"),
        (f"Invalid HTTP request line: 'GET /login/welcome/{HALF}='", HALF),
        (f"GET /Admin/Welcome%2f{HALF}%0a{REST}", REST),
        (f"GET /admin/welcome%252F{HALF}", HALF),
        (f"GET /x/-{TOKEN}-/", TOKEN),
        (f"Unsupported transfer coding: '{TOKEN}x'", TOKEN),
        ("GET /posts)?hidden", "hidden"),
        ("GET /posts:?hidden", "hidden"),
        ("GET /posts\"?q='hidden", "hidden"),
        ("PUT /k&X-Amz-Signature=hidden&x=y", "hidden"),
        ("fields {'x-amz-credential': 'hidden', 'key': 'k'}", "hidden"),
        ("sent X-Amz-Security-Token: hidden", "hidden"),
        ("connecting to postgresql://blog:hidden@host/db", "hidden"),
        ("connecting to postgresql://blog:hid/den@ed@host/db", "den"),
        ("two\nlines", "\n"),
        ("a lone \udc80 surrogate", "\udc80"),
    ],
)
def test_what_others_log_is_one_line_without_queries_and_tokens(
    formatter: logging.Formatter, message: str, hidden: str
) -> None:
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, message, (), None)

    line = formatter.format(record)

    assert hidden not in line
    assert message.split()[0] in line
    line.encode()


def test_a_key_of_the_bucket_is_told_whole() -> None:
    key = f"media/{'0a' * 32}.webp"
    record = logging.LogRecord("blog", logging.WARNING, "", 0, "stays: %s", (key,), None)

    assert key in JsonLines().format(record)


@pytest.mark.parametrize(
    "message",
    [
        "INSERT INTO posts (a, b) VALUES (?, ?) WHERE id = ?",
        "Where to? Nowhere.",
        "in welcome\n    return _render_welcome(link)",
        "listening at: http://127.0.0.1:8000 (42)",
    ],
)
def test_what_is_no_secret_is_told_whole(message: str) -> None:
    assert without_secrets(message) == message
