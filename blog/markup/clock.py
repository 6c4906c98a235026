"""A limit to the time that one text may take the parser."""

import re
import time
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor


class TooHardError(RuntimeError):
    """Some texts, 5,000 unclosed brackets say, take the parser quadratic time."""


class Clock(Extension):
    """Stops a conversion that has used its processor time, in seconds of this thread."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.deadline = time.thread_time() + seconds

    def check(self) -> None:
        if time.thread_time() > self.deadline:
            raise TooHardError("The conversion takes too long.")

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(TimedHtml(md, self), "html_block", 20)
        md.parser.blockprocessors.register(TimedBlocks(md.parser, self), "clock", 1000)
        smarty: Any = md.treeprocessors["smarty"]  # keeps patterns of its own
        for patterns in (md.inlinePatterns, smarty.inlinePatterns):
            patterns.register(TimedTexts(self), "clock", 1000)
            for pattern in patterns:
                pattern.handleMatch = self.timed(pattern.handleMatch)  # type: ignore[method-assign]

    def timed(self, match: Callable[..., Any]) -> Callable[..., Any]:
        def timed_match(*arguments: Any) -> Any:
            self.check()
            return match(*arguments)

        return timed_match


class TimedBlocks(BlockProcessor):
    def __init__(self, parser: Any, clock: Clock) -> None:
        super().__init__(parser)
        self.clock = clock

    def test(self, parent: Element, block: str) -> bool:
        self.clock.check()
        return False


class TimedTexts(InlineProcessor):
    def __init__(self, clock: Clock) -> None:
        super().__init__(r"(?!)")
        self.clock = clock

    def getCompiledRegExp(self) -> re.Pattern[str]:  # noqa: N802 - asked for once per text
        self.clock.check()
        return self.compiled_re


class TimedHtml(HtmlBlockPreprocessor):
    def __init__(self, md: Markdown, clock: Clock) -> None:
        super().__init__(md)
        self.clock = clock

    def run(self, lines: list[str]) -> list[str]:
        extractor = TimedExtractor(self.md, self.clock)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class TimedExtractor(HTMLExtractor):
    def __init__(self, md: Markdown, clock: Clock) -> None:
        self.clock = clock
        super().__init__(md)

    def parse_starttag(self, i: int) -> int:
        self.clock.check()
        return super().parse_starttag(i)
