"""Scoring curves over all entities at once: value and target in, score and segment out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import values as v
from engine.card import Curve, CurvePoint
from engine.formula_scores import formula_scores
from engine.numbers import Flags, Floats, compare, snap
from engine.reasons import Codes, code

ROLE_OF = {"of_target": "target", "floor": "floor", "stretch": "stretch"}


@dataclass(frozen=True)
class Scored:
    """Scores before the limit, NaN with a reason where there is none.

    `segment`: for linear curves the number of points at or below the value (0: below the first);
    for steps the index of the step that applies in the order of the card, -1 for `otherwise`.
    """

    scores: Floats
    reasons: Codes
    segment: NDArray[np.intp]


def apply_curve(
    curve: Curve, values: Floats, roles: Mapping[str, Floats], better: str | None
) -> Scored:
    """The score of every present value. `roles`: target, floor and stretch of each entity."""
    if curve.shape == "attainment":
        return _attainment(curve, values, roles["target"])
    if curve.formula is not None:
        return _formula(curve.formula, curve, values, roles)
    if curve.shape == "itself":
        return Scored(values, np.zeros(len(values), np.int8), np.zeros(len(values), np.intp))
    places = np.column_stack([_place(point, roles, len(values)) for point in curve.points])
    scores = np.array([point.score for point in curve.points])
    absent = np.isnan(places).any(axis=1)
    if curve.shape == "linear":
        scored = _linear(values, places, scores, better)
    else:
        scored = _steps(curve, values, places, scores, better)
    reasons = np.where(absent, code("no_target"), scored.reasons).astype(np.int8)
    found = np.where(absent | np.isnan(values), np.nan, scored.scores)
    return Scored(snap(found), reasons, scored.segment)


def _place(point: CurvePoint, roles: Mapping[str, Floats], count: int) -> Floats:
    """Where a point stands for every entity, in the KPI's unit."""
    if point.reference == "value":
        return np.full(count, point.value)
    base = roles[ROLE_OF[point.reference]]
    return snap(base * point.value) if point.reference == "of_target" else base


def _linear(values: Floats, places: Floats, scores: Floats, better: str | None) -> Scored:
    """Straight lines between the points, flat outside."""
    order = np.argsort(places, axis=1, kind="stable")
    x = np.take_along_axis(places, order, axis=1)
    y = scores[order]
    collide = _collide(x, y, better)
    with np.errstate(invalid="ignore"):
        below = (values[:, None] >= x).sum(axis=1)
    low = np.clip(below - 1, 0, x.shape[1] - 2)
    rows = np.arange(len(values))
    x0, x1 = x[rows, low], x[rows, low + 1]
    y0, y1 = y[rows, low], y[rows, low + 1]
    width = np.where(x1 > x0, x1 - x0, 1.0)
    share = np.clip((values - x0) / width, 0.0, 1.0)
    result = np.where(share == 1.0, y1, y0 + (y1 - y0) * share)
    result = np.where(collide, np.nan, result)
    reasons = np.where(collide, code("points_collide"), 0).astype(np.int8)
    return Scored(result, reasons, below.astype(np.intp))


def _collide(x: Floats, y: Floats, better: str | None) -> Flags:
    """Points that fall together, or contradict `better`, once they are resolved for an entity."""
    together = np.any(x[:, 1:] <= x[:, :-1], axis=1)
    falls = np.any(y[:, 1:] < y[:, :-1], axis=1)
    rises = np.any(y[:, 1:] > y[:, :-1], axis=1)
    contradicts = {"higher": falls, "lower": rises}.get(better or "")
    flags: Flags = together if contradicts is None else np.logical_or(together, contradicts)
    return flags


def _steps(
    curve: Curve, values: Floats, places: Floats, scores: Floats, better: str | None
) -> Scored:
    """The best threshold that is reached: the highest of `from`, the lowest of `upto`."""
    rising = curve.form == "from"
    reached = compare(values[:, None], ">=" if rising else "<=", places)
    ranked = np.where(reached, places if rising else -places, -np.inf)
    step = np.argmax(ranked, axis=1)
    any_reached = reached.any(axis=1)
    assert curve.otherwise is not None
    result = np.where(any_reached, scores[step], curve.otherwise)
    segment = np.where(any_reached, step, -1).astype(np.intp)
    order = np.argsort(places, axis=1, kind="stable")
    collide = _collide(np.take_along_axis(places, order, axis=1), scores[order], better)
    reasons = np.where(collide, code("points_collide"), 0).astype(np.int8)
    return Scored(np.where(collide, np.nan, result), reasons, segment)


def _attainment(curve: Curve, values: Floats, target: Floats) -> Scored:
    """100 times the attainment; the target must be positive."""
    not_positive = ~(target > 0) & ~np.isnan(target)
    ratio = attainment(curve, values, target)
    scores = np.where(not_positive, np.nan, 100.0 * ratio)
    # x = 0 of an inverse curve divides by nothing: it gets the upper limit.
    reasons = np.where(
        np.isnan(target),
        code("no_target"),
        np.where(not_positive, code("target_not_positive"), 0),
    )
    segment = np.zeros(len(values), dtype=np.intp)
    infinite = np.isposinf(scores)
    return Scored(np.where(infinite, np.inf, snap(scores)), reasons.astype(np.int8), segment)


def _formula(formula: v.Value, curve: Curve, values: Floats, roles: Mapping[str, Floats]) -> Scored:
    target = roles.get("target", np.full(len(values), np.nan))
    found = formula_scores(formula, values, roles, attainment(curve, values, target))
    return Scored(snap(found.values), found.reasons, np.zeros(len(values), dtype=np.intp))


def attainment(curve: Curve | None, values: Floats, target: Floats) -> Floats:
    """value / target; inverse target / value; mirrored 2 - value / target. NaN without either,
    or where the target is not positive."""
    form = curve.form if curve is not None and curve.shape == "attainment" else "direct"
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if form == "inverse":
            ratio = np.where(values == 0, np.inf, target / values)
        else:
            ratio = values / target
        ratio = np.where(target > 0, ratio, np.nan)  # less than nothing has no meaning
    return 2.0 - ratio if form == "mirrored" else ratio
