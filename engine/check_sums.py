"""Targets that should add up to that of whom they belong to, asked of the database.

Both sums are rounded like every sum; what differs by more than the line allows is a warning: the
scores stand, somebody has to look at the plan.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.atoms import floats, texts
from engine.catalog import Source
from engine.facts import Problems
from engine.lower_checks import lower_sum
from engine.numbers import round_sum
from engine.plan import Plan
from engine.printed import plain
from engine.target_sums import SumPlan

_MOST = 10  # parents named for one line, those with the largest differences
_NEAR = 1e-6


def check_sums(plan: Plan, source: Source, problems: Problems) -> None:
    """Report K0552 (the sums differ) and K0553 (a parent without a target of its own)."""
    for each in plan.sums:
        made, own = (_sums(sql, source) for sql in lower_sum(plan, each, source.dialect))
        _compare(each, made, own, problems)


def _sums(sql: str, source: Source) -> dict[str, float]:
    """The sums that there are, by key; whoever belongs to nobody is not compared."""
    found = {name.lower(): column for name, column in source.fetch(sql).items()}
    totals = round_sum(floats(found["total"]))
    pairs = zip(texts(found["k"]), totals, strict=True)
    return {key: float(total) for key, total in pairs if key is not None and not np.isnan(total)}


def _compare(
    each: SumPlan, made: Mapping[str, float], own: Mapping[str, float], problems: Problems
) -> None:
    names = {"measure": each.measure.name, "parent": each.parent.name}
    lacking = sorted(made.keys() - own.keys())
    for key in lacking[:_MOST]:
        total = plain(made[key])
        problems.report("K0553", each.span, {**names, "key": key, "made": total})
    gaps = {key: made.get(key, 0.0) - own[key] for key in own}
    for key in sorted(gaps, key=lambda key: (-abs(gaps[key]), key))[:_MOST]:
        allowed = float(each.tolerance) * abs(own[key]) + _NEAR
        if abs(gaps[key]) <= allowed:
            continue
        side = "too much" if gaps[key] > 0 else "too little"
        gap, total = f"{plain(abs(gaps[key]))} {side}", plain(made.get(key, 0.0))
        whole = plain(own[key])
        problems.report("K0552", each.span, names, key=key, made=total, own=whole, gap=gap)
