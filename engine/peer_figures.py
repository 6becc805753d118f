"""The figures of a group of peers that a score was made of: what an explanation names.

Nobody else is named. Without a score there are no figures: in a group that is too small they would
say what another one has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.sheet import MeasureScores

OF_VALUES = ("mean", "deviation", "least", "most", "best")
"""Figures in the unit of the KPI; all others are numbers of peers."""


@dataclass(frozen=True)
class Figures:
    """With how many peers of which group an entity is compared, itself included; its rank among
    them, and the figures of the group by name."""

    size: int
    group: str | None
    found: dict[str, float]


def figures_of(scores: MeasureScores, place: int) -> Figures | None:
    """The figures behind the score of one entity; None where its curve does not compare."""
    peers, curve = scores.peers, scores.plan.measure.curve
    if peers is None or curve is None or np.isnan(peers.size[place]):
        return None
    size, group = int(peers.size[place]), peers.group[place]
    found: dict[str, float] = {}
    if not np.isnan(peers.scores[place]):
        worse, equal = float(peers.worse[place]), float(peers.equal[place])
        found["rank"] = size - worse - equal + 1
        match curve.form:
            case "percentile":
                found |= {"worse": worse, "equal": equal}
            case "zscore":
                found["mean"] = float(peers.mean[place])
                found["deviation"] = float(peers.deviation[place])
            case "minmax":
                found["least"] = float(peers.least[place])
                found["most"] = float(peers.most[place])
            case _:
                lower = scores.plan.measure.kpi.better == "lower"
                found["best"] = float((peers.least if lower else peers.most)[place])
    return Figures(size, None if group is None else str(group), found)
