"""What a KPI rests on: the data sets that it reads, and the figure that its formula comes to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from engine.holders import Holder, paths_in
from engine.meaning import Meaning, unordered
from engine.model import DataSet, Entity, Kpi, Workspace, key_of
from engine.reach import reachable
from engine.references import fields_of, function_of, is_of_rows
from engine.walk import nodes_in
from grammar import syntax as s


def data_of(workspace: Workspace, kpi: Kpi) -> frozenset[str]:
    """The data sets whose rows a KPI reads, also by way of other KPIs."""
    holders = holders_of(workspace, kpi)
    return frozenset(key_of(each.name) for each in holders if isinstance(each, DataSet))


def level_of(
    workspace: Workspace, kpi: Kpi, has: Callable[[s.Path, Entity], bool]
) -> Entity | None:
    """An entity that everything a KPI reads belongs to, the nearest to what it names first. Where
    there is none, what everything belongs to. With groups of peers, one that `has` these."""
    ways = [_reached(workspace, each) for each in holders_of(workspace, kpi)]
    if not ways:
        return next(iter(workspace.entities.values()), None)
    shared = [entity for entity in ways[0] if all(entity in way for way in ways)]
    whole = [name for name, entity in workspace.entities.items() if entity.everything]
    known = [workspace.entities[name] for name in (*shared, *whole, *ways[0])]
    groups = [each.path for each in nodes_in(kpi.formula) if isinstance(each, s.Within)]
    fits = (each for each in known if all(has(path, each) for path in groups))
    return next(fits, next(iter(known), None))


def holders_of(workspace: Workspace, kpi: Kpi) -> tuple[Holder, ...]:
    """The data sets that a KPI reads and the entities that it counts, also by way of other KPIs:
    those that it names itself first."""
    found: dict[int, Holder] = {}
    waiting, seen = [kpi], {key_of(kpi.name)}
    for each in waiting:
        counted = {id(path) for path in _counted(each.formula)}
        for path in paths_in(each.formula):
            name = key_of(path.parts[0].text)
            entity = workspace.entities.get(name) if id(path) in counted else None
            holder = workspace.data.get(name, entity)
            if holder is not None:
                found[id(holder)] = holder
            elif name in workspace.kpis and name not in seen:
                seen.add(name)
                waiting.append(workspace.kpis[name])
    return tuple(found.values())


def _counted(formula: object) -> Iterator[s.Node]:
    """What stands alone in `count(…)`."""
    for call in nodes_in(formula):
        if isinstance(call, s.Call) and function_of(call) == "count":
            yield from call.arguments[:1]


def _reached(workspace: Workspace, holder: Holder) -> list[str]:
    """The entities that rows belong to, the nearest first; one belongs to itself."""
    own = [key_of(holder.name)] if isinstance(holder, Entity) else []
    return [*own, *reachable(workspace, holder)]


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
