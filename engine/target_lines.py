"""Target, floor and stretch lines as written: which line decides, and that one can."""

from __future__ import annotations

from engine.card import TargetRule
from engine.facts import Facts, Problems
from engine.finding import find_plan
from engine.holders import paths_in
from engine.implication import implies
from engine.literals import fits_unit
from engine.model import Kpi, Workspace
from engine.split_targets import can_be_split
from engine.weights import in_unknown_order, start_of
from grammar import syntax as s


def read_targets(
    facts: Facts, kpi: Kpi, workspace: Workspace, problems: Problems
) -> dict[str, tuple[TargetRule, ...]]:
    """The target, floor and stretch lines of a measure, by role."""
    rules: dict[str, list[TargetRule]] = {}
    for line in facts.every(s.TargetLine):
        plan = None
        if isinstance(line.value, s.FromPlan):
            plan = find_plan(workspace, line.value.plan, problems)
            if plan is None:
                continue
        value = None if isinstance(line.value, s.FromPlan) else line.value
        if value is not None and not fits_unit(value, kpi, problems):
            continue
        if line.split is not None and not can_be_split(line.split, plan, line.span, problems):
            continue
        since = start_of(line.since, workspace.calendar, problems)
        if since is None:
            continue
        rules.setdefault(line.role, []).append(
            TargetRule(value, plan, line.where, since, line.span, line.split)
        )
    for role, lines in rules.items():
        if not in_unknown_order(facts.every(s.TargetLine), workspace.calendar):
            _check_lines(role, lines, problems)
    _check_circle(rules, problems)
    return {role: tuple(lines) for role, lines in rules.items()}


def _check_circle(rules: dict[str, list[TargetRule]], problems: Problems) -> None:
    """Target, floor and stretch may use one another, as long as none waits for itself."""
    uses = {
        role: {
            path.parts[0].text.lower()
            for line in lines
            for path in paths_in((line.value, line.where))
            if len(path.parts) == 1
        }
        & rules.keys()
        for role, lines in rules.items()
    }
    waiting = set(uses)
    while ready := {role for role in waiting if not uses[role] & waiting}:
        waiting -= ready
    if waiting:
        role = sorted(waiting)[0]
        names = ", ".join(sorted(waiting))
        problems.report("K0521", rules[role][0].span, roles=names)


def _check_lines(role: str, lines: list[TargetRule], problems: Problems) -> None:
    """A line is dead where a later one always holds when it does."""
    for i, line in enumerate(lines):
        above = [
            each
            for each in lines[i + 1 :]
            if each.since <= line.since and implies(line.where, each.where)
        ]
        if above:
            problems.report("K0520", line.span, labels=[(above[0].span, "decides")], role=role)
