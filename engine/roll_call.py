"""Everybody in one period: each one's results under all cards, who has two on one day, who none.

A card takes part if it is scored over periods like the one asked for and holds on its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from engine.atoms import LevelData, active_days, fetch
from engine.card import Card
from engine.catalog import Catalog, Source
from engine.combining import Combined, Part, combine, common
from engine.facts import Problems
from engine.model import Entity, Workspace
from engine.period_table import known
from engine.periods import Moment, Period, UnknownPeriod
from engine.plan import make_plan
from engine.sheet import Sheet
from engine.stays import FromThrough
from engine.verbs import score
from grammar import Diagnostic, Refused, in_order
from grammar import syntax as s


@dataclass(frozen=True)
class Person:
    """An entity with all its results, in the order of the days."""

    entity: Entity
    key: str
    label: str
    parts: tuple[Part, ...]
    without: int  # days of the period on which it was active and no card claimed it
    combined: Combined | None  # one result of all parts, where their cards say so


@dataclass(frozen=True)
class Overlap:
    """Two cards that claim one entity for the same days."""

    person: Person
    first: Part
    second: Part
    days: FromThrough


@dataclass(frozen=True)
class RollCall:
    """Results of a period by person. `left_out`: cards that are scored over other periods or do
    not hold; `refused`: why a card could not be scored, by its name."""

    period: Period
    moment: Moment
    as_of: date
    people: tuple[Person, ...]
    left_out: tuple[str, ...]
    refused: Mapping[str, tuple[Diagnostic, ...]]

    @property
    def overlaps(self) -> Iterator[Overlap]:
        for person in self.people:
            for one, other in combinations(person.parts, 2):
                for days in common(one, other) if one.card != other.card else ():
                    yield Overlap(person, one, other, days)

    @property
    def without_card(self) -> Iterator[Person]:
        """Who was active on a day that no card claims."""
        return (person for person in self.people if person.without)


def call_roll(
    workspace: Workspace, period: str, source: Source, as_of: date, catalog: Catalog
) -> RollCall:
    """Score every card that is scored over periods like this one, and call everybody that any of
    them could be for. Raises Refused (K0906 no such period, K0918 not begun)."""
    workspace = known(workspace, catalog)
    wanted = _period(workspace, period)
    sheets: list[Sheet] = []
    left_out: list[str] = []
    refused: dict[str, tuple[Diagnostic, ...]] = {}
    for versions in workspace.cards.values():
        name = versions[-1].name
        if not any(
            v.holds_on(wanted.start) and _every(v.section) == wanted.cadence for v in versions
        ):
            left_out.append(name)
            continue
        try:
            sheets.append(score(workspace, name, wanted, source, as_of, catalog))
        except Refused as reasons:
            refused[name] = tuple(reasons.diagnostics)
    people = list(_people(workspace, sheets, wanted, source, as_of, catalog))
    moment = workspace.calendar.moment(wanted, as_of)
    return RollCall(wanted, moment, as_of, tuple(people), tuple(left_out), refused)


def _every(section: s.ScorecardSection) -> str | None:
    return next((fact.cadence for fact in section.facts if isinstance(fact, s.Every)), None)


def _period(workspace: Workspace, text: str) -> Period:
    """The period of that name, of any cadence."""
    try:
        return workspace.calendar.named(text)
    except UnknownPeriod as error:
        data = {"period": text, "hint": error.hint}
        raise Refused([Diagnostic("K0906", None, data)]) from None


# ── people ───────────────────────────────────────────────────────────────────────────────────────


def _people(
    workspace: Workspace,
    sheets: Iterable[Sheet],
    period: Period,
    source: Source,
    as_of: date,
    catalog: Catalog,
) -> Iterator[Person]:
    """Everybody of every entity that some card is for, by key."""
    by_entity: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_entity.setdefault(sheet.plan.home, []).append(sheet)
    for found in by_entity.values():
        card = found[0].plan.card
        everybody = _everybody(workspace, card, period, source, as_of, catalog)
        end = found[0].plan.moment.until
        since, through = active_days(everybody, period.start, end)
        for place, key in enumerate(everybody.keys):
            if key is None or through[place] < since[place]:
                continue
            active = since[place].astype(object), through[place].astype(object)
            parts = sorted(_parts(found, str(key)), key=lambda part: part.stays)
            yield Person(
                entity=card.entity,
                key=str(key),
                label=str(everybody.labels[place] or key),
                parts=tuple(parts),
                without=_uncovered(active, sorted(s for part in parts for s in part.stays)),
                combined=combine(parts),
            )


def _everybody(
    workspace: Workspace,
    card: Card,
    period: Period,
    source: Source,
    as_of: date,
    catalog: Catalog,
) -> LevelData:
    """All entities that the card could be for: the card without its conditions and measures."""
    bare = replace(
        card,
        assignments=(),
        only_where=(),
        measures=(),
        perspectives=(),
        rank_within=None,
        ranked_when=None,
        no_total_when=None,
    )
    problems = Problems()
    plan = make_plan(workspace, bare, period, as_of, catalog, problems)
    atoms = fetch(plan, source, problems)
    if problems.errors:
        raise Refused(in_order(problems.errors))
    return atoms.levels[plan.home]


def _parts(sheets: Iterable[Sheet], key: str) -> Iterator[Part]:
    for sheet in sheets:
        place = sheet.index.get(key)
        if place is not None:
            yield Part(sheet, place, sheet.stays(place))


def _uncovered(active: FromThrough, claimed: Iterable[FromThrough]) -> int:
    """Active days that no card claims."""
    first, last = active
    count, day = 0, first
    for start, end in claimed:  # in the order of their first days
        count += max((min(start, last + timedelta(days=1)) - day).days, 0)
        day = max(day, end + timedelta(days=1))
    return count + max((last - day).days + 1, 0)
