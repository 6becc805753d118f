"""Whose rows are taken together -> a subquery with one row for each peer: its key and its group.

Who is a peer is decided here as it is for the values of entities (`engine.peer_groups`): by what
the card asks, the days that it claims, and its exemptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from engine import scalars as r
from engine.claims import exempt_days
from engine.dialects import number
from engine.model import Entity
from engine.plan import Plan
from engine.selection import Selection

ALL = "1"
"""The group of all peers, where they are not told apart."""


def peers_query(plan: Plan, pool: r.Pool, entity_rows: Callable[[Entity], Selection]) -> exp.Select:
    """`k` and `g` of every peer of a pool; `entity_rows` selects the rows of an entity."""
    home = plan.levels[0].spine
    spine = next(level.spine for level in plan.levels if level.name == pool.level)
    rows = entity_rows(spine.entity)
    key = rows.rows.scalar(spine.key)
    group = number(ALL) if pool.within is None else rows.rows.scalar(pool.within)
    asked = list(spine.activity.on_some(pool.range))
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
    yield from spine.activity.on_some(claimed)
    whole = (each for each in plan.card.exemptions if each.measure is None)
    for key, days in exempt_days(whole):
        inside = spine.activity.on_none_but(days, claimed)
        if inside is not None:
            who = r.IsOneOf(spine.key, (r.Constant(key),))
            yield r.Negation(r.AllOf((who, *inside)))
