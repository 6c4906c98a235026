"""What `flask doctor` looks at."""

from collections.abc import Callable

from blog.bucket.check.http import Http
from blog.checks import Check, Finding
from blog.config import Settings


class Installation:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = Http()


type Question = Check[Installation]


def question(
    name: str, *, expected: str, needs: tuple[Question, ...] = ()
) -> Callable[[Callable[[Installation], Finding]], Question]:
    """Makes a check of a function that looks at the installation."""
    return lambda look: Check(name, expected, look, needs)
