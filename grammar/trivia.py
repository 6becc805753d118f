"""What stands between facts and decides nothing: comments, blank lines, line breaks in formulas.

A comment on a line of its own goes with the fact or header below it, a comment at the end of a
line with the fact of that line. After the last fact of a section, indented comments end the
section; from the first one at the left edge on, they belong to the next header, or end the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from grammar import syntax as s
from grammar.print_pieces import CONTINUATION, Piece

BESIDE = "  "  # between a line and its comment

Lines = tuple[str, ...]  # comments, and "" for a blank line

# Quotes and brackets come first: a # inside them starts no comment.
_COMMENT = re.compile(r'"[^"\n]*"|“[^”\n]*”|\[[^\]\n]+\]|(#[^\n]*)')


@dataclass(frozen=True, slots=True)
class Comment:
    text: str  # with its #, without spaces at its end
    start: int


def _start(comment: Comment) -> int:
    return comment.start


def comments(text: str) -> tuple[Comment, ...]:
    """The comments of a text that can be read."""
    found = (match for match in _COMMENT.finditer(text) if match[1])
    return tuple(Comment(match[1].rstrip(), match.start(1)) for match in found)


@dataclass
class Trivia:
    """By the place where a header or fact begins: the lines above it and the comment beside it."""

    above: dict[int, Lines] = field(default_factory=dict)
    beside: dict[int, str] = field(default_factory=dict)
    below: dict[int, Lines] = field(default_factory=dict)  # at the end of a section
    last: Lines = ()  # at the end of the file


def trivia(document: s.Document) -> Trivia:
    """All comments and blank lines of a document, but for those inside of facts."""
    found = Trivia()
    text = document.source.text + "\n"
    start, end, section = -1, 0, -1
    for here in _places(document, text):
        beside, lines = _between(text, end, here.start, first=start < 0)
        if here.is_header and section >= 0:
            found.below[section], lines = _ended(lines)
        found.beside[start] = beside
        found.above[here.start] = lines
        start, end = here.start, here.end
        section = here.start if here.is_header else section
    found.beside[start], lines = _between(text, end, len(text), first=start < 0)
    found.below[section], found.last = _ended(lines) if section >= 0 else ((), lines)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    is_header: bool


def _places(document: s.Document, text: str) -> Iterator[_Place]:
    """Headers and facts in the order of the text."""
    for section in document.sections:
        start = section.span.start
        yield _Place(start, _end_of_header(text, start), True)
        for fact in facts_of(section):
            yield _Place(fact.span.start, fact.span.end, False)


def facts_of(section: s.Section) -> tuple[s.Node, ...]:
    return () if isinstance(section, s.RemoveSection) else section.facts


def _end_of_header(text: str, start: int) -> int:
    line = text[start : text.index("\n", start)]
    return start + next((each.start for each in comments(line)), len(line))


def _between(text: str, start: int, end: int, *, first: bool) -> tuple[str, Lines]:
    """The comment beside what ends at `start`, and the lines down to what begins at `end`.

    Lines keep whether they are indented, by one space.
    """
    beside, *lines = ("\n" * first + text[start:end]).split("\n")
    return beside.strip(), tuple(_indented(line) for line in lines[:-1])


def _indented(line: str) -> str:
    bare = line.strip()
    return f" {bare}" if bare and line[0] != bare[0] else bare


def _ended(lines: Lines) -> tuple[Lines, Lines]:
    """The end of a section, and what belongs to what follows."""
    at_edge = (place for place, line in enumerate(lines) if line and not line.startswith(" "))
    split = next(at_edge, len(lines))
    return lines[:split], lines[split:]


def tidy(lines: Lines) -> list[str]:
    """The lines at the left edge, never two blank ones in a row."""
    bare = [line.strip() for line in lines]
    return [line for place, line in enumerate(bare) if line or (place == 0 or bare[place - 1])]


@dataclass
class Gaps:
    """The breaks inside of facts. A comment at a break that is kept stays there."""

    text: str
    kept: set[int] = field(default_factory=set)
    _comments: tuple[Comment, ...] = ()

    def __post_init__(self) -> None:
        self._comments = comments(self.text)

    def between(self, start: int, end: int) -> Iterator[Piece]:
        """A line break, if the author broke the line between two parts of an expression."""
        gap = self.text[start:end]
        if "\n" not in gap:
            return
        here = self._within(start, end)
        if not _breaks(gap, [each.start - start for each in here]):
            return
        self.kept.update(each.start for each in here)
        yield Piece("".join(self._lines(start, here)) + CONTINUATION, before=False, after=False)

    def moved(self, fact: s.Node) -> Lines:
        """The comments inside a fact, once it is printed, that could not stay where they were."""
        inside = self._within(fact.span.start, fact.span.end)
        return tuple(each.text for each in inside if each.start not in self.kept)

    def _within(self, start: int, end: int) -> list[Comment]:
        first, last = (bisect_left(self._comments, at, key=_start) for at in (start, end))
        return list(self._comments[first:last])

    def _lines(self, start: int, here: list[Comment]) -> Iterator[str]:
        for each in here:
            beside = "\n" not in self.text[start : each.start]
            yield (BESIDE if beside else CONTINUATION) + each.text


def _breaks(gap: str, starts: list[int]) -> bool:
    """Whether a line begins in the gap with something else than a parenthesis that closes."""
    bare = "".join(_without(gap, starts))
    lines = [line.strip() for line in bare.split("\n")[1:]]
    return lines[-1] == "" or any(line and line[0] not in ")）" for line in lines)


def _without(gap: str, starts: list[int]) -> Iterator[str]:
    """The gap without the comments that start there."""
    last = 0
    for start in starts:
        yield gap[last:start]
        last = gap.find("\n", start)
        if last < 0:
            return
    yield gap[last:]
