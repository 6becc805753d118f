"""Whom a card claims on a day, and so which rows of its period count.

Rows of the card's own period count on the days that it claims; earlier periods count whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from engine import scalars as r
from engine.behind import seen_behind
from engine.card import Assignment, Card, Exemption
from engine.holders import activity
from engine.model import Entity, holder_key
from engine.periods import Range, joined
from engine.rows import Rows
from grammar import syntax as s

Exempt = tuple[str, Range]
"""Whose rows of which days do not count, by key."""


def population(
    card: Card, only_where: Iterable[s.Expression], rows: Rows
) -> tuple[r.Condition, ...]:
    """Who the card is for on a day, as conditions of the entity's own rows: attributes compare as
    text, several values are alternatives."""
    return tuple(_population(card, only_where, rows))


def _population(
    card: Card, only_where: Iterable[s.Expression], rows: Rows
) -> Iterator[r.Condition]:
    for assignment in card.assignments:
        scalar = rows.path(assignment.attribute)
        if scalar is not None:
            yield _assigned(assignment, scalar, r.STAY_DAY)
    for expression in only_where:
        condition = rows.condition(expression, None)
        if condition is not None:
            yield condition


def is_dated(card: Card) -> bool:
    """Whether the card claims somebody from one day on, or until one."""
    return any(claim.dated for each in card.assignments for claim in each.claims)


def changing_days(card: Card, days: Range) -> tuple[r.Constant, ...]:
    """The days inside a range on which a line begins to hold, or no longer does."""
    claims = [claim for each in card.assignments for claim in each.claims]
    found = {claim.since for claim in claims if claim.since is not None}
    found |= {claim.through + timedelta(days=1) for claim in claims if claim.through is not None}
    return tuple(r.Constant(day) for day in sorted(found) if days.start < day < days.end)


def reads_history(item: object) -> bool:
    """Whether an expression depends on the day as of which a history is read."""
    return any(hop.stay is not None for chain in r.hops_of(item) for hop in chain)


def _assigned(assignment: Assignment, scalar: r.Scalar, day: r.Scalar) -> r.Condition:
    always = tuple(r.Constant(c.value) for c in assignment.claims if not c.dated)
    found: list[r.Condition] = [r.IsOneOf(scalar, always)] if always else []
    for claim in (each for each in assignment.claims if each.dated):
        tests: list[r.Condition] = [r.IsOneOf(scalar, (r.Constant(claim.value),))]
        if claim.since is not None:
            tests.append(r.Compare(day, ">=", r.Constant(claim.since)))
        if claim.through is not None:
            tests.append(r.Compare(day, "<=", r.Constant(claim.through)))
        found.append(r.AllOf(tuple(tests)))
    return found[0] if len(found) == 1 else r.AnyOf(tuple(found))


class Claims:
    """Which rows of a card's period count. Two are one where they are the same object."""

    def __init__(
        self,
        card: Card,
        only_where: Iterable[s.Expression],
        days: Range,
        exempt: tuple[Exempt, ...],
    ) -> None:
        self.card = card
        self.only_where = tuple(only_where)
        self.days = days
        self.exempt = exempt
        self._found: dict[str, r.Condition | None] = {}

    def condition(self, rows: Rows, level: Entity, spans: Iterable[Range]) -> r.Condition | None:
        """What the rows of some ranges of days must meet; None where all of them count."""
        spans = tuple(spans)
        touched = any(each.meets(self.days) for each in spans)
        day = rows.date() if touched and level is self.card.entity else None
        if day is None:
            return None
        name = holder_key(rows.holder)
        if name not in self._found:
            self._found[name] = r.all_of(*self._tests(rows, day))
        claimed = self._found[name]
        if claimed is None or all(self.days.covers(each) for each in spans):
            return claimed
        return r.AnyOf((r.Negation(r.Lies(day, self.days)), claimed))

    def _tests(self, rows: Rows, day: r.Scalar) -> Iterator[r.Condition]:
        """What changes inside the period: all else chooses entities, with all their rows."""
        card, entity = self.card, self.card.entity
        key = rows.key(entity, entity.span)
        if key is None:
            return
        own = rows.computed.rows(entity, (), seen_from=rows)
        joins = rows.joins_to(entity)
        for assignment in card.assignments:
            scalar = own.path(assignment.attribute)
            dated = any(claim.dated for claim in assignment.claims)
            if scalar is not None and (dated or reads_history(scalar)):
                seen = key if entity.values else seen_behind(joins, scalar)
                yield _assigned(assignment, seen, day)
        for expression in self.only_where:
            condition = own.condition(expression, None)
            if condition is not None and reads_history(condition):
                yield seen_behind(joins, condition)
        through = card.source.through
        if through is not None and through < self.days.last:
            yield r.Compare(day, "<=", r.Constant(through))
        active = activity(entity, own)
        for who, exempt in self.exempt:
            tests: list[r.Condition] = [r.IsOneOf(key, (r.Constant(who),)), r.Lies(day, exempt)]
            always = active.on_none_but(exempt, self.days)
            if always is not None:  # the value is shown then, although it counts for nothing
                tests.append(r.Negation(seen_behind(joins, r.AllOf(always))))
            yield r.Negation(r.AllOf(tuple(tests)))


def exempt_days(exemptions: Iterable[Exemption]) -> Iterator[Exempt]:
    """Who is exempt, and on which days; lines that meet are one."""
    by_key: dict[str, list[Range]] = {}
    for each in exemptions:
        by_key.setdefault(each.key, []).append(each.days)
    for key, days in by_key.items():
        yield from ((key, each) for each in joined(days))


def partly_exempt(card: Card, days: Range, measure: str | None = None) -> tuple[Exempt, ...]:
    """Who is exempt from the card (or from a measure) on some of the days, and not on all: who is
    exempt all the time is shown with the value nevertheless."""
    lines = (each for each in card.exemptions if each.measure in (None, measure))
    return tuple(
        (key, exempt)
        for key, exempt in exempt_days(lines)
        if exempt.meets(days) and not exempt.covers(days)
    )
