"""The points of a curve against `better`: a score never falls where the KPI gets better.

Points are compared where their places are known from the text: among values, among shares of the
target, and with a target, floor or stretch that is one number. The rest is seen when they are
resolved for an entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.card import CurvePoint
from engine.facts import Facts, Problems
from engine.literals import number
from engine.model import Kpi
from grammar import syntax as s

_ROLES = {"of_target": "target", "floor": "floor", "stretch": "stretch"}
_AMBITION = {"floor": 0, "of_target": 1, "stretch": 2}
_Placed = Sequence[tuple[float, CurvePoint]]


def check_direction(
    points: Sequence[CurvePoint], facts: Facts, kpi: Kpi, problems: Problems
) -> None:
    """Report points that fall together, and scores that contradict `better`."""
    for group in _groups(points, facts, kpi):
        ordered = sorted(group, key=lambda each: each[0])
        for (at, low), (there, high) in pairwise(ordered):
            if at == there:
                labels = [(low.span, "other")]
                problems.report("K0523", high.span, labels=labels, low=low.text, high=high.text)
            elif _contradicts(low, high, kpi):
                _report(low, high, kpi, problems)
        if kpi.better == "target":
            _check_peak([point for _, point in ordered], kpi, problems)


def _groups(points: Sequence[CurvePoint], facts: Facts, kpi: Kpi) -> Iterator[_Placed]:
    known = {role: _one_number(role, facts) for role in _ROLES.values()}
    placed: list[tuple[float, CurvePoint]] = []
    for point in points:
        base = 1.0 if point.reference == "value" else known[_ROLES[point.reference]]
        if base is not None:
            share = 1.0 if point.reference in ("floor", "stretch") else point.value
            placed.append((base * share, point))
    yield placed
    if known["target"] is None:
        yield [(point.value, point) for point in points if point.reference == "of_target"]
    if kpi.better == "higher":  # what is demanded least comes first, wherever it lies
        named = [p for p in points if p.reference != "value"]
        whole = [p for p in named if p.reference != "of_target" or p.value == 1]
        yield [(_AMBITION[p.reference], p) for p in whole if known[_ROLES[p.reference]] is None]


def _one_number(role: str, facts: Facts) -> float | None:
    """What a target, floor or stretch is for every entity at all times, where the text says it."""
    lines = [line for line in facts.every(s.TargetLine) if line.role == role]
    if len(lines) != 1 or lines[0].where is not None:
        return None
    value = lines[0].value
    literal = isinstance(value, s.Number | s.Percent | s.Money | s.Quantity)
    return number(value) if literal and not isinstance(value, s.FromPlan) else None


def _contradicts(low: CurvePoint, high: CurvePoint, kpi: Kpi) -> bool:
    falls, rises = low.score > high.score, low.score < high.score
    return {"higher": falls, "lower": rises}.get(kpi.better or "", False)


def _check_peak(points: Sequence[CurvePoint], kpi: Kpi, problems: Problems) -> None:
    """Nearest is best: once the scores fall, they never rise again."""
    fallen = False
    for low, high in pairwise(points):
        if fallen and high.score > low.score:
            _report(low, high, kpi, problems)
        fallen = fallen or high.score < low.score


def _report(low: CurvePoint, high: CurvePoint, kpi: Kpi, problems: Problems) -> None:
    problems.report(
        "K0514",
        high.span,
        labels=[(low.span, "other")],
        kpi=kpi.name,
        better=kpi.better,
        low=low.text,
        high=high.text,
        low_score=f"{low.score:g}",
        high_score=f"{high.score:g}",
    )
