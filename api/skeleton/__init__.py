"""A workspace guessed from the tables of a database: entities, data sets, KPIs and a first card.

The path: `look` (database → tables), `guess` (→ what each table seems to be), `draft` (→ names),
`card` (who is scored, when, with which targets), `text` (→ files).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from api.database import described
from api.skeleton.card import (
    Choice,
    choose,
    choose_everything,
    history,
    last_period,
    medians,
    read,
)
from api.skeleton.draft import Draft, draft, with_everything, with_values
from api.skeleton.guess import guesses
from api.skeleton.look import Looker
from api.skeleton.text import Card, canonical, card_lines, data_lines, kpi_lines, says
from connectors import Connection, ConnectorError
from engine import score
from engine.periods import Calendar, Period
from grammar import Diagnostic, Refused

_LOOKED_BACK = 8
"""Periods in which values are looked for."""

__all__ = ["Skeleton", "skeleton"]


@dataclass(frozen=True)
class Skeleton:
    """Files by name, the card, a period in which the data are, how many guesses there are to
    confirm, and why the card cannot be scored, where that is so."""

    files: Mapping[str, str]
    card: str
    period: str
    guesses: int
    refusal: tuple[Diagnostic, ...] = ()


def skeleton(connection: Connection, language: str, today: date) -> Skeleton:
    """The skeleton of a workspace over a database, which is only read. Raises ConnectorError."""
    looker = Looker(connection)
    tables, left = looker.tables()
    if not tables:
        raise ConnectorError("missing_table", f"{connection.name} has no table that can be used")
    found, choice = _chosen(draft(guesses(tables, looker), left), language)
    days = history(found, choice.kpis, looker, today)
    period = last_period(days) if days else _before(today)
    since = (days[0] if days else period.start).replace(month=1, day=1)
    cadence = period.cadence if choice.entity.isascii() else says(language)[period.cadence]
    name = f"{choice.entity}_{cadence}"
    files = _shared(found, language)
    card = Card(name, choice.entity, choice.kpis, since, period)
    card, targets, refusal = _with_targets(card, files, connection, language, today)
    files[f"{name}.scorecard"] = _card(card, targets, language)
    return Skeleton(files, name, card.period.name, _marked(files, language), refusal)


def _chosen(found: Draft, language: str) -> tuple[Draft, Choice]:
    """A draft in which somebody can be scored: a table, else the values of a column, else all."""
    choice = choose(found, read(_shared(found, language)))
    if choice is not None and choice.is_plain:
        return found, choice
    valued = replace(found, values=with_values(found))
    better = choose(valued, read(_shared(valued, language)))
    if better is not None:
        return valued, better
    whole = with_everything(found)
    return whole, choose_everything(whole)


def _shared(found: Draft, language: str) -> dict[str, str]:
    t = says(language)
    return {
        "data.scorecard": canonical("data.scorecard", data_lines(found, t), language),
        "kpis.scorecard": canonical("kpis.scorecard", kpi_lines(found, t), language),
    }


def _card(card: Card, targets: Mapping[str, Decimal], language: str) -> str:
    lines = card_lines(card, targets, says(language))
    return canonical(f"{card.name}.scorecard", lines, language)


def _with_targets(
    card: Card, files: Mapping[str, str], connection: Connection, language: str, today: date
) -> tuple[Card, Mapping[str, Decimal], tuple[Diagnostic, ...]]:
    """What is reached in the card's period, else in the last one before it with any values: the
    card is scored once without targets."""
    workspace = read({**files, "card.scorecard": _card(card, {}, language)})
    period = card.period
    try:
        columns = described(workspace, connection)
        for _ in range(_LOOKED_BACK):
            found = medians(score(workspace, card.name, period, connection, today, columns))
            if found or period.start <= card.since:
                return replace(card, period=period), found, ()
            period = Calendar().shift(period, -1)
    except Refused as refused:
        return card, {}, refused.diagnostics
    return card, {}, ()


def _marked(files: Mapping[str, str], language: str) -> int:
    """How many guesses are marked in the files."""
    mark = says(language)["confirm"].format(it="")
    return sum(f"# {mark}" in line for text in files.values() for line in text.split("\n"))


def _before(today: date) -> Period:
    """The last quarter that is over."""
    calendar = Calendar()
    return calendar.shift(calendar.containing("quarter", today), -1)
