"""Lines of a source with marks under them, set by display width: a Chinese character is two cells.

 9 |   weight 60%
   |          ^^^
...
14 |   weight 35%
   |          --- data_timeliness
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from api.render.characters import visible
from grammar import Source, Span

GUTTER = "blue"
_TAB = "    "
_MOST_CELLS = 120  # of one line; a longer one is cut around the mark
_CELLS_BEFORE = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline: by `sign`, in a style, with a word beside it."""

    span: Span
    sign: str
    style: str
    text: str = ""


def excerpt(marks: Sequence[Mark], margin: int) -> Text:
    """The marked lines of one source in their order; `margin` is the width of the line numbers."""
    bar = Text(f"{'':{margin}} |", GUTTER)
    found = [bar]
    before = 0
    for number, here in groupby(sorted(marks, key=_line), key=_line):
        if before and number > before + 1:
            found.append(Text("...", GUTTER))
        before = number
        found.extend(_marked(list(here), number, margin, bar))
    return Text("\n").join(found)


def _line(mark: Mark) -> int:
    return mark.span.line


def _marked(marks: list[Mark], number: int, margin: int, bar: Text) -> Iterator[Text]:
    """A line of the source, and below it one line for each mark."""
    window = _Window(marks[0].span.source, number, min(m.span.column for m in marks))
    line = Text.assemble((f"{number:>{margin}} |", GUTTER), f" {window.text}")
    line.rstrip()
    yield line
    for mark in marks:
        start, width = window.cells(mark.span)
        words = f"{mark.sign * width} {visible(mark.text)}".rstrip()
        yield Text.assemble(bar, " " * (start + 1), (words, mark.style))


class _Window:
    """What is shown of a line: all of it, or the part from a little before a column on."""

    def __init__(self, source: Source, number: int, column: int) -> None:
        self.number = number
        shown = [_TAB if c == "\t" else visible(c) for c in source.line(number)]
        self.first, self.last = 0, len(shown)
        if cell_len("".join(shown)) > _MOST_CELLS:
            self.first = _back(shown, column - 1)
            self.last = _onward(shown, self.first)
        self.shown = shown[self.first : self.last]
        self.cut = "…" if self.first else ""
        self.text = self.cut + "".join(self.shown) + ("…" if self.last < len(shown) else "")

    def cells(self, span: Span) -> tuple[int, int]:
        """Where a span of this line starts, and how wide it is: at least one cell."""
        first = self._inside(span.column - 1)
        one_line = span.end_line == self.number
        last = self._inside(span.end_column - 1) if one_line else len(self.shown)
        start = cell_len("".join(self.shown[:first]))
        width = cell_len("".join(self.shown[first:last]))
        return cell_len(self.cut) + start, max(width, 1)

    def _inside(self, place: int) -> int:
        return min(max(place - self.first, 0), len(self.shown))


def _back(shown: list[str], place: int) -> int:
    """The place so many cells before another."""
    cells = 0
    while place > 0 and cells < _CELLS_BEFORE:
        place -= 1
        cells += cell_len(shown[place])
    return place


def _onward(shown: list[str], first: int) -> int:
    """The end of what fits from a place on."""
    cells = 0
    for place in range(first, len(shown)):
        cells += cell_len(shown[place])
        if cells > _MOST_CELLS:
            return place
    return len(shown)
