"""Expressions in canonical form: parentheses only where they decide, or where a reader might doubt.

The levels are those of the grammar, from what binds loosest to what binds tightest; what stands
where a tighter level is needed is put in parentheses. Chinese says a window before what it is
about, English after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from grammar import names
from grammar import syntax as s
from grammar.print_literals import counted, literal, number
from grammar.print_pieces import CALL, CLOSE, COMMA, DOT, OPEN, Piece, in_brackets, name, sign
from grammar.trivia import Gaps
from grammar.words import words

ANY, LOGICAL, COMPARABLE, SUM, PRODUCT, UNARY, SUFFIXED, PREFIXED, ATOM = range(9)

_STRETCHES = ("periods", "months", "days")


@dataclass(frozen=True, slots=True)
class ExpressionPrinter:
    """Expressions in one language; `gaps` knows where the author broke lines."""

    language: str
    gaps: Gaps

    def word(self, construct: str) -> Piece:
        return Piece(words().canonical(construct, self.language))

    def number(self, node: s.Number) -> Piece:
        return number(node.value, node, self.language)

    def expression(self, node: s.Expression, level: int = ANY) -> Iterator[Piece]:
        """An expression where one of at least this level may stand."""
        if self._level(node) >= level:
            yield from self._bare(node)
        else:
            yield from (OPEN, *self._bare(node), CLOSE)

    def listed(self, nodes: Iterable[s.Expression]) -> Iterator[Piece]:
        for place, node in enumerate(nodes):
            if place:
                yield COMMA
            yield from self.expression(node)

    def path(self, path: s.Path) -> Iterator[Piece]:
        """A path; a single name that would be read as another one stands in brackets."""
        first = path.parts[0].text
        if len(path.parts) == 1 and names.english("values", first) != first:
            yield Piece(in_brackets(first))
            return
        yield name(first)
        for part in path.parts[1:]:
            yield from (DOT, name(part.text))

    def window(self, window: s.Window) -> Iterator[Piece]:
        """A window after `for` or `over`."""
        match window:
            case s.PreviousPeriod():
                yield self.word("previous_period")
            case s.SamePeriodLastYear():
                yield self.word("same_period_last_year")
            case s.PeriodsAgo(count) if self.language == "zh":
                yield from (self.word("ago_first"), self.number(count), self.word("ago_period"))
            case s.PeriodsAgo(count):
                yield from (self.number(count), self.word("periods_ago"))
            case s.LastStretch(count, unit):
                yield from (self.word("last"), *self._stretch(count, unit))
            case s.YearToDate():
                yield self.word("year_to_date")
            case s.AllTime():
                yield self.word("all_time")

    def _level(self, node: s.Expression) -> int:
        match node:
            case s.And() | s.Or() | s.If():
                return ANY
            case s.Not():
                return LOGICAL
            case s.Arithmetic(_, operator, _):
                return SUM if operator in "+-" else PRODUCT
            case s.Sign():
                return UNARY
            case s.Number(value) | s.Percent(value) | s.Money(_, value) | s.Quantity(value, _):
                return UNARY if value < 0 else ATOM
            case s.AtEntity():
                return SUFFIXED
            case s.Windowed():
                return PREFIXED if self.language == "zh" else SUFFIXED
            case s.Path() | s.Call() | s.PartScore() | s.Text() | s.DateLiteral() | s.Truth():
                return ATOM
        return COMPARABLE

    def _bare(self, node: s.Expression) -> Iterator[Piece]:
        match node:
            case s.Path():
                yield from self._value(node)
            case s.Call():
                yield from self._call(node)
            case s.PartScore(part):
                yield from (self.word("part_score"), name(part.text))
            case s.Sign(operator, operand):
                yield from (sign(operator), *self._factor(operand, UNARY))
            case s.Arithmetic():
                yield from self._arithmetic(node)
            case s.Not(operand):
                yield from (self.word("not"), *self.expression(operand, LOGICAL))
            case s.And(terms):
                yield from self._terms(terms, "and")
            case s.Or(terms):
                yield from self._terms(terms, "or")
            case s.If():
                yield from self._choice(node)
            case s.Windowed() | s.AtEntity():
                yield from self._moved(node)
            case (
                s.Comparison()
                | s.Among()
                | s.InPeriod()
                | s.Between()
                | s.IsMissing()
                | s.Matches()
            ):
                yield from self._comparison(node)
            case _:
                yield from literal(node, self.language)

    def _value(self, path: s.Path) -> Iterator[Piece]:
        first = path.parts[0].text
        if len(path.parts) == 1 and self.language == "zh":
            known = names.chinese("values", first)
            if known != first:
                yield Piece(known)
                return
        yield from self.path(path)

    def _comparison(self, node: s.Expression) -> Iterator[Piece]:
        match node:
            case s.Comparison(left, operator, right):
                yield from (*self._sum(left), Piece(operator), *self._sum(right))
            case s.Among(item, options, negated):
                yield from (*self._sum(item), self.word("not_in" if negated else "in"))
                yield from (OPEN, *self.listed(options), CLOSE)
            case s.InPeriod(item):
                yield from (*self._sum(item), self.word("in_period"))
            case s.Between(item, low, high):
                yield from (*self._sum(item), self.word("between"), *self._sum(low))
                yield from (self.word("between_and"), *self._sum(high))
            case s.IsMissing(item, negated):
                yield from self._sum(item)
                yield self.word("is_not_missing" if negated else "is_missing")
            case s.Matches(item, how, part):
                yield from (*self._sum(item), self.word(how), *self._sum(part))

    def _sum(self, node: s.Expression) -> Iterator[Piece]:
        return self.expression(node, SUM)

    def _arithmetic(self, node: s.Arithmetic) -> Iterator[Piece]:
        if node.operator in "+-":
            yield from self.expression(node.left, SUM)
        else:
            yield from self._factor(node.left, PRODUCT)
        yield from self.gaps.between(node.left.span.end, node.right.span.start)
        yield Piece(node.operator)
        if node.operator in "+-":
            yield from self.expression(node.right, PRODUCT)
        else:
            yield from self._factor(node.right, UNARY)

    def _factor(self, node: s.Expression, level: int) -> Iterator[Piece]:
        """What a window beside `*` or `/` is about, a reader must not have to guess."""
        return self.expression(node, ATOM if isinstance(node, s.Windowed | s.AtEntity) else level)

    def _terms(self, terms: tuple[s.Expression, ...], construct: str) -> Iterator[Piece]:
        yield from self.expression(terms[0], LOGICAL)
        for previous, term in pairwise(terms):
            yield from self.gaps.between(previous.span.end, term.span.start)
            yield from (self.word(construct), *self.expression(term, LOGICAL))

    def _choice(self, node: s.If) -> Iterator[Piece]:
        yield from (self.word("if"), *self._part_of_choice(node.condition))
        yield from self.gaps.between(node.condition.span.end, node.then.span.start)
        yield from (self.word("then"), *self._part_of_choice(node.then))
        yield from self.gaps.between(node.then.span.end, node.otherwise.span.start)
        yield from (self.word("else"), *self.expression(node.otherwise))

    def _part_of_choice(self, node: s.Expression) -> Iterator[Piece]:
        return self.expression(node, LOGICAL if isinstance(node, s.If) else ANY)

    def _moved(self, node: s.Windowed | s.AtEntity) -> Iterator[Piece]:
        match node:
            case s.AtEntity(operand, entity):
                yield from self.expression(operand, SUFFIXED)
                yield from (self.word("at_entity"), name(entity.text))
            case s.Windowed(operand, window) if self.language == "zh":
                yield from (*self._first(window), *self.expression(operand, PREFIXED))
            case s.Windowed(operand, window):
                yield from self.expression(operand, SUFFIXED)
                yield from (self.word("for_window"), *self.window(window))

    def _first(self, window: s.Window) -> Iterator[Piece]:
        """A window before what it is about."""
        match window:
            case s.PreviousPeriod():
                yield self.word("previous_first")
            case s.SamePeriodLastYear():
                yield self.word("same_last_year_first")
            case s.LastStretch(count, unit):
                yield from (self.word("last_first"), *self._stretch(count, unit))
            case s.YearToDate():
                yield self.word("to_date_first")
            case s.AllTime():
                yield self.word("all_time_first")
            case s.PeriodsAgo():
                yield from self.window(window)

    def _stretch(self, count: s.Number, unit: str) -> Iterator[Piece]:
        assert unit in _STRETCHES
        yield from (self.number(count), counted(unit, count.value, self.language))

    def _call(self, call: s.Call) -> Iterator[Piece]:
        function, clauses = self._function(call)
        yield from (*function, CALL, *self.listed(call.arguments))
        end = max(each.span.end for each in (call.function, *call.arguments))
        for clause in clauses:
            if isinstance(clause, s.Where | s.Having):
                yield from self.gaps.between(end, clause.span.start)
            yield from self._clause(clause)
            end = max(end, clause.span.end)
        yield CLOSE

    def _function(self, call: s.Call) -> tuple[Iterable[Piece], tuple[s.Clause, ...]]:
        """The name of the function, and the clauses that the name does not say."""
        parts = call.function.parts
        first = parts[0].text
        if self.language == "en" or len(parts) > 1:
            return self.path(call.function), call.clauses
        match call.clauses:
            case (s.Over(s.SamePeriodLastYear()), *others):
                yearly = names.chinese("yearly_growth", first)
                if yearly != first:
                    return (Piece(yearly),), tuple(others)
        known = names.chinese("functions", first)
        return (self.path(call.function) if known == first else (Piece(known),)), call.clauses

    def _clause(self, clause: s.Clause) -> Iterator[Piece]:
        match clause:
            case s.Where(condition):
                yield from (self.word("where"), *self.expression(condition))
            case s.Having(condition):
                yield from (self.word("having"), *self.expression(condition))
            case s.Per(path):
                yield from (self.word("per"), *self.path(path))
            case s.Over(s.LastStretch(count, unit)) if self.language == "zh":
                yield from (self.word("over_last"), *self._stretch(count, unit))
            case s.Over(window):
                yield from (self.word("over"), *self.window(window))
            case s.Within(path):
                yield from (self.word("within"), *self.path(path))
            case s.WeightedBy(expression):
                yield from (self.word("weighted_by"), *self.expression(expression))
            case s.Anywhere():
                yield self.word("anywhere")
            case s.Pooled():
                yield self.word("pooled")
            case s.AllowPartialBase():
                yield self.word("allow_partial_base")
            case s.InBusinessTime():
                yield self.word("in_business_time")
