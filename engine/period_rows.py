"""A calendar whose months are the rows of a table: 4-4-5, thirteen periods, pay periods.

A row is called by a year and a number in it. Where years have twelve rows, three of them are a
quarter and six a half; else there are only months and years. Weeks are those of any calendar.
What would leave the table is OutsideTable, never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

from engine.facts import Problems
from engine.periods import MONTHS, Calendar, Moment, Period, Range, UnknownPeriod
from grammar import Span

_ROW = re.compile(r"(?:FY)?(?P<year>\d{4})-?P?(?P<number>\d{1,2})", re.IGNORECASE)
_LONGER = re.compile(
    r"(?:FY)?(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-?H(?P<half>[12]))?", re.IGNORECASE
)
_A_YEAR = 360
"""Days from which on the rows of the last year in the table are all of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a month of the card, as the table calls it; `end` is the day after."""

    name: str
    year: int
    number: int
    start: date
    end: date


class OutsideTable(UnknownPeriod):
    """A period or day that the table does not reach, with its first and last row."""

    def __init__(self, text: str, table: str, first: str, last: str) -> None:
        super().__init__(text, f"the periods of the table go from {first} to {last}")
        self.table, self.first, self.last = table, first, last

    def report(self, problems: Problems, span: Span) -> None:
        """Say so at the window, or whatever asks for those days."""
        ends = {"table": self.table, "first": self.first, "last": self.last}
        problems.report("K0230", span, ends, text=span.text)


def place_of(name: str) -> tuple[int, int] | None:
    """The year and the number in it that a row is called by: `2025-07`, `2025-P07`, `202507`."""
    match = _ROW.fullmatch(name.strip())
    if match is None or int(match["number"]) == 0:
        return None
    return int(match["year"]), int(match["number"])


def _has_p(name: str) -> bool:
    return "P" in name.upper()


@dataclass(frozen=True)
class TableCalendar(Calendar):
    """Periods made of rows, which are in time and follow one another without gap or overlap.

    The methods of Calendar raise OutsideTable where the answer is not in the table.
    """

    rows: tuple[Row, ...] = ()
    table: str = ""

    @cached_property
    def has_quarters(self) -> bool:
        """Whether years have twelve rows; the last one may have fewer so far."""
        ends = (a.number for a, b in zip(self.rows, self.rows[1:], strict=False) if a.year < b.year)
        return max(row.number for row in self.rows) <= 12 and all(end == 12 for end in ends)

    @cached_property
    def most_rows(self) -> int:
        """The rows of the longest year."""
        return max(row.number for row in self.rows)

    # ── which periods there are ──────────────────────────────────────────────────────────────

    @cached_property
    def _periods(self) -> Mapping[str, tuple[Period, ...]]:
        """The periods of each cadence that are whole in the table, in time."""
        found: dict[str, list[Period]] = {cadence: [] for cadence in MONTHS}
        for year, rows in self._years.items():
            found["month"] += [Period(row.name, "month", row.start, row.end) for row in rows]
            if self.has_quarters:
                found["quarter"] += _grouped(rows, "quarter", "Q")
                found["half"] += _grouped(rows, "half", "H")
            if self._is_whole(year):
                found["year"].append(Period(str(year), "year", rows[0].start, rows[-1].end))
        return {cadence: tuple(periods) for cadence, periods in found.items()}

    @cached_property
    def _years(self) -> Mapping[int, tuple[Row, ...]]:
        return {year: tuple(rows) for year, rows in groupby(self.rows, key=lambda row: row.year)}

    def _is_whole(self, year: int) -> bool:
        """Whether the table has all of a year: from its first row on, to the next year or to as
        many days as a year has."""
        rows = self._years[year]
        days = (rows[-1].end - rows[0].start).days
        return rows[0].number == 1 and (year != self.rows[-1].year or days >= _A_YEAR)

    @cached_property
    def _row_at(self) -> Mapping[date, int]:
        """The place of the row that begins on a day."""
        return {row.start: place for place, row in enumerate(self.rows)}

    @cached_property
    def _starts(self) -> Mapping[str, list[date]]:
        return {cadence: [p.start for p in each] for cadence, each in self._periods.items()}

    # ── the questions of a calendar ──────────────────────────────────────────────────────────

    def containing(self, cadence: str, day: date) -> Period:
        if cadence == "week":
            return Calendar.containing(self, cadence, day)
        place = bisect_right(self._starts[cadence], day) - 1
        if place < 0 or self._periods[cadence][place].end <= day:
            raise self._outside(day.isoformat())
        return self._periods[cadence][place]

    def shift(self, period: Period, count: int) -> Period:
        if period.cadence == "week":
            return Calendar.shift(self, period, count)
        place = self._place(period) + count
        if not 0 <= place < len(self._periods[period.cadence]):
            raise self._outside(period.name)
        return self._periods[period.cadence][place]

    def last_year(self, period: Period) -> Period:
        """The period of the same number a year before; one that only the longer year has answers
        to the last of the shorter."""
        if period.cadence == "week":
            return Calendar.last_year(self, period)
        row = self.rows[self._row_at[period.start]]
        before = self._years.get(row.year - 1, ())
        for each in before:
            if each.number == min(row.number, before[-1].number):
                return self.containing(period.cadence, each.start)
        raise self._outside(period.name)

    def a_year_before(self, moment: Moment) -> Moment:
        """A running period is compared up to as many days of the row of the same place."""
        period = self.last_year(moment.period)
        if not moment.running or period.cadence == "week":
            return Calendar.a_year_before(self, moment)
        now = bisect_right(self._starts["month"], moment.until - timedelta(days=1)) - 1
        places = now - self._row_at[moment.period.start]
        then = self._row_at[period.start] + places
        if then >= len(self.rows) or self.rows[then].start >= period.end:
            return Moment(period, period.end)
        elapsed = moment.until - self.rows[now].start
        return Moment(period, min(self.rows[then].end, self.rows[then].start + elapsed))

    def last(self, moment: Moment, count: int, unit: str) -> Range:
        if unit != "months":
            return Calendar.last(self, moment, count, unit)
        current = self.containing("month", moment.until - timedelta(days=1))
        return Range(self.shift(current, 1 - count).start, moment.until)

    def year_start(self, day: date) -> date:
        row = self.rows[self._row_at[self.containing("month", day).start]]
        first = self._years[row.year][0]
        if first.number != 1:
            raise self._outside(str(row.year))
        return first.start

    def months_of(self, span: Range) -> tuple[Range, ...]:
        """The rows of a period; the whole of it where it is none of theirs (a week)."""
        found = tuple(Range(row.start, row.end) for row in self._within(span))
        return found if sum(each.days for each in found) == span.days else (span,)

    def complete(self, span: Range, every: str, days: Container[date]) -> bool:
        if every != "month":
            return Calendar.complete(self, span, every, days)
        return all(
            any(row.start + timedelta(days=n) in days for n in range((row.end - row.start).days))
            for row in self._within(span)
        )

    def start_of(self, text: str) -> date:
        """Also of a year, half or quarter that goes on after the table."""
        place = _first_row_of(text)
        row = next((r for r in self.rows if (r.year, r.number) == place), None)
        return Calendar.start_of(self, text) if row is None else row.start

    def example(self, cadence: str) -> str:
        periods = self._periods.get(cadence)
        return periods[-1].name if periods else Calendar.example(self, cadence)

    def around(self, cadence: str, day: date) -> tuple[Period, ...]:
        """Also the last of all; each as far as the table has it."""
        if cadence == "week":
            return Calendar.around(self, cadence, day)
        periods = self._periods[cadence]
        place = bisect_right(self._starts[cadence], day) - 1
        near = periods[max(place, 0) : place + 2]
        return tuple(dict.fromkeys((*near, *periods[-1:])))

    def _read(self, text: str, hint: str) -> Period:
        if "W" in text.upper():
            return Calendar._read(self, text, hint)
        found = next(self._called(text.strip()), None)
        if found is not None:
            return found
        longer = _LONGER.fullmatch(text.strip())
        if longer is not None and (longer["quarter"] or longer["half"]) and not self.has_quarters:
            hint = (
                f"the years of the table have up to {self.most_rows} rows: no quarters, no halves"
            )
        elif place_of(text) and _has_p(text) != _has_p(self.rows[-1].name):
            hint = f"the table calls its periods like {self.rows[-1].name}"
        elif longer is not None or place_of(text):
            raise self._outside(text)
        raise UnknownPeriod(text, hint)

    def _called(self, text: str) -> Iterator[Period]:
        """The periods of a name, as the table writes it or by year and number. `2025-07` is not
        2025-P07, which may be August."""
        written = text.casefold()
        yield from (p for p in self._periods["month"] if p.name.casefold() == written)
        longer = _LONGER.fullmatch(text)
        if longer is not None:
            cadence = next((c for c in ("quarter", "half") if longer[c]), "year")
            part = f"{cadence[0].upper()}{longer[cadence]}" if cadence != "year" else ""
            name = f"{longer['year']}{part}"
            yield from (p for p in self._periods[cadence] if p.name == name)
        place = place_of(text)
        rows = zip(self.rows, self._periods["month"], strict=True)
        named = (p for row, p in rows if (row.year, row.number) == place)
        yield from (p for p in named if _has_p(p.name) == _has_p(text))

    def _within(self, span: Range) -> Iterator[Row]:
        return (row for row in self.rows if span.start <= row.start and row.end <= span.end)

    def _place(self, period: Period) -> int:
        place = bisect_right(self._starts[period.cadence], period.start) - 1
        if place < 0 or self._periods[period.cadence][place].start != period.start:
            raise self._outside(period.name)
        return place

    def _outside(self, text: str) -> OutsideTable:
        return OutsideTable(text, self.table, self.rows[0].name, self.rows[-1].name)


def _grouped(rows: tuple[Row, ...], cadence: str, letter: str) -> Iterator[Period]:
    """The quarters or halves of which a year has every row."""
    size = MONTHS[cadence]
    for part, group in groupby(rows, key=lambda row: (row.number - 1) // size + 1):
        found = list(group)
        if len(found) == size:
            name = f"{found[0].year}{letter}{part}"
            yield Period(name, cadence, found[0].start, found[-1].end)


def _first_row_of(text: str) -> tuple[int, int] | None:
    """The year and number of the first row of a year, half or quarter."""
    longer = _LONGER.fullmatch(text.strip())
    if longer is None:
        return None
    quarter, half = int(longer["quarter"] or 1), int(longer["half"] or 1)
    return int(longer["year"]), 3 * (quarter - 1) + 6 * (half - 1) + 1


def any_period(calendar: Calendar, cadence: str, day: date) -> Period:
    """The period in which a day lies; of a table some period of its own, if only a month."""
    if not isinstance(calendar, TableCalendar):
        return calendar.containing(cadence, day)
    return (calendar.around(cadence, day) or calendar.around("month", day))[0]


def inside_period(calendar: Calendar, cadence: str, day: date) -> Period | None:
    """The period inside which a day lies, its first day left out; None too where the periods are
    not known, or do not reach that day."""
    if calendar.assumed:
        return None
    try:
        period = calendar.containing(cadence, day)
    except OutsideTable:
        return None
    return period if period.start != day else None
