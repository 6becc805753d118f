"""Every node of a syntax tree, whatever it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from engine.model import Workspace
from grammar import syntax as s

Walked = tuple[tuple[s.Section, tuple[s.Node, ...]], ...]

_NO_NODES = {"str", "bool", "int", "Decimal", "date", "str | None", "Decimal | None"}


def walk(workspace: Workspace) -> Walked:
    """The sections of a workspace, each with its nodes from left to right."""
    documents = workspace.documents
    return tuple((each, tuple(nodes_in(each))) for d in documents for each in d.sections)


def nodes_in(root: object) -> Iterator[s.Node]:
    """A node (or the nodes of a tuple) and all inside, from left to right."""
    waiting: list[Any] = [root]
    while waiting:
        each = waiting.pop()
        if each.__class__ is tuple:
            waiting.extend(each[::-1])
            continue
        parts = _PARTS[each.__class__]
        if parts is not None:
            yield each
            waiting.extend(parts(each))


class _Parts(dict[type, "Callable[[Any], tuple[Any, ...]] | None"]):
    """By class, what gives the parts that may hold nodes, the last one first; None for no node."""

    def __missing__(self, kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
        self[kind] = _parts(kind) if issubclass(kind, s.Node) else None
        return self[kind]


def _parts(kind: type[s.Node]) -> Callable[[Any], tuple[Any, ...]]:
    written: tuple[str, ...] = kind.__match_args__
    names = [n for n in reversed(written) if kind.__annotations__[n] not in _NO_NODES]
    if not names:
        return lambda _node: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda node: (get(node),)


_PARTS = _Parts()
