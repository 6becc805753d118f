"""Rules, bonuses and penalties of a card as values and conditions of the scored entity."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine import values as v
from engine.card import Card
from engine.context import Context
from engine.formula import Formulas
from engine.part_scores import known_in_rules
from engine.rules import Extra, Rule


@dataclass(frozen=True)
class RulePlan:
    """A rule with its condition."""

    rule: Rule
    when: v.Predicate


@dataclass(frozen=True)
class ExtraPlan:
    """A bonus or penalty with its points, before its limit."""

    extra: Extra
    points: v.Value


def after_measures(
    rules: tuple[RulePlan, ...], extras: tuple[ExtraPlan, ...]
) -> tuple[v.Predicate | v.Value, ...]:
    """Every condition and value that is computed beside the measures."""
    return (*(each.when for each in rules), *(each.points for each in extras))


def plan_rules(card: Card, formulas: Formulas, context: Context) -> tuple[RulePlan, ...]:
    """The rules of a card; one whose condition has no meaning is reported and left out."""
    inside = replace(context, known=known_in_rules(card))
    found = ((rule, formulas.predicate(rule.when, inside)) for rule in card.rules)
    return tuple(RulePlan(rule, when) for rule, when in found if when is not None)


def plan_extras(card: Card, formulas: Formulas, context: Context) -> tuple[ExtraPlan, ...]:
    """The bonuses and penalties of a card; what has no meaning is reported and left out."""
    inside = replace(context, known=known_in_rules(card))
    found = ((extra, formulas.value(extra.points, inside)) for extra in card.extras)
    return tuple(ExtraPlan(extra, points) for extra, points in found if points is not None)
