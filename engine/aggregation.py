"""An aggregate call -> an atom: which rows, which of them, over which days, for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from engine import scalars as r
from engine import values as v
from engine.catalog import Catalog
from engine.context import Context, days_before, days_of, whole_count
from engine.facts import Problems
from engine.model import DataSet, Entity, Workspace, holder_key, key_of
from engine.paths import did_you_mean
from engine.periods import Range
from engine.rows import Rows
from engine.walk import nodes_in
from grammar import syntax as s
from grammar.suggest import quoted

AGGREGATES = ("sum", "average", "count", "unique", "min", "max")
SETS = ("retained",)

C = TypeVar("C", bound=s.Node)
Holder = Entity | DataSet


class Aggregation:
    """Resolves aggregate calls of one workspace. None means: reported."""

    def __init__(self, workspace: Workspace, catalog: Catalog, problems: Problems) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.problems = problems
        self._rows: dict[str, Rows] = {}

    def rows(self, holder: Holder) -> Rows:
        name = f"{type(holder).__name__}:{key_of(holder.name)}"
        if name not in self._rows:
            self._rows[name] = Rows(self.workspace, self.catalog, holder, self.problems)
        return self._rows[name]

    def aggregate(self, name: str, call: s.Call, context: Context) -> v.Aggregate | None:
        """The atom of one aggregate call."""
        if refuse_clauses(self.problems, call, (s.Where, s.Over) if name in SETS else (s.Where,)):
            return None
        if len(call.arguments) != 1:
            self.problems.report("K0208", call.span, name=name, count=1)
            return None
        argument = call.arguments[0]
        if isinstance(argument, s.Windowed):
            self.problems.report(
                "K0307", argument.window.span, window=argument.window.span.text, name=name
            )
            return None
        holder = self._holder(name, argument)
        if holder is None:
            return None
        if name == "count" and not _is_bare(argument):
            self.problems.report("K0214", argument.span, holder=holder.name)
            return None
        rows = self.rows(holder)
        key = rows.key(context.level, call.span)
        if key is None:
            return None
        calendar, over = self.workspace.calendar, clause_of(call, s.Over)
        if not whole_count(over.window if over else None, self.problems):
            return None
        span = days_of(calendar, context)
        dated = isinstance(holder, DataSet) and holder.date is not None
        base = days_before(calendar, context, over.window if over else None)
        if name in SETS and base is None:
            self.problems.report("K0305", call.span, window=call.span.text)
            return None
        value = None if name == "count" else self._argument(name, argument, rows, span)
        where = clause_of(call, s.Where)
        condition = rows.condition(where.condition, span) if where else None
        if (value is None) != (name == "count") or (condition is None) != (where is None):
            return None
        if isinstance(holder, Entity):
            condition = r.all_of(condition, self._active_at(holder, rows, span.end))
        return v.Aggregate(
            level=key_of(context.level.name),
            data=holder_key(holder),
            function=name,
            argument=value,
            where=condition,
            range=span if dated else None,
            base=base if dated and name in SETS else None,
            key=key,
            origin=call.span,
        )

    def _argument(
        self, name: str, argument: s.Expression, rows: Rows, period: Range
    ) -> r.Scalar | None:
        if name not in ("unique", "retained"):
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

    def _holder(self, name: str, argument: s.Expression) -> Holder | None:
        """The data set that the argument names; `count` takes it alone, or an entity."""
        paths = paths_in(argument)
        if name == "count" and isinstance(argument, s.Path) and len(argument.parts) == 1:
            found = self._named(argument.parts[0])
            if found is not None:
                return found
        for path in paths:
            if len(path.parts) > 1:
                data = self.workspace.data.get(key_of(path.parts[0].text))
                if data is not None:
                    return data
        known = [d.name for d in self.workspace.data.values()]
        first = paths[0] if paths else argument
        written = first.parts[0].text if isinstance(first, s.Path) else first.span.text
        self.problems.report(
            "K0211",
            first.span,
            found=argument.span.text,
            function=name,
            hint=did_you_mean(written, known) or _data_sets(known),
            follows=bool(self.workspace.unread),
        )
        return None

    def _named(self, name: s.Name) -> Holder | None:
        data = self.workspace.data.get(key_of(name.text))
        entity = self.workspace.entities.get(key_of(name.text))
        if data is not None:
            return data
        return entity if entity is not None and entity.relation is not None else None

    def _active_at(self, entity: Entity, rows: Rows, end: date) -> r.Condition | None:
        """Active on the last day of the period."""
        if entity.active is None:
            return None
        last = r.Constant(end - timedelta(days=1))
        since = rows.path(s.Path((entity.active.since,), span=entity.span))
        begun = None if since is None else r.AnyOf((r.Absent(since), r.Compare(since, "<=", last)))
        if entity.active.until is None:
            return begun
        until = rows.path(s.Path((entity.active.until,), span=entity.span))
        operator = ">=" if entity.active.inclusive else ">"
        goes_on = None
        if until is not None:
            goes_on = r.AnyOf((r.Absent(until), r.Compare(until, operator, last)))
        return r.all_of(begun, goes_on)


def refuse_clauses(problems: Problems, call: s.Call, allowed: tuple[type[s.Node], ...]) -> bool:
    """Name the clauses that this version does not compute; whether there are any."""
    refused = [clause for clause in call.clauses if not isinstance(clause, allowed)]
    for clause in refused:
        word = clause.span.text.split(maxsplit=1)[0]
        problems.report("K0109", clause.span, construct=f"`{word}` here", hint="")
    return bool(refused)


def clause_of(call: s.Call, kind: type[C]) -> C | None:
    return next((clause for clause in call.clauses if isinstance(clause, kind)), None)


def _is_bare(argument: s.Expression) -> bool:
    return isinstance(argument, s.Path) and len(argument.parts) == 1


def _data_sets(known: list[str]) -> str:
    return f"Data sets are: {quoted(known)}. " if known else ""


def paths_in(node: object) -> list[s.Path]:
    """Every path written in an expression, from left to right."""
    return [each for each in nodes_in(node) if isinstance(each, s.Path)]
