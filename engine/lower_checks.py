"""Plan -> SQL that proves what a score rests on: keys that are unique, feeds that are complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from engine import scalars as r
from engine.dialects import dialect, number
from engine.lower import lower
from engine.lower_days import local_day
from engine.periods import joined
from engine.plan import Plan
from engine.relations import relation
from engine.scopes import Feed, Scope
from engine.selection import Selection, Setting, quoted, subquery
from engine.target_sums import SumPlan, SumSide


@dataclass(frozen=True)
class FeedQuery:
    """Two questions about a data set: its first day, and (where asked) all days with rows."""

    data: str
    first: str
    days: str | None
    zone: str | None  # of `first`, where it is not local time


@dataclass(frozen=True)
class KeyQuery:
    """Whether a key that rows are joined by is unique: `rows` present keys, `keys` different ones;
    and which stand more than once."""

    entity: str
    count: str
    repeated: str


@dataclass(frozen=True)
class HistoryQuery:
    """Which entities have two rows of their history on one day."""

    entity: str
    overlapping: str


def lower_keys(plan: Plan, dialect_name: str) -> tuple[KeyQuery, ...]:
    """The statements that prove every join of a plan to be many-to-one."""
    setting = _setting(plan, dialect_name)
    keys = {hop.entity: hop.key for hop in joined_by(plan) if hop.stay is None}
    return tuple(_joined_key(setting, name, key) for name, key in keys.items())


def joined_by(plan: Plan) -> tuple[r.Hop, ...]:
    """The joins that some row expression of a plan needs."""
    found: dict[r.Hop, None] = {}
    parts: list[object] = [*plan.scopes.values(), *plan.values_of.values()]
    for level in plan.levels:
        spine = level.spine
        parts += [spine.name, *spine.parents.values(), spine.attributes, spine.conditions]
        parts += [grain.cells for grain in level.classes]
    for each in plan.sums:
        parts += [(side.key, side.value, side.conditions) for side in (each.children, each.own)]
    for chain in r.hops_of(parts):
        found.update(dict.fromkeys(chain))
    return tuple(hop for hop in found if hop.entity)


def lower_histories(plan: Plan, dialect_name: str) -> tuple[HistoryQuery, ...]:
    """The statements that prove an entity to have one row of its history on a day."""
    setting = _setting(plan, dialect_name)
    found = {hop.entity: hop for hop in joined_by(plan) if hop.stay is not None}
    return tuple(HistoryQuery(name, _overlapping(setting, hop)) for name, hop in found.items())


def lower_feeds(plan: Plan, dialect_name: str) -> tuple[FeedQuery, ...]:
    """The statements that ask about data sets as a whole."""
    setting = _setting(plan, dialect_name)
    return tuple(_feed(setting, feed, plan.scopes[feed.data]) for feed in plan.feeds)


def lower_sum(plan: Plan, each: SumPlan, dialect_name: str) -> tuple[str, str]:
    """The sums of the children's targets by parent, and the parents' own."""
    setting = _setting(plan, dialect_name)
    return _sum(setting, each.children), _sum(setting, each.own)


def statements(plan: Plan, dialect_name: str) -> Iterator[tuple[str, str]]:
    """Everything that scoring a plan may ask, each with what it asks for."""
    for level in lower(plan, dialect_name):
        yield f"every {level.level}: what its scores are made of", level.sql
        if level.stays is not None:
            yield f"every {level.level}: what changes inside the period", level.stays.sql
    for key in lower_keys(plan, dialect_name):
        yield f"{key.entity}: whether its key is unique", key.count
    for past in lower_histories(plan, dialect_name):
        yield f"{past.entity}: whether its history has one row for a day", past.overlapping
    for feed in lower_feeds(plan, dialect_name):
        yield f"{feed.data}: the first day with rows", feed.first
        if feed.days is not None:
            yield f"{feed.data}: the days with rows", feed.days
    for each in plan.sums:
        made, own = lower_sum(plan, each, dialect_name)
        yield f"{each.measure.name}: what its targets add up to by {each.parent.name}", made
        yield f"{each.measure.name}: the targets of each {each.parent.name}", own
    for inner in plan.inner.values():
        yield from statements(inner, dialect_name)


def _setting(plan: Plan, dialect_name: str) -> Setting:
    return Setting(plan.workspace, dialect(dialect_name), plan.workspace.calendar.timezone)


def _joined_key(setting: Setting, name: str, key: str) -> KeyQuery:
    where = setting.workspace.entities[name].relation
    assert where is not None
    column = exp.column(quoted(key), table="e")
    rows = exp.Select().from_(relation(where, setting.dialect.name, "e"))
    count = rows.select(
        exp.alias_(exp.Count(this=column), "rows"),
        exp.alias_(exp.Count(this=exp.Distinct(expressions=[column.copy()])), "keys"),
    )
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=number("1"))
    repeated = rows.select(exp.alias_(column.copy(), "k")).group_by(column.copy()).having(many)
    name_ = setting.dialect.name
    return KeyQuery(name, count.sql(dialect=name_), repeated.limit(5).sql(dialect=name_))


def _overlapping(setting: Setting, hop: r.Hop) -> str:
    """The keys of which a row begins before the one before it has ended; a row that ends before it
    begins holds on no day."""
    stay, entity = hop.stay, setting.workspace.entities[hop.entity]
    assert stay is not None
    assert entity.history is not None
    rows = setting.rows_of(entity.history.relation, "h")
    since, until = (rows.rows.day(replace(each, hops=())) for each in (stay.since, stay.until))
    later = exp.GTE if stay.inclusive else exp.GT
    open_ended = [exp.Is(this=each.copy(), expression=exp.null()) for each in (since, until)]
    holds = exp.or_(*open_ended, later(this=until.copy(), expression=since.copy()))
    key = exp.column(quoted(hop.key), table="h")
    begins = exp.Coalesce(this=since, expressions=[rows.rows.constant(date.min)])
    following = exp.Window(
        this=exp.Lead(this=begins),
        partition_by=[key.copy()],
        order=exp.Order(expressions=[exp.Ordered(this=begins.copy())]),
    )
    columns = (("k", key), ("until", until), ("following", following))
    inner = rows.select.select(*(exp.alias_(each, name) for name, each in columns)).where(holds)
    end, after = exp.column("until"), exp.column("following")
    reaches = exp.or_(
        exp.Is(this=end, expression=exp.null()),
        (exp.LTE if stay.inclusive else exp.LT)(this=after.copy(), expression=end.copy()),
    )
    there = exp.not_(exp.Is(this=after, expression=exp.null()))
    query = exp.Select().select(exp.column("k")).from_(subquery(inner, "x")).distinct()
    return setting.text(query.where(exp.and_(there, exp.paren(reaches))).limit(5))


def _sum(setting: Setting, side: SumSide) -> str:
    rows = setting.rows_of(side.relation, "d")
    key, value = rows.rows.scalar(side.key), rows.rows.scalar(side.value)
    tests = [rows.rows.condition(each) for each in side.conditions]
    tests.append(exp.not_(exp.Is(this=value.copy(), expression=exp.null())))
    select = rows.select.select(exp.alias_(key, "k"), exp.alias_(exp.Sum(this=value), "total"))
    select = select.where(exp.and_(*tests))
    alone = isinstance(side.key, r.Constant)  # without any row there is one sum, of nothing
    return setting.text(select if alone else select.group_by(key.copy()))


def _feed(setting: Setting, feed: Feed, scope: Scope) -> FeedQuery:
    rows = _rows(setting, scope)
    assert scope.day is not None
    first = rows.select.select(exp.alias_(exp.Min(this=rows.rows.scalar(scope.day)), "first"))
    days = _days(setting, feed, scope) if feed.ranges else None
    stored = rows.rows.stored(scope.day) if isinstance(scope.day, r.Field) else None
    return FeedQuery(feed.data, setting.text(first), days, "UTC" if stored == "" else stored)


def _rows(setting: Setting, scope: Scope) -> Selection:
    """The rows that a data set always counts."""
    rows = setting.rows_of(scope.relation, "d")
    tests = [rows.rows.condition(each) for each in scope.conditions]
    if tests:
        rows.select = rows.select.where(exp.and_(*tests))
    return rows


def _days(setting: Setting, feed: Feed, scope: Scope) -> str:
    """All local days with rows in the ranges."""
    rows = _rows(setting, scope)
    assert scope.day is not None
    day = local_day(setting, rows, feed.ranges, scope.day)
    spans = [rows.rows.lies(scope.day, span) for span in joined(feed.ranges)]
    days = rows.select.select(exp.alias_(day, "day")).where(exp.or_(*spans)).distinct()
    return setting.text(days)
