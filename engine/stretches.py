"""What changed for an entity inside a period: who it was on which days, and which of them count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from engine.atoms import LevelData, active_days
from engine.claims import reads_history
from engine.plan import Plan
from engine.sheet import Sheet

Fact = tuple[str, str | None]
"""What an entity is: an attribute or a level by name, and its value or the label of its entity."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Days on which the same holds; `claimed`: the card is for the entity then."""

    first: date
    last: date
    claimed: bool
    facts: tuple[Fact, ...] = ()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def stretches(sheet: Sheet, place: int) -> tuple[Stretch, ...]:
    """The active days of an entity in their order; empty where the same holds on all of them, and
    the card claims them all."""
    data = sheet.atoms.levels[sheet.plan.home]
    member = int(sheet.members[place])
    found: list[Stretch] = []
    for each in _ended(sheet, _active(sheet, data, member)):
        if found and (found[-1].claimed, found[-1].facts) == (each.claimed, each.facts):
            each = replace(each, first=found.pop().first)
        found.append(each)
    return tuple(found) if len(found) > 1 or not all(e.claimed for e in found) else ()


def _active(sheet: Sheet, data: LevelData, member: int) -> Iterator[Stretch]:
    """The pieces of the entity on its active days."""
    moment = sheet.plan.moment
    since, through = active_days(data, moment.period.start, moment.until)
    first, last = since[member].astype(object), through[member].astype(object)
    pieces = data.pieces
    if pieces is None:
        yield Stretch(first, last, True)
        return
    for piece in (pieces.place == member).nonzero()[0].tolist():
        ends = pieces.last[piece].astype(object) or last
        begin, end = max(pieces.first[piece].astype(object), first), min(ends, last)
        if begin <= end:
            claimed = bool(pieces.claimed[piece])
            yield Stretch(begin, end, claimed, tuple(_facts(sheet, data, piece)))


def _facts(sheet: Sheet, data: LevelData, piece: int) -> Iterator[Fact]:
    assert data.pieces is not None
    for name, values in data.pieces.seen.items():
        yield name, _shown(values[piece])
    for level, places in data.pieces.parents.items():
        other, row = sheet.atoms.levels[level], int(places[piece])
        label = None if row < 0 else str(other.labels[row] or other.keys[row])
        yield other.level.spine.entity.name, label


def _shown(value: Any) -> str | None:
    absent = value is None or value != value
    return None if absent else f"{value:g}" if isinstance(value, float) else str(value)


def _ended(sheet: Sheet, active: Iterator[Stretch]) -> Iterator[Stretch]:
    """A version of the card claims nobody after its last day."""
    end = sheet.plan.claimed.end
    for each in active:
        if each.first < end <= each.last:
            yield replace(each, last=end - _DAY)
            yield replace(each, first=end, claimed=False)
        else:
            yield replace(each, claimed=each.claimed and each.first < end)


def without_history(plan: Plan) -> tuple[str, ...]:
    """What the card asks of an entity that is as it is today, whatever the period: attributes by
    name, and levels that it belongs to."""
    spine = plan.levels[0].spine
    found = [name for name, scalar in spine.named.items() if not reads_history(scalar)]
    for level, key in spine.parents.items():
        entity = plan.workspace.entities[level]
        if not entity.everything and not reads_history(key):
            found.append(entity.name)
    return tuple(dict.fromkeys(found))
