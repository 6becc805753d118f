"""`split by days`: which period of a plan is shared out among the card's periods."""

from __future__ import annotations

from engine.card import Measure, TargetRule
from engine.facts import Problems
from engine.kinds import adds_up
from engine.model import Workspace
from engine.periods import MONTHS, Period, Range


def longer_period(
    workspace: Workspace, measure: Measure, rule: TargetRule, period: Period, problems: Problems
) -> Range | None:
    """The days of the plan's period in which the card's lies. None where a reason is reported:
    the KPI does not add up (K0530), the plan's periods are not longer (K0531), or the card is
    scored every week: some weeks begin in one period of the plan and end in the next (K0532)."""
    plan = rule.plan
    assert plan is not None
    assert plan.every is not None
    names = {"plan": plan.name, "kpi": measure.kpi.name}
    if not adds_up(workspace, measure.kpi.name):
        problems.report("K0530", rule.span, names)
        return None
    if MONTHS.get(plan.every, 0) <= MONTHS.get(period.cadence, 0):
        problems.report("K0531", rule.span)
        return None
    if period.cadence not in MONTHS:
        problems.report("K0532", rule.span, names, every=plan.every)
        return None
    whole = workspace.calendar.containing(plan.every, period.start)
    return Range(whole.start, whole.end)
