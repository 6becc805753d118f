"""The rules of docs/language.md in plain Python: one entity after the other, in exact fractions.

Written from that page, and from nothing else, to check the engine against: it shares no code with
the product. It knows quarters only, and of the language what the example workspace uses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Literal

from tests.support.documents import Document
from tests.support.plain_rows import Entity, Quarter

TOLERANCE = Fraction(1, 10**9)
NOTHING = Fraction(0)


class Missing(Exception):
    """There is no value. The only argument is the reason, a word of the language's closed list."""


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


def snap(x: Fraction) -> Fraction:
    """To 12 significant digits, half away from zero."""
    quotient = Context(prec=60).divide(Decimal(x.numerator), Decimal(x.denominator))
    return Fraction(Context(prec=12, rounding=ROUND_HALF_UP).plus(quotient))


def rounded(x: Fraction, digits: int) -> Fraction:
    """sign · floor(|x| · 10ⁿ + 0.5 + 1e-7) / 10ⁿ."""
    whole = floor(abs(x) * 10**digits + Fraction(1, 2) + Fraction(1, 10**7))
    return Fraction(whole if x > 0 else -whole, 10**digits)


def reaches(x: Fraction, threshold: Fraction) -> bool:
    """x ≥ threshold, with the tolerance that thresholds have."""
    return x >= threshold - TOLERANCE * max(Fraction(1), abs(threshold))


def stays_below(x: Fraction, threshold: Fraction) -> bool:
    """x ≤ threshold, with the same tolerance."""
    return x <= threshold + TOLERANCE * max(Fraction(1), abs(threshold))


def share(part: Fraction, whole: Fraction) -> Fraction:
    """part / whole. Raises Missing where the whole is 0."""
    if not whole:
        raise Missing("zero_denominator")
    return part / whole


def limited(x: Fraction, low: int, high: int) -> Fraction:
    return min(max(x, Fraction(low)), Fraction(high))


# ── curves ──────────────────────────────────────────────────────────────────────────────────────

Curve = Callable[[Fraction, Fraction], Fraction]
"""Value and target to score. Raises Missing."""


