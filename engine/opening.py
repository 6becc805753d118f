"""When a business is open: by day of the week, and on days that are not as others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Interval = tuple[int, int]
"""Minutes since local midnight, from the first up to and not including the second."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """`week`: the intervals of Monday to Sunday. `days`: the dates that have others in their place
    (a holiday has none), in time. No interval overlaps another one of its day."""

    week: tuple[tuple[Interval, ...], ...]
    days: tuple[tuple[date, tuple[Interval, ...]], ...]


def minutes_of(intervals: tuple[Interval, ...]) -> int:
    return sum(end - start for start, end in intervals)
