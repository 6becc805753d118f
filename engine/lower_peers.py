"""Whose rows are taken together -> a subquery with one row for each peer: its key and its group.

Who is a peer is decided here as it is for the values of entities (`engine.peer_groups`): by what
the card asks, the days that it claims, and its exemptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from sqlglot import exp

from engine import scalars as r
from engine.card import Exemption
from engine.dialects import number
from engine.model import Entity
from engine.periods import Range
from engine.plan import Plan, Spine
from engine.selection import Selection, joined

ALL = "1"
"""The group of all peers, where they are not told apart."""

_DAY = timedelta(days=1)


def peers_query(plan: Plan, pool: r.Pool, entity_rows: Callable[[Entity], Selection]) -> exp.Select:
    """`k` and `g` of every peer of a pool; `entity_rows` selects the rows of an entity."""
    home = plan.levels[0].spine
    spine = next(level.spine for level in plan.levels if level.name == pool.level)
    rows = entity_rows(spine.entity)
    key = rows.rows.scalar(spine.key)
    group = number(ALL) if pool.within is None else rows.rows.scalar(pool.within)
    asked = list(_active(spine, pool.range))
    asked += _scored(plan) if spine is home else ()
    tests = [rows.rows.condition(each) for each in asked]
    if spine is not home:
        owners = entity_rows(home.entity)
        owner = owners.rows.scalar(home.parents[pool.level])
        claimed = [owners.rows.condition(each) for each in _scored(plan)]
        chosen = owners.select.select(owner)
        chosen = chosen.where(exp.and_(*claimed)) if claimed else chosen
        tests.append(exp.In(this=key.copy(), query=exp.Subquery(this=chosen)))
    found = rows.select.select(exp.alias_(key, "k"), exp.alias_(group, "g"))
    return found.where(exp.and_(*tests)) if tests else found


def _scored(plan: Plan) -> Iterator[r.Condition]:
    """Whom the card scores: those it is for, on a day that it claims, who are not excused."""
    spine, claimed = plan.levels[0].spine, plan.claimed
    yield from spine.conditions
    yield from _active(spine, claimed)
    last = claimed.end - _DAY
    for key, days in _excused(plan.card.exemptions):
        tests: list[r.Condition | None] = [r.IsOneOf(spine.key, (r.Constant(key),))]
        if claimed.start < days.start:
            tests.append(_compared(spine.since, ">=", r.Constant(days.start)))
        if last > days.last:
            after = days.last if spine.inclusive else days.end
            tests.append(_compared(spine.until, "<=", r.Constant(after)))
        whole = tuple(test for test in tests if test is not None)
        if len(whole) == len(tests):
            yield r.Negation(r.AllOf(whole))


def _excused(exemptions: Iterable[Exemption]) -> Iterator[tuple[str, Range]]:
    """Who is exempt from the whole card, and on which days; lines that meet are one."""
    by_key: dict[str, list[Range]] = {}
    for each in exemptions:
        if each.measure is None:
            by_key.setdefault(each.key, []).append(Range(each.since, each.through + _DAY))
    for key, ranges in by_key.items():
        yield from ((key, days) for days in joined(tuple(ranges)))


def _active(spine: Spine, days: Range) -> Iterator[r.Condition]:
    """Active on some of the days; an open end is null."""
    begun = _compared(spine.since, "<=", r.Constant(days.end - _DAY))
    operator = ">=" if spine.inclusive else ">"
    goes_on = _compared(spine.until, operator, r.Constant(days.start))
    for column, test in ((spine.since, begun), (spine.until, goes_on)):
        if column is not None and test is not None:
            yield r.AnyOf((r.Absent(column), test))


def _compared(column: r.Scalar | None, operator: str, day: r.Constant) -> r.Condition | None:
    return None if column is None else r.Compare(column, operator, day)
