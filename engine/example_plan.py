"""What an example gives, in the plan of its card and as the one entity that is scored.

A given number takes the place of its KPI; a KPI that is not given follows from given ones, or is
missing like everything else that would come from rows or from plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from engine import durations
from engine import scalars as r
from engine import values as v
from engine.atoms import Atoms, LevelData
from engine.catalog import Catalog
from engine.example_facts import Attribute, Example, attribute_of
from engine.model import key_of
from engine.plan import Level, MeasurePlan, Plan, TargetPlan

Node = TypeVar("Node")
Given = Mapping[tuple[str, str], float]
"""Numbers by KPI and level; NaN is missing."""

_WHO = "example"


def with_given(made: Plan, example: Example) -> Plan:
    """The plan with what is given; nothing in it needs rows any more."""
    given = _numbers(made, example)
    return replace(
        made,
        measures=tuple(_measure(each, example, given) for each in made.measures),
        feeds=(),
        card=replace(made.card, grades_forced=False),  # one entity is no group
        top_within=None,
        inner={},
        asked={},
        rules=tuple(replace(each, when=_known(each.when, given)) for each in made.rules),
        extras=tuple(replace(each, points=_known(each.points, given)) for each in made.extras),
        ranked_when=_known(made.ranked_when, given),
        no_total_when=_known(made.no_total_when, given),
    )


def _numbers(made: Plan, example: Example) -> Given:
    """What formulas and conditions see: by the name of the KPI, else by that of its measure."""
    found: dict[tuple[str, str], float] = {}
    named = {key_of(m.measure.name): m.value.kpi for m in made.measures}
    for name, amount in example.values.items():
        if named.get(name, name) != name:
            continue  # a measure that is called like another KPI
        levels = [m.level for m in made.measures if m.value.kpi == name]
        for level in levels or [made.home]:
            found[name, level] = _nan(amount)
    for measure in made.measures:
        name, kpi = key_of(measure.measure.name), measure.value.kpi
        if name in example.values:
            found.setdefault((kpi, measure.level), _nan(example.values[name]))
    return found


def _measure(measure: MeasurePlan, example: Example, given: Given) -> MeasurePlan:
    """The measure with its own value, or that of its KPI. A given value is one that counts: whether
    the sample was large enough is not asked."""
    own = key_of(measure.measure.name)
    if own in example.values:
        key = (measure.value.kpi, measure.level)
        given = {**given, key: _nan(example.values[own])}
    targets = {
        role: tuple(_line(line, given) for line in lines) for role, lines in measure.targets.items()
    }
    for name in (key_of(measure.measure.kpi.name), own):
        if name in example.targets and "target" in measure.measure.targets:
            value = v.Literal(_nan(example.targets[name]))
            targets["target"] = (TargetPlan(value, None, example.span),)
    return replace(
        measure,
        value=_known(measure.value, given),
        needs=None,
        widened=None,
        representative=None,
        applies=_known(measure.applies, given),
        targets=targets,
    )


def _line(line: TargetPlan, given: Given) -> TargetPlan:
    return replace(line, value=_known(line.value, given), where=_known(line.where, given))


def _known(node: Node, given: Given) -> Node:
    """A value or condition in which every KPI is given, follows from given ones, or is missing."""
    found: object = node
    match node:
        case v.KpiValue(kpi, level, "") if (kpi, level) in given:
            found = replace(node, value=v.Literal(given[kpi, level]))
        case v.KpiValue(value=value) if not _uses(value, given):
            found = replace(node, value=v.Literal(np.nan))
        case v.Aggregate(level=level):
            found = v.KpiValue("", level, "", v.Literal(np.nan))  # measured, and missing
        case v.PlanValue():
            found = v.Literal(np.nan)
        case _:
            inner = dict(_replaced(node, given))
            found = replace(cast(Any, node), **inner) if inner else node
    return cast(Node, found)


def _replaced(node: object, given: Given) -> Iterator[tuple[str, object]]:
    """The fields of a value or condition that hold others, with what they become."""
    inside = list(v.parts(node))
    for name in getattr(node, "__dataclass_fields__", ()) if inside else ():
        part = getattr(node, name)
        if isinstance(part, tuple) and any(each in inside for each in part):
            yield name, tuple(_known(each, given) for each in part)
        elif isinstance(part, v.Value | v.Predicate):
            yield name, _known(part, given)


def _uses(value: v.Value, given: Given) -> bool:
    nodes = (each for each in v.walk(value) if isinstance(each, v.KpiValue))
    return any(not each.window and (each.kpi, each.level) in given for each in nodes)


def _nan(amount: float | None) -> float:
    return np.nan if amount is None else amount


# ── the entity ───────────────────────────────────────────────────────────────────────────────────


def one_entity(made: Plan, example: Example, catalog: Catalog) -> Atoms:
    """One entity in every level, which belongs to the one of every other level."""
    days = set(_dates(made))
    levels = {each.name: _level(made, each, example, catalog, days) for each in made.levels}
    return Atoms(levels, {})


def _level(
    made: Plan, level: Level, example: Example, catalog: Catalog, days: set[r.Scalar]
) -> LevelData:
    given: dict[r.Scalar, Attribute] = {}
    for name, value in example.attributes:
        attribute = attribute_of(made.workspace, catalog, level.spine.entity, name, made.moment)
        if attribute is not None:
            given[attribute.scalar] = value
    who = np.array([_WHO], dtype=object)
    return LevelData(
        level=level,
        keys=who,
        labels=who,
        since=None,
        until=None,
        parents={name: np.zeros(1, dtype=np.intp) for name in level.spine.parents},
        attributes={
            scalar: _column(given.get(scalar, _time_between(scalar, given)), scalar in days)
            for scalar in level.spine.attributes
        },
        cells={},
    )


def _column(value: Attribute, is_day: bool) -> NDArray[Any]:
    """The attribute of one entity as the evaluator reads it."""
    if is_day:
        return np.array([_day(value)], dtype="datetime64[D]")
    if isinstance(value, float):
        return np.array([value])
    return np.array([None if value is None else str(value)], dtype=object)


def _day(value: Attribute) -> date | None:
    return value if isinstance(value, date) else None


def _time_between(scalar: r.Scalar, given: Mapping[r.Scalar, Attribute]) -> Attribute:
    """Days between two that are given or written."""
    if not isinstance(scalar, r.Elapsed):
        return None
    sides = [
        each if isinstance(each, r.Constant) else r.Constant(_day(given.get(each)))
        for each in (scalar.start, scalar.end)
    ]
    found = replace(scalar, start=sides[0], end=sides[1])
    literal = durations.between_days(found)
    return None if literal is None else literal.value


def _dates(made: Plan) -> Iterator[r.Scalar]:
    """The attributes that are compared with days."""
    roots: list[object] = [made.ranked_when, made.no_total_when]
    roots += [each.when for each in made.rules]
    for measure in made.measures:
        roots += [measure.applies]
        for line in (each for lines in measure.targets.values() for each in lines):
            roots += [line.value, line.where]
    for node in (each for root in roots if root is not None for each in v.walk(root)):
        if isinstance(node, v.DayIs):
            yield node.attribute.scalar
