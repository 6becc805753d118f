"""What one condition says about another, as far as their texts alone tell.

A condition is taken as terms that must all hold. Terms about one path are compared by the values
they allow; all others only say the same where they are written the same. What is not understood is
never concluded from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from engine.model import key_of
from grammar import syntax as s

T = TypeVar("T", bound=s.Expression)
Bound = s.Number | s.Percent | s.Money | s.Quantity


def implies(stronger: s.Expression | None, weaker: s.Expression | None) -> bool:
    """Whether `weaker` surely holds wherever `stronger` does. None always holds."""
    if weaker is None:
        return True
    if stronger is None:
        return False
    if isinstance(stronger, s.Or):
        return all(implies(term, weaker) for term in stronger.terms)
    if isinstance(weaker, s.Or) and any(implies(stronger, term) for term in weaker.terms):
        return True
    if isinstance(weaker, s.And):
        return all(implies(stronger, term) for term in weaker.terms)
    return any(_term_implies(term, weaker) for term in terms_of(stronger))


def contradiction(condition: s.Expression) -> tuple[s.Expression, s.Expression] | None:
    """Two terms of a condition that never hold together; None where there are none."""
    for one, other in combinations(terms_of(condition), 2):
        if _disjoint(one, other):
            return one, other
    return None


def terms_of(condition: s.Expression) -> Iterator[s.Expression]:
    """What must hold all at once."""
    if isinstance(condition, s.And):
        for term in condition.terms:
            yield from terms_of(term)
    else:
        yield condition


def _term_implies(stronger: s.Expression, weaker: s.Expression) -> bool:
    if stronger == weaker:
        return True
    one, other = _texts(stronger), _texts(weaker)
    if one is not None and other is not None:
        return one.path == other.path and one.values <= other.values
    low, high = _interval(stronger), _interval(weaker)
    return low is not None and high is not None and low.inside(high)


def _disjoint(one: s.Expression, other: s.Expression) -> bool:
    a, b = _texts(one), _texts(other)
    if a is not None and b is not None:
        return a.path == b.path and not a.values & b.values
    low, high = _interval(one), _interval(other)
    return low is not None and high is not None and low.apart(high)


# ── what a term allows ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Texts:
    """A path, and the values of which it has one."""

    path: s.Path
    values: frozenset[str | bool]


def _texts(term: s.Expression) -> _Texts | None:
    match term:
        case s.Comparison(s.Path() as path, "=", s.Text(value) | s.Truth(value)):
            return _Texts(_plain(path), frozenset({value}))
        case s.Among(s.Path() as path, options, False):
            texts = [each.value for each in options if isinstance(each, s.Text)]
            if len(texts) == len(options):
                return _Texts(_plain(path), frozenset(texts))
    return None


@dataclass(frozen=True, slots=True)
class _Interval:
    """What is compared, in which unit, and between which numbers it lies."""

    item: s.Expression
    unit: str
    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def inside(self, other: _Interval) -> bool:
        if (self.item, self.unit) != (other.item, other.unit):
            return False
        return self._above(other) and self._below(other)

    def _above(self, other: _Interval) -> bool:
        if other.low is None or self.low is None:
            return other.low is None
        return self.low > other.low or (
            self.low == other.low and (self.low_open or not other.low_open)
        )

    def _below(self, other: _Interval) -> bool:
        if other.high is None or self.high is None:
            return other.high is None
        return self.high < other.high or (
            self.high == other.high and (self.high_open or not other.high_open)
        )

    def apart(self, other: _Interval) -> bool:
        if (self.item, self.unit) != (other.item, other.unit):
            return False
        return _ends_before(self, other) or _ends_before(other, self)


def _ends_before(one: _Interval, other: _Interval) -> bool:
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _interval(term: s.Expression) -> _Interval | None:
    match term:
        case s.Comparison(item, operator, bound) if isinstance(bound, Bound):
            unit, value = _measured(bound)
            of = _plain(item)
            match operator:
                case "=":
                    return _Interval(of, unit, value, value)
                case "<" | "<=":
                    return _Interval(of, unit, None, value, high_open=operator == "<")
                case ">" | ">=":
                    return _Interval(of, unit, value, None, low_open=operator == ">")
        case s.Between(item, low, high) if isinstance(low, Bound) and isinstance(high, Bound):
            unit, least = _measured(low)
            other, most = _measured(high)
            return _Interval(_plain(item), unit, least, most) if unit == other else None
    return None


def _measured(bound: Bound) -> tuple[str, Decimal]:
    """The unit that is written beside a number, and the number."""
    match bound:
        case s.Money(currency, value):
            return currency, value
        case s.Quantity(value, unit):
            return unit, value
        case s.Percent(value):
            return "percent", value
    return "", bound.value


def _plain(item: T) -> T | s.Path:
    """A path in the form in which names are compared; anything else as it is."""
    if not isinstance(item, s.Path):
        return item
    names = tuple(s.Name(key_of(name.text), span=name.span) for name in item.parts)
    return s.Path(names, span=item.span)
