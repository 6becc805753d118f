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

from grammar.diagnostics import Diagnostic, Edit, Fix
from grammar.expected import HEADERS, syntax_error
from grammar.one_pass import document
from grammar.source import Source, Span, line_at
from grammar.suggest import similarity
from grammar.syntax import Section
from grammar.words import continuing, words

MAX_ERRORS = 50
_KPI_OR_MEASURE = (
    "A `kpi` says how a number is computed; "
    "a `measure` gives it weight, target and curve in a card."
)
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
        _read_section(source, text[start:end], start, parser, found)
    return found


def _read_section(source: Source, chunk: str, start: int, parser: Lark, found: Recovered) -> None:
    """One section, as it is headed or, where that fits its lines better, as the one it is."""
    as_headed = Recovered()
    _read(source, chunk, start, parser, as_headed)
    other = _confused(source, chunk, start) if _has_strange_line(as_headed) else None
    if other is not None:
        fault, chunk, begins = other
        as_meant = Recovered(diagnostics=[fault])
        _read(source, chunk, begins, parser, as_meant, first=start)
        faults = len(as_meant.diagnostics) - 1
        if not faults or faults + 1 < len(as_headed.diagnostics):
            as_headed = as_meant
    found.sections += as_headed.sections
    found.damage += as_headed.damage
    found.diagnostics += as_headed.diagnostics


def _has_strange_line(found: Recovered) -> bool:
    return any(each.code == "K0102" for each in found.diagnostics)


def _confused(source: Source, chunk: str, start: int) -> tuple[Diagnostic, str, int] | None:
    """A `kpi` as a `measure` and the other way round: the fault, the text, and where it begins.

    A longer header begins earlier, so that all that follows keeps its place.
    """
    for header, meant in (("kpi", "measure"), ("measure", "kpi")):
        for written in words().spellings(header):
            match = re.match(rf"[ \t\u3000]*({re.escape(written)})(?!\w)", chunk, re.IGNORECASE)
            if match is None:
                continue
            language = "en" if match[1].isascii() else "zh"
            right = words().canonical(meant, language)
            padded = right.ljust(match.end())
            begins = start + match.end() - len(padded)
            if begins < 0:
                return None
            place = Span(source, start + match.start(1), start + match.end(1))
            data = {"found": match[1], "header": right, "advice": _KPI_OR_MEASURE}
            fix = Fix(f"write `{right}`", (Edit(place, right),), safe=True)
            fault = Diagnostic("K0114", place, data, fixes=(fix,))
            return fault, padded + chunk[match.end() :], begins
    return None


def _read(
    source: Source, chunk: str, start: int, parser: Lark, found: Recovered, first: int = 0
) -> None:
    """One section with its facts; each fault costs one more reading of it."""
    reading = _Reading(source, parser, found, chunk, start, first)
    while len(found.diagnostics) < MAX_ERRORS and reading.again():
        pass


@dataclass
class _Reading:
    """A part of a file as it is read next: `chunk` stands at `start`, nothing before `first`."""

    source: Source
    parser: Lark
    found: Recovered
    chunk: str
    start: int
    first: int
    mended: set[int] = field(default_factory=set)  # lines by their end
    headed: set[int] = field(default_factory=set)

    def again(self) -> bool:
        """Read up to the next fault. Whether there is more to read."""
        try:
            read, faults = document(self.parser, self.source, self.chunk, self.start, self.first)
        except UnexpectedInput as error:
            return self._after(error)
        unreal = [each for each in faults if each.code == "K0105"]
        for fault in unreal:  # no day can stand in for it: what its line says is not known
            assert fault.span is not None
            self._give_up(fault.span.start - self.start)
        self.found.diagnostics.extend(unreal or faults)
        if not unreal and read is not None:
            self.found.sections.extend(read.sections)
        return bool(unreal)

    def _after(self, error: UnexpectedInput) -> bool:
        fault = syntax_error(self.source, error, self.chunk, self.start)
        assert fault.span is not None
        line_start, line_end = _line(self.chunk, fault.span.start - self.start)
        place = self.start + line_end
        mended = _mended(self.chunk, self.start, fault)
        # What else is wrong in a mended line may only follow, unless that is certain as well.
        if mended is not None or place not in self.mended:
            self.found.diagnostics.append(fault)
        if mended is not None:
            self.mended.add(place)
            self.chunk = mended
            return True
        self._damage(line_start, line_end)
        header = _as_header(self.chunk[line_start:line_end])
        if header is not None and place not in self.headed:
            self.headed.add(place)
            self._begin_with(header, line_start, line_end)
            return True
        if not _has_header(self.chunk[:line_start]):
            return False  # nothing says what the lines below belong to
        # A fault may be told at another line than the one where reading ended.
        less = _without_line(self.chunk, (line_start, error.pos_in_stream or 0))
        self.chunk = less or self.chunk
        return less is not None

    def _begin_with(self, header: str, line_start: int, line_end: int) -> None:
        """Read what is above a misspelt header, and go on from it as it should be.

        A longer header begins earlier, so that all that follows keeps its place.
        """
        above = self.chunk[:line_start]
        _read(self.source, above, self.start, self.parser, self.found)
        self.first = self.start + line_start
        self.start += line_end - len(header)
        self.chunk = header + self.chunk[line_end:]

    def _give_up(self, place: int) -> None:
        start, end = _line(self.chunk, place)
        self._damage(start, end)
        self.chunk = self.chunk[:start] + _blank(self.chunk[start:end]) + self.chunk[end:]

    def _damage(self, start: int, end: int) -> None:
        self.found.damage.append(Span(self.source, self.start + start, self.start + end))


def _without_line(chunk: str, places: tuple[int, ...]) -> str | None:
    """The text with a line blanked: that of the first place where one holds anything."""
    for place in places:
        start, end = _line(chunk, place)
        if chunk[start:end].strip():
            return chunk[:start] + _blank(chunk[start:end]) + chunk[end:]
    return None


def _mended(chunk: str, start: int, fault: Diagnostic) -> str | None:
    """The text with the safe fix of a fault, where every other place stays where it is."""
    match fault.fixes:
        case [Fix(edits=(edit,), safe=True), *_] if len(edit.text) <= len(edit.span.text):
            before, after = edit.span.start - start, edit.span.end - start
            written = edit.text.ljust(after - before)
            if written != chunk[before:after]:
                return chunk[:before] + written + chunk[after:]
    return None


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
    start, end = line_at(text, place)
    while start > 0 and _CONTINUES.match(text, start):
        start, _ = line_at(text, start - 1)
    while end < len(text) and _CONTINUES.match(text, end + 1):
        _, end = line_at(text, end + 1)
    return start, end


_HEADED_BY_TEXT = ("example", "judge")


def _as_header(line: str) -> str | None:
    """A line at the left edge that resembles a header, as that header with its name, at least as
    long; None where it is none."""
    match = re.match(r"([^\W\d][^\s\"]*)(?:[ \t\u3000]+([^\W\d]\w*))?", line)
    if match is None or line[:1].isspace():
        return None
    best = max(
        (similarity(match[1], spelling), header)
        for header in HEADERS
        for spelling in words().spellings(header)
    )
    if not best[0]:
        return None
    header = words().canonical(best[1])
    name = '"_"' if best[1] in _HEADED_BY_TEXT else match[2] or "_"
    written = header if best[1] == "calendar" else f"{header} {name}"
    return written.ljust(len(line))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
