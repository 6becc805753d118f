"""A value of an entity's own rows, seen from rows that link to it."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from engine import scalars as r
from engine.opening import BusinessHours


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
