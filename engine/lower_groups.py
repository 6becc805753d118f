"""Groups of rows -> a subquery with one row for each group of each entity: `k`, `y1`, `y2`, …"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from engine import scalars as r
from engine.dialects import number
from engine.groups import Groups, Inner
from engine.lower_rows import RowLowering, case
from engine.lower_windows import of_a_day
from engine.selection import Selection, subquery

DECIMALS = number("6")


class GroupLowering:
    """Writes the groups over the rows of one selection, which meet its conditions already.

    `day` is the local day of a row.
    """

    def __init__(
        self, rows: Selection, key: exp.Expr, groups: Groups, day: Callable[[], exp.Expr]
    ) -> None:
        self.selection = rows
        self.rows: RowLowering = rows.rows
        self.key = key
        self.groups = groups
        self.day = day

    def query(self, conditions: list[exp.Expr]) -> exp.Select:
        by = [self.rows.scalar(each) for each in self.groups.by]
        tests = [*conditions, *(_present(each) for each in by)]
        if self.groups.where is not None:
            tests.append(self.rows.condition(self.groups.where))
        daily = next((n for n in self.groups.numbers if n.function in ("first", "last")), None)
        if daily is not None:
            return self._of_a_day(daily, by, tests)
        counted = next((n for n in self.groups.numbers if len(n.keys) > 1), None)
        if counted is not None:
            return self._in_two_steps(counted, by, tests)
        numbers = [
            exp.alias_(self._number(each), f"y{place}", quoted=True)
            for place, each in enumerate(self.groups.numbers, 1)
        ]
        keys = [self.key, *by]
        select = self.selection.select.select(exp.alias_(self.key, "k", quoted=True), *numbers)
        return _grouped(select.where(exp.and_(*tests)), keys)

    # ── numbers of a group ───────────────────────────────────────────────────────────────────

    def _number(self, inner: Inner) -> exp.Expr:
        where = self.rows.condition(inner.where) if inner.where is not None else None
        if inner.function == "count":
            return _count(where)
        if inner.function == "unique":
            (key,) = (self.rows.scalar(each) for each in inner.keys)
            chosen = key if where is None else case(where, key)
            return exp.Count(this=exp.Distinct(expressions=[chosen]))
        assert inner.argument is not None
        value = self.rows.scalar(inner.argument)
        if inner.function in ("sum", "average") and not _is_exact(inner.argument):
            value = self.rows.dialect.number(value)
        chosen = value if where is None else case(where, value)
        match inner.function:
            case "sum":
                total = self._rounded(exp.Sum(this=chosen), inner)
                if where is None:
                    return total
                none = exp.EQ(this=_count(where.copy()), expression=number("0"))
                return case(none, number("0"), total)  # no rows: 0; rows without values: missing
            case "average":
                return exp.Avg(this=self.rows.dialect.number(chosen))
            case "min":
                return exp.Min(this=chosen)
        return exp.Max(this=chosen)

    def _rounded(self, total: exp.Expr, inner: Inner) -> exp.Expr:
        """Sums of floats are rounded before they are compared or used further."""
        assert inner.argument is not None
        return total if _is_exact(inner.argument) else self.rows.rounded(total, DECIMALS.copy())

    # ── with a step in between ───────────────────────────────────────────────────────────────

    def _named_rows(
        self, by: list[exp.Expr], tests: list[exp.Expr], *more: tuple[str, exp.Expr]
    ) -> exp.Select:
        """The rows with the entity, the group's keys and what else is needed as columns."""
        named = [("k", self.key), *((f"g{i}", each) for i, each in enumerate(by, 1)), *more]
        wanted = [exp.alias_(each.copy(), name) for name, each in named]
        return self.selection.select.select(*wanted).where(exp.and_(*tests))

    def _of_a_day(self, inner: Inner, by: list[exp.Expr], tests: list[exp.Expr]) -> exp.Select:
        """`last(d.x)` of each group: over the rows of its own last day."""
        assert inner.argument is not None
        value = self.rows.dialect.number(self.rows.scalar(inner.argument))
        tests = [*tests, _present(value)]
        rows = self._named_rows(by, tests, ("day", self.day()), ("x", value))
        keys = ["k", *(f"g{i}" for i in range(1, len(by) + 1))]
        chosen = of_a_day(rows, inner.function, keys).select(
            exp.alias_(exp.column("k"), "k", quoted=True),
            exp.alias_(exp.Sum(this=exp.column("x")), "y1", quoted=True),
            exp.alias_(exp.Count(this=exp.Star()), "y2", quoted=True),
        )
        return chosen.group_by(*(exp.column(each) for each in keys))

    def _in_two_steps(
        self, counted: Inner, by: list[exp.Expr], tests: list[exp.Expr]
    ) -> exp.Select:
        """Keys of several columns are grouped by first, and the groups from those."""
        parts = [self.rows.scalar(each) for each in counted.keys]
        fine = self._named_rows(by, tests, *((f"c{i}", each) for i, each in enumerate(parts, 1)))
        places = list(enumerate(self.groups.numbers, 1))
        for place, inner in places:
            if inner.function == "unique":
                where = self.rows.condition(inner.where) if inner.where is not None else None
                fine.select(exp.alias_(_count(where), f"z{place}"), copy=False)
            else:
                fine.select(exp.alias_(self._number(inner), f"z{place}"), copy=False)
        fine = _grouped(fine, [self.key, *by, *parts])
        whole = exp.and_(*(_present(exp.column(f"c{i}")) for i in range(1, len(parts) + 1)))
        numbers = []
        for place, inner in places:
            column = exp.column(f"z{place}")
            some = exp.and_(whole.copy(), exp.GT(this=column, expression=number("0")))
            match inner.function:
                case "unique":
                    made: exp.Expr = exp.Sum(this=case(some, number("1"), number("0")))
                case "min":
                    made = exp.Min(this=column)
                case "max":
                    made = exp.Max(this=column)
                case _:
                    made = exp.Sum(this=column)
            numbers.append(exp.alias_(made, f"y{place}", quoted=True))
        keys = [exp.column("k"), *(exp.column(f"g{i}") for i in range(1, len(by) + 1))]
        outer = exp.Select().from_(subquery(fine, "f"))
        outer = outer.select(exp.alias_(exp.column("k"), "k", quoted=True), *numbers)
        return outer.group_by(*keys)


def _grouped(select: exp.Select, keys: list[exp.Expr]) -> exp.Select:
    """By the keys that are not the same for all rows."""
    varying = [each.copy() for each in keys if not isinstance(each, exp.Literal)]
    return select.group_by(*varying) if varying else select


def _count(where: exp.Expr | None) -> exp.Expr:
    if where is None:
        return exp.Count(this=exp.Star())
    return exp.Sum(this=case(where, number("1"), number("0")))


def _present(value: exp.Expr) -> exp.Expr:
    return exp.not_(exp.Is(this=value.copy(), expression=exp.null()))


def _is_exact(scalar: r.Scalar) -> bool:
    return isinstance(scalar, r.Field) and scalar.kind in ("integer", "decimal")
