"""Plan -> SQL: for each level one statement, a CTE per grain class joined to the spine.

Values reach the text only as typed literal nodes; aliases are generated and short; sqlglot prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from engine import scalars as r
from engine.dialects import Dialect, dialect, number
from engine.grain import Cell, GrainClass
from engine.lower_rows import RowLowering, case
from engine.model import Entity, Workspace
from engine.periods import Range
from engine.plan import Level, Plan, Spine
from engine.relations import relation
from engine.scopes import Feed, Scope


@dataclass(frozen=True)
class LevelQuery:
    """One statement and what its columns mean. `k` is the key of the entity."""

    level: str
    sql: str
    cells: Mapping[Cell, str]
    parents: Mapping[str, str]
    attributes: Mapping[r.Scalar, str]


@dataclass(frozen=True)
class FeedQuery:
    """Two questions about a data set: its first day, and (where asked) all days with rows."""

    data: str
    first: str
    days: str | None


def lower(plan: Plan, dialect_name: str) -> tuple[LevelQuery, ...]:
    """The statements of a plan, one for each level."""
    return tuple(_Lowering(plan, dialect_name).level(level) for level in plan.levels)


@dataclass(frozen=True)
class KeyQuery:
    """Whether a key that rows are joined by is unique: `rows` present keys, `keys` different ones;
    and which stand more than once."""

    entity: str
    count: str
    repeated: str


def lower_keys(plan: Plan, dialect_name: str) -> tuple[KeyQuery, ...]:
    """The statements that prove every join of a plan to be many-to-one."""
    lowering = _Lowering(plan, dialect_name)
    return tuple(lowering.joined_key(name, key) for name, key in joined_keys(plan).items())


def joined_keys(plan: Plan) -> dict[str, str]:
    """The entities that some row expression of a plan is joined to, with their key columns."""
    found: dict[str, str] = {}
    for level in plan.levels:
        spine = level.spine
        parts: list[object] = [spine.name, *spine.parents.values(), spine.attributes]
        parts += [spine.conditions, *plan.scopes.values(), *plan.values_of.values()]
        parts += [(c.key, c.argument, c.where) for grain in level.classes for c in grain.cells]
        for chain in r.hops_of(parts):
            found.update({hop.entity: hop.key for hop in chain})
    return found


def lower_feeds(plan: Plan, dialect_name: str) -> tuple[FeedQuery, ...]:
    """The statements that ask about data sets as a whole."""
    return tuple(_Lowering(plan, dialect_name).feed(feed) for feed in plan.feeds)


def statements(plan: Plan, dialect_name: str) -> Iterator[tuple[str, str]]:
    """Everything that scoring a plan may ask, each with what it asks for."""
    for level in lower(plan, dialect_name):
        yield f"every {level.level}: what its scores are made of", level.sql
    for key in lower_keys(plan, dialect_name):
        yield f"{key.entity}: whether its key is unique", key.count
    for feed in lower_feeds(plan, dialect_name):
        yield f"{feed.data}: the first day with rows", feed.first
        if feed.days is not None:
            yield f"{feed.data}: the days with rows", feed.days


class _Rows:
    """One SELECT over a relation: its columns, and the joins they need, made on demand."""

    def __init__(self, lowering: _Lowering, where: exp.Expr, alias: str) -> None:
        self.lowering = lowering
        self.alias = alias
        self.joins: dict[tuple[r.Hop, ...], str] = {}
        self.select = exp.Select().from_(where)
        self.rows = RowLowering(lowering.dialect, lowering.zone, self.column)

    def column(self, field: r.Field) -> exp.Expr:
        return exp.column(_quoted(field.column), table=self._joined(field.hops))

    def _joined(self, hops: tuple[r.Hop, ...]) -> str:
        """The alias of the entity at the end of the hops; each join is written once."""
        if not hops:
            return self.alias
        if hops not in self.joins:
            before = self._joined(hops[:-1])
            hop = hops[-1]
            alias = f"j{len(self.joins) + 1}"
            self.joins[hops] = alias
            entity = self.lowering.workspace.entities[hop.entity]
            assert entity.relation is not None
            here = exp.column(_quoted(hop.column), table=before)
            there = exp.column(_quoted(hop.key), table=alias)
            self.select = self.select.join(
                relation(entity.relation, self.lowering.dialect.name, alias),
                on=exp.EQ(this=there, expression=here),
                join_type="left",
            )
        return self.joins[hops]


class _Lowering:
    def __init__(self, plan: Plan, dialect_name: str) -> None:
        self.plan = plan
        self.workspace: Workspace = plan.workspace
        self.zone = plan.workspace.calendar.timezone
        self.dialect: Dialect = dialect(dialect_name)

    # ── a level ──────────────────────────────────────────────────────────────────────────────

    def level(self, level: Level) -> LevelQuery:
        cells: dict[Cell, str] = {}
        tables = [(f"g{i}", each) for i, each in enumerate(level.classes, 1)]
        query, parents, attributes = self._spine(level.spine)
        for name, grain in tables:
            columns = {cell: f"{name}_{i}" for i, cell in enumerate(grain.cells, 1)}
            cells.update(columns)
            body = self._class(grain, columns)
            body.add_comments([_comment(grain, level)])
            query = query.with_(name, as_=body, copy=False)
            query = query.join(
                exp.to_table(name),
                on=exp.EQ(this=exp.column("k", table=name), expression=exp.column("k", table="s")),
                join_type="left",
                copy=False,
            )
            wanted = [exp.column(columns[cell], table=name) for cell in grain.cells]
            query = query.select(*wanted, copy=False)
        sql = query.sql(dialect=self.dialect.name, pretty=True)
        return LevelQuery(level.name, sql, cells, parents, attributes)

    def _spine(self, spine: Spine) -> tuple[exp.Select, dict[str, str], dict[r.Scalar, str]]:
        """SELECT over the entities, with name, activity, parents and attributes as columns."""
        rows = self._entity_rows(spine.entity)
        wanted: dict[str, exp.Expr] = {"k": rows.rows.scalar(spine.key)}
        for alias, scalar in (("n", spine.name), ("since", spine.since), ("until", spine.until)):
            if scalar is not None:
                wanted[alias] = rows.rows.scalar(scalar)
        parents = {name: f"p{i}" for i, name in enumerate(spine.parents, 1)}
        attributes = {scalar: f"a{i}" for i, scalar in enumerate(spine.attributes, 1)}
        wanted |= {parents[name]: rows.rows.scalar(key) for name, key in spine.parents.items()}
        wanted |= {alias: rows.rows.scalar(scalar) for scalar, alias in attributes.items()}
        conditions = [rows.rows.condition(each) for each in spine.conditions]
        inner = rows.select.select(*(exp.alias_(e, alias) for alias, e in wanted.items()))
        if conditions:
            inner = inner.where(exp.and_(*conditions))
        outer = (
            exp.Select()
            .from_(exp.to_table("s"))
            .select(*(exp.column(alias, table="s") for alias in wanted))
        )
        return outer.with_("s", as_=inner), parents, attributes

    def _entity_rows(self, entity: Entity) -> _Rows:
        if entity.everything:
            one = exp.Select().select(exp.alias_(number("1"), "one"))
            return _Rows(self, _subquery(one, "e"), "e")
        if entity.values:
            return _Rows(self, _subquery(self._distinct_values(entity), "e"), "e")
        assert entity.relation is not None
        return _Rows(self, relation(entity.relation, self.dialect.name, "e"), "e")

    def _distinct_values(self, entity: Entity) -> exp.Expr:
        """The present values of the paths an entity is made of, each once."""
        parts: list[exp.Expr] = []
        for where, scalar in self.plan.values_of[entity.name]:
            rows = _Rows(self, relation(where, self.dialect.name, "v"), "v")
            value = rows.rows.scalar(scalar)
            present = exp.not_(exp.Is(this=value.copy(), expression=exp.null()))
            parts.append(
                rows.select.select(exp.alias_(value, "key", quoted=True)).where(present).distinct()
            )
        query = parts[0]
        for part in parts[1:]:
            query = exp.union(query, part, distinct=True)
        return query

    # ── a grain class ────────────────────────────────────────────────────────────────────────

    def _class(self, grain: GrainClass, columns: Mapping[Cell, str]) -> exp.Select:
        rows = self._holder_rows(grain)
        conditions = self._scope(grain, rows)
        common = {cell.where for cell in grain.cells}
        shared = common.pop() if len(common) == 1 else None
        if shared is not None:
            conditions.append(rows.rows.condition(shared))
        key = rows.rows.scalar(grain.key)
        if not isinstance(grain.key, r.Constant):
            conditions.append(exp.not_(exp.Is(this=key.copy(), expression=exp.null())))
        if grain.grain == "keys":
            return self._by_keys(grain, columns, rows, key, conditions, shared)
        chosen = [
            exp.alias_(self._cell(cell, rows, cell.where if shared is None else None), alias)
            for cell, alias in columns.items()
        ]
        select = rows.select.select(exp.alias_(key, "k"), *chosen)
        select = select.where(exp.and_(*conditions)) if conditions else select
        return select if isinstance(grain.key, r.Constant) else select.group_by(key.copy())

    def _holder_rows(self, grain: GrainClass) -> _Rows:
        where = self.plan.scopes[grain.holder].relation
        return _Rows(self, relation(where, self.dialect.name, "d"), "d")

    def _scope(self, grain: GrainClass, rows: _Rows) -> list[exp.Expr]:
        """Which rows take part at all: the ranges, and what the data set always requires."""
        scope = self.plan.scopes[grain.holder]
        day, found = scope.day, [rows.rows.condition(each) for each in scope.conditions]
        if grain.ranges and day is not None:
            spans = _joined(grain.ranges)
            lies = [rows.rows.lies(day, span) for span in spans]
            found.insert(0, exp.paren(exp.or_(*lies)) if len(lies) > 1 else lies[0])
        return found

    def _cell(self, cell: Cell, rows: _Rows, where: r.Condition | None) -> exp.Expr:
        condition = rows.rows.condition(where) if where is not None else None
        if cell.part == "rows":
            if condition is None:
                return exp.Count(this=exp.Star())
            return exp.Sum(this=case(condition, number("1"), number("0")))
        assert cell.argument is not None
        value = rows.rows.scalar(cell.argument)
        if cell.part.startswith("target"):
            day = self.plan.scopes[cell.holder].day
            assert day is not None
            assert cell.range is not None
            inside = rows.rows.lies(day, cell.range)
            condition = inside if condition is None else exp.and_(condition, inside)
        chosen = value if condition is None else case(condition, value)
        match cell.part:
            case "sum" | "target":
                return exp.Sum(this=chosen)
            case "values" | "target_rows":
                return exp.Count(this=chosen)
            case "min":
                return exp.Min(this=chosen)
        return exp.Max(this=chosen)

    def _by_keys(
        self,
        grain: GrainClass,
        columns: Mapping[Cell, str],
        rows: _Rows,
        key: exp.Expr,
        conditions: list[exp.Expr],
        shared: r.Condition | None,
    ) -> exp.Select:
        """Entity x key first, counting the rows of each condition and range; then the entity."""
        assert grain.argument is not None
        counts: dict[tuple[r.Condition | None, Range | None], str] = {}
        for cell in grain.cells:
            where = cell.where if shared is None else None
            for span in (cell.range, cell.base) if cell.part == "kept" else (cell.range,):
                counts.setdefault((where, span), f"n{len(counts) + 1}")
        argument = rows.rows.scalar(grain.argument)
        many = len(grain.ranges) > 1
        counted = [
            exp.alias_(self._count(rows, where, span if many else None, grain), alias)
            for (where, span), alias in counts.items()
        ]
        inner = rows.select.select(exp.alias_(key, "k"), exp.alias_(argument, "x"), *counted)
        inner = inner.where(exp.and_(*conditions)) if conditions else inner
        grouped = (
            [argument.copy()]
            if isinstance(grain.key, r.Constant)
            else [key.copy(), argument.copy()]
        )
        inner = inner.group_by(*grouped)
        outer = exp.Select().from_(_subquery(inner, "x1")).select(exp.column("k"))
        cells = [
            exp.alias_(_key_cell(cell, cell.where if shared is None else None, counts), alias)
            for cell, alias in columns.items()
        ]
        outer = outer.select(*cells, copy=False)
        return outer.group_by(exp.column("k"))

    def _count(
        self, rows: _Rows, where: r.Condition | None, span: Range | None, grain: GrainClass
    ) -> exp.Expr:
        """How many rows of one key meet a condition in a range."""
        day = self.plan.scopes[grain.holder].day
        tests = [] if where is None else [rows.rows.condition(where)]
        if span is not None and day is not None:
            tests.append(rows.rows.lies(day, span))
        if not tests:
            return exp.Count(this=exp.Star())
        return exp.Sum(this=case(exp.and_(*tests), number("1"), number("0")))

    # ── keys ─────────────────────────────────────────────────────────────────────────────────

    def joined_key(self, name: str, key: str) -> KeyQuery:
        where = self.workspace.entities[name].relation
        assert where is not None
        column = exp.column(_quoted(key), table="e")
        rows = exp.Select().from_(relation(where, self.dialect.name, "e"))
        count = rows.select(
            exp.alias_(exp.Count(this=column), "rows"),
            exp.alias_(exp.Count(this=exp.Distinct(expressions=[column.copy()])), "keys"),
        )
        many = exp.GT(this=exp.Count(this=exp.Star()), expression=number("1"))
        repeated = rows.select(exp.alias_(column.copy(), "k")).group_by(column.copy()).having(many)
        name_ = self.dialect.name
        return KeyQuery(name, count.sql(dialect=name_), repeated.limit(5).sql(dialect=name_))

    # ── a data set as a whole ────────────────────────────────────────────────────────────────

    def feed(self, feed: Feed) -> FeedQuery:
        scope = self.plan.scopes[feed.data]
        first, day = self._feed_rows(scope)
        minimum = first.select.select(exp.alias_(exp.Min(this=day), "first"))
        days_sql = None
        if feed.ranges:
            rows, _ = self._feed_rows(scope)
            assert scope.day is not None
            local = rows.rows.day(scope.day)
            spans = [rows.rows.lies(scope.day, span) for span in _joined(feed.ranges)]
            days = rows.select.select(exp.alias_(local, "day")).where(exp.or_(*spans)).distinct()
            days_sql = days.sql(dialect=self.dialect.name, pretty=True)
        return FeedQuery(feed.data, minimum.sql(dialect=self.dialect.name, pretty=True), days_sql)

    def _feed_rows(self, scope: Scope) -> tuple[_Rows, exp.Expr]:
        """The rows that a data set always counts, and their date."""
        assert scope.day is not None
        rows = _Rows(self, relation(scope.relation, self.dialect.name, "d"), "d")
        day = rows.rows.scalar(scope.day)
        tests = [rows.rows.condition(each) for each in scope.conditions]
        if tests:
            rows.select = rows.select.where(exp.and_(*tests))
        return rows, day


def _key_cell(
    cell: Cell,
    where: r.Condition | None,
    counts: Mapping[tuple[r.Condition | None, Range | None], str],
) -> exp.Expr:
    count = exp.column(counts[(where, cell.range)])
    present = exp.not_(exp.Is(this=exp.column("x"), expression=exp.null()))
    some = exp.GT(this=count, expression=number("0"))
    match cell.part:
        case "key_rows":
            return exp.Sum(this=count)
        case "key_missing":
            absent = exp.Is(this=exp.column("x"), expression=exp.null())
            return exp.Sum(this=case(absent, count, number("0")))
        case "kept":
            before = exp.GT(this=exp.column(counts[(where, cell.base)]), expression=number("0"))
            return exp.Sum(this=case(exp.and_(present, some, before), number("1"), number("0")))
    return exp.Sum(this=case(exp.and_(present, some), number("1"), number("0")))


def _joined(ranges: tuple[Range, ...]) -> list[Range]:
    """Ranges that touch or overlap as one, so that each scan has one literal range."""
    joined: list[Range] = []
    for span in sorted(ranges, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Range(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _subquery(query: exp.Expr, alias: str) -> exp.Expr:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _quoted(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def _comment(grain: GrainClass, level: Level) -> str:
    """What a pass computes and for which KPIs, for whoever reads the SQL."""
    kpis = dict.fromkeys(o for cell in grain.cells for o in level.origins.get(cell, ()))
    text = f"{grain.description}: {', '.join(kpis)}"
    return text.replace("*/", "* /").replace("/*", "/ *")
