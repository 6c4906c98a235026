"""What it means that the store took something, refused it, or did neither."""

from collections.abc import Iterable
from dataclasses import dataclass

from blog.bucket.check.http import Answer
from blog.checks import Finding, failed, passed


@dataclass(frozen=True)
class Attempt:
    """Something that has to be refused; `cause` and `fix` are for the case that it is not."""

    answer: Answer
    cause: str
    fix: str
    what: str = ""  # a word on which it was, where there are several
    is_through: bool | None = None  # where another answer than a success says that it was done
    may_redirect: bool = False  # where the way to another page is as good as a refusal

    @property
    def got_through(self) -> bool:
        return self.answer.is_success if self.is_through is None else self.is_through

    @property
    def is_clear(self) -> bool:
        # Where a success is none (see `is_through`), the store did not do what was asked either.
        return self.answer.is_clear and (self.may_redirect or not self.answer.is_redirect)

    def told(self) -> Finding:
        happened = f"{self.answer.words} {self.what}".strip()
        return failed(happened, cause=self.cause, fix=self.fix)


def refused(attempts: Iterable[Attempt]) -> Finding:
    """Passed where each attempt was refused; asks no further after one that got through."""
    words: list[str] = []
    unclear: Finding | None = None
    for attempt in attempts:
        answer = attempt.answer
        if attempt.got_through:
            return attempt.told()
        if not attempt.is_clear:
            unclear = unclear or cannot_be_told(answer)
        if answer.words not in words:
            words.append(answer.words)
    return unclear or passed(", ".join(words))


def cannot_be_told(answer: Answer) -> Finding:
    return failed(
        answer.words,
        cause="The store neither took it nor refused it.",
        fix="Look at the store's state, then run this again.",
    )
