"""Grain classes: which cells of a level are computed in one pass over one data set.

Cells merge only within a class, (data set, window, row grain): adding a distinct count or another
window to a wide scan costs several times what its own narrow scan costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine import scalars as r
from engine import values as v
from engine.groups import Groups, column
from engine.periods import Range

SETS = ("retained", "lost", "new", "returned")
"""Functions that compare the keys of two ranges."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number per entity.

    `part`: rows (that meet the condition), values (of them with a present argument), sum, min,
    max; of keys: unique, retained, lost, new, returned (by range and base), key_rows, key_missing;
    of rows in the order of their values: below and above (the values around `share`), squares
    (of the differences from the mean), top (the sum of the best `share`); of the rows of the
    first or last day (`end`): day_sum, day_rows, day_min, day_max; of plans: target and
    target_rows of one month (`range`) of the period (`base`).
    """

    holder: str  # a data set, an entity or a plan
    key: r.Scalar
    part: str
    argument: r.Scalar | None
    where: r.Condition | None
    range: Range | None
    base: Range | None = None
    share: Fraction | None = None
    end: str | None = None
    groups: Groups | None = None
    anywhere: bool = False


@dataclass(frozen=True)
class GrainClass:
    """Cells of one pass. `grain`: rows, keys (entity x argument first), order, days or plan."""

    holder: str
    grain: str
    ranges: tuple[Range, ...]
    key: r.Scalar
    argument: r.Scalar | None
    cells: tuple[Cell, ...]

    @property
    def description(self) -> str:
        days = " and ".join(map(str, self.ranges)) or "all rows"
        grouped = "groups of " if self.groups is not None else ""
        pooled = " of all peers" if isinstance(self.key, r.PeerGroup) else ""
        return f"{grouped}{self.holder}{pooled}, {days}, by {self.grain}"

    @property
    def groups(self) -> Groups | None:
        return self.cells[0].groups

    @property
    def anywhere(self) -> bool:
        return self.cells[0].anywhere


_ROW_PARTS = {
    "sum": ("sum", "rows", "values"),
    "average": ("sum", "rows", "values"),
    "count": ("rows",),
    "min": ("min", "rows", "values"),
    "max": ("max", "rows", "values"),
    "percentile": ("below", "above", "rows", "values"),
    "deviation": ("squares", "rows", "values"),
    "top_share": ("top", "sum", "rows", "values"),
    "first": ("day_sum", "day_rows", "day_min", "day_max", "rows", "values"),
    "last": ("day_sum", "day_rows", "day_min", "day_max", "rows", "values"),
}
_ORDER_PARTS = ("below", "above", "squares", "top")
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
    if node.function == "unique" or node.function in SETS:
        return _key_cells(node)
    return (*_row_cells(node), *_grouped_rows(node))


def _row_cells(node: v.Aggregate) -> tuple[Cell, ...]:
    """The parts of a function of rows, or of groups as rows."""

    def cell(part: str, argument: r.Scalar | None) -> Cell:
        return Cell(
            holder=node.data,
            key=node.key,
            part=part,
            argument=None if part == "rows" else argument,
            where=node.where,
            range=node.range,
            share=node.share if part in _ORDER_PARTS and part != "squares" else None,
            end=node.function if part.startswith("day_") else None,
            groups=node.groups,
        )

    if node.function == "weighted":
        assert node.argument is not None
        assert node.weight is not None
        product = r.Calculation(node.argument, "*", node.weight)
        both = r.Choice(r.Absent(node.argument), r.Constant(None), node.weight)
        parts = (("sum", product), ("sum", both), ("rows", None), ("values", product))
        return tuple(cell(part, argument) for part, argument in parts)
    found = tuple(cell(part, node.argument) for part in _ROW_PARTS[node.function])
    # The second number of a group that takes its last day: how many rows that day has.
    return (*found, cell("max", column(2))) if of_a_day(node) else found


def of_a_day(node: v.Aggregate) -> bool:
    """Whether each group stands for the one row of its first or last day."""
    return node.daily == "one" and node.groups is not None


def _grouped_rows(node: v.Aggregate) -> tuple[Cell, ...]:
    """Of groups: how many rows they were made of, and how many rows have no key."""
    if node.groups is None:
        return ()
    where = node.groups.where
    lacks: list[r.Condition] = [r.Absent(each) for each in node.groups.by]
    absent = lacks[0] if len(lacks) == 1 else r.AnyOf(tuple(lacks))
    tests = (where, r.all_of(where, absent))
    return tuple(Cell(node.data, node.key, "rows", None, test, node.range) for test in tests)


def _key_cells(node: v.Aggregate) -> tuple[Cell, ...]:
    """The count of keys, then how many rows there are and how many without a key: for a set of
    two ranges, of either."""

    def cell(part: str, span: Range | None, base: Range | None = None) -> Cell:
        return Cell(node.data, node.key, part, node.argument, node.where, span, base)

    if node.function == "unique":
        return (cell("unique", node.range), *(cell(part, node.range) for part in _KEY_PARTS))
    kept = Cell(
        node.data,
        node.key,
        node.function,
        node.argument,
        node.where,
        node.range,
        node.base,
        anywhere=node.anywhere,
    )
    return (kept, *(cell(part, s) for s in (node.range, node.base) for part in _KEY_PARTS))


def earlier(cell: Cell) -> Range | None:
    """All that lies before the ranges of a set, for those that ask for it."""
    if cell.base is None:
        return None
    if cell.part == "returned":
        return Range(date.min, cell.base.start)
    return None


def ranges_of(cell: Cell) -> tuple[Range, ...]:
    """The days that a cell reads."""
    return tuple(each for each in (cell.range, cell.base, earlier(cell)) if each is not None)


def classes(cells: Iterable[Cell]) -> tuple[GrainClass, ...]:
    """Merge the cells of a level into classes."""
    rows: dict[tuple[object, ...], list[Cell]] = {}
    keys: list[tuple[set[Range], list[Cell]]] = []
    pending = []
    for cell in cells:
        if cell.part.startswith("target"):
            rows.setdefault((cell.holder, "plan", cell.base, cell.key), []).append(cell)
        elif cell.part in SETS:
            _merge(keys, cell)
        elif cell.part in ("unique", "key_rows", "key_missing"):
            pending.append(cell)
        elif cell.part in _ORDER_PARTS or cell.end is not None:
            grain = "days" if cell.end is not None else "order"
            what = (cell.argument, cell.where, cell.end)
            place: tuple[object, ...] = (
                cell.holder,
                grain,
                cell.range,
                cell.groups,
                cell.key,
                *what,
            )
            rows.setdefault(place, []).append(cell)
        else:
            place = (cell.holder, "rows", cell.range, cell.groups, cell.key)
            rows.setdefault(place, []).append(cell)
    for cell in pending:  # after the passes over two ranges, which they may share
        _merge(keys, cell)
    found = [_row_class(str(place[1]), group) for place, group in rows.items()]
    return (*found, *(_key_class(ranges, group) for ranges, group in keys))


def _row_class(grain: str, cells: list[Cell]) -> GrainClass:
    first = cells[0]
    whole = first.base if grain == "plan" else first.range
    ranges = (whole,) if whole is not None else ()
    argument = first.argument if grain in ("order", "days") else None
    return GrainClass(first.holder, grain, ranges, first.key, argument, tuple(cells))


def _key_class(ranges: set[Range], cells: list[Cell]) -> GrainClass:
    first = cells[0]
    ordered = tuple(sorted(ranges, key=lambda each: (each.start, each.end)))
    return GrainClass(first.holder, "keys", ordered, first.key, first.argument, tuple(cells))


def _merge(keys: list[tuple[set[Range], list[Cell]]], cell: Cell) -> None:
    """Into the class of the same key whose ranges already cover the cell's, else its own.

    What is looked for anywhere has a class of its own: its rows need not belong to an entity.
    """
    wanted = set(ranges_of(cell))
    for ranges, group in keys:
        first = group[0]
        same = (first.holder, first.key, first.argument) == (cell.holder, cell.key, cell.argument)
        if same and wanted <= ranges and first.anywhere == cell.anywhere:
            group.append(cell)
            return
    keys.append((wanted, [cell]))
