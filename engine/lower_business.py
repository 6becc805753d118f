"""Hours of opening time between two timestamps -> arithmetic in SQL, without a table of days.

A timestamp becomes the microseconds of opening time since a Monday: whole weeks, the days of this
week, what has passed of this day, and how much the days that are not as others differ. Every one
is a whole number below 2^53, so that a duration of exactly eight hours is exactly 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlglot import exp

from engine import scalars as r
from engine.dialects import number
from engine.opening import BusinessHours, Interval, minutes_of

if TYPE_CHECKING:
    from engine.lower_rows import RowLowering

_MONDAY = date(2000, 1, 3)
_MINUTE = 60_000_000
_HOUR = "3600000000.0"
K = TypeVar("K", int, date)
Branches = list[tuple[exp.Expr, exp.Expr]]


def business_hours(rows: RowLowering, node: r.BusinessTime) -> exp.Expr:
    """Opening hours from `start` to `end`; negative where it ends before it starts."""
    opened = [_Opened(rows, each, node.hours).since_monday() for each in (node.end, node.start)]
    return exp.Div(
        this=exp.paren(exp.Sub(this=opened[0], expression=exp.paren(opened[1]))),
        expression=number(_HOUR),
    )


class _Opened:
    """The opening time before one timestamp."""

    def __init__(self, rows: RowLowering, item: r.Scalar, hours: BusinessHours) -> None:
        self.dialect = rows.dialect
        self.hours = hours
        self.day = rows.day(item)
        timed = r.type_of(item) != r.DAY
        self.clock = self.dialect.clock(rows.local(item)) if timed else number("0")

    def since_monday(self) -> exp.Expr:
        count = self.dialect.days_between(self.dialect.day(_MONDAY), self.day.copy())
        weekday = _weekday(count)
        days = exp.paren(exp.Sub(this=count.copy(), expression=weekday.copy()))
        weeks = exp.Div(this=self.dialect.number(days), expression=number("7.0"))
        whole = sum(map(minutes_of, self.hours.week))
        parts: list[exp.Expr] = [exp.Mul(this=weeks, expression=_minutes(whole))]
        parts += [self._earlier_days(weekday), self._today(weekday)]
        if self.hours.days:
            parts.append(self._exceptions())
        found = parts[0]
        for part in parts[1:]:
            found = exp.Add(this=found, expression=part)
        return exp.paren(found)

    def _earlier_days(self, weekday: exp.Expr) -> exp.Expr:
        """Of the days of this week before this one."""
        before = [sum(map(minutes_of, self.hours.week[:place])) for place in range(7)]
        return _case([(_is(weekday, n), _minutes(before[n])) for n in range(1, 7)])

    def _today(self, weekday: exp.Expr) -> exp.Expr:
        """Of this day up to this time; a day that is not as others goes first."""
        branches: Branches = []
        for intervals, days in _alike(self.hours.days):
            listed = [self.dialect.day(each) for each in days]
            there = exp.In(this=self.day.copy(), expressions=listed)
            branches.append((there, self._passed(intervals)))
        for intervals, places in _alike(list(enumerate(self.hours.week))):
            numbers = [number(str(each)) for each in places]
            there = exp.In(this=weekday.copy(), expressions=numbers)
            branches.append((there, self._passed(intervals)))
        return _case(branches)

    def _passed(self, intervals: tuple[Interval, ...]) -> exp.Expr:
        """How much of the intervals lies before the time of the day."""
        found: exp.Expr = number("0")
        for place, (start, end) in enumerate(intervals):
            clock, begun = self.clock.copy(), _minutes(start)
            inside = exp.Sub(this=clock, expression=begun)
            early = exp.LTE(this=clock.copy(), expression=begun.copy())
            late = exp.GTE(this=clock.copy(), expression=_minutes(end))
            part = _case([(early, number("0")), (late, _minutes(end - start))], inside)
            found = exp.Add(this=found, expression=part) if place else part
        return found

    def _exceptions(self) -> exp.Expr:
        """How much more or less was opened on the days before that are not as others."""
        steps: list[tuple[date, int]] = []
        whole = 0
        for day, intervals in self.hours.days:
            more = minutes_of(intervals) - minutes_of(self.hours.week[day.weekday()])
            if more:
                whole += more
                steps.append((day, whole))
        return self._step(steps, 0)

    def _step(self, steps: Sequence[tuple[date, int]], before: int) -> exp.Expr:
        """The sum of the last step that is over, halving the steps each time."""
        if not steps:
            return _minutes(before)
        middle = len(steps) // 2
        day, whole = steps[middle]
        over = exp.GT(this=self.day.copy(), expression=self.dialect.day(day))
        later = self._step(steps[middle + 1 :], whole)
        return _case([(over, later)], self._step(steps[:middle], before))


def _weekday(count: exp.Expr) -> exp.Expr:
    """0 for Monday, also before the first one."""
    seven = number("7")
    rest = exp.paren(exp.Mod(this=count.copy(), expression=seven))
    positive = exp.paren(exp.Add(this=rest, expression=seven.copy()))
    return exp.paren(exp.Mod(this=positive, expression=seven.copy()))


def _is(weekday: exp.Expr, place: int) -> exp.Expr:
    return exp.EQ(this=weekday.copy(), expression=number(str(place)))


def _case(branches: Branches, otherwise: exp.Expr | None = None) -> exp.Expr:
    ifs = [exp.If(this=test, true=value) for test, value in branches]
    return exp.Case(ifs=ifs, default=number("0") if otherwise is None else otherwise)


def _minutes(count: int) -> exp.Expr:
    literal = number(str(abs(count) * _MINUTE))
    return exp.paren(exp.Neg(this=literal)) if count < 0 else literal


def _alike(
    days: Sequence[tuple[K, tuple[Interval, ...]]],
) -> list[tuple[tuple[Interval, ...], list[K]]]:
    """The days by their intervals."""
    found: dict[tuple[Interval, ...], list[K]] = {}
    for day, intervals in days:
        found.setdefault(intervals, []).append(day)
    return list(found.items())
