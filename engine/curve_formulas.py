"""`curve formula` as written -> a value of plain numbers: the actual one and its targets.

Percents are fractions, durations are in the KPI's unit. The formula sees nothing else of the card,
so that everybody can put the numbers in and check the score.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from engine import durations
from engine import values as v
from engine.card import Curve
from engine.constants import Constants, replaced
from engine.facts import Problems
from engine.function_names import SCALARS, in_chinese
from engine.mends import renamed
from engine.model import Kpi, key_of
from grammar import syntax as s
from grammar.names import chinese

ROLES = ("target", "floor", "stretch")
NAMES = ("actual", *ROLES, "attainment")

T = TypeVar("T")
Values = tuple[v.Value, ...]
Tests = tuple[v.Predicate, ...]


def read_formula(
    formula: s.Expression,
    kpi: Kpi,
    name: str,
    constants: Constants,
    day: date,
    problems: Problems,
) -> Curve | None:
    """The curve of a measure, with the constants of a day. Reports K0537 (a name that a curve
    does not know) and K0538 (the score does not depend on the value). None means: reported."""

    def read(path: s.Path) -> s.Expression:
        return path if key_of(path.parts[0].text) in NAMES else constants.read(path, day)

    value = _Reading(kpi, problems).value(replaced(formula, read))
    if value is None:
        return None
    if not {"actual", "attainment"} & set(names_in(value)):
        problems.report("K0538", formula.span, measure=name)
    return Curve("formula", formula.span.text, formula=value)


def names_in(formula: v.Value) -> tuple[str, ...]:
    """The numbers that a formula asks for, each once, in the order of `NAMES`."""
    found = {node.name for node in v.walk(formula) if isinstance(node, v.Known)}
    return tuple(name for name in NAMES if name in found)


def roles_in(formula: v.Value) -> set[str]:
    """The target lines that a formula needs."""
    found = set(names_in(formula))
    return (found & set(ROLES)) | ({"target"} if "attainment" in found else set())


class _Reading:
    """None means: reported."""

    def __init__(self, kpi: Kpi, problems: Problems) -> None:
        self.kpi = kpi
        self.problems = problems

    def value(self, node: s.Expression) -> v.Value | None:
        match node:
            case s.Number(value) | s.Percent(value) | s.Money(_, value):
                return v.Literal(float(value))
            case s.Quantity():
                return durations.literal(node, durations.declared(self.kpi))
            case s.Path((name,)) if key_of(name.text) in NAMES:
                return v.Known(key_of(name.text))
            case s.Sign(operator, operand):
                zero = s.Number(Decimal(0), span=node.span)
                return self._operation(zero, operator, operand)
            case s.Arithmetic(left, operator, right):
                return self._operation(left, operator, right)
            case s.If(condition, then, otherwise):
                test = self.condition(condition)
                a, b = self.value(then), self.value(otherwise)
                return None if test is None or a is None or b is None else v.Either(test, a, b)
            case s.Call(function, arguments, ()) if key_of(function.span.text) in SCALARS:
                return self._call(node, key_of(function.parts[-1].text), arguments)
        self._report_unknown(node)
        return None

    def condition(self, node: s.Expression) -> v.Predicate | None:
        match node:
            case s.And(terms) | s.Or(terms):
                found: Tests | None = _whole([self.condition(term) for term in terms])
                if found is None:
                    return None
                return v.Every(found) if isinstance(node, s.And) else v.Some(found)
            case s.Not(operand):
                inner = self.condition(operand)
                return None if inner is None else v.Denied(inner)
            case s.Comparison(left, operator, right):
                return self._compared(left, operator, (right,))
            case s.Among(item, options, negated):
                test = self._compared(item, "=", options)
                return v.Denied(test) if test and negated else test
            case s.Between(item, low, high):
                above, below = (
                    self._compared(item, ">=", (low,)),
                    self._compared(item, "<=", (high,)),
                )
                return v.Every((above, below)) if above and below else None
            case s.IsMissing(item, negated):
                value = self.value(item)
                lacks = None if value is None else v.Lacks(value)
                return v.Denied(lacks) if lacks and negated else lacks
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a condition")
        return None

    def _operation(
        self, left: s.Expression, operator: str, right: s.Expression
    ) -> v.Operation | None:
        a, b = self.value(left), self.value(right)
        return None if a is None or b is None else v.Operation(a, operator, b)

    def _compared(
        self, item: s.Expression, operator: str, others: Iterable[s.Expression]
    ) -> v.Predicate | None:
        """Whether a number compares so with one of the others."""
        value = self.value(item)
        found: Values | None = _whole([self.value(each) for each in others])
        if value is None or found is None:
            return None
        tests = tuple(v.Compares(value, operator, each) for each in found)
        return tests[0] if len(tests) == 1 else v.Some(tests)

    def _call(self, call: s.Call, name: str, written: tuple[s.Expression, ...]) -> v.Applied | None:
        least, most = SCALARS[name]
        if not least <= len(written) <= most:
            count = str(least) if least == most else f"{least} to {most}"
            self.problems.report("K0208", call.span, name=name, count=count)
            return None
        arguments: Values | None = _whole([self.value(each) for each in written])
        if arguments is None:
            return None
        if name == "round" and len(arguments) == 2 and not _is_digits(arguments[1]):
            span = written[1].span
            self.problems.report("K0302", span, found=span.text, wanted="a number of digits")
            return None
        return v.Applied(name, arguments)

    def _report_unknown(self, node: s.Expression) -> None:
        place = node.function if isinstance(node, s.Call) else node
        known = [*NAMES, *(chinese("values", each) for each in NAMES)]
        if isinstance(node, s.Call):
            known = [*SCALARS, *in_chinese([*SCALARS])]
        fixes = renamed(place.span, known) if isinstance(place, s.Path) else ()
        self.problems.report("K0537", place.span, fixes=fixes, found=place.span.text)


def _is_digits(value: v.Value) -> bool:
    return isinstance(value, v.Literal) and value.value in range(7)


def _whole(found: list[T | None]) -> tuple[T, ...] | None:
    """All of them; None where one was reported."""
    present = tuple(each for each in found if each is not None)
    return present if len(present) == len(found) else None
