"""Sentences in a terminal: as wide as it is, and wrapped where nothing is torn that is copied."""

import re
import shutil
import textwrap

import click

NARROW = 100  # characters; a terminal below that has no room for what is expected
WIDEST = 120
COMMAND = re.compile(r"“(?:aws|flask) [^”]*”")
ERROR = "Error: "  # which click says before an error
UNBROKEN = "\N{NO-BREAK SPACE}"


def fill(text: str, *, start: str = "", indent: str = "") -> None:
    """Says it after `start`, further lines after `indent`."""
    click.echo(filled(text, start=start, indent=indent))


def filled(text: str, *, start: str = "", indent: str = "") -> str:
    """Wraps between words, and not within commands, for these and addresses are copied."""
    # What colours a letter takes no room.
    plain = click.unstyle(start)
    whole = COMMAND.sub(lambda command: command[0].replace(" ", UNBROKEN), text)
    first, *further = textwrap.wrap(
        plain + whole,
        width(),
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return "\n".join([start + first[len(plain) :], *further]).replace(UNBROKEN, " ")


def width() -> int:
    """Of the terminal, in characters; COLUMNS says another."""
    return min(shutil.get_terminal_size((NARROW, 24)).columns, WIDEST)


def failure(words: str) -> click.ClickException:
    """An end in these words."""
    return click.ClickException(_after_error(words))


def usage_error(words: str) -> click.UsageError:
    """An end in these words, for options that make no sense."""
    return click.UsageError(_after_error(words))


def _after_error(words: str) -> str:
    return filled(words, start=ERROR).removeprefix(ERROR)
