"""`having …`: a condition about the numbers of a group, as one about the row that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine import scalars as r
from engine.facts import Problems
from grammar import syntax as s

Number = Callable[[s.Call], r.Scalar | None]


def having_condition(node: s.Expression, number: Number, problems: Problems) -> r.Condition | None:
    """The condition over the columns that `number` gives to aggregates. None means: reported."""
    match node:
        case s.And(terms) | s.Or(terms):
            found = [having_condition(term, number, problems) for term in terms]
            whole = tuple(each for each in found if each is not None)
            if len(whole) != len(terms):
                return None
            return r.AllOf(whole) if isinstance(node, s.And) else r.AnyOf(whole)
        case s.Not(operand):
            inner = having_condition(operand, number, problems)
            return None if inner is None else r.Negation(inner)
        case s.Comparison(left, operator, right):
            a, b = _value(left, number, problems), _value(right, number, problems)
            return None if a is None or b is None else r.Compare(a, operator, b)
        case s.Between(item, low, high):
            sides = [_value(each, number, problems) for each in (item, low, high)]
            value, a, b = sides
            if value is None or a is None or b is None:
                return None
            return r.AllOf((r.Compare(value, ">=", a), r.Compare(value, "<=", b)))
    problems.report("K0302", node.span, found=node.span.text, wanted="a condition")
    return None


def _value(node: s.Expression, number: Number, problems: Problems) -> r.Scalar | None:
    match node:
        case s.Number(value) | s.Percent(value) | s.Money(_, value):
            return r.Constant(value)
        case s.Sign("-", operand):
            inner = _value(operand, number, problems)
            zero = r.Constant(Decimal(0))
            return None if inner is None else r.Calculation(zero, "-", inner)
        case s.Arithmetic(left, operator, right):
            a, b = _value(left, number, problems), _value(right, number, problems)
            return None if a is None or b is None else r.Calculation(a, operator, b)
        case s.Call():
            return number(node)
    problems.report("K0302", node.span, found=node.span.text, wanted="a number of the group")
    return None
