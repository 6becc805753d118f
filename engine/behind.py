"""A value of an entity's own rows, seen from rows that link to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar, cast

from engine import scalars as r
from engine.opening import BusinessHours

R = TypeVar("R")


def seen_from(joins: tuple[r.Hop, ...], scalar: r.Scalar) -> r.Scalar:
    """The same value at the end of the joins. Rows whose entity is not there have none of its
    attributes, whatever is computed of nulls."""
    if not joins:
        return scalar
    moved = cast(r.Scalar, _moved(joins, scalar))
    if isinstance(scalar, r.Field):
        return moved
    there = r.Negation(r.Absent(r.Field(joins, joins[-1].key, "")))
    return r.Choice(there, moved, r.Constant(None))


def seen_behind(joins: tuple[r.Hop, ...], item: R) -> R:
    """A condition (or value) of rows that are there, at the end of the joins. The day as of which
    it reads a history stays that of the rows from which it is seen."""
    return cast(R, _moved(joins, item)) if joins else item


def _moved(joins: tuple[r.Hop, ...], node: object) -> object:
    match node:
        case r.Field(hops=hops):
            return replace(node, hops=(*joins, *hops))
        case r.Tally(key=key):  # what it counts lies elsewhere
            return replace(node, key=cast(r.Scalar, _moved(joins, key)))
        case tuple():
            return tuple(_moved(joins, each) for each in node)
        case r.Constant() | BusinessHours():
            return node
        case _ if hasattr(node, "__dataclass_fields__"):
            names = node.__dataclass_fields__
            parts = {name: _moved(joins, getattr(node, name)) for name in names}
            return type(node)(**parts)
    return node