def linear(x: Fraction, points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Straight lines between the points, flat outside."""
    segments = list(pairwise(points))
    if any(left[0] >= right[0] for left, right in segments):
        raise Missing("points_collide")
    if x <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in segments:
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return points[-1][1]


def steps_from(x: Fraction, otherwise: int, steps: Sequence[tuple[Fraction, int]]) -> Fraction:
    """The best step whose place the value reaches."""
    return Fraction(max([otherwise, *(score for at, score in steps if reaches(x, at))]))


def steps_upto(x: Fraction, otherwise: int, steps: Sequence[tuple[Fraction, int]]) -> Fraction:
    """The best step whose place the value stays below."""
    return Fraction(max([otherwise, *(score for at, score in steps if stays_below(x, at))]))


def attained(form: str, value: Fraction, target: Fraction) -> Fraction | None:
    """What `curve attainment` multiplies by 100; None for x = 0 where it would divide by it."""
    if target <= 0:
        raise Missing("target_not_positive")
    if form == "inverse":
        return target / value if value else None
    return 2 - value / target if form == "mirrored" else value / target


# ── cards ───────────────────────────────────────────────────────────────────────────────────────

Kpi = Callable[[Entity, Quarter], Fraction]
Need = Callable[[Entity, Quarter], bool]
Target = Callable[[Entity, Quarter], Fraction]


@dataclass(frozen=True)
class Measure:
    """A measure as its card says.

    `weight`: its share of the perspective; None for `report only`.
    `curve`: a function, or a form of `curve attainment` with `limit 0 to 120`.
    `needs`: the condition of the KPI.
    `when_missing`: a score, None for `leave out`, or the words `no total`.
    """

    name: str
    perspective: str
    weight: Fraction | None
    value: Kpi
    target: Target | None
    curve: Curve | str | None
    needs: Need | None = None
    when_missing: int | Literal["no total"] | None = None
    at_store: bool = False


@dataclass(frozen=True)
class Card:
    """A scorecard. Every one here says `limit total 0 to 120` and `round total 1`.

    `ranked`: of coverage and days active; `not_ranked`: the reason of those who are not.
    `no_total`: of coverage. `grades`: best first, None for `otherwise`.
    """

    name: str
    entity: str
    perspectives: Mapping[str, Fraction]
    measures: tuple[Measure, ...]
    claims: Callable[[Entity], bool]
    group: Callable[[Entity], str]
    ties: str
    ranked: Callable[[Fraction, int], bool]
    not_ranked: str
    no_total: Callable[[Fraction], bool]
    grades: tuple[tuple[str, Fraction | None], ...]


def sheet(card: Card, entities: Iterable[Entity], quarter: Quarter) -> Document:
    """The result of a card for a quarter, in the form of the product's `score` document."""
    claimed = [each for each in entities if card.claims(each)]
    active = [each for each in claimed if each.active.within(quarter.own).days > 0]
    items = [_item(card, each, quarter) for each in active]
    _rank(card, items)
    return {
        "scorecard": card.name,
        "version": "2025-01-01",
        "entity": card.entity,
        "period": {
            "name": f"{quarter.year}Q{quarter.number}",
            "starts_on": quarter.whole.start.isoformat(),
            "ends_before": quarter.whole.end.isoformat(),
            "provisional": quarter.running,
        },
        "as_of": quarter.as_of.isoformat(),
        "items": [item for item in items if "reason" not in item],
        "not_ranked": [item for item in items if "reason" in item],
        "not_active": len(claimed) - len(active),
    }


def _item(card: Card, entity: Entity, quarter: Quarter) -> Document:
    claimed = entity.active.within(quarter.own)
    measures = {each.name: _measure(card, each, entity, quarter) for each in card.measures}
    perspectives = _weigh(card, measures)
    scored = [each for each in measures.values() if each["weight"] and each["state"] == "scored"]
    coverage = sum((each["weight"] for each in scored), NOTHING)
    points = sum((each["points"] or NOTHING for each in measures.values()), NOTHING)
    weighted = snap(points) if any(each["effective_weight"] for each in measures.values()) else None
    lost = weighted is None or card.no_total(coverage) or _forbids(card, measures)
    unrounded = None if weighted is None or lost else limited(weighted, 0, 120)
    total = None if unrounded is None else rounded(unrounded, 1)
    item = {
        "key": entity.key,
        "label": entity.label,
        "rank": None,
        "rank_group": card.group(entity),
        "total": total,
        "total_unrounded": unrounded,
        "total_before_rules": weighted,
        "grade": None if total is None else _grade(card, total),
        "grade_coefficient": None,
        "suggested_grade": None,
        "coverage": coverage,
        "assigned": {
            "from": claimed.start.isoformat(),
            "through": (claimed.end - timedelta(1)).isoformat(),
            "days": claimed.days,
        },
        "perspectives": perspectives,
        "measures": measures,
        "adjustments": _adjustments(weighted, unrounded),
    }
    if total is None:
        return item | {"reason": "no_total"}
    return item if card.ranked(coverage, claimed.days) else item | {"reason": card.not_ranked}


def _forbids(card: Card, measures: Mapping[str, Document]) -> bool:
    """Whether a measure is missing that says `when missing no total`."""
    return any(
        measures[each.name]["state"] == "missing" and each.when_missing == "no total"
        for each in card.measures
    )


def _measure(card: Card, measure: Measure, entity: Entity, quarter: Quarter) -> Document:
    """Data first, then `needs`, then the target, then what the curve refuses.

    All of a measure but its effective weight and points.
    """
    of = entity.store if measure.at_store else entity
    assert of is not None
    value, reason = _found(measure.value, of, quarter)
    target, no_target = _found(measure.target, of, quarter) if measure.target else (None, None)
    if reason is None and measure.needs and not measure.needs(of, quarter):
        reason = "below_sample"
    score, unfit = _score(measure, value, target)
    reason = reason or no_target or unfit
    return {
        "value": value,
        "target": target,
        "attainment": _attainment(measure, value, target),
        "score": score if reason is None else _instead(measure),
        "weight": measure.weight and measure.weight * card.perspectives[measure.perspective],
        "state": "scored" if reason is None else "missing",
        "reason": reason,
        "representative": None,  # no KPI of the example asks
        "window": None,  # nor does one fall back to a longer window
    }


def _instead(measure: Measure) -> Fraction | None:
    return Fraction(measure.when_missing) if isinstance(measure.when_missing, int) else None


def _found(value: Kpi, of: Entity, quarter: Quarter) -> tuple[Fraction | None, str | None]:
    try:
        return snap(value(of, quarter)), None
    except Missing as missing:
        return None, str(missing)


def _score(
    measure: Measure, value: Fraction | None, target: Fraction | None
) -> tuple[Fraction | None, str | None]:
    if value is None or target is None or measure.curve is None:
        return None, None
    try:
        if not isinstance(measure.curve, str):
            return snap(measure.curve(value, target)), None
        part = attained(measure.curve, value, target)
    except Missing as missing:
        return None, str(missing)
    return Fraction(120) if part is None else snap(limited(100 * part, 0, 120)), None


def _attainment(
    measure: Measure, value: Fraction | None, target: Fraction | None
) -> Fraction | None:
    if value is None or target is None or target <= 0:
        return None
    form = measure.curve if isinstance(measure.curve, str) else "direct"
    part = attained(form, value, target)
    return None if part is None else snap(part)


def _weigh(card: Card, measures: Mapping[str, Document]) -> Document:
    """Give the weight of what is left out to its siblings; the perspectives of the result.

    A measure without a score is left out, and a perspective of such measures alone.
    """
    kept: dict[str, list[Document]] = {group: [] for group in card.perspectives}
    for measure in card.measures:
        own = measures[measure.name]
        own["effective_weight"] = own["points"] = None if measure.weight is None else NOTHING
        if measure.weight is not None and own["score"] is not None:
            kept[measure.perspective].append(own)
    whole = sum((card.perspectives[group] for group, own in kept.items() if own), NOTHING)
    return {
        group: _perspective(declared, declared / whole if kept[group] else NOTHING, kept[group])
        for group, declared in card.perspectives.items()
    }


def _perspective(declared: Fraction, effective: Fraction, kept: list[Document]) -> Document:
    weights = sum((each["weight"] for each in kept), NOTHING)
    for each in kept:
        each["effective_weight"] = effective * each["weight"] / weights
        each["points"] = each["effective_weight"] * each["score"]
    points = sum((each["points"] for each in kept), NOTHING)
    score = snap(points / effective) if kept else None
    return {"weight": declared, "effective_weight": effective, "score": score}


def _adjustments(before: Fraction | None, after: Fraction | None) -> list[Document]:
    if after is None or after == before:
        return []
    changed = {"points_before": before, "points_after": after}
    return [{"kind": "limit", "name": "limit total", **changed}]


def _grade(card: Card, total: Fraction) -> str:
    return next(name for name, least in card.grades if least is None or reaches(total, least))


def _rank(card: Card, items: Iterable[Document]) -> None:
    """Competition ranking in each group, 1-2-2-4; ties by the score of a measure, missing last."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for item in items:
        if "reason" not in item:
            groups[item["rank_group"]].append(item)
    for group in groups.values():
        strengths = [_strength(card, item) for item in group]
        for item, own in zip(group, strengths, strict=True):
            item["rank"] = 1 + sum(other > own for other in strengths)


def _strength(card: Card, item: Document) -> tuple[Fraction, bool, Fraction]:
    tie = item["measures"][card.ties]["score"]
    return item["total"], tie is not None, tie or NOTHING
