"""Syntax -> row expressions: what a formula or condition says about one row, with its types."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine import durations
from engine import scalars as r
from engine.catalog import Catalog
from engine.clauses import clause_of, refuse_clauses
from engine.facts import Problems
from engine.function_names import which_function
from engine.model import Entity, Workspace
from engine.paths import Declared, Paths
from engine.periods import Range
from engine.reach import Holder
from engine.references import is_of_rows
from engine.walk import nodes_in
from grammar import Span
from grammar import syntax as s

if TYPE_CHECKING:
    from engine.computed import Computed

_FUNCTIONS = {"abs": 1, "round": 2, "ceiling": 1, "coalesce": 0, "min": 0, "max": 0}


class Rows(Paths):
    """Resolves expressions over the rows of one holder; `period` is what `in period` means.

    `within`: derived columns and attributes that are being resolved. Methods return None after
    reporting a fault, so that one fault is reported once.
    """

    def __init__(
        self,
        workspace: Workspace,
        catalog: Catalog,
        holder: Holder,
        problems: Problems,
        computed: Computed,
        within: tuple[Declared, ...] = (),
        day: r.Scalar | Range | None = None,
        seen_from: Paths | None = None,
    ) -> None:
        super().__init__(workspace, catalog, holder, problems, day, seen_from)
        self.computed = computed
        self.within = within

    def derived(self, holder: Holder, declared: Declared) -> r.Scalar | None:
        if any(each is declared for each in self.within):
            place = next(i for i, each in enumerate(self.within) if each is declared)
            cycle = [each.name.text for each in (*self.within[place:], declared)]
            self.problems.report("K0618", declared.span, cycle=" → ".join(cycle))
            return None
        within = (*self.within, declared)
        if isinstance(holder, Entity) and is_computed(declared):
            return self.computed.scalar(holder, declared, within, self)
        assert declared.formula is not None
        rows = self.computed.rows(holder, within, seen_from=self)
        return rows.scalar(declared.formula, None)

    def scalar(self, node: s.Expression, period: Range | None) -> r.Scalar | None:
        """A value of one row; `period` is the window that `in period` means."""
        match node:
            case s.Number(value) | s.Percent(value) | s.Money(_, value):
                return r.Constant(value)
            case s.Quantity(value, unit):
                return r.Constant(value / 100 if unit == "pp" else value)
            case s.Text(value):
                return r.Constant(value)
            case s.DateLiteral(value):
                return r.Constant(value)
            case s.Truth(value):
                return r.Constant(value)
            case s.Path():
                return self.path(node)
            case s.Sign(operator, operand):
                inner = self._number(operand, period)
                zero = r.Constant(Decimal(0))
                if inner is None or operator == "+":
                    return inner
                return r.Calculation(zero, "-", inner)
            case s.Arithmetic(left, operator, right):
                a, b = self._number(left, period), self._number(right, period)
                if a is None or b is None:
                    return None
                return r.Calculation(a, operator, _like(a, operator, b))
            case s.If(condition, then, otherwise):
                c = self.condition(condition, period)
                a, b = self.scalar(then, period), self.scalar(otherwise, period)
                return None if c is None or a is None or b is None else r.Choice(c, a, b)
            case s.Call():
                return self._call(node, period)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a value of one row")
        return None

    def condition(self, node: s.Expression, period: Range | None) -> r.Condition | None:
        """A yes-or-no of one row."""
        match node:
            case s.And(terms) | s.Or(terms):
                found = [self.condition(term, period) for term in terms]
                whole = tuple(each for each in found if each is not None)
                if len(whole) != len(terms):
                    return None
                return r.AllOf(whole) if isinstance(node, s.And) else r.AnyOf(whole)
            case s.Not(operand):
                inner = self.condition(operand, period)
                return None if inner is None else r.Negation(inner)
            case s.Comparison(left, operator, right):
                return self._comparison(node, left, operator, right, period)
            case s.Between(item, low, high):
                above = self._comparison(node, item, ">=", low, period)
                below = self._comparison(node, item, "<=", high, period)
                return None if above is None or below is None else r.AllOf((above, below))
            case s.Among(item, options, negated):
                return self._among(item, options, negated, period)
            case s.IsMissing(item, negated):
                value = self.scalar(item, period)
                if value is None:
                    return None
                return r.Negation(r.Absent(value)) if negated else r.Absent(value)
            case s.Matches(item, how, s.Text(text)):
                value = self.scalar(item, period)
                if value is None:
                    return None
                if r.type_of(value) not in (r.TEXT, r.UNKNOWN):
                    self.problems.report("K0302", item.span, found=item.span.text, wanted="a text")
                    return None
                return r.TextMatch(value, how, text)
            case s.InPeriod(item):
                return self._in_period(node, item, period)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a condition")
        return None

    def _in_period(
        self, node: s.InPeriod, item: s.Expression, period: Range | None
    ) -> r.Condition | None:
        value = self.scalar(item, period)
        if value is None:
            return None
        if period is None:
            self.problems.report("K0306", node.span)
            return None
        return r.Lies(value, period) if self.is_date(value, item.span) else None

    def is_date(self, value: r.Scalar, span: Span) -> bool:
        """A date or timestamp, or the text of one; reports what is none."""
        fits = r.type_of(value) in (r.DAY, r.INSTANT, r.TEXT, r.UNKNOWN)
        if not fits:
            self.problems.report("K0302", span, found=span.text, wanted="a date")
        return fits

    def _among(
        self,
        item: s.Expression,
        options: tuple[s.Expression, ...],
        negated: bool,
        period: Range | None,
    ) -> r.Condition | None:
        value = self.scalar(item, period)
        choices = [self.scalar(option, period) for option in options]
        if value is None or any(choice is None for choice in choices):
            return None
        present = tuple(choice for choice in choices if choice is not None)
        for choice, written in zip(present, options, strict=True):
            if not self._comparable(value, choice, written.span):
                return None
        found = r.IsOneOf(value, present)
        return r.Negation(found) if negated else found

    def _comparison(
        self,
        node: s.Expression,
        left: s.Expression,
        operator: str,
        right: s.Expression,
        period: Range | None,
    ) -> r.Condition | None:
        a, b = self.scalar(left, period), self.scalar(right, period)
        if a is None or b is None:
            return None
        if self._in_days(a, right) or self._in_days(b, left):
            return None
        b = _in_unit_of(a, b, right)
        a = _in_unit_of(b, a, left)
        if not self._comparable(a, b, node.span):
            return None
        if operator == "<>":
            return r.Negation(r.Compare(a, "=", b))
        return r.Compare(a, operator, b)

    def _in_days(self, measured: r.Scalar, written: s.Expression) -> bool:
        """Whether opening time is compared with days, which have 24 hours: it is reported."""
        found = (
            isinstance(written, s.Quantity) and written.unit == "days" and r.of_opening(measured)
        )
        if found:
            self.problems.report("K0356", written.span, found=written.span.text)
        return found

    def _comparable(self, a: r.Scalar, b: r.Scalar, span: Span) -> bool:
        """Unlike types never compare; a date may be compared with a timestamp or ISO text."""
        kinds = {r.type_of(a), r.type_of(b)}
        days = {r.DAY, r.INSTANT}
        fits = (
            len(kinds) == 1
            or r.UNKNOWN in kinds
            or kinds <= days
            or (r.TEXT in kinds and bool(kinds & days) and not _is_text_literal(a, b))
            or (kinds == {r.TRUTH, r.NUMBER} and not _is_number_literal(a, b))
        )
        if not fits:
            self.problems.report("K0301", span, left=r.type_of(a), right=r.type_of(b))
        return fits

    def _number(self, node: s.Expression, period: Range | None) -> r.Scalar | None:
        value = self.scalar(node, period)
        if value is not None and r.type_of(value) not in (r.NUMBER, r.UNKNOWN):
            self.problems.report("K0302", node.span, found=node.span.text, wanted="a number")
            return None
        return value

    def _call(self, call: s.Call, period: Range | None) -> r.Scalar | None:
        name = ".".join(part.text for part in call.function.parts).lower()
        if name == "hours" and clause_of(call, s.InBusinessTime):
            return self._business_time(call, period)
        if call.clauses or (name not in _FUNCTIONS and name not in ("hours", "days")):
            known = [*_FUNCTIONS, "hours", "days"]
            self.problems.report(
                "K0207",
                call.function.span,
                name=name,
                place="a row",
                hint=which_function(name, known, "Functions of a row are {functions}. "),
            )
            return None
        found = [self.scalar(argument, period) for argument in call.arguments]
        arguments = tuple(each for each in found if each is not None)
        if len(arguments) != len(found):
            return None
        wanted = 2 if name in ("hours", "days") else _FUNCTIONS[name]
        if len(arguments) != wanted and (wanted or not arguments) and name != "round":
            self.problems.report("K0208", call.span, name=name, count=wanted or "one or more")
            return None
        if name in ("hours", "days"):
            for value, written in zip(arguments, call.arguments, strict=True):
                if not self.is_date(value, written.span):
                    return None
            return r.Elapsed(name, arguments[0], arguments[1])
        return r.Function(name, arguments)

    def _business_time(self, call: s.Call, period: Range | None) -> r.Scalar | None:
        """`hours(a, b in business time)`: hours in which the calendar says that it is open."""
        if refuse_clauses(self.problems, call, (s.InBusinessTime,), "hours"):
            return None
        plain = self._call(s.Call(call.function, call.arguments, (), span=call.span), period)
        hours = self.workspace.calendar.business
        if hours is None:
            self.problems.report("K0351", call.clauses[0].span)
        if hours is None or not isinstance(plain, r.Elapsed):
            return None
        return r.BusinessTime(plain.start, plain.end, hours)


def is_computed(attribute: Declared) -> bool:
    """Whether an attribute has aggregates in it."""
    calls = (each for each in nodes_in(attribute.formula) if isinstance(each, s.Call))
    return isinstance(attribute, s.Attribute) and any(map(is_of_rows, calls))


def _in_unit_of(measured: r.Scalar, constant: r.Scalar, written: s.Expression) -> r.Scalar:
    """`hours(a, b) <= 2 days`: the duration is written in the unit of what it is compared with."""
    unit = durations.of_scalar(measured)
    if (
        unit is None
        or not isinstance(written, s.Quantity)
        or written.unit not in durations.IN_HOURS
    ):
        return constant
    return r.Constant(written.value * durations.factor(written.unit, unit))


def _like(a: r.Scalar, operator: str, b: r.Scalar) -> r.Scalar:
    """`hours(a, b) + days(c, d)`: the second in the unit of the first."""
    first, second = durations.of_scalar(a), durations.of_scalar(b)
    if operator not in "+-" or first is None or second is None or first == second:
        return b
    return r.Calculation(b, "*", r.Constant(durations.factor(second, first)))


def _is_text_literal(*sides: r.Scalar) -> bool:
    return any(isinstance(each, r.Constant) and isinstance(each.value, str) for each in sides)


def _is_number_literal(*sides: r.Scalar) -> bool:
    return any(
        isinstance(each, r.Constant) and isinstance(each.value, Decimal | date) for each in sides
    )
