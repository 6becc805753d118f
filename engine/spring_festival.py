"""Spring Festival: on which day it is, and how many days apart two ranges are by it.

The season is the forty days of the spring travel rush, from 15 days before the first day of the
lunar year through 24 days after it. A range that holds a part of a season, or whose counterpart
does, is compared with the days of the same distance from the festival; what holds the whole season,
or none of it, in both years needs no alignment, and what reaches into two seasons gets none.
"""

from __future__ import annotations

from datetime import date, timedelta

from engine.facts import Problems
from engine.periods import Range, UnknownPeriod
from grammar import Span

FIRST_YEAR = 1990
# The first day of the lunar year, month and day, from 1990 on: the new moon (in China's time) that
# begins the month with Rain Water in it; 2034 follows a leap eleventh month.
_FESTIVALS = """
    0127 0215 0204 0123 0210 0131 0219 0207 0128 0216
    0205 0124 0212 0201 0122 0209 0129 0218 0207 0126
    0214 0203 0123 0210 0131 0219 0208 0128 0216 0205
    0125 0212 0201 0122 0210 0129 0217 0206 0126 0213
    0203 0123 0211 0131 0219 0208 0128 0215 0204 0124
    0212 0201 0122 0210 0130 0217 0206 0126 0214 0202
    0123
""".split()
FESTIVALS = {
    year: date(year, int(written[:2]), int(written[2:]))
    for year, written in enumerate(_FESTIVALS, start=FIRST_YEAR)
}
LAST_YEAR = max(FESTIVALS)
_BEFORE, _AFTER = timedelta(days=15), timedelta(days=24)


class NoFestival(UnknownPeriod):
    """A year of which the day of the festival is not known."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year), "")
        self.year = year

    def report(self, problems: Problems, span: Span) -> None:
        """Say so at the window that asks for that year."""
        known = {"first": FIRST_YEAR, "last": LAST_YEAR}
        problems.report("K0545", span, known, year=self.year)


def season(year: int) -> Range:
    """The forty days of a year. Raises NoFestival."""
    if year not in FESTIVALS:
        raise NoFestival(year)
    festival = FESTIVALS[year]
    return Range(festival - _BEFORE, festival + _AFTER + timedelta(days=1))


def lag(now: Range, then: Range, years: int) -> timedelta | None:
    """The days from the festival of `now` back to the one `years` before, where `then`, the same
    days of the calendar that many years before, is not comparable. Raises NoFestival."""
    here, there = _touched(now), _touched(then)
    festivals = {year for year, _ in here} | {year + years for year, _ in there}
    if len(festivals) != 1 or len(here) > 1 or len(there) > 1:
        return None
    if here and there and all(whole for _, whole in (*here, *there)):
        return None
    (year,) = festivals
    for each in (year, year - years):
        season(each)
    return FESTIVALS[year] - FESTIVALS[year - years]


def _touched(span: Range) -> list[tuple[int, bool]]:
    """The years in whose seasons a range has days, and whether it has all of them."""
    last = span.end - timedelta(days=1)
    seasons = [(year, season(year)) for year in range(span.start.year, last.year + 1)]
    return [
        (year, span.start <= each.start and each.end <= span.end)
        for year, each in seasons
        if span.start < each.end and each.start < span.end
    ]


def earlier(span: Range, days: timedelta) -> Range:
    """The same range so many days before."""
    return Range(span.start - days, span.end - days)
