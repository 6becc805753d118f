"""Periods and windows as half-open ranges of days. No clock, no SQL: dates in, dates out."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.opening import BusinessHours

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_NAME = re.compile(
    r"(?P<fy>FY)?(?P<year>\d{4})"
    r"(?:-?Q(?P<quarter>[1-4])|-?H(?P<half>[12])|-W(?P<week>\d{2})|-P?(?P<month>\d{2}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Range:
    """Days from `start` up to and not including `end`; empty where end <= start."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return max((self.end - self.start).days, 0)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def meets(self, other: Range) -> bool:
        """Whether some day is in both."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Range) -> bool:
        return self.start <= other.start and other.end <= self.end

    def __str__(self) -> str:
        return f"until {self.last}" if self.start == date.min else f"{self.start}..{self.last}"


def through(first: date, last: date) -> Range:
    """The days from one through another."""
    return Range(first, last + timedelta(days=1))


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges that touch or overlap as one."""
    joined: list[Range] = []
    for span in sorted(ranges, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Range(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


@dataclass(frozen=True, slots=True)
class Period:
    """A named period of a calendar; `end` is the first day after it."""

    name: str
    cadence: str
    start: date
    end: date

    @property
    def range(self) -> Range:
        return Range(self.start, self.end)

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Moment:
    """A period seen from a day: `until` ends what has elapsed of it (its end when closed)."""

    period: Period
    until: date

    @property
    def range(self) -> Range:
        return Range(self.period.start, self.until)

    @property
    def running(self) -> bool:
        return self.until < self.period.end


class UnknownPeriod(ValueError):
    """A period name that cannot be used; `hint` says what to write instead, `meant` is a name that
    would be understood, where there is one."""

    def __init__(self, text: str, hint: str, meant: str = "") -> None:
        super().__init__(text)
        self.hint = hint
        self.meant = meant


@dataclass(frozen=True, slots=True)
class Calendar:
    """Fiscal start, first day of the week, and the local time in which days are meant."""

    fiscal_month: int = 1
    named_by_start: bool = False
    first_weekday: int = 0  # Monday
    timezone: str | None = None
    assumed: bool = False  # its periods stand in a table that has not been read
    business: BusinessHours | None = None
    spring_aligned: bool = False  # a year before is by the days from Spring Festival

    def containing(self, cadence: str, day: date) -> Period:
        """The period of a cadence in which a day lies."""
        if cadence == "week":
            start = day - timedelta(days=(day.weekday() - self.first_weekday) % 7)
            return self._period(cadence, start)
        months, offset = MONTHS[cadence], self.fiscal_month - 1
        return self._period(cadence, _first_of((_index(day) - offset) // months * months + offset))

    def shift(self, period: Period, count: int) -> Period:
        """The period `count` places later (earlier where negative)."""
        if period.cadence == "week":
            return self._period("week", period.start + timedelta(days=7 * count))
        months = _index(period.start) + count * MONTHS[period.cadence]
        return self._period(period.cadence, _first_of(months))

    def around(self, cadence: str, day: date) -> tuple[Period, ...]:
        """The period in which a day lies, and the next one."""
        period = self.containing(cadence, day)
        return period, self.shift(period, 1)

    def parts(self, whole: Period, cadence: str) -> tuple[Period, ...]:
        """The periods of a shorter cadence that make a longer period, in time."""
        found = [self.containing(cadence, whole.start)]
        while found[-1].end < whole.end:
            found.append(self.shift(found[-1], 1))
        return tuple(found)

    def last_year(self, period: Period) -> Period:
        """The same period a year before; week 53 answers to the last week of a short year."""
        if period.cadence != "week":
            return self.shift(period, -12 // MONTHS[period.cadence])
        year, week, _ = _week_day(period).isocalendar()
        try:
            day = date.fromisocalendar(year - 1, week, 4)
        except ValueError:
            day = date.fromisocalendar(year - 1, 52, 4)
        return self.containing("week", day)

    def year_start(self, day: date) -> date:
        return self.containing("year", day).start

    def parse(self, text: str, cadence: str) -> Period:
        """The period of that name and cadence. Raises UnknownPeriod."""
        period = self._read(text, f"write a {cadence} like {self.example(cadence)}")
        if period.cadence != cadence:
            hint = f"it is a {period.cadence}, the card is scored every {cadence}"
            raise UnknownPeriod(text, f"{hint}: write one like {self.example(cadence)}")
        return period

    def named(self, text: str) -> Period:
        """The period of that name, of any cadence. Raises UnknownPeriod."""
        return self._read(text, "write a period like 2025Q3")

    def start_of(self, text: str) -> date:
        """The first day of a period of any cadence. Raises UnknownPeriod."""
        return self.named(text).start

    def _read(self, text: str, hint: str) -> Period:
        match = _NAME.fullmatch(text.strip())
        period = self._named(match) if match else None
        if match is None or period is None:
            raise UnknownPeriod(text, hint)
        if match["fy"] and period.cadence in ("month", "week"):
            raise UnknownPeriod(text, f"months and weeks are not fiscal: {hint}")
        if self.fiscal_month != 1 and not match["fy"] and period.cadence in ("quarter", "half"):
            hint = f"the fiscal year does not start in January: write FY{text}"
            raise UnknownPeriod(text, hint, f"FY{text}")
        return period

    def example(self, cadence: str) -> str:
        return self.containing(cadence, date(2025, 7, 1)).name

    def _named(self, match: re.Match[str]) -> Period | None:
        year = int(match["year"])
        if not 1900 <= year <= 2999:
            return None
        if match["week"]:
            try:
                return self.containing("week", date.fromisocalendar(year, int(match["week"]), 4))
            except ValueError:
                return None
        if match["month"]:
            month = int(match["month"])
            if self.assumed and month:  # a table may have more than twelve
                month = min(month, 12)
            if not 1 <= month <= 12 or ("P" in match[0].upper() and not self.assumed):
                return None
            return self._period("month", date(year, month, 1))
        first = self._fiscal_first(year)
        if match["quarter"]:
            return self._period("quarter", _first_of(first + 3 * (int(match["quarter"]) - 1)))
        if match["half"]:
            return self._period("half", _first_of(first + 6 * (int(match["half"]) - 1)))
        return self._period("year", _first_of(first))

    def _fiscal_first(self, year: int) -> int:
        """Month index of the first month of a fiscal year, named by the year it ends in."""
        begins = year if self.fiscal_month == 1 or self.named_by_start else year - 1
        return begins * 12 + self.fiscal_month - 1

    def _period(self, cadence: str, start: date) -> Period:
        if cadence == "week":
            end = start + timedelta(days=7)
        else:
            end = _first_of(_index(start) + MONTHS[cadence])
        return Period(self._name(cadence, start), cadence, start, end)

    def _name(self, cadence: str, start: date) -> str:
        if cadence == "month":
            return f"{start:%Y-%m}"
        if cadence == "week":
            year, week, _ = (start + timedelta(days=3)).isocalendar()
            return f"{year}-W{week:02d}"
        months_in = (_index(start) - (self.fiscal_month - 1)) % 12
        begins = (_index(start) - months_in) // 12
        year = begins if self.fiscal_month == 1 or self.named_by_start else begins + 1
        prefix = "" if self.fiscal_month == 1 else "FY"
        part = {"quarter": f"Q{months_in // 3 + 1}", "half": f"H{months_in // 6 + 1}", "year": ""}
        return f"{prefix}{year}{part[cadence]}"

    def complete(self, span: Range, every: str, days: Container[date]) -> bool:
        """Whether a feed has rows every day, or in every whole week or month, of a range."""
        if every == "day":
            return all(span.start + timedelta(days=n) in days for n in range(span.days))
        period = self.containing(every, span.start)
        while period.end <= span.end:
            whole = period.start >= span.start
            inside = (period.start + timedelta(days=n) for n in range(period.days))
            if whole and not any(day in days for day in inside):
                return False
            period = self.shift(period, 1)
        return True

    # ── windows ──────────────────────────────────────────────────────────────────────────────

    def moment(self, period: Period, as_of: date) -> Moment:
        """The period as it stands at the end of the day `as_of`."""
        if as_of >= period.end:
            return Moment(period, period.end)
        return Moment(period, max(period.start, as_of + timedelta(days=1)))

    def earlier(self, moment: Moment, count: int) -> Moment:
        """`count` periods before; a running period is compared with as many days."""
        return _cut(moment, self.shift(moment.period, -count))

    def a_year_before(self, moment: Moment) -> Moment:
        """A running period is compared up to the same calendar day."""
        period = self.last_year(moment.period)
        if not moment.running or period.cadence == "week":
            return _cut(moment, period)
        return Moment(period, min(period.end, _year_before(moment.until)))

    def last(self, moment: Moment, count: int, unit: str) -> Range:
        """The last N periods, months or days, ending with the current period."""
        if unit == "periods":
            return Range(self.shift(moment.period, 1 - count).start, moment.until)
        if unit == "days":
            return Range(moment.until - timedelta(days=count), moment.until)
        if moment.running:
            first = _index(moment.until - timedelta(days=1)) + 1 - count
        else:
            first = _index(moment.period.end - timedelta(days=1)) + 1 - count
        return Range(_first_of(first), moment.until)

    def months_of(self, span: Range) -> tuple[Range, ...]:
        """The months of a period, or the whole of it where it does not begin with one (a week)."""
        if span.start.day != 1:
            return (span,)
        first, last = _index(span.start), _index(span.end - timedelta(days=1))
        starts = [_first_of(index) for index in range(first, last + 1)]
        return tuple(Range(a, b) for a, b in zip(starts, [*starts[1:], span.end], strict=True))

    def to_date(self, moment: Moment) -> Range:
        return Range(self.year_start(moment.period.start), moment.until)


def _cut(moment: Moment, period: Period) -> Moment:
    """The same number of days from the start of another period, at most its length."""
    if not moment.running:
        return Moment(period, period.end)
    return Moment(period, min(period.end, period.start + (moment.until - moment.period.start)))


def _index(day: date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def _first_of(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _week_day(period: Period) -> date:
    return period.start + timedelta(days=3)


def _year_before(end: date) -> date:
    """The end of a range whose last day is the same calendar day a year before (29 is 28)."""
    last = end - timedelta(days=1)
    try:
        moved = last.replace(year=last.year - 1)
    except ValueError:
        moved = last.replace(year=last.year - 1, day=28)
    return moved + timedelta(days=1)
