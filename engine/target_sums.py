"""`targets add up to region`: what the targets of a plan make, against that of whom they belong to.

Compared are rows of the plan in the days of the target: those of all entities of the measure, by
the parent to which they belong, and the parent's own. The targets stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from engine import scalars as r
from engine import values as v
from engine.aggregation import Aggregation
from engine.card import Measure, TargetSum
from engine.facts import Facts, Problems
from engine.finding import find_entity, find_plan
from engine.kinds import adds_up
from engine.model import Entity, PlanTable, Workspace, key_of
from engine.reach import Ambiguous, NoLink, chain, reachable
from engine.rows import Rows
from grammar import Span
from grammar import syntax as s

if TYPE_CHECKING:
    from engine.plan import MeasurePlan


@dataclass(frozen=True)
class SumSide:
    """Rows of a plan whose values are added up, by `key`."""

    relation: s.Relation
    key: r.Scalar
    value: r.Scalar
    conditions: tuple[r.Condition, ...]


@dataclass(frozen=True)
class SumPlan:
    """One line `targets add up to` of a measure; both sides are by the key of the parent."""

    measure: Measure
    parent: Entity
    tolerance: Fraction
    span: Span
    children: SumSide
    own: SumSide


# ── as written ───────────────────────────────────────────────────────────────────────────────────


def read_sums(
    facts: Facts, measure: str, kpi: str, workspace: Workspace, problems: Problems
) -> tuple[TargetSum, ...]:
    """The lines of a measure. Reports K0550 (its KPI is no sum) and K0551 (no plan to read)."""
    found = []
    for line in facts.every(s.AddsUp):
        if not adds_up(workspace, kpi):
            problems.report("K0550", line.span, kpi=kpi)
            continue
        plans = [t for t in facts.every(s.TargetLine) if isinstance(t.value, s.FromPlan)]
        if not any(each.role == "target" for each in plans):
            problems.report("K0551", line.span, measure=measure)
            continue
        parent = find_entity(workspace, line.entity, problems)
        plan = find_plan(workspace, line.plan, problems) if line.plan is not None else None
        if parent is None or (line.plan is not None and plan is None):
            continue
        tolerance = Fraction(line.within.value) if line.within is not None else Fraction(0)
        found.append(TargetSum(parent, plan, tolerance, line.span))
    return tuple(found)


# ── for a period ─────────────────────────────────────────────────────────────────────────────────


def plan_sums(measures: Iterable[MeasurePlan], rows: Aggregation) -> tuple[SumPlan, ...]:
    """What has to be asked for the lines of all measures."""
    return tuple(
        found
        for planned in measures
        for line in planned.measure.sums
        for target in _targets(planned)
        if (found := _sum(planned.measure, line, *target, rows)) is not None
    )


def _targets(planned: MeasurePlan) -> Iterator[tuple[PlanTable, v.PlanValue]]:
    """The plans that the target may be taken from, each once."""
    tables = {rule.span: rule.plan for rule in planned.measure.targets.get("target", ())}
    seen: set[str] = set()
    for line in planned.targets.get("target", ()):
        table = tables.get(line.span)
        if table is not None and isinstance(line.value, v.PlanValue) and table.name not in seen:
            seen.add(table.name)
            yield table, line.value


def _sum(
    measure: Measure, line: TargetSum, table: PlanTable, target: v.PlanValue, rows: Aggregation
) -> SumPlan | None:
    parent = _parent_of(rows.rows(table), measure.level, line, rows)
    own = _own(measure, line, table, target, rows)
    if parent is None or own is None:
        return None
    assert table.relation is not None
    known = _known_child(rows.rows(table), measure.level, target, line)
    there = r.Negation(r.Absent(known))
    conditions = (*_given(target.where), r.Lies(target.day, target.range), there)
    children = SumSide(table.relation, parent, target.value, conditions)
    return SumPlan(measure, line.parent, line.tolerance, line.span, children, own)


def _parent_of(plan: Rows, child: Entity, line: TargetSum, rows: Aggregation) -> r.Scalar | None:
    """To whom the entity of a row belongs, whatever else the row says."""
    if line.parent.everything:
        return r.Constant(line.parent.name)
    try:
        chain(rows.workspace, child, line.parent.name)
    except (NoLink, Ambiguous):
        rows.rows(child).key(line.parent, line.span)  # says which
        return None
    names = [s.Name(each.name, span=line.span) for each in (child, line.parent)]
    return plan.path(s.Path(tuple(names), span=line.span))


def _known_child(plan: Rows, child: Entity, target: v.PlanValue, line: TargetSum) -> r.Scalar:
    """The key of the entity of a row in the entity's own table: a row of nobody counts nowhere."""
    if child.key is None or child.relation is None:
        return target.key
    names = (s.Name(child.name, span=line.span), child.key)
    return plan.path(s.Path(names, span=line.span)) or target.key


def _own(
    measure: Measure, line: TargetSum, table: PlanTable, target: v.PlanValue, rows: Aggregation
) -> SumSide | None:
    """The rows of the parent itself: those that name nobody who belongs to it."""
    plan = line.plan or table
    found = rows.rows(plan)
    if not line.parent.everything and key_of(line.parent.name) not in plan.links:
        names = {"holder": plan.name, "entity": line.parent.name}
        fix = f"link {line.parent.name} by COLUMN"
        rows.problems.report("K0606", line.span, names, fix=fix)
        return None
    key = found.key(line.parent, line.span)
    value = found.own(plan.columns["target"]) if "target" in plan.columns else None
    day = found.own(plan.period) if plan.period is not None else None
    kpi = found.own(plan.kpi_column) if plan.kpi_column is not None else None
    if key is None or value is None or day is None or (plan.kpi_column and kpi is None):
        return None
    conditions: list[r.Condition] = [r.Lies(day, target.range)]
    if kpi is not None:
        conditions.append(r.Compare(kpi, "=", r.Constant(measure.kpi.name)))
    conditions += [c for each in plan.only_where if (c := found.condition(each, None)) is not None]
    conditions += [r.Absent(each) for each in _below(plan, line.parent, found, rows)]
    if not isinstance(key, r.Constant):
        conditions.append(r.Negation(r.Absent(key)))
    assert plan.relation is not None
    return SumSide(plan.relation, key, value, tuple(conditions))


def _below(plan: PlanTable, parent: Entity, found: Rows, rows: Aggregation) -> Iterator[r.Scalar]:
    """The columns of a plan that name an entity which belongs to the parent."""
    for name, column in plan.links.items():
        entity = rows.workspace.entities.get(name)
        if entity is None or entity is parent or not _belongs(rows.workspace, entity, parent):
            continue
        scalar = found.own(column)
        if scalar is not None:
            yield scalar


def _belongs(workspace: Workspace, entity: Entity, parent: Entity) -> bool:
    return parent.everything or key_of(parent.name) in reachable(workspace, entity)


def _given(condition: r.Condition | None) -> tuple[r.Condition, ...]:
    return () if condition is None else (condition,)
