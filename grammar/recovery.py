"""Reading on after a fault: section by section, a faulty line blanked and read again.

A line that cannot be read is replaced by spaces of its length, so that every other place keeps its
position; a misspelt header is replaced by the one it resembles, so that the facts below it are not
blamed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from lark import Lark, UnexpectedInput

from grammar.build import build
from grammar.diagnostics import Diagnostic
from grammar.expected import HEADERS, syntax_error
from grammar.source import Source, Span
from grammar.suggest import similarity
from grammar.syntax import Section
from grammar.words import continuing, words

MAX_ERRORS = 50
_CONTINUES = re.compile(rf"[ \t\u3000]*{continuing(words())}", re.IGNORECASE)


@dataclass
class Recovered:
    """What could be read, where lines were given up, and why."""

    sections: list[Section] = field(default_factory=list)
    damage: list[Span] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def recover(source: Source, text: str, parser: Lark) -> Recovered:
    """Read a file that has syntax errors."""
    found = Recovered()
    for start, end in _chunks(text):
        if len(found.diagnostics) >= MAX_ERRORS:
            break
        _read(source, text[start:end], start, parser, found)
    return found


def _read(source: Source, chunk: str, start: int, parser: Lark, found: Recovered) -> None:
    """One section with its facts; each fault costs one more reading of it."""
    while len(found.diagnostics) < MAX_ERRORS:
        try:
            tree = parser.parse(chunk)
        except UnexpectedInput as error:
            fault = syntax_error(source, error, chunk, start)
            found.diagnostics.append(fault)
            assert fault.span is not None
            line_start, line_end = _line(chunk, fault.span.start - start)
            found.damage.append(Span(source, start + line_start, start + line_end))
            header = _as_header(chunk[line_start:line_end])
            if header is not None:
                _read(source, chunk[:line_start], start, parser, found)
                # A longer header begins earlier, so that all that follows keeps its place.
                start += line_end - len(header)
                chunk = header + chunk[line_end:]
            elif _has_header(chunk[:line_start]):
                chunk = chunk[:line_start] + _blank(chunk[line_start:line_end]) + chunk[line_end:]
            else:  # nothing says what the lines below belong to
                return
            continue
        document, faults = build(source, tree, start)
        found.diagnostics.extend(faults)
        if document is not None:
            found.sections.extend(document.sections)
        return


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """The text before the first header, then each header with what is below it."""
    starts = [match.start() for match in _header_pattern().finditer(text)]
    bounds = sorted({0, *starts, len(text)})
    for start, end in pairwise(bounds):
        if text[start:end].strip():
            yield start, end


@lru_cache(maxsize=1)
def _header_pattern() -> re.Pattern[str]:
    phrases = {phrase for header in HEADERS for phrase in words().spellings(header)}
    written = (r"[ \t\u3000]+".join(map(re.escape, p.split())) for p in phrases)
    joined = "|".join(sorted(written, key=len, reverse=True))
    return re.compile(rf"^[ \t\u3000]*(?:{joined})(?!\w)", re.MULTILINE | re.IGNORECASE)


def _has_header(text: str) -> bool:
    return _header_pattern().search(text) is not None


def _line(text: str, place: int) -> tuple[int, int]:
    """The line of a place, together with the lines that continue it."""
    place = min(max(place, 0), len(text))
    start, end = _physical(text, place)
    while start > 0 and _CONTINUES.match(text, start):
        start, _ = _physical(text, start - 1)
    while end < len(text) and _CONTINUES.match(text, end + 1):
        _, end = _physical(text, end + 1)
    return start, end


def _physical(text: str, place: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return start, len(text) if end < 0 else end


def _as_header(line: str) -> str | None:
    """A line at the left edge that resembles a header, as that header with its name, at least as
    long; None where it is none."""
    match = re.match(r"([^\W\d][^\s\"]*)(?:[ \t\u3000]+(\w+))?", line)
    if match is None or line[:1].isspace():
        return None
    best = max(
        ((similarity(match[1], words().canonical(header)), header) for header in HEADERS),
        default=(0.0, ""),
    )
    if not best[0]:
        return None
    header = words().canonical(best[1])
    written = header if best[1] == "calendar" else f"{header} {match[2] or '_'}"
    return written.ljust(len(line))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
