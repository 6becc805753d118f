"""Totals of the entities that belong to the scored one -> its value.

A total counts as it is published: rounded, with every rule applied. Who has none, or no positive
weight, is left out of the mean and counted as skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.numbers import Floats, snap
from engine.reasons import Codes, code

if TYPE_CHECKING:
    from engine import values as v
    from engine.atoms import Texts
    from engine.sheet import Sheet


@dataclass(frozen=True)
class Descendants:
    """Who belongs to the entities of a level. One element per entity of the inner sheet: `owner`
    is a place in the keys of the level, -1 for none; `weight` is NaN where it counts for nothing.
    """

    sheet: Sheet
    owner: NDArray[np.intp]
    weight: Floats

    def of(self, place: int) -> NDArray[np.intp]:
        """Places in the inner sheet of who belongs to one entity."""
        return np.flatnonzero(self.owner == place)


def descendants(value: v.ScoreOf, sheet: Sheet, keys: Texts) -> Descendants:
    """Who belongs to which of `keys`, and with what weight their total counts."""
    home = sheet.atoms.levels[sheet.plan.home]
    if value.level in home.parents:
        theirs = sheet.atoms.levels[value.level].keys
        places: Mapping[object, int] = {key: i for i, key in enumerate(keys)}
        owners = home.parents[value.level][sheet.members]
        found = [places.get(theirs[i], -1) if i >= 0 else -1 for i in owners]
        owner = np.array(found, dtype=np.intp)
    else:  # `everything`: its one row
        owner = np.zeros(len(sheet), dtype=np.intp)
    weight = np.ones(len(sheet))
    if value.weighted_by is not None:
        asked = sheet.plan.asked[value.weighted_by]
        weight = sheet.evaluator.value(asked, home.level.name).values[sheet.members]
    counts = (weight > 0) & ~np.isnan(sheet.total)
    return Descendants(sheet, owner, np.where(counts, weight, np.nan))


def mean_total(found: Descendants, count: int) -> tuple[Floats, Codes]:
    """Σ weight · total / Σ weight of those who belong to each of `count` entities; missing
    (`no_rows`) where nobody does, `no_values` where nobody of them counts."""
    inside = found.owner >= 0
    counts = inside & ~np.isnan(found.weight)
    owner, weight = found.owner[counts], found.weight[counts]
    whole = np.bincount(owner, weights=weight, minlength=count)
    total = np.bincount(owner, weights=weight * found.sheet.total[counts], minlength=count)
    some = np.bincount(found.owner[inside], minlength=count) > 0
    values = snap(np.where(whole > 0, total / np.where(whole > 0, whole, 1.0), np.nan))
    absent = np.where(some, code("no_values"), code("no_rows"))
    return values, np.where(whole > 0, 0, absent).astype(np.int8)
