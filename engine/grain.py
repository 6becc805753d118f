"""Grain classes: which cells of a level are computed in one pass over one data set.

Cells merge only within a class, (data set, window, row grain): adding a distinct count or another
window to a wide scan costs several times what its own narrow scan costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import scalars as r
from engine import values as v
from engine.periods import Range


@dataclass(frozen=True, slots=True)
class Cell:
    """One number per entity.

    `part`: rows (that meet the condition), values (of them with a present argument), sum, min,
    max; of keys: unique, kept (in both ranges), key_rows, key_missing; of plans: target and
    target_rows of one month (`range`) of the period (`base`).
    """

    holder: str  # a data set, an entity or a plan
    key: r.Scalar
    part: str
    argument: r.Scalar | None
    where: r.Condition | None
    range: Range | None
    base: Range | None = None


@dataclass(frozen=True)
class GrainClass:
    """Cells of one pass. `grain`: rows, keys (entity x argument first) or plan."""

    holder: str
    grain: str
    ranges: tuple[Range, ...]
    key: r.Scalar
    argument: r.Scalar | None
    cells: tuple[Cell, ...]

    @property
    def description(self) -> str:
        days = " and ".join(map(str, self.ranges)) or "all rows"
        return f"{self.holder}, {days}, by {self.grain}"


_ROW_PARTS = {
    "sum": ("sum", "rows", "values"),
    "average": ("sum", "rows", "values"),
    "count": ("rows",),
    "min": ("min", "rows", "values"),
    "max": ("max", "rows", "values"),
}
_KEY_PARTS = ("key_rows", "key_missing")
_PLAN_PARTS = ("target", "target_rows")


def cells_of(node: v.Aggregate | v.PlanValue) -> tuple[Cell, ...]:
    """The cells from which an atom is made, in the order of its parts."""
    if isinstance(node, v.PlanValue):
        return tuple(
            Cell(node.plan, node.key, part, node.value, node.where, month, node.range)
            for month in node.months
            for part in _PLAN_PARTS
        )
    if node.function in ("unique", "retained"):
        return _key_cells(node)
    return tuple(
        Cell(
            node.data,
            node.key,
            part,
            None if part == "rows" else node.argument,
            node.where,
            node.range,
        )
        for part in _ROW_PARTS[node.function]
    )


def _key_cells(node: v.Aggregate) -> tuple[Cell, ...]:
    """The count of keys, then how many rows there are and how many without a key: for a set of
    two ranges, of either."""

    def cell(part: str, span: Range | None, base: Range | None = None) -> Cell:
        return Cell(node.data, node.key, part, node.argument, node.where, span, base)

    if node.function == "unique":
        return (cell("unique", node.range), *(cell(part, node.range) for part in _KEY_PARTS))
    kept = cell("kept", node.range, node.base)
    return (kept, *(cell(part, s) for s in (node.range, node.base) for part in _KEY_PARTS))


def classes(cells: Iterable[Cell]) -> tuple[GrainClass, ...]:
    """Merge the cells of a level into classes."""
    rows: dict[tuple[object, ...], list[Cell]] = {}
    keys: list[tuple[set[Range], list[Cell]]] = []
    pending = []
    for cell in cells:
        if cell.part.startswith("target"):
            rows.setdefault((cell.holder, "plan", cell.base), []).append(cell)
        elif cell.part == "kept":
            _merge(keys, cell)
        elif cell.part in ("unique", "key_rows", "key_missing"):
            pending.append(cell)
        else:
            rows.setdefault((cell.holder, "rows", cell.range), []).append(cell)
    for cell in pending:  # after the passes over two ranges, which they may share
        _merge(keys, cell)
    found = [_row_class(grain, group) for (_, grain, _), group in rows.items()]
    return (*found, *(_key_class(ranges, group) for ranges, group in keys))


def _row_class(grain: object, cells: list[Cell]) -> GrainClass:
    first = cells[0]
    whole = first.base if grain == "plan" else first.range
    ranges = (whole,) if whole is not None else ()
    return GrainClass(first.holder, str(grain), ranges, first.key, None, tuple(cells))


def _key_class(ranges: set[Range], cells: list[Cell]) -> GrainClass:
    first = cells[0]
    ordered = tuple(sorted(ranges, key=lambda each: (each.start, each.end)))
    return GrainClass(first.holder, "keys", ordered, first.key, first.argument, tuple(cells))


def _merge(keys: list[tuple[set[Range], list[Cell]]], cell: Cell) -> None:
    """Into the class of the same key whose ranges already cover the cell's, else its own."""
    wanted = {each for each in (cell.range, cell.base) if each is not None}
    for ranges, group in keys:
        same = (group[0].holder, group[0].argument) == (cell.holder, cell.argument)
        if same and wanted <= ranges:
            group.append(cell)
            return
    keys.append((wanted, [cell]))
