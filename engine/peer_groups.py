"""Who is compared with whom: the entities that a card scores, in groups, and figures of a group.

Peers are decided before anything is chosen for a viewer. A group with fewer than 3 values has no
figures: they would say what another one has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from engine import values as v
from engine.atoms import LevelData, Texts, active_days, texts
from engine.numbers import Flags, Floats
from engine.plan import Plan
from engine.reasons import code
from engine.results import Result

LEAST = 3
"""So many peers with a value make a group."""


@dataclass(frozen=True)
class Groups:
    """The group of every entity of a level: its number, -1 where it is in none, and its name."""

    number: NDArray[np.intp]
    name: Texts

    def sorted_values(self, values: Floats, peers: Flags) -> Iterator[tuple[int, Floats]]:
        """The values of the peers of each group that has some, in their order."""
        counts = peers & ~np.isnan(values) & (self.number >= 0)
        order = np.lexsort((values, self.number))
        order = order[counts[order]]
        numbers = self.number[order]
        ends = np.flatnonzero(numbers[1:] != numbers[:-1]) + 1
        for own in np.split(order, ends) if len(order) else []:
            yield int(self.number[own[0]]), values[own]

    def members(self) -> Mapping[int, NDArray[np.intp]]:
        """The entities of each group."""
        order = np.argsort(self.number, kind="stable")
        ends = np.flatnonzero(np.diff(self.number[order])) + 1
        parts = np.split(order, ends) if len(order) else []
        return {int(self.number[own[0]]): own for own in parts}

    def spread(self, figures: Mapping[int, float]) -> Floats:
        """A figure of each group, for every entity in it; NaN for all others."""
        of = np.full(int(self.number.max(initial=-1)) + 2, np.nan)
        for number, figure in figures.items():
            of[number] = figure
        return of[self.number]  # -1 is the last one, which no group has


def groups_of(data: LevelData, within: v.AttributeOf | None) -> Groups:
    """The groups of the entities of a level; all of them together without `within`."""
    if within is None:
        nobody = np.full(len(data), None, dtype=object)
        return Groups(np.zeros(len(data), dtype=np.intp), nobody)
    names = texts(data.attributes[within.scalar])
    known = {name: place for place, name in enumerate(dict.fromkeys(names))}
    found = [-1 if name is None else known[name] for name in names]
    return Groups(np.array(found, dtype=np.intp), names)


def population(plan: Plan, home: LevelData, scored: Flags, level: LevelData) -> Flags:
    """Of the entities of a level those that the card scores, or to which one of them belongs; each
    stands for itself once, however many belong to it. `scored`: whom of its own the card scores."""
    name = level.level.name
    if name == plan.home:
        return scored
    if name not in home.parents:  # `everything`: its one row
        return np.full(len(level), bool(scored.any()))
    owners = home.parents[name][scored]
    found = np.zeros(len(level), dtype=bool)
    found[owners[owners >= 0]] = True
    return found


def among_peers(node: v.Peers, value: Result, groups: Groups, peers: Flags) -> Result:
    """Total, average, median or best of the values of the peers of every entity."""
    figures = {
        number: _figure(node, own)
        for number, own in groups.sorted_values(value.values, peers)
        if len(own) >= LEAST
    }
    found = groups.spread(figures)
    reasons = np.where(np.isnan(found), code("few_peers"), 0)
    # Nobody has a value because of the data themselves: that says more than that peers are few.
    nobody = np.isnan(value.values).all()
    for reason in ("data_incomplete", "no_earlier_data"):
        if nobody:
            reasons = np.where(value.reasons == code(reason), value.reasons, reasons)
    return Result(found, reasons.astype(np.int8))


def active_within(node: v.Peers, data: LevelData) -> Flags:
    """Whom of a level there was on some day of the window: who was not there has no 0."""
    since, through = active_days(data, node.range.start, node.range.end)
    flags: Flags = through >= since
    return flags


def _figure(node: v.Peers, own: Floats) -> float:
    """One figure of sorted values."""
    match node.name:
        case "peer_total":
            return fsum(own)
        case "peer_average":
            return mean_of(own)
        case "peer_median":
            low, high = own[(len(own) - 1) // 2], own[len(own) // 2]
            return float(low + (high - low) / 2)
    return float(own[0] if node.lowest else own[-1])


def mean_of(own: Floats) -> float:
    """The mean; exactly the value where all are equal."""
    return float(own[0]) if own[0] == own[-1] else fsum(own) / len(own)


def deviation_of(own: Floats) -> float:
    """The deviation of sorted values as a whole population; exactly 0 where all are equal."""
    if own[0] == own[-1]:
        return 0.0
    mean = fsum(own) / len(own)
    return float(np.sqrt(fsum((own - mean) ** 2) / len(own)))
