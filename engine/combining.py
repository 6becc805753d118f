"""`combine by days`: the results of several stays inside one period as one.

The total is the mean of the totals of the cards before rounding, weighted by the days that count
for each. A result without a total counts for nothing; two cards of one day are not combined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from engine.numbers import round_half_away, snap
from engine.ranking import grades
from engine.sheet import Sheet
from engine.stays import FromThrough


@dataclass(frozen=True)
class Part:
    """One result of somebody: a place in the sheet of a card, and the days that it claims."""

    sheet: Sheet
    place: int
    stays: tuple[FromThrough, ...]

    @property
    def card(self) -> str:
        return self.sheet.plan.card.name

    @property
    def days(self) -> int:
        """The days that count."""
        return int(self.sheet.days[self.place])


@dataclass(frozen=True)
class Combined:
    """The one result of several parts. `total` is None where no part has one; `grade` where the
    cards have not the same grades, or a rule caps one."""

    total: float | None
    grade: str | None
    parts: tuple[Part, ...]

    @property
    def days(self) -> int:
        return sum(each.days for each in self.parts)

    @property
    def coefficient(self) -> float | None:
        """That of the grade, where the cards say the same one."""
        found = {each.sheet.coefficients.get(self.grade) for each in self.parts if self.grade}
        return found.pop() if len(found) == 1 else None


def combine(parts: Sequence[Part]) -> Combined | None:
    """The combined result of all parts; None where there is one at most, where a card does not say
    `combine by days`, or where two claim the same day."""
    cards = [each.sheet.plan.card for each in parts]
    overlap = any(common(one, other) for one, other in combinations(parts, 2))
    if len(parts) < 2 or overlap or not all(card.combined for card in cards):
        return None
    counted = tuple(p for p in parts if not np.isnan(p.sheet.unrounded[p.place]) and p.days)
    if not counted:
        return Combined(None, None, tuple(parts))
    days = np.array([each.days for each in counted], dtype=np.float64)
    totals = np.array([each.sheet.unrounded[each.place] for each in counted])
    total = snap(np.array([np.dot(days, totals) / days.sum()]))
    digits = [card.digits for card in cards if card.digits is not None]
    if digits:
        total = round_half_away(total, min(digits))
    return Combined(float(total[0]) + 0.0, _grade(total, counted), counted)


def common(one: Part, other: Part) -> tuple[FromThrough, ...]:
    """The days that the cards of two parts both claim."""
    both = ((max(a, c), min(b, d)) for a, b in one.stays for c, d in other.stays)
    return tuple((first, last) for first, last in both if first <= last)


def _grade(total: np.ndarray, parts: Sequence[Part]) -> str | None:
    """By the thresholds that all cards share."""
    scales = [each.sheet.plan.card.grades for each in parts]
    thresholds = [[(g.name, g.least, g.top) for g in scale] for scale in scales]
    capped = any(
        verdict.fired[each.place] and any(verdict.rule.of("cap_grade"))
        for each in parts
        for verdict in each.sheet.verdicts
    )
    if capped or any(a != b for a, b in pairwise(thresholds)):
        return None
    shared = any(top is not None for _, _, top in thresholds[0])
    found = None if shared else grades(total, scales[0])[0]
    return None if found is None else str(found)
