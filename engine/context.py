"""For whom and when a formula is read: a level, a moment, and a window around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine import scalars as r
from engine.claims import Claims
from engine.facts import Problems
from engine.model import Entity
from engine.periods import Calendar, Moment, Period, Range
from engine.spring_festival import earlier, lag
from grammar import syntax as s


@dataclass(frozen=True)
class Context:
    """A level (who), a moment (when) and a stretch around it (`for last 3 months`).

    `within` holds the KPIs being expanded (a repeat is a cycle); `known` the names that only some
    places understand (`coverage`, `target`, …).
    """

    level: Entity
    moment: Moment
    stretch: s.Window | None = None
    within: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    window_name: str = ""
    duration: str | None = None  # the unit in which durations are wanted
    pool: r.Pool | None = None  # whose rows are taken together
    own: Period | None = None  # the card's period, in a window that moves to another
    against: Moment | None = None  # what a year before is compared with: the moment without years
    years: int = 0  # how many years before that is
    claims: Claims | None = None  # which rows of the card's own period count

    @property
    def period(self) -> Period:
        """The card's own period, whatever the window."""
        return self.own or self.moment.period

    def named(self, window: str) -> str:
        return f"{self.window_name}, {window}".strip(", ")


_MOST = {"days": 36_600}


def whole_count(window: s.Window | None, problems: Problems) -> bool:
    """`last N …` and `N periods ago` need a whole number within reason; reports others."""
    if not isinstance(window, s.LastStretch | s.PeriodsAgo):
        return True
    count = window.count.value
    most = _MOST.get(getattr(window, "unit", ""), 1200)
    fits = count == int(count) and 1 <= count <= most
    if not fits:
        problems.report("K0308", window.count.span, found=window.count.span.text, most=most)
    return bool(fits)


def moved(calendar: Calendar, context: Context, window: s.Window, name: str) -> Context | None:
    """The context inside `… for WINDOW`; None where a stretch stands around another stretch.

    What scoring knows, it knows of the card's own period only.
    """
    name = context.named(name)
    context = replace(context, known=(), own=context.period)
    match window:
        case s.PreviousPeriod():
            return replace(_earlier(calendar, context, 1), window_name=name)
        case s.SamePeriodLastYear():
            return replace(_a_year_before(calendar, context), window_name=name)
        case s.PeriodsAgo(count):
            return replace(_earlier(calendar, context, int(count.value)), window_name=name)
    if context.stretch is not None:
        return None
    return replace(context, stretch=window, window_name=name)


def _earlier(calendar: Calendar, context: Context, count: int) -> Context:
    against = context.against and calendar.earlier(context.against, count)
    return replace(context, moment=calendar.earlier(context.moment, count), against=against)


def _a_year_before(calendar: Calendar, context: Context) -> Context:
    against = context.against or context.moment if calendar.spring_aligned else None
    moment = calendar.a_year_before(context.moment)
    return replace(context, moment=moment, against=against, years=context.years + 1)


def days_of(calendar: Calendar, context: Context) -> Range:
    """The half-open days that a formula means in this context. Raises NoFestival where they are
    aligned to one that is not known."""
    days = aligned(calendar, context)
    if days is None:
        return _plain_days(calendar, context)
    return earlier(_plain_days(calendar, _of_now(context)), days)


def aligned(calendar: Calendar, context: Context) -> timedelta | None:
    """How many days a window that is years before lies back, where it is aligned to Spring
    Festival. Raises NoFestival."""
    if context.against is None or isinstance(context.stretch, s.AllTime):
        return None
    now, then = _plain_days(calendar, _of_now(context)), _plain_days(calendar, context)
    return lag(now, then, context.years)


def _of_now(context: Context) -> Context:
    """What a context of years before is compared with."""
    return replace(context, moment=context.against or context.moment, against=None, years=0)


def _plain_days(calendar: Calendar, context: Context) -> Range:
    match context.stretch:
        case s.LastStretch(count, unit):
            return calendar.last(context.moment, int(count.value), unit)
        case s.YearToDate():
            return calendar.to_date(context.moment)
        case s.AllTime():
            return Range(date.min, context.moment.until)
    return context.moment.range


def days_before(calendar: Calendar, context: Context, window: s.Window | None) -> Range | None:
    """The earlier range of a customer set; its `last N …` ends where the period starts."""
    days = aligned(calendar, context)
    if days is not None:
        before = days_before(calendar, _of_now(context), window)
        return before and earlier(before, days)
    if isinstance(window, s.LastStretch):
        start, count = days_of(calendar, context).start, int(window.count.value)
        if window.unit == "periods":
            return Range(calendar.shift(context.moment.period, -count).start, start)
        return calendar.last(Moment(context.moment.period, start), count, window.unit)
    if window is None:
        return days_of(calendar, _earlier(calendar, context, 1))
    inner = moved(calendar, context, window, "")
    return None if inner is None else days_of(calendar, inner)
