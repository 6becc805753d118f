"""Plan -> SQL that proves what a score rests on: keys that are unique, feeds that are complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from engine import scalars as r
from engine.dialects import dialect, number
from engine.lower import lower
from engine.lower_days import local_day
from engine.plan import Plan
from engine.relations import relation
from engine.scopes import Feed, Scope
from engine.selection import Selection, Setting, joined, quoted


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


def lower_keys(plan: Plan, dialect_name: str) -> tuple[KeyQuery, ...]:
    """The statements that prove every join of a plan to be many-to-one."""
    setting = _setting(plan, dialect_name)
    return tuple(_joined_key(setting, name, key) for name, key in joined_keys(plan).items())


def joined_keys(plan: Plan) -> dict[str, str]:
    """The entities that some row expression of a plan is joined to, with their key columns."""
    found: dict[str, str] = {}
    for level in plan.levels:
        spine = level.spine
        parts: list[object] = [spine.name, *spine.parents.values(), spine.attributes]
        parts += [spine.conditions, *plan.scopes.values(), *plan.values_of.values()]
        parts += [grain.cells for grain in level.classes]
        for chain in r.hops_of(parts):
            found.update({hop.entity: hop.key for hop in chain})
    return found


def lower_feeds(plan: Plan, dialect_name: str) -> tuple[FeedQuery, ...]:
    """The statements that ask about data sets as a whole."""
    setting = _setting(plan, dialect_name)
    return tuple(_feed(setting, feed, plan.scopes[feed.data]) for feed in plan.feeds)


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
