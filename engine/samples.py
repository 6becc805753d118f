"""The value of a measure from the window in which there is enough: the period, or a longer one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import values as v
from engine.evaluate import Evaluator
from engine.numbers import Flags
from engine.plan import MeasurePlan
from engine.results import Result, choose


@dataclass(frozen=True)
class Sample:
    """For every entity of a measure's level. `enough`: `needs` holds, in the window that was taken.
    `widened`: the longer one was taken; `representative`: None where the KPI does not ask."""

    value: Result
    enough: Flags
    widened: Flags
    representative: Flags | None


def sample_of(evaluator: Evaluator, plan: MeasurePlan) -> Sample:
    """A condition that cannot be evaluated does not hold. The longer window is taken only where
    the period is not enough and the window is."""

    def holds(test: v.Predicate | None) -> Flags | None:
        return None if test is None else evaluator.predicate(test, plan.level).holds

    value = evaluator.value(plan.value, plan.level)
    enough = np.ones(len(value.values), dtype=bool) if plan.needs is None else holds(plan.needs)
    assert enough is not None
    represents, nowhere = holds(plan.representative), np.zeros(len(enough), dtype=bool)
    wide = plan.widened
    if wide is None:
        return Sample(value, enough, nowhere, represents)
    widened = ~enough & evaluator.predicate(wide.needs, plan.level).holds
    wider = holds(wide.representative)
    if represents is not None and wider is not None:
        represents = np.where(widened, wider, represents)
    value = choose(widened, evaluator.value(wide.value, plan.level), value)
    return Sample(value, enough | widened, widened, represents)
