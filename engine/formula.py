"""Syntax -> values: what a formula means for the entities of a level in a period.

The same code checks a formula (with any period) and plans it (with the one that is scored).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from engine import durations
from engine import scalars as r
from engine import values as v
from engine.aggregation import AGGREGATES, Aggregation
from engine.catalog import Catalog
from engine.clauses import clause_of, refuse_clauses
from engine.constants import Constants
from engine.context import Context, days_of, moved, whole_count
from engine.facts import Problems
from engine.finding import find_entity, report_unknown
from engine.function_names import SCALARS, in_chinese, which_function
from engine.grain import SETS
from engine.mends import as_percent, renamed
from engine.model import Entity, Kpi, Workspace, key_of
from engine.named_days import NamedDays
from engine.part_scores import is_part, known_value, part_score, scored
from engine.paths import ACTIVE_START
from engine.peers import PEERS, compile_peers
from engine.period_rows import OutsideTable
from engine.periods import Moment
from engine.reach import Ambiguous, NoLink, chain, reachable
from engine.series import SERIES, compile_series
from engine.spring_festival import NoFestival
from grammar import Span
from grammar import syntax as s

ELAPSED = ("hours", "days")
N = TypeVar("N", bound=s.Node)

MAX_NESTED = 40  # KPIs inside KPIs
MAX_SIZE = 2_000  # steps of one KPI, everything inside it counted
TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Formulas:
    """Compiles formulas and conditions of one workspace; `moment` is that of the card. None means:
    reported."""

    def __init__(
        self, workspace: Workspace, catalog: Catalog, problems: Problems, moment: Moment
    ) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.problems = problems
        self.aggregation = Aggregation(workspace, catalog, problems, moment)
        self.constants = Constants(workspace, catalog, problems)
        self.days = NamedDays(workspace, self.aggregation, problems)
        self._kpis: dict[tuple[object, ...], v.KpiValue] = {}
        self._sizes: dict[int, int] = {}

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def value(self, node: s.Expression, context: Context) -> v.Value | None:
        match node:
            case s.Number(value) | s.Percent(value) | s.Money(_, value):
                return v.Literal(float(value))
            case s.Quantity():
                return durations.literal(node, context.duration)
            case s.Path():
                read = self._read(node, context)
                return self._path(node, context) if read is node else self.value(read, context)
            case s.PartScore():
                return part_score(node, context, self.problems)
            case s.Sign(operator, operand):
                inner = self.value(operand, context)
                if inner is None or operator == "+":
                    return inner
                return v.Operation(v.Literal(0.0), "-", inner)
            case s.Arithmetic(left, operator, right):
                a, b = self.value(left, context), self.value(right, context)
                return None if a is None or b is None else v.Operation(a, operator, b)
            case s.If(condition, then, otherwise):
                test = self.predicate(condition, context)
                a, b = self.value(then, context), self.value(otherwise, context)
                return None if test is None or a is None or b is None else v.Either(test, a, b)
            case s.Windowed() | s.Call():
                return self._dated(node, context)
            case s.AtEntity(operand, entity):
                return self._at(operand, entity, context)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a number")
        return None

    def kpi(self, kpi: Kpi, context: Context, span: Span) -> v.KpiValue | None:
        """The KPI's own formula, for this level and window."""
        name = key_of(kpi.name)
        if name in context.within:
            cycle = [*context.within[context.within.index(name) :], name]
            names = " → ".join(self.workspace.kpis[each].name for each in cycle)
            self.problems.report("K0209", span, cycle=names)
            return None
        if len(context.within) >= MAX_NESTED:
            self.problems.report("K0215", span, kpi=kpi.name)
            return None
        level = key_of(context.level.name)
        when = (context.moment, context.stretch, context.window_name, context.against)
        key = (name, level, *when, context.claims, context.pool)
        if key not in self._kpis:
            within = (*context.within, name)
            unit = durations.declared(kpi)
            inner = replace(context, within=within, known=(), duration=unit)
            value = self.value(kpi.formula, inner) if kpi.formula is not None else None
            if value is None:
                return None
            whole = v.KpiValue(name, level, context.window_name, value)
            self._sizes[id(whole)] = 1 + self._size(value)
            self._kpis[key] = whole
        if self._size(self._kpis[key]) > MAX_SIZE:
            self.problems.report("K0215", span, kpi=kpi.name)
            return None
        return self._kpis[key]

    def _size(self, value: object) -> int:
        """How many steps a value takes; those of a KPI are counted once and remembered."""
        known = self._sizes.get(id(value))
        return known if known is not None else 1 + sum(map(self._size, v.parts(value)))

    def _path(self, path: s.Path, context: Context) -> v.Value | None:
        name = path.parts[0].text
        if len(path.parts) == 1:
            kpi = self.workspace.kpis.get(key_of(name))
            if key_of(name) in context.known:
                return known_value(path, kpi, self.problems)
            if kpi is not None:
                found = self.kpi(kpi, context, path.span)
                unit = durations.declared(kpi)
                return found and durations.converted(found, unit, context.duration)
            if key_of(name) == "days_active":
                return v.Known("days_active")
            if is_part(path, context) and not self.has(path, context.level):
                self.problems.report("K0740", path.span, fixes=scored(path), name=name)
                return None
        attribute = self.attribute(path, context)
        is_day = len(path.parts) == 1 and key_of(name) == ACTIVE_START
        if attribute is not None and (is_day or not _is_number(attribute)):
            self.problems.report("K0302", path.span, found=path.span.text, wanted="a number")
            return None
        return attribute

    def _read(self, node: s.Expression, context: Context) -> s.Expression:
        """A constant as the value that it has; a KPI of that name goes first."""
        if isinstance(node, s.Path) and len(node.parts) == 1:
            name = key_of(node.parts[0].text)
            if name in context.known or name in self.workspace.kpis:
                return node
        return self.days.read(self.constants.read(node, context.moment.period.start), context)

    def of_entity(self, node: N, context: Context) -> N:
        """An expression over the entity's own row with its constants and days read."""
        return self.days.of_entity(
            self.constants.inside(node, context.moment.period.start), context
        )

    def attribute(self, path: s.Path, context: Context) -> v.AttributeOf | None:
        """An attribute of the scored entity or of one it belongs to."""
        level = context.level
        is_day = len(path.parts) == 1 and key_of(path.parts[0].text) == ACTIVE_START
        if not is_day and not self.has(path, level):
            known = [*(k.name for k in self.workspace.kpis.values()), *self._attributes(level)]
            unread = bool(self.workspace.unread)
            report_unknown("K0201", path.span, path.span.text, known, self.problems, unread)
            return None
        scalar = self.aggregation.rows(level).path(path)
        return None if scalar is None else v.AttributeOf(key_of(level.name), scalar, path.span.text)

    def has(self, path: s.Path, level: Entity) -> bool:
        """Whether a path names an attribute of an entity or of one it belongs to, or that one."""
        first = key_of(path.parts[0].text)
        known = reachable(self.workspace, level)
        if first == key_of(level.name) or first in known:
            return True
        if len(path.parts) > 1:
            return False
        if level.relation is not None:
            columns = self.catalog.columns(level.relation)
            if columns is not None and first in columns:
                return True
        owners = [level, *(self.workspace.entities[each] for each in known)]
        return any(first in owner.attributes for owner in owners)

    def _attributes(self, level: Entity) -> list[str]:
        owners = [level, *(self.workspace.entities[e] for e in reachable(self.workspace, level))]
        return [attribute.name.text for owner in owners for attribute in owner.attributes.values()]

    def _at(self, operand: s.Expression, entity: s.Name, context: Context) -> v.Value | None:
        ancestor = self.ancestor(context.level, entity)
        if ancestor is None:
            return None
        inner = self.value(operand, replace(context, level=ancestor, known=()))
        if inner is None or ancestor is context.level:
            return inner
        return v.AtLevel(key_of(ancestor.name), inner)

    def ancestor(self, level: Entity, name: s.Name) -> Entity | None:
        """The entity of that name, if `level` is it or belongs to it."""
        entity = find_entity(self.workspace, name, self.problems)
        if entity is None:
            return None
        if entity is level:
            return entity
        try:
            chain(self.workspace, level, entity.name)
        except (NoLink, Ambiguous):
            self.aggregation.rows(level).key(entity, name.span)
            return None
        return entity

    # ── windows ──────────────────────────────────────────────────────────────────────────────

    def _dated(self, node: s.Windowed | s.Call, context: Context) -> v.Value | None:
        """What is of other days than the period's; those may lie outside a table of periods."""
        try:
            if isinstance(node, s.Call):
                return self._call(node, context)
            inside = self.moved(context, node.window)
            return None if inside is None else self.value(node.operand, inside)
        except (OutsideTable, NoFestival) as unknown:
            span = node.span if context.stretch is None else context.stretch.span
            unknown.report(self.problems, span)
            return None

    def moved(self, context: Context, window: s.Window) -> Context | None:
        """The context inside `… for WINDOW`."""
        if not whole_count(window, self.problems):
            return None
        inner = moved(self.workspace.calendar, context, window, window.span.text)
        if inner is None:
            self.problems.report("K0305", window.span, window=window.span.text)
        return inner

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def _call(self, call: s.Call, context: Context) -> v.Value | None:
        name = ".".join(part.text for part in call.function.parts).lower()
        if name in ("min", "max") and len(call.arguments) > 1:
            return self._applied(name, call, context)
        if name in AGGREGATES or name in SETS:
            call = self.constants.inside(call, context.moment.period.start)
            call = self.days.inside(call, context)
            atom = self.aggregation.aggregate(name, call, context)
            if atom is None:
                return None
            return durations.converted(atom, atom.measured, context.duration)
        if name in ELAPSED:
            return self._elapsed(call, context)
        if name == "growth":
            return self._growth(call, context)
        if name in SERIES:
            return compile_series(self.value, self.workspace, name, call, context, self.problems)
        if name in SCALARS:
            return self._applied(name, call, context)
        if name in PEERS:
            return compile_peers(self, name, call, context)
        names = (*AGGREGATES, *SETS, "growth", *SERIES, *SCALARS, *ELAPSED, *PEERS)
        known = list(dict.fromkeys(names))
        self.problems.report(
            "K0207",
            call.function.span,
            name=name,
            place="a formula",
            hint=which_function(name, known, "Functions are {functions}. "),
            fixes=renamed(call.function.span, [*known, *in_chinese(known)]),
        )
        return None

    def _elapsed(self, call: s.Call, context: Context) -> v.Value | None:
        """The time between two days of the entity, or of the period."""
        rows = self.aggregation.rows(context.level)
        scalar = rows.scalar(self.of_entity(call, context), None)
        if scalar is None:
            return None
        level, unit = key_of(context.level.name), durations.of_scalar(scalar)
        value = durations.between_days(scalar) or v.AttributeOf(level, scalar, call.span.text)
        return durations.converted(value, unit, context.duration)

    def _applied(self, name: str, call: s.Call, context: Context) -> v.Value | None:
        refuse_clauses(self.problems, call, (), name)
        least, most = SCALARS[name]
        if not least <= len(call.arguments) <= most:
            self.problems.report("K0208", call.span, name=name, count=_count(least, most))
            return None
        found = [self.value(argument, context) for argument in call.arguments]
        arguments = tuple(each for each in found if each is not None)
        if len(arguments) != len(found):
            return None
        if name == "round" and len(arguments) == 2 and not _is_digits(arguments[1]):
            span = call.arguments[1].span
            self.problems.report("K0302", span, found=span.text, wanted="a number of digits")
            return None
        return v.Applied(name, arguments)

    def _growth(self, call: s.Call, context: Context) -> v.Value | None:
        refuse_clauses(self.problems, call, (s.Over, s.AllowPartialBase), "growth")
        if len(call.arguments) != 1:
            self.problems.report("K0208", call.span, name="growth", count=1)
            return None
        if isinstance(call.arguments[0], s.Windowed):
            window = call.arguments[0].window
            self.problems.report("K0307", window.span, window=window.span.text, name="growth")
            return None
        over = clause_of(call, s.Over)
        window = over.window if over else s.PreviousPeriod(span=call.span)
        if not isinstance(window, s.PreviousPeriod | s.SamePeriodLastYear | s.PeriodsAgo):
            self.problems.report("K0305", window.span, window=window.span.text)
            return None
        name = window.span.text if over else "previous period"
        if not whole_count(window, self.problems):
            return None
        earlier = moved(self.workspace.calendar, context, window, name)
        if earlier is None:
            return None
        current = self.value(call.arguments[0], context)
        base = self.value(call.arguments[0], earlier)
        if current is None or base is None:
            return None
        allow = clause_of(call, s.AllowPartialBase) is not None
        return v.Growth(current, base, days_of(self.workspace.calendar, earlier), allow)

    # ── conditions ───────────────────────────────────────────────────────────────────────────

    def predicate(self, node: s.Expression, context: Context) -> v.Predicate | None:
        """A condition about an entity: its KPIs, its attributes, what scoring knows."""
        match node:
            case s.And(terms) | s.Or(terms):
                found = [self.predicate(term, context) for term in terms]
                whole = tuple(each for each in found if each is not None)
                if len(whole) != len(terms):
                    return None
                return v.Every(whole) if isinstance(node, s.And) else v.Some(whole)
            case s.Not(operand):
                inner = self.predicate(operand, context)
                return None if inner is None else v.Denied(inner)
            case s.Comparison(left, operator, right):
                return self._comparison(left, operator, right, context)
            case s.Among(item, options, negated):
                return self._among(item, options, negated, context)
            case s.Between(item, low, high):
                low, high = self._read(low, context), self._read(high, context)
                if isinstance(low, s.DateLiteral) or isinstance(high, s.DateLiteral):
                    since = self._comparison(item, ">=", low, context)
                    until = self._comparison(item, "<=", high, context)
                    return v.Every((since, until)) if since and until else None
                value = self.value(item, context)
                a, b = self.value(low, context), self.value(high, context)
                if value is None or a is None or b is None:
                    return None
                unit = durations.of_value(value, self.workspace)
                a = durations.literal(low, unit) if isinstance(low, s.Quantity) else a
                b = durations.literal(high, unit) if isinstance(high, s.Quantity) else b
                return v.Every((v.Compares(value, ">=", a), v.Compares(value, "<=", b)))
            case s.IsMissing(item, negated):
                value = self.value(item, context)
                if value is None:
                    return None
                return v.Denied(v.Lacks(value)) if negated else v.Lacks(value)
            case s.Matches(item, how, s.Text(text)):
                attribute = self._text_attribute(item, context)
                return None if attribute is None else v.TextIs(attribute, how, (text,))
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a condition")
        return None

    def _comparison(
        self,
        left: s.Expression,
        operator: str,
        right: s.Expression,
        context: Context,
    ) -> v.Predicate | None:
        left, right = self._read(left, context), self._read(right, context)
        if isinstance(right, s.Text | s.Truth) and operator in ("=", "<>"):
            attribute = self._text_attribute(left, context)
            if attribute is None:
                return None
            text = right.value if isinstance(right, s.Text) else str(right.value).lower()
            test: v.Predicate = v.TextIs(attribute, "is", (text,))
            return v.Denied(test) if operator == "<>" else test
        if isinstance(left, s.DateLiteral) and not isinstance(right, s.DateLiteral):
            left, operator, right = right, TURNED[operator], left
        if isinstance(right, s.DateLiteral):
            return self._day_is(left, operator, right, context)
        a, b = self.value(left, context), self.value(right, context)
        if a is None or b is None:
            return None
        if isinstance(right, s.Quantity):
            b = durations.literal(right, durations.of_value(a, self.workspace))
        if isinstance(left, s.Quantity):
            a = durations.literal(left, durations.of_value(b, self.workspace))
        for value, other in ((a, right), (b, left)):
            share = isinstance(value, v.Known) and value.name == "coverage"
            if share and isinstance(other, s.Number) and other.value > 1:
                found, fixes = other.span.text, as_percent(other)
                self.problems.report("K0303", other.span, fixes=fixes, kpi="coverage", found=found)
                return None
        return v.Compares(a, operator, b)

    def _day_is(
        self, left: s.Expression, operator: str, right: s.DateLiteral, context: Context
    ) -> v.Predicate | None:
        if isinstance(left, s.DateLiteral):
            a, b = (v.Literal(float(each.value.toordinal())) for each in (left, right))
            return v.Compares(a, operator, b)
        attribute = self._text_attribute(left, context)
        if attribute is None:
            return None
        if r.type_of(attribute.scalar) not in (r.DAY, r.INSTANT, r.UNKNOWN):
            self.problems.report("K0302", left.span, found=left.span.text, wanted="a date")
            return None
        return v.DayIs(attribute, operator, right.value)

    def _among(
        self, item: s.Expression, options: tuple[s.Expression, ...], negated: bool, context: Context
    ) -> v.Predicate | None:
        if all(isinstance(option, s.Text) for option in options):
            attribute = self._text_attribute(item, context)
            if attribute is None:
                return None
            texts = tuple(option.value for option in options if isinstance(option, s.Text))
            test: v.Predicate = v.TextIs(attribute, "is", texts)
        else:
            value = self.value(item, context)
            choices = [self.value(option, context) for option in options]
            if value is None or any(choice is None for choice in choices):
                return None
            test = v.Some(tuple(v.Compares(value, "=", c) for c in choices if c is not None))
        return v.Denied(test) if negated else test

    def _text_attribute(self, node: s.Expression, context: Context) -> v.AttributeOf | None:
        if isinstance(node, s.Path):
            return self.attribute(node, context)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="an attribute")
        return None


def _count(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _is_digits(value: v.Value) -> bool:
    return isinstance(value, v.Literal) and value.value in range(7)


def _is_number(attribute: v.AttributeOf) -> bool:
    return r.type_of(attribute.scalar) in (r.NUMBER, r.UNKNOWN)
