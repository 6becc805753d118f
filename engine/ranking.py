"""Ranks and grades from rounded totals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.atoms import Texts
from engine.card import Grade
from engine.numbers import Flags, Floats, compare


def rank_within(
    total: Floats, group: Texts, ranked: Flags, tie_breaker: Floats | None
) -> NDArray[np.int64]:
    """Competition ranks 1-2-2-4 inside each group, the highest total first; 0 for not ranked.

    Equal totals are told apart by the tie breaker (missing last); still equal, they share a rank.
    """
    ranks = np.zeros(len(total), dtype=np.int64)
    who = np.flatnonzero(ranked & ~np.isnan(total))
    if not len(who):
        return ranks
    ties = np.zeros(len(total)) if tie_breaker is None else tie_breaker
    second = np.where(np.isnan(ties), -np.inf, ties)[who]
    names = np.array([str(g) for g in group[who]])
    groups = np.unique(names, return_inverse=True)[1]
    first = total[who]
    order = np.lexsort((-second, -first, groups))
    g, a, b = groups[order], first[order], second[order]
    place = np.arange(len(order))
    starts = np.r_[True, g[1:] != g[:-1]]
    fresh = starts | np.r_[True, (a[1:] != a[:-1]) | (b[1:] != b[:-1])]
    group_start = np.maximum.accumulate(np.where(starts, place, 0))
    leader = np.maximum.accumulate(np.where(fresh, place, 0))
    ranks[who[order]] = leader - group_start + 1
    return ranks


def grades(total: Floats, scale: Sequence[Grade]) -> Texts:
    """The best grade whose threshold the total reaches; None without a total."""
    found = np.full(len(total), None, dtype=object)
    open_yet = ~np.isnan(total)
    for grade in scale:
        least = -np.inf if grade.least is None else grade.least
        reached = open_yet & (compare(total, ">=", least) if np.isfinite(least) else True)
        found[reached] = grade.name
        open_yet &= ~reached
    return found
