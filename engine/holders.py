"""Whose rows an aggregate is about: the data set that its argument names, or an entity."""

from __future__ import annotations

from datetime import date, timedelta

from engine import scalars as r
from engine.activity import Activity
from engine.facts import Problems
from engine.finding import did_you_mean
from engine.model import DataSet, Entity, Workspace, key_of
from engine.periods import Range
from engine.rows import Rows
from engine.walk import nodes_in
from grammar import syntax as s
from grammar.suggest import quoted

Holder = Entity | DataSet


class Holders:
    """Finds the holders of one workspace. None means: reported (K0211)."""

    def __init__(self, workspace: Workspace, problems: Problems) -> None:
        self.workspace = workspace
        self.problems = problems

    def find(self, name: str, argument: s.Expression) -> Holder | None:
        """The data set that the argument names; `count` takes it alone, or an entity."""
        paths = paths_in(argument)
        if name == "count" and isinstance(argument, s.Path) and len(argument.parts) == 1:
            found = self._named(argument.parts[0])
            if found is not None:
                return found
        for path in paths:
            if name == "unique" and len(path.parts) == 1:
                data = self._with_group(path.parts[0])
                if data is not None:
                    return data
            if len(path.parts) > 1:
                data = self.workspace.data.get(key_of(path.parts[0].text))
                if data is not None:
                    return data
        known = [d.name for d in self.workspace.data.values()]
        first = paths[0] if paths else argument
        written = first.parts[0].text if isinstance(first, s.Path) else first.span.text
        self.problems.report(
            "K0211",
            first.span,
            found=argument.span.text,
            function=name,
            hint=did_you_mean(written, known) or _data_sets(known),
            follows=bool(self.workspace.unread),
        )
        return None

    def _with_group(self, name: s.Name) -> DataSet | None:
        """The one data set that declares a group of that name."""
        found = [d for d in self.workspace.data.values() if key_of(name.text) in d.groups]
        return found[0] if len(found) == 1 else None

    def _named(self, name: s.Name) -> Holder | None:
        data = self.workspace.data.get(key_of(name.text))
        entity = self.workspace.entities.get(key_of(name.text))
        if data is not None:
            return data
        return entity if entity is not None and entity.relation is not None else None


def active_at(entity: Entity, rows: Rows, end: date) -> r.Condition | None:
    """Active on the last day of the period."""
    return r.all_of(*activity(entity, rows).on_some(Range(end - timedelta(days=1), end)))


def activity(entity: Entity, rows: Rows) -> Activity:
    """The `active` line of an entity, over its own rows."""
    line = entity.active
    if line is None:
        return Activity()
    until = rows.own(line.until) if line.until is not None else None
    return Activity(rows.own(line.since), until, line.inclusive)


def _data_sets(known: list[str]) -> str:
    return f"Data sets are: {quoted(known)}. " if known else ""


def paths_in(node: object) -> list[s.Path]:
    """Every path written in an expression, from left to right."""
    return [each for each in nodes_in(node) if isinstance(each, s.Path)]
