"""Nodes, names and literals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grammar.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything written. `span` is where; it takes no part in equality."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    parts: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Percent(Node):
    value: Decimal  # a fraction: 8% is 0.08


@dataclass(frozen=True, slots=True)
class Money(Node):
    currency: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    value: Decimal
    unit: str  # hours, days, minutes, points, pp


@dataclass(frozen=True, slots=True)
class DateLiteral(Node):
    value: date


@dataclass(frozen=True, slots=True)
class PeriodLiteral(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    value: bool
