"""Facts of the data engineer and of the KPI catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from grammar.syntax.base import Name, Node, Path, Text
from grammar.syntax.expressions import Expression, Window

# ── where rows are ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Table(Node):
    path: Path


@dataclass(frozen=True, slots=True)
class Query(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class File(Node):
    pattern: Text


Relation = Table | Query | File


# ── facts of any section ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Label(Node):
    language: Name
    text: Text


@dataclass(frozen=True, slots=True)
class Note(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class Owner(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class OnlyWhere(Node):
    condition: Expression


# ── facts of a calendar ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FiscalYear(Node):
    month: Name


@dataclass(frozen=True, slots=True)
class FiscalNamedByStart(Node):
    pass


@dataclass(frozen=True, slots=True)
class WeeksStart(Node):
    day: Name


@dataclass(frozen=True, slots=True)
class Timezone(Node):
    zone: Text


@dataclass(frozen=True, slots=True)
class PeriodsFrom(Node):
    relation: Relation


# ── facts of an entity ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rows(Node):
    relation: Relation


@dataclass(frozen=True, slots=True)
class Everything(Node):
    pass


@dataclass(frozen=True, slots=True)
class ValuesOf(Node):
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Key(Node):
    column: Name


@dataclass(frozen=True, slots=True)
class NameIs(Node):
    path: Path


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    name: Name
    formula: Expression | None
    from_history: bool
    personal: bool


@dataclass(frozen=True, slots=True)
class BelongsTo(Node):
    entity: Name
    column: Name
    from_history: bool


@dataclass(frozen=True, slots=True)
class Until(Node):
    column: Name
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Active(Node):
    since: Name
    until: Until | None


@dataclass(frozen=True, slots=True)
class History(Node):
    relation: Relation
    key: Name
    since: Name
    until: Until


# ── facts of data and targets ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Date(Node):
    path: Path
    zone: Text | None


@dataclass(frozen=True, slots=True)
class ExpectsRows(Node):
    every: str


@dataclass(frozen=True, slots=True)
class Due(Node):
    delay: Expression


@dataclass(frozen=True, slots=True)
class Link(Node):
    entity: Name
    column: Name


@dataclass(frozen=True, slots=True)
class LinkThrough(Node):
    entity: Name
    through: Name


@dataclass(frozen=True, slots=True)
class Group(Node):
    name: Name
    columns: tuple[Name, ...]
    entities: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Column(Node):
    name: Name
    formula: Expression | None
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class LinkKpi(Node):
    column: Name


@dataclass(frozen=True, slots=True)
class PeriodColumn(Node):
    column: Name
    every: str | None


@dataclass(frozen=True, slots=True)
class ValueColumn(Node):
    column: Name


@dataclass(frozen=True, slots=True)
class FloorColumn(Node):
    column: Name


@dataclass(frozen=True, slots=True)
class StretchColumn(Node):
    column: Name


# ── facts of a kpi ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Formula(Node):
    expression: Expression


@dataclass(frozen=True, slots=True)
class Unit(Node):
    name: Name | None
    per: Name | None
    form: str  # name None: percent; form plain, fraction, number


@dataclass(frozen=True, slots=True)
class UnitIs(Node):
    unit: Unit


@dataclass(frozen=True, slots=True)
class Better(Node):
    direction: str  # higher, lower, target, neither


@dataclass(frozen=True, slots=True)
class Needs(Node):
    condition: Expression
    widened: Window | None


@dataclass(frozen=True, slots=True)
class Objective(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class Benchmark(Node):
    value: Expression
    source: Text


@dataclass(frozen=True, slots=True)
class Drives(Node):
    kpi: Name
