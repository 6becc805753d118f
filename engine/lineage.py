"""What a KPI rests on: the data sets that it reads, and the figure that its formula comes to."""

from __future__ import annotations

from collections.abc import Hashable

from engine.holders import paths_in
from engine.meaning import Meaning, unordered
from engine.model import Kpi, Workspace, key_of
from engine.references import fields_of, function_of, is_of_rows
from grammar import syntax as s


def data_of(workspace: Workspace, kpi: Kpi) -> frozenset[str]:
    """The data sets whose rows a KPI reads, also by way of other KPIs."""
    names: set[str] = set()
    waiting, seen = [kpi], {key_of(kpi.name)}
    while waiting:
        for path in paths_in(waiting.pop().formula):
            name = key_of(path.parts[0].text)
            if name in workspace.data:
                names.add(name)
            elif name in workspace.kpis and name not in seen:
                seen.add(name)
                waiting.append(workspace.kpis[name])
    return frozenset(names)


def figure_of(workspace: Workspace, kpi: Kpi) -> Hashable:
    """The formula of a KPI with the KPIs in it written out and plain numbers left away: equal for
    two KPIs that go up and down together (the share kept and the share lost, hours and days)."""
    meaning = Meaning(workspace.calendar, frozenset(workspace.kpis))
    return _Figure(workspace, meaning).of(kpi.formula, (key_of(kpi.name),))


class _Figure:
    def __init__(self, workspace: Workspace, meaning: Meaning) -> None:
        self.workspace = workspace
        self.meaning = meaning

    def of(self, node: object, within: tuple[str, ...]) -> Hashable:
        match node:
            case s.Call() if is_of_rows(node):
                return self.meaning.of(node)
            case s.Call(_, arguments, clauses):
                return function_of(node), self.of(arguments, within), self.meaning.of(clauses)
            case s.Path((name,)) if key_of(name.text) in self.workspace.kpis:
                key = key_of(name.text)
                formula = self.workspace.kpis[key].formula
                return key if key in within else self.of(formula, (*within, key))
            case s.Sign(_, operand):
                return self.of(operand, within)
            case s.Arithmetic(s.Number() | s.Percent(), "+" | "-" | "*", right):
                return self.of(right, within)
            case s.Arithmetic(left, _, s.Number() | s.Percent()):
                return self.of(left, within)
            case s.Arithmetic(left, "+" | "*" as operator, right):
                return operator, unordered(self.of(each, within) for each in (left, right))
            case s.Path() | s.Name():
                return self.meaning.of(node)
            case s.Node():
                parts = (getattr(node, field) for field in fields_of(node))
                return type(node), *(self.of(part, within) for part in parts)
            case tuple():
                return tuple(self.of(each, within) for each in node)
        assert isinstance(node, Hashable)
        return node
