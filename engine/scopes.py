"""Where the rows of a plan are, which of them always count, and what must be known of a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import date

from engine import scalars as r
from engine import values as v
from engine.facts import Problems
from engine.grain import SETS
from engine.model import DataSet, Entity, Workspace, holder_key, key_of
from engine.periods import Range
from engine.reach import Holder
from engine.rows import Rows
from grammar import syntax as s


@dataclass(frozen=True)
class Scope:
    """Where the rows of a data set, entity or plan are, by which day, and which always count."""

    relation: s.Relation
    day: r.Scalar | None
    conditions: tuple[r.Condition, ...]


@dataclass(frozen=True)
class Feed:
    """What must be known of a data set as a whole: its first day, and days with rows in ranges."""

    data: str
    ranges: tuple[Range, ...]


RowsOf = Callable[[Holder], Rows]
"""The rows of a holder, in which names are resolved."""


def scopes_of(workspace: Workspace, wanted: Set[str], rows: RowsOf) -> dict[str, Scope]:
    """The scopes of the holders that a plan reads."""
    holders: list[Holder] = [*workspace.data.values()]
    holders += [*workspace.entities.values(), *workspace.plans.values()]
    found: dict[str, Scope] = {}
    for holder in holders:
        if holder_key(holder) in wanted:
            scope = scope_of(holder, rows(holder))
            if scope is not None:
                found[holder_key(holder)] = scope
    return found


def scope_of(holder: Holder, rows: Rows) -> Scope | None:
    """The scope of one holder; None where it has no rows of its own."""
    if holder.relation is None:
        return None
    day = rows.date()
    written: tuple[s.Expression, ...] = ()
    if isinstance(holder, DataSet):
        if day is not None and holder.date is not None:
            rows.is_date(day, holder.date.span)
        written = holder.only_where
    conditions = tuple(c for each in written if (c := rows.condition(each, None)) is not None)
    return Scope(holder.relation, day, conditions)


def values_of(
    workspace: Workspace, entities: Iterable[Entity], rows: RowsOf, problems: Problems
) -> dict[str, tuple[tuple[s.Relation, r.Scalar], ...]]:
    """For entities made of values: where they are found. Of a history every value counts that holds
    on a day as of which `rows` are."""
    found: dict[str, tuple[tuple[s.Relation, r.Scalar], ...]] = {}
    for entity in (each for each in entities if each.values):
        places = []
        for path in entity.values:
            name = key_of(path.parts[0].text)
            holder = workspace.entities.get(name) or workspace.data.get(name)
            if holder is None or holder.relation is None or len(path.parts) != 2:
                problems.report("K0607", path.span, path=path.span.text)
                continue
            scalar = rows(holder).path(path)
            if scalar is not None:
                places.append((holder.relation, scalar))
        found[entity.name] = tuple(places)
    return found


def waits_for_feed(workspace: Workspace, tally: r.Tally) -> bool:
    """Whether a number of an entity is not known where a feed has a gap."""
    data = workspace.data.get(tally.holder)
    asked = tally.range is not None and tally.range.start > date.min
    return data is not None and data.expects is not None and asked


def feeds_of(
    workspace: Workspace, needed: Iterable[object], tallies: Iterable[r.Tally]
) -> tuple[Feed, ...]:
    """Data sets whose first day or completeness decides whether a value is missing."""
    wanted: dict[str, dict[Range, None]] = {}
    roots = tuple(needed)
    runs = (node for root in roots for node in v.walk(root) if isinstance(node, v.Series))
    for aggregate in v.aggregates(*runs):
        if aggregate.data in workspace.data and aggregate.range is not None:
            wanted.setdefault(aggregate.data, {})
    for aggregate in v.aggregates(*roots):
        data = workspace.data.get(aggregate.data)
        if data is None or aggregate.range is None:
            continue
        if aggregate.function in SETS:
            wanted.setdefault(aggregate.data, {})
        if data.expects is not None and aggregate.range.start > date.min:
            ranges = wanted.setdefault(aggregate.data, {})
            ranges.setdefault(aggregate.range)
            if aggregate.base is not None and aggregate.base.start > date.min:
                ranges.setdefault(aggregate.base)
    for tally in tallies:
        if waits_for_feed(workspace, tally):
            assert tally.range is not None
            wanted.setdefault(tally.holder, {}).setdefault(tally.range)
    return tuple(Feed(data, tuple(ranges)) for data, ranges in wanted.items())
