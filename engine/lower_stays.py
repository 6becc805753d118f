"""The facts of entities that change inside a period -> SQL: one row for every stretch of days.

An entity is looked at on the first day, and on each day on which a row of a history (its own, or
one of what it belongs to) or a line of the card begins to hold or no longer does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from engine import scalars as r
from engine.dialects import number
from engine.lower_rows import case
from engine.periods import Range
from engine.plan import Spine
from engine.selection import Selection, Setting


@dataclass(frozen=True)
class StayQuery:
    """`k` is the key of the entity, `day` the first of the stretch, `following` the first after it
    (null: there is none in the period), `claimed` 1 where the card is for the entity then."""

    sql: str
    parents: Mapping[str, str]
    attributes: Mapping[r.Scalar, str]


def lower_stays(setting: Setting, spine: Spine, days: Range) -> StayQuery:
    """The statement for a spine that depends on the day."""
    rows = _entities(setting, spine)
    rows.joins[r.STAY_DAY.hops] = "p"
    key = rows.rows.scalar(spine.key)
    here = exp.EQ(this=exp.column("k", table="p"), expression=key.copy())
    rows.select = rows.select.join(exp.to_table("p"), on=here)
    parents = {name: f"p{i}" for i, name in enumerate(spine.parents, 1)}
    scalars = dict.fromkeys((*spine.attributes, *spine.named.values()))
    attributes = {scalar: f"a{i}" for i, scalar in enumerate(scalars, 1)}
    wanted: dict[str, exp.Expr] = {"k": key}
    wanted |= {name: exp.column(name, table="p") for name in ("day", "following")}
    wanted["claimed"] = _claimed(rows, spine.conditions)
    wanted |= {parents[name]: rows.rows.scalar(each) for name, each in spine.parents.items()}
    wanted |= {alias: rows.rows.scalar(scalar) for scalar, alias in attributes.items()}
    query = rows.select.select(*(exp.alias_(each, alias) for alias, each in wanted.items()))
    query = query.with_("b", as_=_breaks(setting, spine, days)).with_("p", as_=_stretches())
    return StayQuery(setting.text(query), parents, attributes)


def _entities(setting: Setting, spine: Spine) -> Selection:
    where = spine.entity.relation
    assert where is not None  # only what has rows has a history
    return setting.rows_of(where, "e")


def _claimed(rows: Selection, conditions: tuple[r.Condition, ...]) -> exp.Expr:
    if not conditions:
        return number("1")
    held = exp.and_(*(rows.rows.condition(each) for each in conditions))
    return case(held, number("1"), number("0"))


def _stretches() -> exp.Select:
    """Each day with the one on which the next stretch of the entity begins."""
    following = exp.Window(
        this=exp.Lead(this=exp.column("day")),
        partition_by=[exp.column("k")],
        order=exp.Order(expressions=[exp.Ordered(this=exp.column("day"))]),
    )
    wanted = [exp.column("k"), exp.column("day"), exp.alias_(following, "following")]
    return exp.Select().select(*wanted).from_(exp.to_table("b"))


def _breaks(setting: Setting, spine: Spine, days: Range) -> exp.Expr:
    """Every entity with each day on which something of it may change, once."""
    assert spine.changing is not None
    query: exp.Expr | None = None
    for part in _parts(setting, spine, days):
        query = part if query is None else exp.union(query, part, distinct=True)
    assert query is not None
    return query


def _parts(setting: Setting, spine: Spine, days: Range) -> Iterator[exp.Expr]:
    for day in (r.Constant(days.start), *(spine.changing or ())):
        rows = _entities(setting, spine)
        yield _days_of(rows, spine, rows.rows.constant(day.value))
    for chain in _histories(spine, days):
        stay = chain[-1].stay
        assert stay is not None
        for end in (stay.since, stay.until):
            rows = _entities(setting, spine)
            changes = rows.rows.day(replace(end, hops=chain))
            if end is stay.until and stay.inclusive:
                changes = setting.dialect.next_day(changes)
            first, after = (rows.rows.constant(each) for each in (days.start, days.end))
            inside = exp.and_(
                exp.GT(this=changes.copy(), expression=first),
                exp.LT(this=changes.copy(), expression=after),
            )
            yield _days_of(rows, spine, changes).where(inside)


def _days_of(rows: Selection, spine: Spine, day: exp.Expr) -> exp.Select:
    key = rows.rows.scalar(spine.key)
    return rows.select.select(exp.alias_(key, "k"), exp.alias_(day, "day"))


def _histories(spine: Spine, days: Range) -> dict[tuple[r.Hop, ...], None]:
    """The joins to every history that the spine reads, over all its rows of the period."""
    read = (spine.conditions, spine.attributes, tuple(spine.parents.values()))
    found: dict[tuple[r.Hop, ...], None] = {}
    for chain in r.hops_of(read):
        over = tuple(
            replace(hop, stay=replace(hop.stay, when=days)) if hop.stay is not None else hop
            for hop in chain
        )
        for length, hop in enumerate(over, 1):
            if hop.stay is not None:
                found.setdefault(over[:length])
    return found
