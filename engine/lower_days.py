"""The local day of a row, in a form that every database can compute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlglot import exp

from engine import scalars as r
from engine.periods import Range
from engine.selection import Selection, Setting


def local_day(
    setting: Setting, rows: Selection, ranges: Iterable[Range], day: r.Scalar
) -> exp.Expr:
    """The day of a date or local timestamp; of a time that is stored otherwise, by the bounds of
    every day of the ranges: they are converted, never the column."""
    spans = list(ranges)
    endless = any(span.start == date.min for span in spans)
    if not isinstance(day, r.Field) or rows.rows.stored(day) is None or endless:
        return rows.rows.day(day)
    wanted = sorted({each for span in spans for each in _days_of(span.start, span.end)})
    value = rows.rows.scalar(day)
    ifs = [
        exp.If(
            this=exp.LT(this=value.copy(), expression=rows.rows.bound(day, each + timedelta(1))),
            true=setting.dialect.day(each),
        )
        for each in wanted
    ]
    return exp.Case(ifs=ifs)


def _days_of(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=n) for n in range((end - start).days))
