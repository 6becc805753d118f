"""A card as it holds on a day, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.commands.opened import with_cards

if TYPE_CHECKING:
    from datetime import date

    from api.session import Session
    from engine.card import Card
    from engine.model import CardVersion, Workspace
    from grammar import Diagnostic


def card_of(session: Session, name: str, period: str | None) -> tuple[Card, list[Diagnostic]]:
    """The card on the first day of a period, with its warnings.

    Without a period it is the version of today, else the last one. Raises Refused for an unknown
    card or period, and for the errors of this card alone.
    """
    from engine.dependencies import blocking
    from engine.effective import effective
    from engine.facts import Problems
    from grammar import Refused

    workspace = with_cards(session).workspace if period is None else with_cards(session).dated
    version, day = _version(workspace, session.today(), name, period)
    problems = Problems()
    found = effective(workspace, version, day, problems)
    refusals = blocking(workspace, version, None, problems.found)
    if refusals or found is None:
        raise Refused(refusals)
    return found, [each for each in problems.found if not each.is_error]


def _version(
    workspace: Workspace, today: date, name: str, period: str | None
) -> tuple[CardVersion, date]:
    from engine.request import find, versions

    if period is not None:
        version, wanted = find(workspace, name, period)
        return version, wanted.start
    known = versions(workspace, name)
    holding = [version for version in known if version.holds_on(today)]
    if holding:
        return holding[-1], today
    return known[-1], known[-1].since or today
