"""For whom and when a formula is read: a level, a moment, and a window around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engine.facts import Problems
from engine.model import Entity
from engine.periods import Calendar, Moment, Period, Range
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
    own: Period | None = None  # the card's period, in a window that moves to another

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
            return replace(context, moment=calendar.earlier(context.moment, 1), window_name=name)
        case s.SamePeriodLastYear():
            return replace(context, moment=calendar.a_year_before(context.moment), window_name=name)
        case s.PeriodsAgo(count):
            moment = calendar.earlier(context.moment, int(count.value))
            return replace(context, moment=moment, window_name=name)
    if context.stretch is not None:
        return None
    return replace(context, stretch=window, window_name=name)


def days_of(calendar: Calendar, context: Context) -> Range:
    """The half-open days that a formula means in this context."""
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
    if isinstance(window, s.LastStretch):
        start, count = days_of(calendar, context).start, int(window.count.value)
        if window.unit == "periods":
            return Range(calendar.shift(context.moment.period, -count).start, start)
        return calendar.last(Moment(context.moment.period, start), count, window.unit)
    if window is None:
        moment = calendar.earlier(context.moment, 1)
        return days_of(calendar, replace(context, moment=moment))
    inner = moved(calendar, context, window, "")
    return None if inner is None else days_of(calendar, inner)
