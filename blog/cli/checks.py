"""How checks are told: a table for people, JSON for machines."""

import json
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import click

from blog.checks import Outcome, Result
from blog.cli.telling import NARROW, fill, width
from blog.logs import escaped

MARKS: Mapping[Outcome, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "noted": ("!", "yellow"),
    "skipped": ("–", "bright_black"),
}
NAME_WIDTH = 34  # characters of a column
ENDS = (signal.SIGTERM, signal.SIGHUP)  # of a time limit or a deployment, and of the terminal
FOLDED = 6  # so many lines in a row that say the same are told as one


@contextmanager
def tidying() -> Iterator[None]:
    """Around checks that store something: who is told to end tidies up first, as at Ctrl-C."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell(results: Iterable[Result], *, about: Mapping[str, str], as_json: bool) -> None:
    """A line for each as it comes, or all as one JSON document; exits with 1 if any failed."""
    told = []
    alike: list[Result] = []  # skipped one after the other, for one reason
    for result in results:
        told.append(result)
        if as_json:
            continue
        if alike and (result.outcome, result.happened) != (alike[0].outcome, alike[0].happened):
            _tell_skipped(alike)
            alike = []
        if result.outcome == "skipped":
            alike.append(result)
        else:
            _tell_line(result)
    _tell_skipped(alike)
    failures = [result for result in told if result.outcome == "failed"]
    if as_json:
        document = {
            **about,
            "ok": not failures,
            "failed": len(failures),
            "checks": [_printable(result) for result in told],
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(f"\n{_summary(told)}")
    if failures:
        raise SystemExit(1)


def _printable(result: Result) -> dict[str, str]:
    return {name: escaped(value) for name, value in result.to_json().items()}


def _tell_skipped(alike: list[Result]) -> None:
    if len(alike) < FOLDED:
        for result in alike:
            _tell_line(result)
        return
    mark, color = MARKS["skipped"]
    sentence = f"{len(alike)} more {escaped(alike[0].happened)}"
    fill(sentence, start=f"{click.style(mark, fg=color, bold=True)} ", indent="  ")


def _tell_line(result: Result) -> None:
    mark, color = MARKS[result.outcome]
    start = f"{click.style(mark, fg=color, bold=True)} {result.name:<{NAME_WIDTH}} "
    happened = escaped(result.happened)
    if width() >= NARROW:
        start += f"{result.expected:<{NAME_WIDTH}} "
    elif result.outcome == "failed":
        happened = f"{happened} (expected: {result.expected})"
    fill(happened, start=start, indent=" " * 4)
    for sentence, before in ((result.cause, "    "), (result.fix, "  → ")):
        if sentence:
            fill(escaped(sentence), start=before, indent="    ")


def _summary(told: list[Result]) -> str:
    counts = {outcome: sum(result.outcome == outcome for result in told) for outcome in MARKS}
    names = ", ".join(result.name for result in told if result.outcome == "failed")
    said = ", ".join(
        f"{count} {outcome}" + (f" ({names})" if outcome == "failed" else "")
        for outcome, count in counts.items()
        if count
    )
    color = "red" if counts["failed"] else "green"
    return click.style(f"{said}.", fg=color, bold=True)
