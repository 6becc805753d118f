"""Facts of the data engineer and of the KPI catalogue."""

from __future__ import annotations

from grammar.syntax.base import DateLiteral, Name, Path, Text
from grammar.syntax.expressions import Expression, Window
from grammar.syntax.node import Node, node

# ── where rows are ───────────────────────────────────────────────────────────────────────────────


@node
class Table(Node):
    path: Path


@node
class Query(Node):
    text: Text


@node
class File(Node):
    pattern: Text


Relation = Table | Query | File


# ── facts of any section ─────────────────────────────────────────────────────────────────────────


@node
class Label(Node):
    language: Name
    text: Text


@node
class Note(Node):
    text: Text


@node
class Owner(Node):
    text: Text


@node
class OnlyWhere(Node):
    condition: Expression


# ── facts of a calendar ──────────────────────────────────────────────────────────────────────────


@node
class FiscalYear(Node):
    month: Name


@node
class FiscalNamedByStart(Node):
    pass


@node
class WeeksStart(Node):
    day: Name


@node
class Timezone(Node):
    zone: Text


@node
class PeriodsFrom(Node):
    relation: Relation


@node
class Clock(Node):
    """A time of the day, in minutes since midnight."""

    minutes: int


@node
class Weekdays(Node):
    first: Name
    last: Name | None


@node
class BusinessHours(Node):
    start: Clock
    end: Clock
    days: Weekdays | DateLiteral


@node
class Holiday(Node):
    first: DateLiteral
    last: DateLiteral | None


@node
class SpringFestivalAligned(Node):
    pass


# ── facts of an entity ───────────────────────────────────────────────────────────────────────────


@node
class Rows(Node):
    relation: Relation


@node
class Everything(Node):
    pass


@node
class ValuesOf(Node):
    paths: tuple[Path, ...]


@node
class Key(Node):
    column: Name


@node
class NameIs(Node):
    path: Path


@node
class Attribute(Node):
    name: Name
    formula: Expression | None
    from_history: bool
    personal: bool


@node
class BelongsTo(Node):
    entity: Name
    column: Name
    from_history: bool


@node
class Until(Node):
    column: Name
    inclusive: bool


@node
class Active(Node):
    since: Name
    until: Until | None


@node
class History(Node):
    relation: Relation
    key: Name
    since: Name
    until: Until


# ── facts of data and targets ────────────────────────────────────────────────────────────────────


@node
class Date(Node):
    path: Path
    zone: Text | None


@node
class ExpectsRows(Node):
    every: str


@node
class Due(Node):
    delay: Expression


@node
class Link(Node):
    entity: Name
    column: Name


@node
class LinkThrough(Node):
    entity: Name
    through: Name


@node
class Group(Node):
    name: Name
    columns: tuple[Name, ...]
    entities: tuple[Name, ...]


@node
class Column(Node):
    name: Name
    formula: Expression | None
    unit: Unit | None


@node
class LinkKpi(Node):
    column: Name


@node
class PeriodColumn(Node):
    column: Name
    every: str | None


@node
class ValueColumn(Node):
    column: Name


@node
class FloorColumn(Node):
    column: Name


@node
class StretchColumn(Node):
    column: Name


# ── facts of a kpi ───────────────────────────────────────────────────────────────────────────────


@node
class Formula(Node):
    expression: Expression


@node
class Unit(Node):
    name: Name | None
    per: Name | None
    form: str  # name None: percent; form plain, fraction, number


@node
class UnitIs(Node):
    unit: Unit


@node
class Better(Node):
    direction: str  # higher, lower, target, neither


@node
class Needs(Node):
    condition: Expression
    widened: Window | None


@node
class Representative(Node):
    condition: Expression


@node
class Objective(Node):
    text: Text


@node
class Benchmark(Node):
    value: Expression
    source: Text
    as_of: DateLiteral | None
    population: Text | None


@node
class Drives(Node):
    kpi: Name
