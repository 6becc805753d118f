"""Exemptions: who is left out of a card, or of one of its measures, for some time, and why.

An exemption that covers every day that the card claims makes the measure not applicable. One that
covers only some of these days would split a period, which is refused rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.atoms import Days, Texts
from engine.card import Card, Exemption
from engine.facts import Problems
from engine.numbers import Flags


def exemptions_in_force(
    card: Card, keys: Texts, since: Days, through: Days, problems: Problems
) -> tuple[Exemption, ...]:
    """Those that cover all days from `since` through `through` on which the card claims the entity
    of the key. One that covers only some of them is reported (K0109)."""
    places = {str(key): place for place, key in enumerate(keys)}
    held = []
    for each in card.exemptions:
        place = places.get(each.key)
        if place is None:
            continue
        first, last = since[place].astype(object), through[place].astype(object)
        if each.since <= first and last <= each.through:
            held.append(each)
        elif each.since <= last and first <= each.through:
            construct = "`exempt` for a part of the days that a card claims"
            problems.report("K0109", each.span, construct=construct, hint="")
    return tuple(held)


def concerned(exemptions: Iterable[Exemption], measure: str, keys: Texts) -> Flags:
    """Whom of the keys the exemptions take out of a measure."""
    exempt = [each.key for each in exemptions if each.measure in (None, measure)]
    return np.isin(keys.astype(str), exempt) if exempt else np.zeros(len(keys), dtype=bool)


def excused(exemptions: Iterable[Exemption], keys: Texts) -> Flags:
    """Whom of the keys the exemptions take out of the whole card."""
    return concerned((each for each in exemptions if each.measure is None), "", keys)
