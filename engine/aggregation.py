"""An aggregate call -> an atom: which rows, which of them, over which days, for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from engine import durations, reach
from engine import scalars as r
from engine import values as v
from engine.catalog import Catalog
from engine.clauses import clause_of, refuse_clauses
from engine.computed import Computed
from engine.context import Context, aligned, days_before, days_of, whole_count
from engine.facts import Problems
from engine.grain import SETS
from engine.groups import Groups, Inner, column
from engine.having import having_condition
from engine.holders import Holder, Holders, active_at
from engine.model import DataSet, Entity, Workspace, holder_key, key_of
from engine.periods import Moment, Range
from engine.rows import Rows
from grammar import syntax as s
from grammar.records import record

AGGREGATES = (
    *("sum", "average", "count", "unique", "min", "max", "median", "percentile", "deviation"),
    *("first", "last", "top_share"),
)
COUNTING = ("count", "unique", *SETS)
_OF_GROUPS = ("sum", "average", "min", "max", "median", "percentile", "deviation", "top_share")
_INNER = ("sum", "average", "count", "unique", "min", "max", "first", "last")
_DAILY = ("sum", "average", "min", "max")
_SHARES = {"percentile": 1, "top_share": 0}  # the place of the share among the arguments


@record
class _Made:
    """What is computed over rows, as fields of an aggregate."""

    function: str
    argument: r.Scalar | None
    where: r.Condition | None = None
    measured: str | None = None
    weight: r.Scalar | None = None
    daily: str | None = None
    groups: Groups | None = None


class Aggregation:
    """Resolves aggregate calls of one workspace; `moment`: for which period attributes are computed
    from rows. None means: reported."""

    def __init__(
        self, workspace: Workspace, catalog: Catalog, problems: Problems, moment: Moment
    ) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.problems = problems
        self.holders = Holders(workspace, problems)
        self.computed = Computed(self, moment)
        self._rows: dict[tuple[str, r.Scalar | Range | None], Rows] = {}

    def rows(self, holder: reach.Holder, day: r.Scalar | Range = r.STAY_DAY) -> Rows:
        """The rows of a holder; those without a day of their own as of `day`."""
        dated = isinstance(holder, DataSet) and holder.date is not None
        key = holder_key(holder), None if dated else day
        if key not in self._rows:
            self._rows[key] = self.computed.rows(holder, (), day)
        return self._rows[key]

    def aggregate(self, name: str, call: s.Call, context: Context) -> v.Aggregate | None:
        """The atom of one aggregate call."""
        if refuse_clauses(self.problems, call, _clauses(name), name):
            return None
        if len(call.arguments) != (2 if name in _SHARES else 1):
            count = 2 if name in _SHARES else 1
            self.problems.report("K0208", call.span, name=name, count=count)
            return None
        argument = call.arguments[1 if name == "top_share" else 0]
        if isinstance(argument, s.Windowed):
            self.problems.report(
                "K0307", argument.window.span, window=argument.window.span.text, name=name
            )
            return None
        inner = _aggregate_in(argument)
        measured = inner.arguments[0] if inner is not None and inner.arguments else argument
        counted = inner.function.parts[-1].text.lower() if inner is not None else name
        holder = self.holders.find(counted, measured)
        if holder is None:
            return None
        bare = counted == "count" and not _is_bare(measured)
        if bare and not self._is_group(holder, measured):
            self.problems.report("K0214", measured.span, holder=holder.name)
            return None
        calendar, over = self.workspace.calendar, clause_of(call, s.Over)
        span = days_of(calendar, context)
        rows = self.rows(holder, r.Constant(span.last))
        key = rows.key(context.level, call.span)
        if key is None:
            return None
        if context.pool is not None:
            key = r.PeerGroup(key, context.pool)
        if not whole_count(over.window if over else None, self.problems):
            return None
        back = aligned(calendar, context)
        dated = isinstance(holder, DataSet) and holder.date is not None
        base = None
        if name == "new" and over is None:
            base = Range(date.min, span.start)
        elif name in SETS:
            base = days_before(calendar, context, over.window if over else None)
        if name in SETS and base is None:
            self.problems.report("K0305", call.span, window=call.span.text)
            return None
        where = clause_of(call, s.Where)
        condition = rows.condition(where.condition, span) if where else None
        share = self._share(name, call)
        if (condition is None) != (where is None) or (share is None) != (name not in _SHARES):
            return None
        made = self._made(name, call, argument, holder, rows, span)
        if made is None:
            return None
        if isinstance(holder, Entity):
            condition = r.all_of(condition, active_at(holder, rows, span.end))
        if context.claims is not None and dated:
            spans = tuple(each for each in (span, base if name in SETS else None) if each)
            condition = r.all_of(context.claims.condition(rows, context.level, spans), condition)
        if made.groups is not None:
            where_groups = r.all_of(made.groups.where, condition)
            groups = Groups(made.groups.by, where_groups, made.groups.numbers)
            made, condition = replace(made, groups=groups), made.where
        return v.Aggregate(
            level=key_of(context.level.name),
            data=holder_key(holder),
            function=made.function,
            argument=made.argument,
            where=condition,
            range=span if dated else None,
            base=base if dated else None,
            key=key,
            origin=call.span,
            weight=made.weight,
            share=Fraction(1, 2) if name == "median" else share,
            daily=made.daily,
            groups=made.groups,
            anywhere=clause_of(call, s.Anywhere) is not None,
            measured=made.measured,
            aligned=back.days if dated and back is not None else None,
        )

    def _made(
        self,
        name: str,
        call: s.Call,
        argument: s.Expression,
        holder: Holder,
        rows: Rows,
        span: Range,
    ) -> _Made | None:
        """What is computed over the rows, their groups or the rows of a day."""
        per, having = clause_of(call, s.Per), clause_of(call, s.Having)
        inner = _aggregate_in(argument)
        function = "percentile" if name == "median" else name
        if name == "unique" and (having is not None or self._is_group(holder, argument)):
            return self._groups_having(argument, having, holder, rows, span)
        if per is not None and inner is not None:
            return self._per(function, per, inner, holder, rows, span)
        if name in ("first", "last") and inner is not None:
            return self._daily(name, inner, rows, span)
        if per is not None or inner is not None or name == "top_share":
            self.problems.report("K0330", argument.span, name=name, found=argument.span.text)
            return None
        if name == "count":
            return _Made("count", None)
        scalar = self._argument(name, argument, rows, span)
        if scalar is None:
            return None
        measured = durations.of_scalar(scalar) if name not in COUNTING else None
        weighted = clause_of(call, s.WeightedBy)
        if weighted is None:
            daily = "one" if name in ("first", "last") else None
            return _Made(function, scalar, measured=measured, daily=daily)
        weight = self._argument("sum", weighted.expression, rows, span)
        if weight is None:
            return None
        return _Made("weighted", scalar, measured=measured, weight=weight)

    def _share(self, name: str, call: s.Call) -> Fraction | None:
        """`90%` of percentile and top_share."""
        if name not in _SHARES:
            return None
        written = call.arguments[_SHARES[name]]
        if isinstance(written, s.Percent) and 0 <= written.value <= 1:
            return Fraction(written.value)
        self.problems.report("K0331", written.span, name=name, found=written.span.text)
        return None

    def _daily(self, name: str, inner: s.Call, rows: Rows, span: Range) -> _Made | None:
        """`last(sum(d.x))`: the rows of the last day together."""
        how = inner.function.parts[-1].text.lower()
        if how not in _DAILY or inner.clauses or len(inner.arguments) != 1:
            self.problems.report("K0330", inner.span, name=name, found=inner.span.text)
            return None
        scalar = self._argument(how, inner.arguments[0], rows, span)
        if scalar is None:
            return None
        return _Made(name, scalar, measured=durations.of_scalar(scalar), daily=how)

    # ── groups ───────────────────────────────────────────────────────────────────────────────

    def _per(
        self, function: str, per: s.Per, call: s.Call, holder: Holder, rows: Rows, span: Range
    ) -> _Made | None:
        """`average(sum(d.x where …) per customer)`: the inner `where` chooses the rows."""
        name = call.function.parts[-1].text.lower()
        if refuse_clauses(self.problems, call, (s.Where,), name):
            return None
        by = self._keys(per.path, holder, rows)
        plain = s.Call(call.function, call.arguments, (), span=call.span)
        number = self.inner(plain, holder, rows, span)
        where = clause_of(call, s.Where)
        condition = rows.condition(where.condition, span) if where else None
        if by is None or number is None or (condition is None) != (where is None):
            return None
        measured = durations.of_scalar(number.argument) if number.argument is not None else None
        groups = Groups(by, condition, (number,))
        daily = "one" if number.function in ("first", "last") else None
        return _Made(function, column(1), measured=measured, groups=groups, daily=daily)

    def _groups_having(
        self,
        argument: s.Expression,
        having: s.Having | None,
        holder: Holder,
        rows: Rows,
        span: Range,
    ) -> _Made | None:
        """`unique(d.customer having sum(x) >= 1000)`: groups of the rows, of which some count."""
        if not isinstance(argument, s.Path):
            self.problems.report("K0302", argument.span, found=argument.span.text, wanted="a name")
            return None
        by = self._keys(argument, holder, rows)
        if by is None:
            return None
        if having is None:
            return _Made("count", None, groups=Groups(by, None, (Inner("count", None, None),)))
        numbers: list[Inner] = []

        def number(call: s.Call) -> r.Scalar | None:
            inner = self.inner(call, holder, rows, span)
            if inner is None:
                return None
            if inner not in numbers:
                numbers.append(inner)
            return column(numbers.index(inner) + 1)

        condition = having_condition(having.condition, number, self.problems)
        if condition is None:
            return None
        groups = Groups(by, None, tuple(numbers))
        if not self._can_be_grouped(groups, having):
            return None
        return _Made("count", None, where=condition, groups=groups)

    def _can_be_grouped(self, groups: Groups, having: s.Having) -> bool:
        """Keys of several columns are counted in a step of their own, which sums can pass through
        and distinct counts and averages cannot."""
        several = [n for n in groups.numbers if len(n.keys) > 1]
        others = [n for n in groups.numbers if n.function in ("unique", "average")]
        mixed = bool(several) and any(n.keys != several[0].keys for n in others)
        if mixed:
            self.problems.report("K0333", having.span, found=having.condition.span.text)
        return not mixed

    def inner(self, call: s.Call, holder: Holder, rows: Rows, span: Range) -> Inner | None:
        """A number of each group."""
        name = ".".join(part.text for part in call.function.parts).lower()
        if name not in _INNER or len(call.arguments) != 1:
            self.problems.report("K0332", call.span, found=call.span.text)
            return None
        allowed = (s.Where,) if name not in ("first", "last") else ()
        if refuse_clauses(self.problems, call, allowed, name):
            return None
        where = clause_of(call, s.Where)
        condition = rows.condition(where.condition, span) if where else None
        if (condition is None) != (where is None):
            return None
        argument = call.arguments[0]
        if name == "count":
            return Inner("count", None, condition)
        if name == "unique":
            keys = self._keys(argument, holder, rows) if isinstance(argument, s.Path) else None
            return None if keys is None else Inner("unique", None, condition, keys)
        scalar = self._argument(name, argument, rows, span)
        return None if scalar is None else Inner(name, scalar, condition)

    def _keys(self, path: s.Path, holder: Holder, rows: Rows) -> tuple[r.Scalar, ...] | None:
        """The columns of a declared group, else the column or entity that a path names."""
        names = self._group(holder, path)
        if names is None:
            scalar = rows.path(path)
            return None if scalar is None else (scalar,)
        found = [rows.own(each) for each in names]
        keys = tuple(each for each in found if each is not None)
        return keys if len(keys) == len(found) else None

    def _group(self, holder: Holder, path: s.Path) -> tuple[s.Name, ...] | None:
        if not isinstance(holder, DataSet):
            return None
        parts = path.parts
        if len(parts) == 2 and key_of(parts[0].text) == key_of(holder.name):
            parts = parts[1:]
        return holder.groups.get(key_of(parts[0].text)) if len(parts) == 1 else None

    def _is_group(self, holder: Holder, node: s.Expression) -> bool:
        return isinstance(node, s.Path) and self._group(holder, node) is not None

    # ── arguments ────────────────────────────────────────────────────────────────────────────

    def _argument(
        self, name: str, argument: s.Expression, rows: Rows, period: Range
    ) -> r.Scalar | None:
        if name != "unique" and name not in SETS:
            scalar = rows.scalar(argument, period)
            if scalar is not None and r.type_of(scalar) not in (r.NUMBER, r.UNKNOWN):
                self.problems.report(
                    "K0302", argument.span, found=argument.span.text, wanted="a number"
                )
                return None
            return scalar
        if not isinstance(argument, s.Path):
            self.problems.report("K0302", argument.span, found=argument.span.text, wanted="a name")
            return None
        return rows.path(argument)


def _clauses(name: str) -> tuple[type[s.Node], ...]:
    """What may stand in the parentheses of a function beside its arguments."""
    more: tuple[type[s.Node], ...] = ()
    if name in SETS:
        more = (s.Over, s.Anywhere) if name in ("new", "returned") else (s.Over,)
    elif name == "unique":
        more = (s.Having,)
    elif name in _OF_GROUPS:
        more = (s.Per, s.WeightedBy) if name == "average" else (s.Per,)
    return (s.Where, *more)


def _aggregate_in(argument: s.Expression) -> s.Call | None:
    """The aggregate of each group, or of each day, inside another one."""
    if isinstance(argument, s.Call):
        name = argument.function.parts[-1].text.lower()
        if name in AGGREGATES and not (name in ("min", "max") and len(argument.arguments) > 1):
            return argument
    return None


def _is_bare(argument: s.Expression) -> bool:
    return isinstance(argument, s.Path) and len(argument.parts) == 1
