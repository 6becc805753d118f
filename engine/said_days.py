"""Sentences about the days of an entity: which of them count, who it was, and what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.plan import Plan
from engine.reasons import name
from engine.sheet import Sheet
from engine.stretches import Stretch, stretches, without_history

Say = Callable[..., str]
"""A sentence by its key, with what it is about."""


def days_said(sheet: Sheet, place: int, language: str, say: Say) -> Iterator[str]:
    """Who the entity was on which days, and which of them count; nothing where the same holds on
    all of them."""
    found = stretches(sheet, place)
    claimed = [each for each in found if each.claimed]
    others = [each for each in found if not each.claimed]
    if found:
        days = sum(each.days for each in claimed)
        counted = say("days_one" if days == 1 else "days", count=days)
        listed = _listed(claimed, say)
        yield say("days_claimed", days=counted, whole=sheet.plan.period.days, stretches=listed)
        yield (
            say("days_not_claimed", stretches=_listed(others, say))
            if others
            else say("days_changed")
        )
    yield from _exempt_days(sheet, place, language, say)


def as_of_today(plan: Plan, say: Say) -> Iterator[str]:
    """What may have been otherwise in a period that is over, and nobody knows."""
    found = () if plan.moment.running else without_history(plan)
    if found:
        key = "as_of_today_one" if len(found) == 1 else "as_of_today"
        yield say(key, facts=say("between_facts").join(found))


def _listed(found: Iterable[Stretch], say: Say) -> str:
    parts = []
    for each in found:
        facts = [say("fact", name=n, value=v or "-") for n, v in each.facts]
        inside = say("between_details").join(facts)
        key = "stretch_of" if inside else "stretch"
        parts.append(say(key, facts=inside, first=each.first, last=each.last))
    return say("between_parts").join(parts)


def _exempt_days(sheet: Sheet, place: int, language: str, say: Say) -> Iterator[str]:
    """Exemptions of a part of the days; those of all of them are said at each measure."""
    labels = {m.name: m.plan.measure.label(language) for m in sheet.measures}
    exempt = {m.name for m in sheet.measures if name(int(m.reason[place])) == "exempt"}
    for each in sheet.exemptions:
        concerned = {each.measure} if each.measure else set(labels)
        if each.key != str(sheet.keys[place]) or concerned <= exempt:
            continue
        days = {"first": each.since, "last": each.through, "reason": each.reason}
        if each.measure is None:
            yield say("exempt_days", **days)
        else:
            yield say("exempt_days_of", measure=labels[each.measure], **days)
