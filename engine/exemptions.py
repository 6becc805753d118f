"""Exemptions: who is left out of a card, or of one of its measures, for some time, and why.

What covers every day that the card claims makes the measure not applicable. What covers only some
of them takes these days out: their rows do not count, and the rest of the period is scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.atoms import LevelData, Texts, active_days
from engine.card import Card, Exemption
from engine.model import key_of
from engine.numbers import Flags
from engine.plan import Plan
from engine.stays import Stays, Stretch, stays


def claimed_days(plan: Plan, data: LevelData, end: date) -> Stays:
    """The days of the period, up to and not including `end`, on which entities of a level are
    active; of those that are scored only the ones that the card claims."""
    through = plan.card.source.through
    scored = data.level.name == key_of(plan.card.entity.name)
    if scored and through is not None:
        end = min(end, through + timedelta(days=1))
    return stays(*active_days(data, plan.period.start, end), data.pieces)


def counted_days(
    card: Card, keys: Texts, claimed: Stays, measure: str | None = None
) -> tuple[Stays, Flags]:
    """The claimed days that count (for one measure), and who is exempt on all of them: those keep
    their days, since everything is shown of them but counts for nothing."""
    taken: dict[int, list[Stretch]] = {}
    places = {str(key): place for place, key in enumerate(keys)} if card.exemptions else {}
    for each in card.exemptions:
        place = places.get(each.key)
        if place is not None and each.measure in (None, measure):
            taken.setdefault(place, []).append((each.since, each.through))
    exempt: Flags = (claimed.days > 0) & (claimed.without(taken).days == 0)
    partly = {place: lines for place, lines in taken.items() if not exempt[place]}
    return claimed.without(partly), exempt


def touching(card: Card, keys: Texts, claimed: Stays) -> Iterator[Exemption]:
    """The exemptions of somebody on a day that the card claims."""
    places = {str(key): place for place, key in enumerate(keys)} if card.exemptions else {}
    for each in card.exemptions:
        days = claimed.of(places[each.key]) if each.key in places else ()
        if any(each.since <= last and first <= each.through for first, last in days):
            yield each
