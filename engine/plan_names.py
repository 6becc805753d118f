"""The table of targets that a name means."""

from __future__ import annotations

from engine.called import called
from engine.facts import Problems
from engine.mends import renamed
from engine.model import PlanTable, Workspace, key_of
from engine.paths import did_you_mean
from grammar import syntax as s


def find_plan(workspace: Workspace, name: s.Name, problems: Problems) -> PlanTable | None:
    """The plan of that name; reported (K0212) where there is none."""
    plan = workspace.plans.get(key_of(name.text))
    if plan is None:
        known = called(workspace.plans.values())
        problems.report(
            "K0212",
            name.span,
            name=name.text,
            hint=did_you_mean(name.text, known),
            fixes=renamed(name.span, known),
            follows=bool(workspace.unread),
        )
    return plan
