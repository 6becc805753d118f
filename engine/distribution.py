"""Grades by share: the best 20 % of those who are ranked in a group, and no more seats than that.

Seats are shares of the ranked entities by largest remainder (Hamilton); what no grade claims is a
share too, so that all seats together are all entities. An equal remainder goes to the better grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.atoms import Texts
from engine.card import Grade
from engine.numbers import Flags, Floats, compare


@dataclass(frozen=True)
class Seats:
    """One grade in one group: seats by its share, and how many got it, more where totals tie."""

    group: str
    grade: str
    seats: int
    given: int


@dataclass(frozen=True)
class Distribution:
    """The grade of every entity where both its threshold and its share hold."""

    grade: Texts
    seats: tuple[Seats, ...]


def seats_of(shares: Sequence[Fraction], count: int) -> list[int]:
    """Whole seats of shares that make at most 1, the best first; the rest of 1 is the last one."""
    exact = [share * count for share in (*shares, 1 - sum(shares, Fraction(0)))]
    found = [int(each) for each in exact]
    left = count - sum(found)
    by_remainder = sorted(range(len(exact)), key=lambda i: (int(exact[i]) - exact[i], i))
    for place in by_remainder[:left]:
        found[place] += 1
    return found[:-1]


def distribute(scale: Sequence[Grade], total: Floats, groups: Texts, ranked: Flags) -> Distribution:
    """Grades by threshold and share. Who is not ranked has no share of anything: the best grade
    without one whose threshold is reached."""
    grade: Texts = np.full(len(total), None, dtype=object)
    found: list[Seats] = []
    for group in dict.fromkeys(map(str, groups[ranked])):
        members = np.flatnonzero(ranked & (groups.astype(str) == group))
        order = members[np.argsort(-total[members], kind="stable")]
        found += _share_out(scale, total, order, group, grade)
    others = np.flatnonzero(~ranked & ~np.isnan(total))
    for each in scale:
        if each.top is None:
            reached = [i for i in others if grade[i] is None and _reaches(each, total[i])]
            grade[reached] = each.name
    return Distribution(grade, tuple(found))


def _share_out(
    scale: Sequence[Grade], total: Floats, order: NDArray[np.intp], group: str, grade: Texts
) -> list[Seats]:
    """One group, the highest total first; ties at the border all get the better grade."""
    shares = [each.top for each in scale if each.top is not None]
    seats = dict(
        zip(
            (each.name for each in scale if each.top is not None),
            seats_of(shares, len(order)),
            strict=True,
        )
    )
    found, place = [], 0
    for each in scale:
        most = seats.get(each.name, len(order))
        given = 0
        while place < len(order) and _reaches(each, total[order[place]]):
            tied = given > 0 and total[order[place]] == total[order[place - 1]]
            if given >= most and not tied:
                break
            grade[order[place]] = each.name
            given, place = given + 1, place + 1
        if each.name in seats:
            found.append(Seats(group, each.name, most, given))
    return found


def _reaches(grade: Grade, total: float) -> bool:
    if grade.least is None:
        return True
    return bool(compare(np.array([total]), ">=", grade.least)[0])
