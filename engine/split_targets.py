"""`split by days` and `split by shares`: what a period of the card gets of a longer target."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from engine.card import Measure, TargetRule
from engine.facts import Problems
from engine.kinds import adds_up
from engine.model import PlanTable, Workspace
from engine.period_rows import OutsideTable
from engine.periods import MONTHS, Period
from engine.values import Part
from grammar import Span
from grammar import syntax as s


def can_be_split(split: s.Split, plan: PlanTable | None, line: Span, problems: Problems) -> bool:
    """Whether a target line may be split: it is from a plan that says how long its periods are
    (K0531), and its shares are the whole of the target (K0543)."""
    if plan is None or plan.every is None:
        problems.report("K0531", line)
        return False
    if isinstance(split, s.SplitByShares):
        sum_of_shares = sum((share.value for share in split.shares), Decimal(0))
        if sum_of_shares != 1:
            problems.report("K0543", split.span, sum=f"{(sum_of_shares * 100).normalize():f}%")
            return False
    return True


def longer_period(
    workspace: Workspace, measure: Measure, rule: TargetRule, period: Period, problems: Problems
) -> Period | None:
    """The plan's period in which the card's lies. None where a reason is reported: the KPI does
    not add up (K0530), the plan's periods are not longer (K0531), or the card is scored every
    week: some weeks begin in one period of the plan and end in the next (K0532)."""
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
    try:
        return workspace.calendar.containing(plan.every, period.start)
    except OutsideTable as outside:
        outside.report(problems, rule.span)
        return None


def part_of(
    workspace: Workspace,
    whole: Period | None,
    rule: TargetRule,
    period: Period,
    problems: Problems,
) -> Part | None:
    """What a period of the card gets of the target of a longer one: its calendar days over those
    of the whole, or the share that is written for its place in it. None where a reason is
    reported: there is not one share for each period (K0544)."""
    if whole is None:
        return None
    if not isinstance(rule.split, s.SplitByShares):
        return Part(whole.name, Fraction(period.days, whole.days), whole.days)
    parts = workspace.calendar.parts(whole, period.cadence)
    shares = rule.split.shares
    if workspace.calendar.assumed:  # how many there are is not known
        return Part(whole.name, Fraction(shares[0].value))
    if len(shares) != len(parts):
        counts = {"found": len(shares), "wanted": len(parts), "whole": whole.name}
        problems.report("K0544", rule.split.span, counts, cadence=period.cadence)
        return None
    place = [part.start for part in parts].index(period.start)
    return Part(whole.name, Fraction(shares[place].value))
