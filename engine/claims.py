"""Whom a card claims on a day, and so which rows of its period count.

Rows of the card's own period count on the days that it claims; earlier periods count whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from engine import scalars as r
from engine.behind import seen_behind
from engine.card import Assignment, Card, Exemption
from engine.model import Entity, holder_key
from engine.periods import Period, Range
from engine.rows import Rows
from grammar import syntax as s


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
        period: Period,
        exemptions: Iterable[Exemption],
    ) -> None:
        self.card = card
        self.only_where = tuple(only_where)
        self.period = period
        self.days = Range(period.start, period.end)
        self.exemptions = tuple(exemptions)
        self._found: dict[str, r.Condition | None] = {}

    def condition(self, rows: Rows, level: Entity, spans: Iterable[Range]) -> r.Condition | None:
        """What the rows of some ranges of days must meet; None where all of them count."""
        spans = tuple(spans)
        touched = any(s.start < self.days.end and self.days.start < s.end for s in spans)
        day = rows.date() if touched and level is self.card.entity else None
        if day is None:
            return None
        name = holder_key(rows.holder)
        if name not in self._found:
            self._found[name] = r.all_of(*self._tests(rows, day))
        claimed = self._found[name]
        if claimed is None or all(self._holds(each) for each in spans):
            return claimed
        return r.AnyOf((r.Negation(r.Lies(day, self.days)), claimed))

    def _holds(self, span: Range) -> bool:
        return self.days.start <= span.start and span.end <= self.days.end

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
        for each in self.exemptions:
            who = r.IsOneOf(key, (r.Constant(each.key),))
            when = r.Lies(day, Range(each.since, each.through + timedelta(days=1)))
            always = seen_behind(joins, self._always(own, each))
            yield r.Negation(r.AllOf((who, when, r.Negation(always))))

    def _always(self, own: Rows, exemption: Exemption) -> r.Condition:
        """Whether nobody is active in the period but on the days of an exemption: then the value is
        shown, although it counts for nothing."""
        active = self.card.entity.active
        since = own.own(active.since) if active else None
        until = own.own(active.until) if active and active.until else None
        tests: list[r.Condition] = []
        if exemption.since > self.days.start:
            begins = r.Constant(exemption.since)
            tests.append(r.Compare(since or r.Constant(None), ">=", begins))
        if exemption.through < self.days.last:
            ends = r.Constant(exemption.through)
            after = "<=" if active is None or active.inclusive else "<"
            tests.append(r.Compare(until or r.Constant(None), after, ends))
        return r.AllOf(tuple(tests))


def partial(card: Card, period: Period, measure: str | None = None) -> tuple[Exemption, ...]:
    """The exemptions from the card (and from a measure) that leave days of the period out, and not
    all of them: who is exempt all the time is shown with the value nevertheless."""
    return tuple(
        each
        for each in card.exemptions
        if each.measure in (None, measure)
        and each.since < period.end
        and each.through >= period.start
        and not (each.since <= period.start and period.end <= each.through + timedelta(days=1))
    )
