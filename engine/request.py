"""What is asked for: a card and a period by name -> the version that holds, and the period."""

from __future__ import annotations

from engine.called import called
from engine.model import CardVersion, Workspace, key_of
from engine.periods import Period, UnknownPeriod
from grammar import Diagnostic, Refused, suggest
from grammar import syntax as s
from grammar.suggest import quoted


def find(workspace: Workspace, card: str, period: str | Period) -> tuple[CardVersion, Period]:
    """The version of a card that holds on the first day of a period. Raises Refused (K0905 for an
    unknown card, K0906 for what is no period of it, K0907 where no version holds)."""
    found = versions(workspace, card)
    wanted = period if isinstance(period, Period) else _period(workspace, found, period)
    return _version(found, wanted), wanted


def versions(workspace: Workspace, card: str) -> tuple[CardVersion, ...]:
    """All versions of a card, in time. Raises Refused (K0905)."""
    found = workspace.cards.get(key_of(card))
    if found:
        return found
    known = [each[0].name for each in workspace.cards.values()]
    close = suggest(card, called(each[-1] for each in workspace.cards.values()))
    hint = f"Did you mean `{close[0]}`?" if close else f"There are: {quoted(known)}."
    if not known:
        hint = ""
    unread = [
        d
        for d in workspace.diagnostics
        if d.code == "K0110" or (d.span is not None and d.span.file in workspace.unread)
    ]
    raise Refused([Diagnostic("K0905", None, {"card": card, "hint": hint}), *unread])


def _period(workspace: Workspace, found: tuple[CardVersion, ...], text: str) -> Period:
    """The period by its name, in the cadence of the card."""
    cadences = [
        fact.cadence for v in found for fact in v.section.facts if isinstance(fact, s.Every)
    ]
    cadence = cadences[-1] if cadences else "quarter"
    try:
        return workspace.calendar.parse(text, cadence)
    except UnknownPeriod as error:
        data = {"period": text, "hint": error.hint}
        raise Refused([Diagnostic("K0906", None, data)]) from None


def _version(found: tuple[CardVersion, ...], period: Period) -> CardVersion:
    """The version that holds on the period's first day."""
    holding = [version for version in found if version.holds_on(period.start)]
    if holding:
        return holding[-1]
    name, spans = found[0].name, ", ".join(_span(version) for version in found)
    data = {"card": name, "day": period.start.isoformat(), "versions": spans}
    raise Refused([Diagnostic("K0907", found[0].span, data)])


def _span(version: CardVersion) -> str:
    until = f" through {version.through}" if version.through else ""
    return f"from {version.since or 'always'}{until}"
