"""Scores and totals that a card can give: points, grades and limits that nobody reaches.

The bounds of the total are those with every measure scored: what is left out gives its weight to
the others, and nobody should need missing data for a grade.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from math import copysign, floor, inf, isfinite

from engine.card import Card, Curve, Measure
from engine.facts import Facts, Problems
from engine.literals import score_of
from grammar import syntax as s

_NEAR = 1e-9
Bounds = tuple[float, float]


# ── measures ─────────────────────────────────────────────────────────────────────────────────────


def check_limit(facts: Facts, curve: Curve | None, name: str, problems: Problems) -> None:
    """Report what a limit cuts off its curve, and a curve that tells nobody apart."""
    line, limit = facts.one(s.Curve), facts.one(s.Limit)
    scores = _scores(curve) if curve is not None else []
    if line is None or curve is None or not scores:
        return
    low, high = _limits(limit)
    kept = {min(max(score, low), high) for score in scores}
    if len(kept) == 1 and low < high:
        cut = limit is not None and len(set(scores)) > 1
        place = limit.span if cut and limit is not None else line.span
        problems.report("K0524", place, measure=name, score=f"{kept.pop():g}")
        return
    top = max(curve.points, key=lambda point: point.score)
    if limit is not None and low < high and top.score > high + _NEAR:
        problems.report(
            "K0522",
            top.span,
            labels=[(limit.span, "limit")],
            score=f"{top.score:g}",
            high=f"{high:g}",
        )


def _scores(curve: Curve) -> list[float]:
    """The scores that a curve names; none for attainment, which has as many as there are values."""
    rest = [] if curve.otherwise is None else [curve.otherwise]
    return [*(point.score for point in curve.points), *rest]


def _of_peers(curve: Curve) -> list[float]:
    """The lowest and highest score of a place among peers, where the curve has some."""
    if curve.peers is None or curve.form == "zscore":
        return []
    return [-inf if curve.form == "best" else 0.0, 100.0]


def _limits(line: s.Limit | None) -> Bounds:
    if line is None:
        return -inf, inf
    return score_of(line.low, Problems()), score_of(line.high, Problems())


def _bounds(measure: Measure) -> Bounds | None:
    """The lowest and highest score; None where there are none."""
    if measure.curve is None:
        return None
    low, high = measure.limit or (-inf, inf)
    scores = _scores(measure.curve) or _of_peers(measure.curve) or [low, high]
    found = [min(max(score, low), high) for score in scores]
    rules = (measure.missing, *measure.absences.values())
    found += [rule.score for rule in rules if rule.score is not None]
    return (min(found), max(found)) if all(map(isfinite, found)) else None


# ── grades ───────────────────────────────────────────────────────────────────────────────────────


def check_grades(card: Card, problems: Problems) -> None:
    """Report grades that no total reaches: all of theirs lie outside its bounds, or between two
    rounded totals."""
    if card.digits is None or any(_is_extra(part) for part in card.source.parts):
        return
    total = _total(card, card.digits)
    for above, grade in pairwise([None, *card.grades]):
        assert grade is not None
        highest = above.least if above is not None else None
        least = grade.least
        if above is not None and (highest is None or (least is not None and least >= highest)):
            continue  # reported where grades are read
        names = {"grade": grade.name}
        if total is not None and _outside(least, highest, total):
            shown = {"least": _shown(total[0], card.digits), "most": _shown(total[1], card.digits)}
            problems.report("K0718", grade.span, {**names, **shown})
        elif highest is not None and least is not None and _between(least, highest, card.digits):
            edges = {"least": f"{least:g}", "above": f"{highest:g}", "digits": card.digits}
            problems.report("K0719", grade.span, {**names, **edges})


def _total(card: Card, digits: int) -> Bounds | None:
    """The bounds of the rounded total; None where a measure has none."""
    low = high = 0.0
    for measure in card.scored:
        bounds = _bounds(measure)
        if bounds is None:
            return None
        low += measure.weight * bounds[0]
        high += measure.weight * bounds[1]
    if not card.scored or abs(sum(m.weight for m in card.scored) - 1) > _NEAR:
        return None
    if card.limit_total is not None:
        least, most = card.limit_total
        low, high = min(max(low, least), most), min(max(high, least), most)
    return _rounded(low, digits), _rounded(high, digits)


def _outside(least: float | None, above: float | None, total: Bounds) -> bool:
    """Whether no total lies from `least` up to, but not at, `above`."""
    too_high = least is not None and least > total[1] + _NEAR
    too_low = above is not None and above <= total[0] + _NEAR
    return too_high or too_low


def _between(least: float, above: float, digits: int) -> bool:
    """Whether no rounded total lies from `least` up to, but not at, `above`."""
    step = Decimal(1).scaleb(-digits)
    first = (Decimal(str(least)) / step).to_integral_value(ROUND_CEILING) * step
    return first >= Decimal(str(above))


def _rounded(value: float, digits: int) -> float:
    """As totals are rounded: half away from zero."""
    scaled = abs(value) * 10**digits + 0.5 + 1e-7
    return copysign(floor(scaled) / 10**digits, value) if isfinite(scaled) else value


def _shown(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def _is_extra(part: s.Section) -> bool:
    """What changes a total after it is weighed."""
    return isinstance(part, s.RuleSection | s.BonusSection | s.PenaltySection)
