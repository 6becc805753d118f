"""Targets from a plan table: one row for the scored period, or all of its finer periods."""

from __future__ import annotations

from datetime import date

import numpy as np

from engine import values as v
from engine.atoms import LevelData
from engine.facts import Problems
from engine.numbers import Floats, round_sum
from engine.periods import Range
from engine.plan import Plan
from engine.reasons import Codes, code

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def plan_value(
    node: v.PlanValue, parts: list[Floats], data: LevelData, plan: Plan, problems: Problems
) -> tuple[Floats, Codes]:
    """Value and reason for every entity.

    A plan is finer than the card where some entity has a row for every month (or whatever `every`
    says) in which it is active; then every entity needs all of its rows. Any other second row is
    a duplicate, an error that lists whom it concerns.
    """
    total, rows, months = (np.where(np.isnan(part), 0.0, part) for part in parts)
    step = _MONTHS.get(node.every or "", 0)
    expected = _expected(data, node.range, step or 1)
    whole = (rows > 1) & (rows == months) & (rows == expected)
    finer = bool(whole.any()) if not step else step < _MONTHS.get(plan.period.cadence, 0)
    duplicated = (rows > months) if finer else (rows > 1)
    if duplicated.any():
        keys = [str(key) for key in data.keys[duplicated]]
        problems.report(
            "K0614",
            node.origin,
            plan=node.plan.removeprefix("targets "),
            kpi=node.kpi,
            period=plan.period.name,
            count=len(keys),
            keys=", ".join(keys[:10]) + (" …" if len(keys) > 10 else ""),
        )
    if finer and not is_flow(node, plan):
        problems.report("K0518", node.origin, kpi=node.kpi, plan=node.plan.removeprefix("targets "))
    there = (rows == expected) & (expected > 0) if finer else rows == 1
    values = np.where(there, round_sum(total), np.nan)
    return values, np.where(there, 0, code("no_target")).astype(np.int8)


def is_flow(node: v.PlanValue, plan: Plan) -> bool:
    """Sums and counts add up over time; only their targets may be summed."""
    measured = next(m for m in plan.measures if m.measure.kpi.name == node.kpi)
    return _flows(measured.value)


def _flows(value: v.Value) -> bool:
    match value:
        case v.Aggregate(function=function):
            return function in ("sum", "count")
        case v.Operation(left, "+" | "-", right):
            return _flows(left) and _flows(right)
        case v.Operation(left, "*" | "/", v.Literal()):
            return _flows(left)
        case v.Operation(v.Literal(), "*", right) | v.KpiValue(value=right):
            return _flows(right)
    return False


def _expected(data: LevelData, span: Range, step: int) -> Floats:
    """How many finer periods of the range an entity is active in."""
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
    starts = [_later(span.start, n) for n in range(0, max(months, 1), step)]
    bounds = [*starts, span.end]
    expected = np.zeros(len(data))
    for start, end in zip(bounds, bounds[1:], strict=False):
        active = np.ones(len(data), dtype=bool)
        if data.since is not None:
            active &= ~(data.since >= np.datetime64(end, "D"))
        if data.until is not None:
            active &= ~(data.until < np.datetime64(start, "D"))
        expected += active
    return expected


def _later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, day.day)
