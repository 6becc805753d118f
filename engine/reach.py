"""How rows reach an entity: the shortest chain of many-to-one links, towards declared keys.

Every join the engine writes comes from here, so a fan-out cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model import DataSet, Entity, History, PlanTable, Workspace, key_of
from grammar import syntax as s

Holder = Entity | DataSet | PlanTable | History


@dataclass(frozen=True, slots=True)
class Step:
    """One link: a column of the holder (or a path, for one made of values) leads to `entity`."""

    entity: str
    column: s.Name | None
    path: s.Path | None = None


Chain = tuple[Step, ...]


class NoLink(Exception):
    """Rows that do not reach an entity."""


class Ambiguous(Exception):
    """Two shortest chains of one length; `ways` names the first entity of each."""

    def __init__(self, ways: tuple[str, ...]) -> None:
        super().__init__(ways)
        self.ways = ways


def chain(workspace: Workspace, holder: Holder, entity: str) -> Chain:
    """The links from the rows of `holder` to `entity`. Raises NoLink, Ambiguous.

    An entity that is `everything` is reached by no step at all.
    """
    wanted = key_of(entity)
    if workspace.entities[wanted].everything:
        return ()
    if isinstance(holder, DataSet) and wanted in holder.through:
        via = key_of(holder.through[wanted].text)
        if via in workspace.entities:
            first = chain(workspace, holder, via)
            return first + chain(workspace, workspace.entities[via], wanted)
    found = _shortest(workspace, holder, wanted)
    if not found:
        raise NoLink(entity)
    if len(found) > 1:
        raise Ambiguous(tuple(workspace.entities[each[0].entity].name for each in found))
    return found[0]


def reachable(workspace: Workspace, holder: Holder) -> dict[str, Chain]:
    """The shortest chain to every entity, the nearest entity first; ties keep the first."""
    found: dict[str, Chain] = {}
    level: list[Chain] = [(step,) for step in _steps(workspace, holder)]
    while level:
        fresh = [each for each in level if each[-1].entity not in found]
        for each in fresh:
            found.setdefault(each[-1].entity, each)
        level = [
            (*each, step)
            for each in fresh
            for step in _steps(workspace, workspace.entities[each[-1].entity])
            if step.entity not in found
        ]
    return found


def _shortest(workspace: Workspace, holder: Holder, wanted: str) -> list[Chain]:
    seen: set[str] = set()
    level: list[Chain] = [(step,) for step in _steps(workspace, holder)]
    while level:
        arrived = [each for each in level if each[-1].entity == wanted]
        if arrived:
            return arrived
        seen |= {each[-1].entity for each in level}
        level = [
            (*each, step)
            for each in level
            for step in _steps(workspace, workspace.entities[each[-1].entity])
            if step.entity not in seen
        ]
    return []


def _steps(workspace: Workspace, holder: Holder) -> Iterator[Step]:
    links = holder.parents if isinstance(holder, Entity) else holder.links
    for entity, column in links.items():
        if entity in workspace.entities:
            yield Step(entity, column)
    for entity, definition in workspace.entities.items():
        if entity in links:
            continue
        for path in definition.values:
            named = not isinstance(holder, PlanTable | History)
            if named and _owner(path) == key_of(holder.name):
                yield Step(entity, None, path)


def _owner(path: s.Path) -> str:
    return key_of(path.parts[0].text)
