"""The lines of a calendar that say when the business is open -> BusinessHours.

Reports K0351 (holidays from what?), K0352 (no time between the two), K0353 (two for one time),
K0354 (a holiday that is open), K0355 (a holiday that ends before it begins).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.facts import Facts, Problems
from engine.opening import BusinessHours, Interval
from grammar import Span
from grammar import syntax as s
from grammar.suggest import quoted

DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MIDNIGHT = 24 * 60
_LONGEST = 366  # days of one holiday
_Line = tuple[Interval, Span]


def read_business_hours(facts: Facts, problems: Problems) -> BusinessHours | None:
    """When the business is open; None where the calendar does not say."""
    week: list[list[_Line]] = [[] for _ in DAYS]
    dates: dict[date, list[_Line]] = {}
    lines = list(facts.every(s.BusinessHours))
    for line in lines:
        interval = _interval(line, problems)
        if isinstance(line.days, s.DateLiteral):
            _open(dates.setdefault(line.days.value, []), interval, line, problems)
            continue
        for place in _weekdays(line.days, problems):
            _open(week[place], interval, line, problems)
    closed = _holidays(facts, dates, problems)
    if not lines:
        for holiday in facts.every(s.Holiday):
            problems.report("K0351", holiday.span)
        return None
    days = {day: _sorted(found) for day, found in dates.items()} | dict.fromkeys(closed, ())
    return BusinessHours(tuple(map(_sorted, week)), tuple(sorted(days.items())))


def _interval(line: s.BusinessHours, problems: Problems) -> Interval | None:
    start, end = line.start.minutes, line.end.minutes
    if start < end <= _MIDNIGHT:
        return start, end
    problems.report("K0352", line.span, start=line.start.span.text, end=line.end.span.text)
    return None


def _weekdays(days: s.Weekdays, problems: Problems) -> Iterator[int]:
    """`friday to monday` goes over the weekend."""
    first = _weekday(days.first, problems)
    last = first if days.last is None else _weekday(days.last, problems)
    if first is None or last is None:
        return
    yield from ((first + n) % 7 for n in range((last - first) % 7 + 1))


def _weekday(name: s.Name, problems: Problems) -> int | None:
    if name.text.lower() in DAYS:
        return DAYS.index(name.text.lower())
    known = quoted(each.title() for each in DAYS)
    problems.report("K0203", name.span, name=name.text, known=known)
    return None


def _open(
    lines: list[_Line], interval: Interval | None, line: s.BusinessHours, problems: Problems
) -> None:
    """One more interval of a day, which shares no minute with those before."""
    if interval is None:
        return
    for (start, end), span in lines:
        if interval[0] < end and start < interval[1]:
            if span is not line.span:
                problems.report("K0353", line.span, labels=[(span, "first")])
            return
    lines.append((interval, line.span))


def _holidays(facts: Facts, dates: dict[date, list[_Line]], problems: Problems) -> set[date]:
    found: set[date] = set()
    for line in facts.every(s.Holiday):
        first = line.first.value
        last = line.last.value if line.last is not None else first
        if not 0 <= (last - first).days < _LONGEST:
            problems.report("K0355", line.span, first=first.isoformat(), last=last.isoformat())
            continue
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            if day in dates:
                labels = [(span, "open") for _, span in dates[day][:1]]
                problems.report("K0354", line.span, labels=labels, day=day.isoformat())
            found.add(day)
    return found


def _sorted(lines: list[_Line]) -> tuple[Interval, ...]:
    return tuple(sorted(interval for interval, _ in lines))
