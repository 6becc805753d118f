"""Expressions: formulas, conditions, windows."""

from __future__ import annotations

from dataclasses import dataclass

from grammar.syntax.base import (
    DateLiteral,
    Money,
    Name,
    Node,
    Number,
    Path,
    Percent,
    Quantity,
    Text,
    Truth,
)


@dataclass(frozen=True, slots=True)
class Sign(Node):
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Among(Node):
    item: Expression
    options: tuple[Expression, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InPeriod(Node):
    item: Expression


@dataclass(frozen=True, slots=True)
class Between(Node):
    item: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class IsMissing(Node):
    item: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class Matches(Node):
    item: Expression
    how: str
    part: Expression  # contains, starts_with


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Expression


@dataclass(frozen=True, slots=True)
class And(Node):
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Windowed(Node):
    operand: Expression
    window: Window


@dataclass(frozen=True, slots=True)
class AtEntity(Node):
    operand: Expression
    entity: Name


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Path
    arguments: tuple[Expression, ...]
    clauses: tuple[Clause, ...]


# ── clauses of a call ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Where(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class Having(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class Per(Node):
    path: Path


@dataclass(frozen=True, slots=True)
class Over(Node):
    window: Window


@dataclass(frozen=True, slots=True)
class Within(Node):
    path: Path


@dataclass(frozen=True, slots=True)
class WeightedBy(Node):
    expression: Expression


@dataclass(frozen=True, slots=True)
class Anywhere(Node):
    pass


@dataclass(frozen=True, slots=True)
class Pooled(Node):
    pass


@dataclass(frozen=True, slots=True)
class AllowPartialBase(Node):
    pass


# ── windows ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PreviousPeriod(Node):
    pass


@dataclass(frozen=True, slots=True)
class SamePeriodLastYear(Node):
    pass


@dataclass(frozen=True, slots=True)
class PeriodsAgo(Node):
    count: Number


@dataclass(frozen=True, slots=True)
class LastStretch(Node):
    count: Number
    unit: str  # periods, months, days


@dataclass(frozen=True, slots=True)
class YearToDate(Node):
    pass


@dataclass(frozen=True, slots=True)
class AllTime(Node):
    pass


Expression = (
    Number
    | Percent
    | Money
    | Quantity
    | Text
    | DateLiteral
    | Truth
    | Path
    | Call
    | Sign
    | Arithmetic
    | Comparison
    | Among
    | InPeriod
    | Between
    | IsMissing
    | Matches
    | Not
    | And
    | Or
    | If
    | Windowed
    | AtEntity
)
Clause = Where | Having | Per | Over | Within | WeightedBy | Anywhere | Pooled | AllowPartialBase
Window = PreviousPeriod | SamePeriodLastYear | PeriodsAgo | LastStretch | YearToDate | AllTime
