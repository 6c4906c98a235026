"""Checks of an installation: what each expects, what it found, and what would mend it.

`flask bucket check` and `flask doctor` are lists of these.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

# `noted`: it works, but somebody should know. `skipped`: it cannot be judged here.
Outcome = Literal["passed", "failed", "noted", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw; `cause` and `fix` are sentences, of a failure always."""

    outcome: Outcome
    happened: str
    cause: str = ""
    fix: str = ""


def passed(happened: str) -> Finding:
    return Finding("passed", happened)


def failed(happened: str, *, cause: str, fix: str) -> Finding:
    return Finding("failed", happened, cause, fix)


def noted(happened: str, *, cause: str, fix: str = "") -> Finding:
    return Finding("noted", happened, cause, fix)


def skipped(happened: str) -> Finding:
    return Finding("skipped", happened)


class Stop(Exception):
    """Ends a check from deep within, with what it found."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.happened)
        self.finding = finding


@dataclass(frozen=True, eq=False)
class Check[Subject]:
    """One question to the subject; it is not asked where one that it `needs` failed."""

    name: str
    expected: str
    look: Callable[[Subject], Finding]
    needs: tuple["Check[Subject]", ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the table."""

    name: str
    outcome: Outcome
    expected: str
    happened: str
    cause: str = ""
    fix: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def run[Subject](checks: Sequence[Check[Subject]], subject: Subject) -> Iterator[Result]:
    """Asks one after the other; what a check needs stands before it."""
    broken: dict[str, str] = {}  # a check that cannot be built upon, and which failure is at fault
    for check in checks:
        culprit = next((broken[need.name] for need in check.needs if need.name in broken), None)
        if culprit:
            broken[check.name] = culprit
            finding = skipped(f"cannot be judged while “{culprit}” fails")
        else:
            try:
                finding = check.look(subject)
            except Stop as stop:
                finding = stop.finding
            if finding.outcome == "failed":
                broken[check.name] = check.name
        yield Result(
            check.name,
            finding.outcome,
            check.expected,
            finding.happened,
            finding.cause,
            finding.fix,
        )
