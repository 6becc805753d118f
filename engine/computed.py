"""Attributes that are numbers of the rows that belong to an entity: `attribute spend is
sum(sales.amount)`.

There is one value for each entity and score: over the period of the card, whatever the window of
the formula that asks, and over all rows of the entity, whoever is scored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import scalars as r
from engine.clauses import clause_of, refuse_clauses
from engine.constants import Constants
from engine.context import Context, days_of, moved, whole_count
from engine.holders import active_at
from engine.model import DataSet, Entity, holder_key
from engine.paths import Declared
from engine.period_rows import OutsideTable
from engine.periods import Moment, Range
from engine.references import function_of, is_of_rows
from engine.rows import Rows
from engine.scopes import scope_of
from engine.spring_festival import NoFestival
from grammar import syntax as s
from grammar.suggest import quoted

if TYPE_CHECKING:
    from engine.aggregation import Aggregation
    from engine.reach import Holder

FUNCTIONS = ("sum", "average", "count", "unique", "min", "max")


class Computed:
    """Compiles such attributes of one workspace for one period. None means: reported."""

    def __init__(self, aggregation: Aggregation, moment: Moment) -> None:
        self.aggregation = aggregation
        self.moment = moment
        workspace, catalog = aggregation.workspace, aggregation.catalog
        self.constants = Constants(workspace, catalog, aggregation.problems)

    def scalar(
        self, entity: Entity, attribute: Declared, within: tuple[Declared, ...], asker: Rows
    ) -> r.Scalar | None:
        """The value for one row of the entity; `within`: what is being compiled already, `asker`:
        the rows that ask, as of whose day histories are read."""
        if entity.relation is None or entity.key is None:
            span = attribute.name.span
            self.aggregation.problems.report("K0619", span, entity=entity.name)
            return None
        formula = self.constants.inside(attribute.formula, self.moment.period.start)
        assert formula is not None
        context = Context(entity, self.moment)
        return _OfEntity(self, entity, attribute, context, within, asker).scalar(formula, None)

    def rows(
        self,
        holder: Holder,
        within: tuple[Declared, ...],
        day: r.Scalar | Range | None = None,
        seen_from: Rows | None = None,
    ) -> Rows:
        """The rows of a holder, as of a day where they have none of their own, or as other rows see
        them."""
        made = self.aggregation
        where = (made.workspace, made.catalog, holder, made.problems)
        return Rows(*where, self, within, day, seen_from)


class _OfEntity(Rows):
    """Expressions about one entity in which aggregates are numbers of its rows."""

    def __init__(
        self,
        computed: Computed,
        entity: Entity,
        attribute: Declared,
        context: Context,
        within: tuple[Declared, ...],
        asker: Rows,
    ) -> None:
        made = computed.aggregation
        where = (made.workspace, made.catalog, entity, made.problems)
        super().__init__(*where, computed, within, seen_from=asker)
        self.asker = asker
        self.made = computed
        self.entity = entity
        self.attribute = attribute
        self.context = context

    def scalar(self, node: s.Expression, period: Range | None) -> r.Scalar | None:
        match node:
            case s.Windowed():
                return self._dated(node, period)
            case s.Call() if is_of_rows(node):
                return self._dated(node, period)
        return super().scalar(node, period)

    def _dated(self, node: s.Windowed | s.Call, period: Range | None) -> r.Scalar | None:
        """What is of other days than the period's; those may lie outside a table of periods."""
        try:
            if isinstance(node, s.Call):
                return self._tally(node)
            return self._windowed(node.operand, node.window, period)
        except (OutsideTable, NoFestival) as unknown:
            unknown.report(self.problems, node.span)
            return None

    def _windowed(
        self, operand: s.Expression, window: s.Window, period: Range | None
    ) -> r.Scalar | None:
        if not whole_count(window, self.problems):
            return None
        text = window.span.text
        context = moved(self.workspace.calendar, self.context, window, text)
        if context is None:
            self.problems.report("K0305", window.span, window=text)
            return None
        other = _OfEntity(self.made, self.entity, self.attribute, context, self.within, self.asker)
        return other.scalar(operand, period)

    def _tally(self, call: s.Call) -> r.Tally | None:
        """An aggregate over all rows that belong to the entity."""
        name = function_of(call)
        if name not in FUNCTIONS:
            found = {"name": name, "functions": quoted(FUNCTIONS)}
            self.problems.report("K0620", call.function.span, found)
            return None
        if refuse_clauses(self.problems, call, (s.Where,), name):
            return None
        if len(call.arguments) != 1:
            self.problems.report("K0208", call.span, name=name, count=1)
            return None
        holder = self.made.aggregation.holders.find(name, call.arguments[0])
        if holder is None or not self._counts_rows(name, call, holder):
            return None
        span = days_of(self.workspace.calendar, self.context)
        rows = self.made.rows(holder, self.within, r.Constant(span.last))
        owner = rows.key(self.entity, call.span)
        bare = s.Call(call.function, call.arguments, (), span=call.span)
        number = self.made.aggregation.inner(bare, holder, rows, span)
        conditions = self._conditions(call, holder, rows, span)
        key = self.own_key(self.entity)
        if owner is None or number is None or conditions is None or key is None:
            return None
        assert holder.relation is not None
        dated = isinstance(holder, DataSet) and holder.date is not None
        return r.Tally(
            key=key,
            holder=holder_key(holder),
            relation=holder.relation,
            owner=owner,
            function=name,
            argument=number.argument,
            keys=number.keys,
            conditions=conditions,
            range=span if dated else None,
            name=self.attribute.name.text,
            origin=self.attribute.span,
        )

    def _counts_rows(self, name: str, call: s.Call, holder: Holder) -> bool:
        """`count` takes a data set or an entity, and no column of one."""
        argument = call.arguments[0]
        alone = isinstance(argument, s.Path) and len(argument.parts) == 1
        if name == "count" and not alone:
            self.problems.report("K0214", argument.span, holder=holder.name)
        return name != "count" or alone

    def _conditions(
        self, call: s.Call, holder: Holder, rows: Rows, span: Range
    ) -> tuple[r.Condition, ...] | None:
        """Which rows take part: those of the days, those that always do, those of the `where`."""
        where = clause_of(call, s.Where)
        asked = rows.condition(where.condition, span) if where is not None else None
        if where is not None and asked is None:
            return None
        scope = scope_of(holder, rows)
        found = [] if scope is None else [*scope.conditions]
        if isinstance(holder, Entity):
            found += [each for each in (active_at(holder, rows, span.end),) if each is not None]
        elif scope is not None and scope.day is not None:
            found.insert(0, r.Lies(scope.day, span))
        return (*found, asked) if asked is not None else tuple(found)
