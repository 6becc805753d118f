"""What a piece of syntax says, as a value that is equal for everything that says the same.

Places in the file take no part, nor does the case of names; the order of `and`, `or`, lists, sums
and products of two decides nothing; a day may be written as the period that begins with it, and a
judgement as a word. Numbers are equal by their value: `12万` is `120000`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.model import key_of
from engine.periods import Calendar, UnknownPeriod
from engine.references import NAMES, PATH, VALUE, Key, fields_of, function_of, is_of_rows
from grammar import syntax as s

Renames = Mapping[Key, str]
"""By kind and name the name that a definition has on the other side."""


@dataclass(frozen=True)
class Meaning:
    """How the syntax of one side is read: with its names as they are called on the other.

    A name is a KPI before it is anything else, so those there are have to be known.
    """

    calendar: Calendar
    kpis: frozenset[str] = frozenset()
    renames: Renames = field(default_factory=dict)

    def of(self, value: object, rows: bool = False) -> Hashable:
        """What a node says; `rows`: inside a function of rows, where names are those of columns."""
        match value:
            case s.Name(text):
                return key_of(text)
            case s.Table(path):  # databases may tell tables apart by case
                return s.Table, tuple(part.text for part in path.parts)
            case s.Unit(name, per, form):  # CNY is money, cny a thing that is counted
                return s.Unit, name and name.text, per and per.text, form
            case s.Path(parts):
                first = self.name(self._kinds(value, rows), parts[0])
                return s.Path, first, *(key_of(part.text) for part in parts[1:])
            case s.Call(_, arguments, clauses):
                rows = rows or is_of_rows(value)
                return s.Call, function_of(value), self.of(arguments, rows), self.of(clauses, rows)
            case s.And() | s.Or():
                return type(value), frozenset(self.of(term, rows) for term in _terms(value))
            case s.Among(item, options, negated):
                listed = frozenset(self.of(each, rows) for each in options)
                return s.Among, self.of(item, rows), listed, negated
            case s.Arithmetic(left, "+" | "*" as operator, right):
                return s.Arithmetic, operator, unordered(self.of(e, rows) for e in (left, right))
            case s.Sign("+", operand):
                return self.of(operand, rows)
            case s.Point("target"):
                return s.Point, "of_target", (s.Percent, Decimal(1))
            case s.Prefer(strength=s.Strength(number)):
                pair = (self.field(value, "over"), self.field(value, "under"))
                return s.Prefer, frozenset(pair) if number == 1 else pair, number
            case s.Weight(share, since):
                return s.Weight, self.of(share), self.day(since)
            case s.TargetLine(role, amount, where, since, split, display):
                held = self.of(where), self.day(since)
                return role, self.of(amount), *held, self.of(split), display
            case s.Node():
                said = (self.field(value, field, rows) for field in fields_of(value))
                return type(value), *said
            case tuple():
                return tuple(self.of(each, rows) for each in value)
        assert isinstance(value, Hashable)
        return value

    def name(self, kinds: tuple[str, ...], name: s.Name) -> str:
        """A name that may be of these kinds, as it is called on the other side."""
        key = key_of(name.text)
        return next((self.renames[(k, key)] for k in kinds if (k, key) in self.renames), key)

    def _kinds(self, path: s.Path, rows: bool) -> tuple[str, ...]:
        if rows or len(path.parts) > 1:
            return PATH
        return ("kpi",) if key_of(path.parts[0].text) in self.kpis else VALUE

    def day(self, moment: s.DateLiteral | s.PeriodLiteral | None) -> Hashable:
        """The first day that a fact holds; a period that there is not, or whose days are not
        known, as it is written."""
        match moment:
            case s.DateLiteral(value):
                return value
            case s.PeriodLiteral(text):
                try:
                    return text if self.calendar.assumed else self.calendar.start_of(text)
                except UnknownPeriod:
                    return text
        return None

    def field(self, node: s.Node, field: str, rows: bool = False) -> Hashable:
        """What one field of a node says."""
        kinds = NAMES.get((type(node), field))
        value = getattr(node, field)
        if kinds is None or value is None:
            return self.of(value, rows)
        names = value if isinstance(value, tuple) else (value,)
        return tuple(self.name(kinds, n) if isinstance(n, s.Name) else self.of(n) for n in names)


def unordered(values: Iterator[Hashable]) -> Hashable:
    """Values of which the order says nothing, but how often each is there."""
    return frozenset(Counter(values).items())


def _terms(node: s.And | s.Or) -> Iterator[s.Node]:
    """The terms of `and` or `or`, those of the same word in parentheses among them."""
    for term in node.terms:
        if type(term) is type(node):
            yield from _terms(term)
        else:
            yield term
