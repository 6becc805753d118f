"""Expressions: formulas, conditions, windows."""

from __future__ import annotations

from grammar.syntax.base import (
    DateLiteral,
    Money,
    Name,
    Number,
    Path,
    Percent,
    Quantity,
    Text,
    Truth,
)
from grammar.syntax.node import Node, node


@node
class Sign(Node):
    operator: str
    operand: Expression


@node
class Arithmetic(Node):
    left: Expression
    operator: str
    right: Expression


@node
class PartScore(Node):
    """The score of a measure or perspective of the card, before any rule."""

    part: Name


@node
class Comparison(Node):
    left: Expression
    operator: str
    right: Expression


@node
class Among(Node):
    item: Expression
    options: tuple[Expression, ...]
    negated: bool


@node
class InPeriod(Node):
    item: Expression


@node
class Between(Node):
    item: Expression
    low: Expression
    high: Expression


@node
class IsMissing(Node):
    item: Expression
    negated: bool


@node
class Matches(Node):
    item: Expression
    how: str
    part: Expression  # contains, starts_with


@node
class Not(Node):
    operand: Expression


@node
class And(Node):
    terms: tuple[Expression, ...]


@node
class Or(Node):
    terms: tuple[Expression, ...]


@node
class If(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


@node
class Windowed(Node):
    operand: Expression
    window: Window


@node
class AtEntity(Node):
    operand: Expression
    entity: Name


@node
class Call(Node):
    function: Path
    arguments: tuple[Expression, ...]
    clauses: tuple[Clause, ...]


# ── clauses of a call ────────────────────────────────────────────────────────────────────────────


@node
class Where(Node):
    condition: Expression


@node
class Having(Node):
    condition: Expression


@node
class Per(Node):
    path: Path


@node
class Over(Node):
    window: Window


@node
class Within(Node):
    path: Path


@node
class WeightedBy(Node):
    expression: Expression


@node
class Anywhere(Node):
    pass


@node
class Pooled(Node):
    pass


@node
class AllowPartialBase(Node):
    pass


@node
class InBusinessTime(Node):
    pass


# ── windows ──────────────────────────────────────────────────────────────────────────────────────


@node
class PreviousPeriod(Node):
    pass


@node
class SamePeriodLastYear(Node):
    pass


@node
class PeriodsAgo(Node):
    count: Number


@node
class LastStretch(Node):
    count: Number
    unit: str  # periods, months, days


@node
class YearToDate(Node):
    pass


@node
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
    | PartScore
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
Clause = (
    Where
    | Having
    | Per
    | Over
    | Within
    | WeightedBy
    | Anywhere
    | Pooled
    | AllowPartialBase
    | InBusinessTime
)
Window = PreviousPeriod | SamePeriodLastYear | PeriodsAgo | LastStretch | YearToDate | AllTime
