"""Every node of the syntax trees of a workspace, whatever it means."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from engine.model import Workspace
from grammar import syntax as s

Walked = tuple[tuple[s.Section, tuple[s.Node, ...]], ...]

_NO_NODES = {"str", "bool", "int", "Decimal", "date", "str | None", "Decimal | None"}


def walk(workspace: Workspace) -> Walked:
    """The sections of a workspace, each with its nodes from left to right."""
    documents = workspace.documents
    return tuple((each, tuple(_nodes_in(each))) for d in documents for each in d.sections)


def _nodes_in(section: s.Section) -> Iterator[s.Node]:
    waiting: list[object] = [section]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            waiting.extend(reversed(each))
        elif isinstance(each, s.Node):
            yield each
            waiting.extend(getattr(each, name) for name in _parts(type(each).__name__))


@cache
def _parts(kind: str) -> tuple[str, ...]:
    """The parts of a kind of node that may hold nodes, the last one first."""
    node: type[s.Node] = getattr(s, kind)
    names: tuple[str, ...] = node.__match_args__
    return tuple(n for n in reversed(names) if node.__annotations__[n] not in _NO_NODES)
