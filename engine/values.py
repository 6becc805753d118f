"""Values of an entity: what a formula means once aggregates are atoms of the query.

An `Aggregate` is computed by the database, one number per entity; everything above it is
arithmetic on those numbers, done here under the numeric rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import date
from fractions import Fraction
from typing import get_args

from engine import scalars as r
from engine.groups import Groups
from engine.periods import Range
from grammar import Span
from grammar.records import record


@record
class Aggregate:
    """One number per entity of `level` over the rows of `data` in `range`.

    `function`: sum, average, weighted, count, min, max, percentile (of which `share` lies below),
    deviation, first, last, top_share (of the best `share`); unique, and the sets retained, lost,
    new, returned. `argument` is None for count; for unique and sets it is the key that is counted.
    `base` is the earlier range of a set; rows that belong to nobody (no `key`) count for nobody.
    With `groups` the rows are those groups. `daily`: what first and last do with the rows of their
    day: one (there may be but one), sum, average, min, max. `anywhere`: what a set knows of before
    is looked for at all entities. `measured`: the unit of a duration. `aligned`: by how many days
    the range lies before that which is compared with it, where it is aligned to Spring Festival.
    """

    level: str
    data: str
    function: str
    argument: r.Scalar | None
    where: r.Condition | None
    range: Range | None
    base: Range | None
    key: r.Scalar
    origin: Span = field(compare=False, repr=False)
    weight: r.Scalar | None = None
    share: Fraction | None = None
    daily: str | None = None
    groups: Groups | None = None
    anywhere: bool = False
    measured: str | None = None
    aligned: int | None = None


@record
class Part:
    """Which part of the target of a longer period (`of`, its name) is that of the card's; where it
    is split by days, how many the longer period has."""

    of: str
    share: Fraction
    days: int | None = None


@record
class PlanValue:
    """The target (or floor, stretch) that a plan table holds for a KPI, entity and period."""

    level: str
    plan: str
    kpi: str
    role: str
    key: r.Scalar
    day: r.Scalar
    value: r.Scalar
    where: r.Condition | None
    range: Range
    months: tuple[Range, ...]
    every: str | None
    prorated: bool
    origin: Span = field(compare=False, repr=False)
    part: Part | None = None  # of a longer target


@record
class ScoreOf:
    """The totals that a card gives to the entities of `descendants` that belong to one of `level`,
    averaged, or weighted by a KPI of theirs."""

    card: str
    level: str
    descendants: str
    weighted_by: str | None
    origin: Span = field(compare=False, repr=False)


@record
class Literal:
    value: float


@record
class AttributeOf:
    """A number or text of the scored entity itself, or of one it belongs to."""

    level: str
    scalar: r.Scalar
    name: str = field(compare=False)


@record
class Known:
    """A value that scoring provides: days_active, coverage, actual, target, floor, stretch,
    attainment, and in rules the total and scores of the card before any rule, which may be
    missing like a KPI (`measured`)."""

    name: str
    measured: bool = False


@record
class Operation:
    left: Value
    operator: str
    right: Value


@record
class Applied:
    """abs, round, ceiling, coalesce, min, max of values."""

    name: str
    arguments: tuple[Value, ...]


@record
class Either:
    condition: Predicate
    then: Value
    otherwise: Value


@record
class Growth:
    """(current - base) / |base|; missing where the entity was not active for the whole base."""

    current: Value
    base: Value
    base_range: Range
    allow_partial: bool


@record
class Series:
    """trend, forecast or moving_average of the values of several periods, the earliest first.

    `ranges`: the days of each period."""

    name: str
    points: tuple[Value, ...]
    ranges: tuple[Range, ...]


@record
class Peers:
    """peer_total, peer_average, peer_median or peer_best of a value: among the entities of `level`
    that the card scores, are in the same group of `within` (all of them where it is None) and were
    active on some day of `range`. `lowest`: the best is the lowest value. `pooled`: the same value,
    of the rows of all peers of a group together."""

    name: str
    level: str
    value: Value
    within: AttributeOf | None
    range: Range
    lowest: bool
    pooled: Value | None
    origin: Span = field(compare=False, repr=False)


@record
class KpiValue:
    """The value of a KPI at a level and window, snapped; a node of the explanation."""

    kpi: str
    level: str
    window: str
    value: Value


@record
class AtLevel:
    """A value of the entity of another level to which the scored one belongs."""

    level: str
    value: Value


Value = (
    Aggregate
    | PlanValue
    | ScoreOf
    | Literal
    | AttributeOf
    | Known
    | Operation
    | Applied
    | Either
    | Growth
    | Series
    | Peers
    | KpiValue
    | AtLevel
)


@record
class Compares:
    left: Value
    operator: str
    right: Value


@record
class TextIs:
    """An attribute compared with texts: equal to one of them, or a match."""

    attribute: AttributeOf
    how: str  # is, contains, starts_with
    options: tuple[str, ...]


@record
class DayIs:
    """A date attribute compared with a day."""

    attribute: AttributeOf
    operator: str
    day: date


@record
class Lacks:
    value: Value


@record
class Every:
    terms: tuple[Predicate, ...]


@record
class Some:
    terms: tuple[Predicate, ...]


@record
class Denied:
    predicate: Predicate


Predicate = Compares | TextIs | DayIs | Lacks | Every | Some | Denied


_LEAVES = frozenset((Aggregate, PlanValue, ScoreOf, AttributeOf, Literal, Known))
_KINDS = frozenset((*get_args(Value), *get_args(Predicate)))


def parts(node: object) -> Iterator[object]:
    """The values and tests directly inside a value or test."""
    if node.__class__ in _LEAVES:
        return
    for name in getattr(node, "__match_args__", ()):
        part = getattr(node, name)
        for each in part if part.__class__ is tuple else (part,):
            if each.__class__ in _KINDS:
                yield each


def walk(node: object) -> Iterator[object]:
    """A value or test and everything inside it, outermost first."""
    yield node
    for part in parts(node):
        yield from walk(part)


def aggregates(*nodes: object) -> dict[Aggregate, None]:
    """Every aggregate that the nodes need, each once, in order."""
    return {
        each: None
        for node in nodes
        if node is not None
        for each in walk(node)
        if isinstance(each, Aggregate)
    }
