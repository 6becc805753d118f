"""Nodes, names and literals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grammar.syntax.node import Node, node


@node
class Name(Node):
    text: str


@node
class Path(Node):
    parts: tuple[Name, ...]


@node
class Text(Node):
    value: str


@node
class Number(Node):
    value: Decimal


@node
class Percent(Node):
    value: Decimal  # a fraction: 8% is 0.08


@node
class Money(Node):
    currency: str
    value: Decimal


@node
class Quantity(Node):
    value: Decimal
    unit: str  # hours, days, minutes, points, pp


@node
class DateLiteral(Node):
    value: date


@node
class PeriodLiteral(Node):
    text: str


@node
class Truth(Node):
    value: bool
