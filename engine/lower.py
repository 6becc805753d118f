"""Plan -> SQL: for each level a statement, a CTE per grain class joined to the spine. A level with
more classes than every database can join has several.

Values reach the text only as typed literal nodes; aliases are generated and short; sqlglot prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from engine import scalars as r
from engine.activity import Activity
from engine.dialects import Dialect, dialect, number
from engine.grain import Cell, GrainClass, earlier, ranges_of
from engine.lower_days import local_day
from engine.lower_groups import GroupLowering
from engine.lower_peers import ALL, peers_query
from engine.lower_rows import case
from engine.lower_stays import StayQuery, lower_stays
from engine.lower_windows import by_day, in_order
from engine.model import Entity, Workspace
from engine.origins import origins
from engine.periods import Range, joined
from engine.plan import Level, Plan, Spine
from engine.selection import Selection, Setting, subquery

MAX_CLASSES, MAX_CELLS = 50, 900
"""Of one statement. MySQL joins 61 tables, SQLite 64; PostgreSQL gives 1,664 columns."""


@dataclass(frozen=True)
class LevelQuery:
    """One statement and what its columns mean. `k` is the key of the entity.

    Parents and attributes are those of the first statement of a level; where they depend on the
    day (with whom the card claims), its `stays` ask for them.
    """

    level: str
    sql: str
    cells: Mapping[Cell, str]
    parents: Mapping[str, str]
    attributes: Mapping[r.Scalar, str]
    stays: StayQuery | None = None


def lower(plan: Plan, dialect_name: str) -> tuple[LevelQuery, ...]:
    """The statements of a plan: those of a level follow each other."""
    lowering = _Lowering(plan, dialect_name)
    return tuple(query for level in plan.levels for query in lowering.level(level))


Tables = list[tuple[str, GrainClass]]


class _Lowering:
    def __init__(self, plan: Plan, dialect_name: str) -> None:
        self.plan = plan
        self.workspace: Workspace = plan.workspace
        self.zone = plan.workspace.calendar.timezone
        self.origins = origins(plan)
        self.dialect: Dialect = dialect(dialect_name)
        self.setting = Setting(plan.workspace, self.dialect, self.zone, self._peers)

    # ── a level ──────────────────────────────────────────────────────────────────────────────

    def level(self, level: Level) -> Iterator[LevelQuery]:
        tables = [(f"g{i}", each) for i, each in enumerate(level.classes, 1)]
        spine = level.spine
        for some in _divided(tables):
            yield self._statement(level, spine, some)
            spine = replace(spine, name=None, activity=Activity(), parents={}, attributes=())

    def _statement(self, level: Level, spine: Spine, tables: Tables) -> LevelQuery:
        cells: dict[Cell, str] = {}
        groups = {within: f"w{i}" for i, within in enumerate(_pooled_within(tables), 1)}
        query, parents, attributes = self._spine(spine, groups)
        for name, grain in tables:
            columns = {cell: f"{name}_{i}" for i, cell in enumerate(grain.cells, 1)}
            cells.update(columns)
            body = self._class(grain, columns)
            body.add_comments([self._comment(grain, level)])
            query = query.with_(name, as_=body, copy=False)
            query = query.join(
                exp.to_table(name),
                on=exp.EQ(this=exp.column("k", table=name), expression=_place(grain, groups)),
                join_type="left",
                copy=False,
            )
            wanted = [exp.column(columns[cell], table=name) for cell in grain.cells]
            query = query.select(*wanted, copy=False)
        sql = query.sql(dialect=self.dialect.name, pretty=True)
        stays = None
        if level.spine.changing is not None:
            stays = lower_stays(self.setting, level.spine, self.plan.moment.range)
        return LevelQuery(level.name, sql, cells, parents, attributes, stays)

    def _spine(
        self, spine: Spine, groups: Mapping[r.Scalar, str]
    ) -> tuple[exp.Select, dict[str, str], dict[r.Scalar, str]]:
        """SELECT over the entities, with name, activity, parents and attributes as columns. Rows of
        peers are joined by the `groups`."""
        rows = self._entity_rows(spine.entity)
        wanted: dict[str, exp.Expr] = {"k": rows.rows.scalar(spine.key)}
        active = spine.activity
        for alias, scalar in (("n", spine.name), ("since", active.since), ("until", active.until)):
            if scalar is not None:
                wanted[alias] = rows.rows.scalar(scalar)
        if spine.changing is not None:
            spine = replace(spine, parents={}, attributes=(), conditions=())
        parents = {name: f"p{i}" for i, name in enumerate(spine.parents, 1)}
        attributes = {scalar: f"a{i}" for i, scalar in enumerate(spine.attributes, 1)}
        wanted |= {parents[name]: rows.rows.scalar(key) for name, key in spine.parents.items()}
        wanted |= {alias: rows.rows.scalar(scalar) for scalar, alias in attributes.items()}
        conditions = [rows.rows.condition(each) for each in spine.conditions]
        inside = wanted | {alias: rows.rows.scalar(within) for within, alias in groups.items()}
        inner = rows.select.select(*(exp.alias_(e, alias) for alias, e in inside.items()))
        if conditions:
            inner = inner.where(exp.and_(*conditions))
        outer = (
            exp.Select()
            .from_(exp.to_table("s"))
            .select(*(exp.column(alias, table="s") for alias in wanted))
        )
        return outer.with_("s", as_=inner), parents, attributes

    def _peers(self, pool: r.Pool) -> exp.Select:
        return peers_query(self.plan, pool, self._entity_rows)

    def _entity_rows(self, entity: Entity) -> Selection:
        if entity.everything:
            one = exp.Select().select(exp.alias_(number("1"), "one"))
            return Selection(self.setting, subquery(one, "e"), "e")
        if entity.values:
            return Selection(self.setting, subquery(self._distinct_values(entity), "e"), "e")
        assert entity.relation is not None
        return self.setting.rows_of(entity.relation, "e")

    def _distinct_values(self, entity: Entity) -> exp.Expr:
        """The present values of the paths an entity is made of, each once."""
        parts: list[exp.Expr] = []
        for where, scalar in self.plan.values_of[entity.name]:
            rows = self.setting.rows_of(where, "v")
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

    def _comment(self, grain: GrainClass, level: Level) -> str:
        """What a pass computes and for which KPIs, for whoever reads the SQL."""
        kpis = dict.fromkeys(
            origin for cell in grain.cells for origin in self.origins.get((level.name, cell), ())
        )
        text = f"{grain.description}: {', '.join(kpis)}"
        return text.replace("*/", "* /").replace("/*", "/ *")

    def _class(self, grain: GrainClass, columns: Mapping[Cell, str]) -> exp.Select:
        rows, key, conditions = self._source(grain)
        is_one = isinstance(grain.key, r.Constant)
        if grain.grain in ("order", "days"):
            return self._in_order(grain, columns, rows, key, conditions)
        common = {cell.where for cell in grain.cells}
        shared = common.pop() if len(common) == 1 else None
        if shared is not None:
            conditions.append(rows.rows.condition(shared))
        if grain.grain == "keys":
            return self._by_keys(grain, columns, rows, key, conditions, shared)
        chosen = [
            exp.alias_(self._cell(cell, rows, cell.where if shared is None else None), alias)
            for cell, alias in columns.items()
        ]
        select = rows.select.select(exp.alias_(key, "k"), *chosen)
        select = select.where(exp.and_(*conditions)) if conditions else select
        return select if is_one and grain.groups is None else select.group_by(key.copy())

    def _source(self, grain: GrainClass) -> tuple[Selection, exp.Expr, list[exp.Expr]]:
        """The rows of a pass (or the groups that they make), their entity, and which take part."""
        rows = self._holder_rows(grain)
        conditions = self._scope(grain, rows)
        key = rows.rows.scalar(grain.key)
        if not isinstance(grain.key, r.Constant) and not grain.anywhere:
            conditions.append(exp.not_(exp.Is(this=key.copy(), expression=exp.null())))
        if grain.groups is None:
            return rows, key, conditions
        made = GroupLowering(rows, key, grain.groups, lambda: self._day(grain, rows))
        groups = Selection(self.setting, subquery(made.query(conditions), "d"), "d")
        return groups, groups.column(r.Field((), "k", "")), []

    def _in_order(
        self,
        grain: GrainClass,
        columns: Mapping[Cell, str],
        rows: Selection,
        key: exp.Expr,
        conditions: list[exp.Expr],
    ) -> exp.Select:
        """The present values of the rows in their order, or those of the first or last day."""
        assert grain.argument is not None
        value = self.dialect.number(rows.rows.scalar(grain.argument))
        where = grain.cells[0].where
        if where is not None:
            conditions.append(rows.rows.condition(where))
        conditions.append(exp.not_(exp.Is(this=value.copy(), expression=exp.null())))
        wanted = [exp.alias_(key, "k"), exp.alias_(value, "x")]
        if grain.grain == "days":
            wanted.append(exp.alias_(self._day(grain, rows), "day"))
        select = rows.select.select(*wanted).where(exp.and_(*conditions))
        return by_day(select, columns) if grain.grain == "days" else in_order(select, columns)

    def _day(self, grain: GrainClass, rows: Selection) -> exp.Expr:
        """The local day of a row; a data set without a date has one day."""
        day = self.plan.scopes[grain.holder].day
        if day is None:
            return number("1")
        return local_day(self.setting, rows, grain.ranges, day)

    def _holder_rows(self, grain: GrainClass) -> Selection:
        where = self.plan.scopes[grain.holder].relation
        return self.setting.rows_of(where, "d")

    def _scope(self, grain: GrainClass, rows: Selection) -> list[exp.Expr]:
        """Which rows take part at all: the ranges, and what the data set always requires."""
        scope = self.plan.scopes[grain.holder]
        day, found = scope.day, [rows.rows.condition(each) for each in scope.conditions]
        if grain.ranges and day is not None:
            spans = joined(grain.ranges)
            lies = [rows.rows.lies(day, span) for span in spans]
            found.insert(0, exp.paren(exp.or_(*lies)) if len(lies) > 1 else lies[0])
        return found

    def _cell(self, cell: Cell, rows: Selection, where: r.Condition | None) -> exp.Expr:
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
        rows: Selection,
        key: exp.Expr,
        conditions: list[exp.Expr],
        shared: r.Condition | None,
    ) -> exp.Select:
        """Entity x key first, counting the rows of each condition and range; then the entity."""
        assert grain.argument is not None
        counts: dict[tuple[r.Condition | None, Range | None], str] = {}
        for cell in grain.cells:
            where = cell.where if shared is None else None
            for span in ranges_of(cell) or (None,):
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
        inner = _known_anywhere(inner, grain, counts) if grain.anywhere else inner
        outer = exp.Select().from_(subquery(inner, "x1")).select(exp.column("k"))
        cells = [
            exp.alias_(_key_cell(cell, cell.where if shared is None else None, counts), alias)
            for cell, alias in columns.items()
        ]
        outer = outer.select(*cells, copy=False)
        return outer.group_by(exp.column("k"))

    def _count(
        self, rows: Selection, where: r.Condition | None, span: Range | None, grain: GrainClass
    ) -> exp.Expr:
        """How many rows of one key meet a condition in a range."""
        day = self.plan.scopes[grain.holder].day
        tests = [] if where is None else [rows.rows.condition(where)]
        if span is not None and day is not None:
            tests.append(rows.rows.lies(day, span))
        if not tests:
            return exp.Count(this=exp.Star())
        return exp.Sum(this=case(exp.and_(*tests), number("1"), number("0")))


def _divided(tables: Tables) -> Iterator[Tables]:
    """Classes that one statement can hold, at least one statement."""
    some: Tables = []
    for name, grain in tables:
        size = sum(len(each.cells) for _, each in some) + len(grain.cells)
        if some and (len(some) == MAX_CLASSES or size > MAX_CELLS):
            yield some
            some = []
        some.append((name, grain))
    yield some


def _pooled_within(tables: Tables) -> Iterable[r.Scalar]:
    """What is equal for the peers whose rows are taken together."""
    keys = (grain.key for _, grain in tables)
    pools = (key.pool for key in keys if isinstance(key, r.PeerGroup))
    return dict.fromkeys(pool.within for pool in pools if pool.within is not None)


def _place(grain: GrainClass, groups: Mapping[r.Scalar, str]) -> exp.Expr:
    """What an entity of the spine finds its numbers by: its key, or its group of peers."""
    if not isinstance(grain.key, r.PeerGroup):
        return exp.column("k", table="s")
    within = grain.key.pool.within
    return number(ALL) if within is None else exp.column(groups[within], table="s")


def _known_anywhere(
    inner: exp.Select,
    grain: GrainClass,
    counts: Mapping[tuple[r.Condition | None, Range | None], str],
) -> exp.Select:
    """The counts of earlier ranges over all entities; rows that belong to none count there."""
    now = {cell.range for cell in grain.cells}
    chosen: list[exp.Expr] = []
    for (_, span), alias in counts.items():
        column: exp.Expr = exp.column(alias)
        if span not in now:
            whole = exp.Window(this=exp.Sum(this=column), partition_by=[exp.column("x")])
            column = exp.alias_(whole, alias)
        chosen.append(column)
    outer = exp.Select().from_(subquery(inner, "x0")).select(exp.column("k"), exp.column("x"))
    outer = outer.select(*chosen)
    there = exp.not_(exp.Is(this=exp.column("k"), expression=exp.null()))
    return exp.Select().from_(subquery(outer, "x2")).select(exp.Star()).where(there)


def _key_cell(
    cell: Cell,
    where: r.Condition | None,
    counts: Mapping[tuple[r.Condition | None, Range | None], str],
) -> exp.Expr:
    """How many keys are in the ranges in the way that the part says, or how many rows there are."""
    count = exp.column(counts[(where, cell.range)])
    present = exp.not_(exp.Is(this=exp.column("x"), expression=exp.null()))
    if cell.part == "key_rows":
        return exp.Sum(this=count)
    if cell.part == "key_missing":
        absent = exp.Is(this=exp.column("x"), expression=exp.null())
        return exp.Sum(this=case(absent, count, number("0")))
    tests = [present, _some(count, cell.part != "lost")]
    if cell.base is not None:
        before = exp.column(counts[(where, cell.base)])
        tests.append(_some(before, cell.part in ("retained", "lost")))
    long_ago = earlier(cell)
    if long_ago is not None:
        tests.append(_some(exp.column(counts[(where, long_ago)]), True))
    return exp.Sum(this=case(exp.and_(*tests), number("1"), number("0")))


def _some(count: exp.Expr, there: bool) -> exp.Expr:
    compare = exp.GT if there else exp.EQ
    return compare(this=count, expression=number("0"))
