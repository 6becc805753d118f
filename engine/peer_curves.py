"""Scores among peers: where a value lies among those of the entities it is compared with.

percentile: 100 (less + ½ equal) / n, itself among the equal ones (Hazen's plotting position).
zscore: mean + spread · (x - μ) / σ, of the peers as a whole population.
minmax: 100 (x - least) / (most - least). best: 100 x / best.
Where less is better all four are mirrored: 100 best / x is then the ratio to the best.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.atoms import Texts
from engine.card import Curve
from engine.numbers import Flags, Floats, snap
from engine.peer_groups import LEAST, Groups, deviation_of, mean_of
from engine.reasons import Codes, code

_MIDDLE = 50.0


@dataclass(frozen=True)
class PeerScores:
    """The score of every entity, NaN with a reason where it has none, and what it was made of.

    `size`: how many are compared with each other in the group of an entity, itself included.
    Figures of a group of fewer than 3 are NaN: they would say what another one has.
    """

    scores: Floats
    reasons: Codes
    group: Texts
    size: Floats
    mean: Floats
    deviation: Floats
    least: Floats
    most: Floats
    worse: Floats  # how many have a worse value
    equal: Floats  # how many have the same, itself included

    def take(self, index: NDArray[np.intp]) -> PeerScores:
        """Seen from the rows of another level; -1 belongs to none."""
        outside, safe = index < 0, np.maximum(index, 0)
        found: dict[str, NDArray[Any]] = {}
        for each in fields(self):
            own: NDArray[Any] = getattr(self, each.name)
            nothing = {"f": np.nan, "O": None}.get(own.dtype.kind, code("not_assigned"))
            taken = own[safe] if len(own) else np.full(len(index), nothing, dtype=own.dtype)
            taken[outside] = nothing
            found[each.name] = taken
        return PeerScores(**found)


def peer_scores(
    curve: Curve, better: str | None, values: Floats, groups: Groups, pool: Flags
) -> PeerScores:
    """The place of every value among those of the pool in its group. `values` are snapped, so that
    equal ones are equal."""
    sign = -1.0 if better == "lower" else 1.0
    count = len(values)
    size, worse, equal = np.zeros(count), np.full(count, np.nan), np.full(count, np.nan)
    figures: dict[str, dict[int, float]] = {
        name: {} for name in ("mean", "deviation", "least", "most")
    }
    members = groups.members()
    for number, own in groups.sorted_values(values, pool):
        inside = members[number]
        size[inside] = len(own)
        if len(own) < LEAST:
            continue
        left = np.searchsorted(own, values[inside], side="left").astype(np.float64)
        right = np.searchsorted(own, values[inside], side="right").astype(np.float64)
        worse[inside] = left if sign > 0 else len(own) - right
        equal[inside] = right - left
        figures["mean"][number] = mean_of(own)
        figures["deviation"][number] = deviation_of(own)
        figures["least"][number], figures["most"][number] = float(own[0]), float(own[-1])
    of = {name: groups.spread(found) for name, found in figures.items()}
    few = size < LEAST
    with np.errstate(invalid="ignore", divide="ignore"):
        match curve.form:
            case "percentile":
                scores = 100.0 * (worse + equal / 2.0) / size
            case "zscore":
                scores = _zscore(curve, sign * (values - of["mean"]), of["deviation"])
            case "minmax":
                above = values - of["least"] if sign > 0 else of["most"] - values
                scores = _part(above, of["most"] - of["least"])
            case _:
                scores = 100.0 * (values / of["most"] if sign > 0 else of["least"] / values)
    best = of["most"] if sign > 0 else of["least"]
    unfit = (best <= 0) & (curve.form == "best")  # it stands in the place of a target
    reasons = np.where(few, code("few_peers"), np.where(unfit, code("target_not_positive"), 0))
    return PeerScores(
        scores=np.where(few | unfit | np.isnan(values), np.nan, snap(scores)),
        reasons=reasons.astype(np.int8),
        group=groups.name,
        size=size,
        worse=worse,
        equal=equal,
        **of,
    )


def _zscore(curve: Curve, above: Floats, deviation: Floats) -> Floats:
    """So many deviations above the mean, on the scale of the card; the mean where all are equal."""
    scale = curve.peers
    assert scale is not None
    assert scale.mean is not None
    assert scale.spread is not None
    away = above / np.where(deviation == 0, 1.0, deviation)
    return scale.mean + scale.spread * np.where(deviation == 0, 0.0, away)


def _part(above: Floats, whole: Floats) -> Floats:
    """How far from the worst to the best, in percent; the middle where there is no way."""
    part = 100.0 * above / np.where(whole == 0, 1.0, whole)
    return np.where(whole == 0, _MIDDLE, part)
