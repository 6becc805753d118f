"""Common mistakes of whole cards, as hints: one source of truth alone, one measure above all, twice
the same rows, pressure to sell without anything beside it.

The mistakes are those that handbooks of appraisal warn of; a card that is meant so keeps its hint
or, for the share of one measure, gets a policy that allows it. Small cards are left alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction

from engine.card import Card, Measure
from engine.facts import Problems
from engine.inheritance import seen_from
from engine.lineage import data_of, figure_of
from engine.model import Kpi, Workspace, key_of
from engine.policies import facts_for, weighed
from engine.unit_names import CURRENCIES
from engine.units import declared
from engine.weights import percent
from grammar import syntax as s
from grammar.suggest import quoted

_FEW = 4
"""Cards of fewer measures are not looked at: of two or three, one may well be half."""
_HALF = 0.5 + 1e-9


def check_style(workspace: Workspace, cards: Iterable[Card], problems: Problems) -> None:
    """Hints at cards, each as it holds on some day."""
    for card in cards:
        _check_card(workspace, card, problems)


def _check_card(workspace: Workspace, card: Card, problems: Problems) -> None:
    measures = weighed(card)
    if len(measures) < _FEW or any(each.source is not None for each in measures):
        return
    own = Problems()
    _check_sources(workspace, card, measures, own)
    _check_single(workspace, card, measures, own)
    _check_twice(workspace, measures, own)
    _check_pressure(card, measures, own)
    problems.found += seen_from(card.source, own.found)


def _check_sources(
    workspace: Workspace, card: Card, measures: Sequence[Measure], problems: Problems
) -> None:
    read = {data_of(workspace, each.kpi) for each in measures}
    names = {name for data in read for name in data}
    if len(names) == 1 < len(workspace.data) and frozenset() not in read:
        source = workspace.data[names.pop()].name
        problems.report("K0810", card.source.span, card=card.source.name, source=source)


def _check_single(
    workspace: Workspace, card: Card, measures: Sequence[Measure], problems: Problems
) -> None:
    ruled = facts_for(workspace, card.source)
    if any(isinstance(fact, s.RequireMeasureAtMost) for fact in ruled):
        return
    for measure in measures:
        if measure.weight > _HALF:
            problems.report("K0811", measure.span, name=measure.name, found=_share(measure.weight))


def _check_twice(workspace: Workspace, measures: Sequence[Measure], problems: Problems) -> None:
    """Two measures of one entity whose values are one figure."""
    first: dict[Hashable, list[Measure]] = {}
    for measure in measures:
        if data_of(workspace, measure.kpi):
            key = key_of(measure.level.name), figure_of(workspace, measure.kpi)
            first.setdefault(key, []).append(measure)
    for same in first.values():
        if len(same) > 1:
            problems.report(
                "K0813",
                same[1].span,
                labels=[(same[0].span, "first")],
                names=quoted(each.name for each in same),
                found=_share(sum(each.weight for each in same)),
            )


def _check_pressure(card: Card, measures: Sequence[Measure], problems: Problems) -> None:
    """More than half of the card for money that should grow, and nothing that should be low."""
    selling = [each for each in measures if _is_money(each.kpi) and each.kpi.better == "higher"]
    share = sum(each.weight for each in selling)
    if share > _HALF and not any(each.kpi.better in ("lower", "target") for each in measures):
        problems.report(
            "K0814",
            selling[0].span,
            card=card.source.name,
            names=quoted(each.name for each in selling),
            found=_share(share),
        )


def _is_money(kpi: Kpi) -> bool:
    """Declared in a currency, and not per something: sales, not sales per hour."""
    unit = declared(kpi.unit) if kpi.unit is not None else None
    if unit is None or unit.things or unit.per:
        return False
    return len(unit.measured) == 1 and unit.measured[0] in {(name, 1) for name in CURRENCIES}


def _share(weight: float) -> str:
    return percent(Fraction(weight))
