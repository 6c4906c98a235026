"""The table of check and doctor, in terminals of several widths."""

import json

import click
import pytest
from click.testing import CliRunner

from blog.checks import Result
from blog.cli.checks import tell

CAUSE = (
    "No CORS rule of the bucket is for https://a-very-long-name.blog.example, so browsers send "
    "nothing there, and authors see that their pictures do not arrive."
)
COMMAND = "aws s3api delete-bucket-cors --bucket my-blog-pictures"
RESULTS = [
    Result("clock", "passed", "within 5 minutes of the bucket's", "1 s apart"),
    Result("uploads from SITE_URL", "failed", "allowed by CORS", "POST refused", CAUSE, COMMAND),
]
SKIPPED = [
    Result(f"refused: {number}", "skipped", "refused", "cannot be judged while “clock” fails")
    for number in range(30)
]


@pytest.fixture(params=[60, 80, 120, 300])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def told(capsys: pytest.CaptureFixture[str], results: list[Result]) -> list[str]:
    with pytest.raises(SystemExit):
        tell(results, about={}, as_json=False)
    return capsys.readouterr().out.splitlines()


def test_lines_fit_and_words_stay_whole(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, [*RESULTS, *SKIPPED])

    assert all(len(line) <= min(width, 120) for line in lines)
    words = " ".join(lines).split()
    assert set(CAUSE.split()) <= set(words)
    assert set(COMMAND.split()) <= set(words)


def test_colours_take_no_room(width: int) -> None:
    long = Result("bucket", "passed", "exists", "so much is told of it " * 20)
    command = click.Command("tell", callback=lambda: tell([long], about={}, as_json=False))

    coloured = CliRunner().invoke(command, color=True).output
    plain = CliRunner().invoke(command, color=False).output

    assert "\x1b[" in coloured
    assert click.unstyle(coloured) == plain
    assert max(len(line) for line in plain.splitlines()) <= min(width, 120)


@pytest.mark.parametrize("width", [80, 120], indirect=True)
def test_what_is_expected_has_a_column_where_there_is_room(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, upload, *_ = told(capsys, RESULTS)

    assert clock.split() == [
        *("✓", "clock"),
        *(["within", "5", "minutes", "of", "the", "bucket's"] if width == 120 else []),
        *("1", "s", "apart"),
    ]
    assert "allowed by CORS" in upload


def test_many_that_were_skipped_for_one_reason_are_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = told(capsys, [*RESULTS, *SKIPPED])

    assert [line for line in lines if line.startswith("–")] == [
        "– 30 more cannot be judged while “clock” fails"
    ]
    assert lines[-1] == "1 passed, 1 failed (uploads from SITE_URL), 30 skipped."


def test_json_keeps_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        tell([*RESULTS, *SKIPPED], about={"bucket": "b"}, as_json=True)

    assert len(json.loads(capsys.readouterr().out)["checks"]) == 32


@pytest.mark.parametrize("as_json", [False, True])
def test_a_store_gives_the_terminal_no_orders(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "403 \x1b]0;pwned\x07\x9b2J"
    result = Result("bucket", "failed", "exists", said, f"It says {said}.", f"Ask {said}.")

    with pytest.raises(SystemExit):
        tell([result], about={}, as_json=as_json)

    assert not set("\x1b\x07\x9b") & set(capsys.readouterr().out)
