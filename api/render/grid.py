"""Aligned columns, fast enough for everybody in a large company.

Cells are aligned by display width: a Chinese character is two cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

Item = dict[str, Any]
Cell = Text | str

_GAP = 2
_LEAST_FOLDED = 30


@dataclass(frozen=True, slots=True)
class Column:
    """What is shown of an item. Only a column that folds, the last, is fitted to the terminal."""

    header: str
    cell: Callable[[Item], Cell]
    is_number: bool = True
    folds: bool = False


def least_width(columns: Sequence[Column]) -> int:
    """Cells that the headers alone take."""
    return sum(cell_len(column.header) + _GAP for column in columns) - _GAP


class Grid:
    """Columns over items: a head, and an empty line where `group` changes."""

    def __init__(
        self, columns: Sequence[Column], items: Sequence[Item], group: Callable[[Item], str]
    ) -> None:
        self.columns = columns
        self.rows = [[column.cell(item) for column in columns] for item in items]
        self.groups = [group(item) for item in items]
        self.widths = [
            max(cell_len(column.header), *(cell_len(str(row[place])) for row in self.rows))
            for place, column in enumerate(columns)
        ]

    @property
    def width(self) -> int:
        return sum(self.widths) + _GAP * (len(self.widths) - 1)

    def text(self, console: Console) -> Text:
        """All lines. A number is never cut, however narrow the terminal is."""
        return Text("\n").join(self._lines(console))

    def _lines(self, console: Console) -> Iterator[Text]:
        widths = self._fitted(console)
        headers: list[Cell] = [Text(column.header, "bold") for column in self.columns]
        yield self._line(headers, widths)
        rule = "-" if console.options.ascii_only else "─"
        yield Text(rule * (sum(widths) + _GAP * (len(widths) - 1)))
        before = self.groups[0] if self.groups else ""
        for row, group in zip(self.rows, self.groups, strict=True):
            if group != before:
                yield Text()
            before = group
            for cells in self._folded(row, widths[-1], console):
                yield self._line(cells, widths)

    def _fitted(self, console: Console) -> list[int]:
        if not self.columns[-1].folds:
            return self.widths
        left = console.width - (self.width - self.widths[-1])
        return [*self.widths[:-1], min(self.widths[-1], max(left, _LEAST_FOLDED))]

    def _folded(self, row: list[Cell], width: int, console: Console) -> Iterator[list[Cell]]:
        """The row, and more of its last cell below it."""
        if not self.columns[-1].folds:
            yield row
            return
        first, *more = Text(str(row[-1])).wrap(console, width) or [Text()]
        yield [*row[:-1], first]
        for each in more:
            yield [*[""] * (len(row) - 1), each]

    def _line(self, cells: Sequence[Cell], widths: Sequence[int]) -> Text:
        line = Text()
        for column, cell, width in zip(self.columns, cells, widths, strict=True):
            space = " " * (width - cell_len(str(cell)))
            line.append(space if column.is_number else "")
            line.append(cell)
            line.append(("" if column.is_number else space) + " " * _GAP)
        line.rstrip()
        return line
