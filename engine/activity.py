"""When an entity is active, as conditions of its own row; an end that is null is open."""

from __future__ import annotations

from dataclasses import dataclass

from engine import scalars as r
from engine.periods import Range


@dataclass(frozen=True)
class Activity:
    """The columns of an `active` line (none: always); `inclusive`: `until` names the last day."""

    since: r.Scalar | None = None
    until: r.Scalar | None = None
    inclusive: bool = True

    def on_some(self, days: Range) -> tuple[r.Condition, ...]:
        """That it is active on some of the days."""
        found: list[r.Condition] = []
        if self.since is not None:
            begun = r.Compare(self.since, "<=", r.Constant(days.last))
            found.append(r.AnyOf((r.Absent(self.since), begun)))
        if self.until is not None:
            operator = ">=" if self.inclusive else ">"
            goes_on = r.Compare(self.until, operator, r.Constant(days.start))
            found.append(r.AnyOf((r.Absent(self.until), goes_on)))
        return tuple(found)

    def on_none_but(self, exempt: Range, days: Range) -> tuple[r.Condition, ...] | None:
        """That it is active on none of the days but exempt ones; None where no column says so."""
        tests: list[r.Condition] = []
        if days.start < exempt.start:
            if self.since is None:
                return None
            tests.append(r.Compare(self.since, ">=", r.Constant(exempt.start)))
        if exempt.end < days.end:
            if self.until is None:
                return None
            last = exempt.last if self.inclusive else exempt.end
            tests.append(r.Compare(self.until, "<=", r.Constant(last)))
        return tuple(tests)
