"""`due N days after period`: until that day the rows of a period may still come in.

`due 5 days after period` of a quarter that ends on 30 September is due on 5 October; before that
day what is made of these rows is pending, neither missing nor scored.
"""

from __future__ import annotations

from datetime import timedelta

from engine import scalars as r
from engine import values as v
from engine.plan import MeasurePlan, Plan


def is_pending(plan: Plan, measure: MeasurePlan) -> bool:
    """Whether something that the measure is made of is not due on the day of the run."""
    last = plan.period.range.last
    for name in _read(measure):
        data = plan.workspace.data.get(name)
        due = data.due if data is not None else None
        if due is not None and plan.as_of < last + timedelta(days=due):
            return True
    return False


def _read(measure: MeasurePlan) -> set[str]:
    """The data sets whose rows of some days the measure is made of, also by way of attributes."""
    lines = [line for lines in measure.targets.values() for line in lines]
    roots = [measure.value, *(line.where for line in lines if line.where is not None)]
    nodes = [node for root in roots for node in v.walk(root)]
    found = {n.data for n in v.aggregates(measure.value) if n.range is not None}
    asked = [n for n in nodes if isinstance(n, v.Aggregate | v.AttributeOf)]
    return found | {t.holder for t in r.tallies_of(asked) if t.range is not None}
