"""Days that formulas name: the first and last of the card's period, and when an entity began.

A day of the period stands in the rows of an aggregate as if it were written there, in every window
the card's own. `active_start` is there that of the entity that is scored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from engine.aggregation import Aggregation
from engine.constants import replaced
from engine.context import Context
from engine.facts import Problems
from engine.holders import paths_in
from engine.model import DataSet, Entity, Workspace, key_of
from engine.paths import ACTIVE_START, NAMED_DAYS
from grammar import syntax as s

N = TypeVar("N", bound=s.Node)


class NamedDays:
    """Reads the names of days in formulas of one workspace. Reports K0348 (a column is called so
    too) where the name stands."""

    def __init__(self, workspace: Workspace, aggregation: Aggregation, problems: Problems) -> None:
        self.workspace = workspace
        self.aggregation = aggregation
        self.problems = problems

    def read(self, node: s.Expression, context: Context) -> s.Expression:
        """Outside of rows: the day of a period at the place of its name; anything else as it is."""
        self._check((node,), (context.level,))
        return self._day(node, context)

    def inside(self, call: s.Call, context: Context) -> s.Call:
        """A function of rows with the names of days in it read."""
        names = [path for path in paths_in(call) if _name_of(path)]
        if not names:
            return call
        self._check(names, self._holders(call))
        return replaced(call, lambda path: self._in_rows(path, context))

    def of_entity(self, node: N, context: Context) -> N:
        """An expression over the entity's own row with the days of the period in it read."""
        self._check(paths_in(node), (context.level,))
        return replaced(node, lambda path: self._day(path, context))

    def _in_rows(self, path: s.Path, context: Context) -> s.Expression:
        if _name_of(path) != ACTIVE_START:
            return self._day(path, context)
        level = s.Name(context.level.name, span=path.span)
        return s.Path((level, *path.parts), span=path.span)

    @staticmethod
    def _day(node: s.Expression, context: Context) -> s.Expression:
        match _name_of(node):
            case "period_start":
                return s.DateLiteral(context.period.start, span=node.span)
            case "period_end":
                return s.DateLiteral(context.period.range.last, span=node.span)
        return node

    def _holders(self, call: s.Call) -> list[DataSet | Entity]:
        """The data set that a call names, or else the entity that it counts."""
        names = [key_of(path.parts[0].text) for path in paths_in(call)]
        data = [self.workspace.data[name] for name in names if name in self.workspace.data]
        entities = [self.workspace.entities.get(name) for name in names[:1]]
        return [*data[:1]] or [entity for entity in entities if entity is not None]

    def _check(self, nodes: Iterable[s.Expression], holders: Iterable[DataSet | Entity]) -> None:
        for node in nodes:
            if not isinstance(node, s.Path) or _name_of(node) is None:
                continue
            for holder in holders:
                if self.aggregation.rows(holder).knows(node.parts[0]):
                    name = node.span.text
                    self.problems.report("K0348", node.span, name=name, holder=holder.name)


def _name_of(node: s.Expression) -> str | None:
    """The name of a day that a path is."""
    if not isinstance(node, s.Path) or len(node.parts) != 1:
        return None
    name = key_of(node.parts[0].text)
    return name if name in NAMED_DAYS else None
