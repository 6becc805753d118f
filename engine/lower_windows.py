"""Passes that need the rows of each entity in order, or those of its first or last day.

Written with ROW_NUMBER, COUNT, AVG, MIN and MAX over a partition alone, which every database
computes alike; a database's own percentiles differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from sqlglot import exp

from engine.dialects import number
from engine.grain import Cell
from engine.lower_rows import case
from engine.selection import subquery


def in_order(rows: exp.Select, columns: Mapping[Cell, str]) -> exp.Select:
    """From rows `k`, `x` (present numbers) to one row for each `k`.

    With n values and a share s, the value below s·(n-1) places and the one above it; what lies
    between them is left to arithmetic. All places are compared in whole numbers.
    """
    placed = (
        exp.Select()
        .from_(subquery(rows, "o1"))
        .select(
            exp.column("k"),
            exp.column("x"),
            exp.alias_(_over(exp.RowNumber(), [exp.column("k")], exp.column("x")), "r"),
            exp.alias_(_over(exp.Count(this=exp.Star()), [exp.column("k")]), "n"),
            exp.alias_(_over(exp.Avg(this=exp.column("x")), [exp.column("k")]), "m"),
        )
    )
    outer = exp.Select().from_(subquery(placed, "o2")).select(exp.column("k"))
    cells = [exp.alias_(_placed(cell), alias) for cell, alias in columns.items()]
    return outer.select(*cells, copy=False).group_by(exp.column("k"))


def _placed(cell: Cell) -> exp.Expr:
    x, place, count = exp.column("x"), exp.column("r"), exp.column("n")
    if cell.part == "squares":
        away = exp.paren(exp.Sub(this=x, expression=exp.column("m")))
        return exp.Sum(this=exp.Mul(this=away, expression=away.copy()))
    share = cell.share or Fraction(0)
    over, under = number(str(share.numerator)), number(str(share.denominator))

    def times(left: exp.Expr, factor: exp.Expr) -> exp.Expr:
        return exp.Mul(this=exp.paren(left), expression=factor.copy())

    def less(value: exp.Expr, by: int) -> exp.Expr:
        return exp.Sub(this=value.copy(), expression=number(str(by)))

    if cell.part == "top":  # the place from the end, counted from 0, is below share · n
        after = times(exp.Sub(this=count, expression=place), under)
        return exp.Sum(this=case(exp.LT(this=after, expression=times(count.copy(), over)), x))
    wanted = times(less(count, 1), over)
    here = times(less(place, 1), under)
    if cell.part == "below":
        following = exp.GT(this=times(place, under), expression=wanted.copy())
        chosen = exp.and_(exp.LTE(this=here, expression=wanted), following)
    else:
        preceding = exp.LT(this=times(less(place, 2), under), expression=wanted.copy())
        chosen = exp.and_(exp.GTE(this=here, expression=wanted), preceding)
    return exp.Max(this=case(chosen, x))


def of_a_day(rows: exp.Select, end: str, by: Sequence[str] = ("k",)) -> exp.Select:
    """The rows of the first or last `day` of each combination of `by`."""
    keys: list[exp.Expr] = [exp.column(each) for each in by]
    extreme = exp.Min if end == "first" else exp.Max
    marked = (
        exp.Select()
        .from_(subquery(rows, "o1"))
        .select(
            exp.Star(),
            exp.alias_(_over(extreme(this=exp.column("day")), keys), "wanted"),
        )
    )
    same = exp.EQ(this=exp.column("day"), expression=exp.column("wanted"))
    return exp.Select().from_(subquery(marked, "o2")).where(same)


def by_day(rows: exp.Select, columns: Mapping[Cell, str]) -> exp.Select:
    """From rows `k`, `day`, `x` to one row for each `k`, over its first or last day."""
    end = next(cell.end for cell in columns if cell.end is not None)
    x = exp.column("x")
    made: dict[str, exp.Expr] = {
        "day_sum": exp.Sum(this=x),
        "day_rows": exp.Count(this=exp.Star()),
        "day_min": exp.Min(this=x.copy()),
        "day_max": exp.Max(this=x.copy()),
    }
    chosen = of_a_day(rows, end).select(exp.column("k"))
    cells = [exp.alias_(made[cell.part].copy(), alias) for cell, alias in columns.items()]
    return chosen.select(*cells, copy=False).group_by(exp.column("k"))


def _over(function: exp.Expr, keys: Sequence[exp.Expr], order: exp.Expr | None = None) -> exp.Expr:
    ordered = exp.Order(expressions=[exp.Ordered(this=order)]) if order is not None else None
    partition = [each.copy() for each in keys]
    return exp.Window(this=function, partition_by=partition, order=ordered)
