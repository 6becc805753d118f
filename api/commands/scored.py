"""A sheet for a command, and the entities in it that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from api.commands.opened import language_of, with_cards
from api.render.words import say
from api.streams import working

if TYPE_CHECKING:
    from api.session import Session
    from engine import Sheet
    from engine.roll_call import RollCall
    from grammar import Diagnostic


def scored(session: Session, card: str, period: str, as_of: str | None) -> Sheet:
    """The sheet. What is wrong with the request itself is said before a database is asked.

    Raises Refused.
    """
    from engine.request import find

    day = session.as_of(as_of)
    version, wanted = find(with_cards(session).dated, card, period)
    doing = "Scoring {card} for {period}"
    with working(say(doing, language_of(session), card=version.name, period=wanted.name)):
        return session.score(card, period, day)


def called(session: Session, period: str, as_of: str | None) -> RollCall:
    """Everybody's results in a period. Raises Refused."""
    day = session.as_of(as_of)
    with_cards(session)
    with working(say("Scoring every card for {period}", language_of(session), period=period)):
        return session.call_roll(period, day)


def only_known(sheet: Sheet, keys: Sequence[str]) -> tuple[str, ...]:
    """The keys, each once. Raises Refused (K0908) with every one that is not in the sheet."""
    from grammar import Refused

    unknown = [key for key in dict.fromkeys(keys) if key not in sheet.index]
    if unknown:
        raise Refused(_not_scored(sheet, unknown))
    return tuple(dict.fromkeys(keys))


def _not_scored(sheet: Sheet, keys: list[str]) -> Iterator[Diagnostic]:
    from grammar import Diagnostic

    for key in keys:
        yield Diagnostic(
            "K0908",
            None,
            {
                "key": key,
                "card": sheet.plan.card.name,
                "period": sheet.plan.period.name,
                "hint": _hint(sheet, key),
            },
        )


def _hint(sheet: Sheet, key: str) -> str:
    """The key of whoever is called so, else the keys that look alike, else a few of them."""
    from grammar import suggest

    called = [str(k) for k, label in zip(sheet.keys, sheet.labels, strict=True) if label == key]
    close = called or list(suggest(key, list(sheet.index)))
    if close:
        return f"Did you mean {' or '.join(close[:3])}?"
    return f"Keys are like {', '.join(list(sheet.index)[:3])}." if len(sheet) else ""
