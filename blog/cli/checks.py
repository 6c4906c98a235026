"""How checks are told: a table for people, JSON for machines."""

import json
import textwrap
from collections.abc import Iterable, Mapping

import click

from blog.checks import Outcome, Result

MARKS: Mapping[Outcome, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "noted": ("!", "yellow"),
    "skipped": ("–", "bright_black"),
}
WIDTH = 96  # characters of what explains a line


def tell(results: Iterable[Result], *, about: Mapping[str, str], as_json: bool) -> None:
    """A line for each as it comes, or all as one JSON document; exits with 1 if any failed."""
    told = []
    for result in results:
        told.append(result)
        if not as_json:
            _tell_line(result)
    failures = [result for result in told if result.outcome == "failed"]
    if as_json:
        document = {
            **about,
            "ok": not failures,
            "failed": len(failures),
            "checks": [result.to_json() for result in told],
        }
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        click.echo(f"\n{_summary(told)}")
    if failures:
        raise SystemExit(1)


def _tell_line(result: Result) -> None:
    mark, color = MARKS[result.outcome]
    expected = f"{result.name:<34} {result.expected:<34}"
    click.echo(f"{click.style(mark, fg=color, bold=True)} {expected} {result.happened}")
    for sentence, start in ((result.cause, "    "), (result.fix, "  → ")):
        if sentence:
            click.echo(
                textwrap.fill(sentence, WIDTH, initial_indent=start, subsequent_indent="    ")
            )


def _summary(told: list[Result]) -> str:
    counts = {outcome: sum(result.outcome == outcome for result in told) for outcome in MARKS}
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
    color = "red" if counts["failed"] else "green"
    return click.style(f"{said}.", fg=color, bold=True)
