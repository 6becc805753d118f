"""What a name means among the definitions of a workspace, or what was meant in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from engine.called import called
from engine.facts import Problems
from engine.mends import renamed
from engine.model import Definition, Entity, Kpi, PlanTable, Workspace, key_of
from grammar import Span, suggest
from grammar import syntax as s
from grammar.suggest import Known

D = TypeVar("D", bound=Definition)


def find_entity(workspace: Workspace, name: s.Name, problems: Problems) -> Entity | None:
    """The entity of that name; reported (K0210) where there is none."""
    return _find("K0210", workspace.entities, workspace, name, problems)


def find_kpi(workspace: Workspace, name: s.Name, problems: Problems) -> Kpi | None:
    """The KPI of that name; reported (K0201) where there is none."""
    return _find("K0201", workspace.kpis, workspace, name, problems)


def find_plan(workspace: Workspace, name: s.Name, problems: Problems) -> PlanTable | None:
    """The table of targets of that name; reported (K0212) where there is none."""
    return _find("K0212", workspace.plans, workspace, name, problems)


def _find(
    code: str, defined: Mapping[str, D], workspace: Workspace, name: s.Name, problems: Problems
) -> D | None:
    found = defined.get(key_of(name.text))
    if found is None:
        known = called(defined.values())
        report_unknown(code, name.span, name.text, known, problems, bool(workspace.unread))
    return found


def report_unknown(
    code: str, place: Span, name: str, known: Known, problems: Problems, unread: bool
) -> None:
    """Report a name that nothing here has, with those that are near. `unread`: some file could not
    be read, and it may stand there."""
    problems.report(
        code,
        place,
        name=name,
        hint=did_you_mean(name, known),
        fixes=renamed(place, known),
        follows=unread,
    )


def did_you_mean(word: str, known: Known) -> str:
    """The nearest of the known names as a question; empty where none is near."""
    close = suggest(word, known)
    return f"Did you mean {' or '.join(f'`{each}`' for each in close)}? " if close else ""
