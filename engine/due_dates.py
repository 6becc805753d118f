"""`due N days after period`: until that day the rows of a period may still come in.

`due 5 days after period` of a quarter that ends on 30 September is due on 5 October; before that
day what is made of these rows is pending, neither missing nor scored.
"""

from __future__ import annotations

from datetime import timedelta

from engine import values as v
from engine.plan import MeasurePlan, Plan


def is_pending(plan: Plan, measure: MeasurePlan) -> bool:
    """Whether something that the measure is made of is not due on the day of the run."""
    last = plan.period.end - timedelta(days=1)
    for aggregate in v.aggregates(measure.value):
        data = plan.workspace.data.get(aggregate.data)
        due = data.due if data is not None and aggregate.range is not None else None
        if due is not None and plan.as_of < last + timedelta(days=due):
            return True
    return False
