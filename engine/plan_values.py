"""Targets from a plan table: one row for the scored period, all of its finer periods, or a part of
a longer one.

The query counts and adds the rows of every month of the period apart, so that which months have a
row is known, not only how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine import values as v
from engine.atoms import LevelData, active_days
from engine.facts import Problems
from engine.kinds import adds_up
from engine.numbers import Flags, Floats, round_sum
from engine.periods import MONTHS
from engine.plan import Plan
from engine.proration import refuse_finer
from engine.reasons import Codes, code


@dataclass(frozen=True)
class _Rows:
    """Rows and their sum by entity (down) and finer period (across), and who is active in each."""

    count: Floats
    total: Floats
    active: Flags

    def by(self, step: int) -> _Rows:
        """The same in periods of `step` months."""
        width = self.count.shape[1]
        starts = range(0, width, step)

        def grouped(values: Floats) -> Floats:
            return np.column_stack([values[:, i : i + step].sum(axis=1) for i in starts])

        active = np.column_stack([self.active[:, i : i + step].any(axis=1) for i in starts])
        return _Rows(grouped(self.count), grouped(self.total), active)

    @property
    def complete(self) -> Flags:
        """One row for every finer period in which the entity is active."""
        fits = np.where(self.active, self.count == 1, self.count <= 1)
        whole: Flags = np.all(fits, axis=1) & np.any(self.active, axis=1)
        return whole

    @property
    def repeated(self) -> Flags:
        again: Flags = np.any(self.count > 1, axis=1)
        return again


def plan_value(
    node: v.PlanValue, parts: list[Floats], data: LevelData, plan: Plan, problems: Problems
) -> tuple[Floats, Codes]:
    """Value and reason for every entity of the level.

    A plan is finer than the card where `every` says so or, without it, where some entity has a row
    for every month (quarter, half) in which it is active; then every entity needs all of its rows.
    Any other second row is a duplicate, an error that lists whom it concerns.
    """
    filled = [np.where(np.isnan(part), 0.0, part) for part in parts]
    months = _Rows(
        np.column_stack(filled[1::2]), np.column_stack(filled[0::2]), _active(node, data)
    )
    if node.part is not None:
        return _split(node, node.part.share, months.by(len(node.months)), data, plan, problems)
    whole = len(node.months)
    step = _step(node, plan.period.cadence) or _inferred(months, whole)
    if step > whole:
        _report("K0519", node, problems, every=node.every, cadence=plan.period.cadence)
    rows = months.by(min(step, whole))
    _report_repeats(node, rows.repeated, data, plan, problems)
    if step < whole and not adds_up(plan.workspace, node.kpi):
        _report("K0518", node, problems)
    elif step < whole and node.prorated:
        refuse_finer(node.kpi, node.origin, problems)
    there = rows.complete if step < whole else rows.count[:, 0] == 1
    values = np.where(there, round_sum(rows.total.sum(axis=1)), np.nan)
    return values, np.where(there, 0, code("no_target")).astype(np.int8)


def _split(
    node: v.PlanValue,
    share: Fraction,
    rows: _Rows,
    data: LevelData,
    plan: Plan,
    problems: Problems,
) -> tuple[Floats, Codes]:
    """The part of the one row of a longer period that is the card's period's."""
    _report_repeats(node, rows.repeated, data, plan, problems)
    there = rows.count[:, 0] == 1
    part = round_sum(rows.total[:, 0]) * share.numerator / share.denominator
    return np.where(there, part, np.nan), np.where(there, 0, code("no_target")).astype(np.int8)


def _step(node: v.PlanValue, cadence: str) -> int | None:
    """The months of a plan's period, where it says how long it is."""
    if node.every == cadence:
        return len(node.months)
    return None if node.every is None else MONTHS.get(node.every)


def _inferred(months: _Rows, whole: int) -> int:
    """The longest period of which some entity has several rows and all; else the card's own."""
    steps = MONTHS.values() if whole in MONTHS.values() else [1]  # thirteen months have no quarters
    for step in sorted((s for s in steps if s < whole), reverse=True):
        rows = months.by(step)
        if (rows.complete & (rows.count.sum(axis=1) > 1)).any():
            return step
    return whole


def _active(node: v.PlanValue, data: LevelData) -> Flags:
    spans = []
    for span in node.months:
        since, through = active_days(data, span.start, span.end)
        spans.append(through >= since)
    return np.column_stack(spans)


def _report_repeats(
    node: v.PlanValue, repeated: Flags, data: LevelData, plan: Plan, problems: Problems
) -> None:
    keys = [str(key) for key in data.keys[repeated]]
    if keys:
        shown = ", ".join(keys[:10]) + (" …" if len(keys) > 10 else "")
        _report("K0614", node, problems, period=plan.period.name, count=len(keys), keys=shown)


def _report(code_: str, node: v.PlanValue, problems: Problems, **data: object) -> None:
    plan = node.plan.removeprefix("targets ")
    problems.report(code_, node.origin, data, plan=plan, kpi=node.kpi)
