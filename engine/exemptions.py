"""Exemptions: who is left out of a card, or of one of its measures, for some time, and why.

What covers every day that the card claims makes the measure not applicable. What covers only some
of them takes these days out: their rows do not count, and the rest of the period is scored.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.atoms import LevelData
from engine.card import Card, Exemption
from engine.numbers import Flags
from engine.stays import FromThrough, Stays


def counted_days(
    card: Card, data: LevelData, claimed: Stays, measure: str | None = None
) -> tuple[Stays, Flags]:
    """The claimed days that count (for one measure), and who is exempt on all of them: those keep
    their days, since everything is shown of them but counts for nothing."""
    taken: dict[int, list[FromThrough]] = {}
    for each in card.exemptions:
        place = data.places.get(each.key)
        if place is not None and each.measure in (None, measure):
            taken.setdefault(place, []).append((each.since, each.through))
    exempt: Flags = (claimed.days > 0) & (claimed.without(taken).days == 0)
    partly = {place: lines for place, lines in taken.items() if not exempt[place]}
    return claimed.without(partly), exempt


def touching(card: Card, data: LevelData, claimed: Stays) -> Iterator[Exemption]:
    """The exemptions of somebody on a day that the card claims."""
    for each in card.exemptions:
        place = data.places.get(each.key)
        days = () if place is None else claimed.of(place)
        if any(each.since <= last and first <= each.through for first, last in days):
            yield each
