"""The first card of a skeleton: for whom, in which period, over which KPIs, with which targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median

from api.skeleton import words as w
from api.skeleton.draft import Draft, Kpi
from api.skeleton.look import Looker
from engine.model import Workspace, key_of
from engine.periods import Calendar, Period
from engine.reach import Ambiguous, NoLink, chain
from engine.resolve import resolve
from engine.sheet import Sheet
from grammar import Diagnostic, Source, parse
from grammar import syntax as s

_MOST_MEASURES = 5
_MOST_SCORED = 20_000
_OTHER = 2  # neither a person or place (0) nor a partner (1)
_SHORT = timedelta(days=200)  # a history in which quarters are too long


@dataclass(frozen=True, slots=True)
class Choice:
    """The entity of a card, and the KPIs of data sets that reach it, those with most rows first."""

    entity: str
    kpis: tuple[Kpi, ...]
    is_plain: bool  # people, places or partners, and neither one nor too many


def read(texts: Mapping[str, str]) -> Workspace:
    """The workspace of these files, without a folder."""
    documents: list[s.Document] = []
    found: list[Diagnostic] = []
    for name, text in texts.items():
        parsed = parse(Source(name, text))
        found.extend(parsed.diagnostics)
        if parsed.document is not None:
            documents.append(parsed.document)
    return resolve(Path(), tuple(documents), tuple(found), ())


def choose(draft: Draft, workspace: Workspace) -> Choice | None:
    """Who is scored: people and places before partners before other things, then whom most data
    sets reach."""
    best: tuple[tuple[bool, int, int, int], Choice] | None = None
    for name, rank, rows in _candidates(draft):
        kpis = [kpi for kpi in draft.kpis if _reaches(workspace, kpi.data, name)]
        if not kpis:
            continue
        judged = (2 <= rows <= _MOST_SCORED, -rank, len(kpis), -rows)
        if best is None or judged > best[0]:
            largest = sorted(kpis, key=lambda kpi: -_rows(draft, kpi.data))[:_MOST_MEASURES]
            best = judged, Choice(name, tuple(largest), judged[0] and rank < _OTHER)
    return best[1] if best else None


def choose_everything(draft: Draft) -> Choice:
    """The one entity to which every row belongs."""
    assert draft.everything is not None
    return Choice(draft.everything, draft.kpis[:_MOST_MEASURES], True)


def _candidates(draft: Draft) -> list[tuple[str, int, int]]:
    """Entities with how unlikely they are to be scored, and how many there are."""
    found = []
    for path, name in draft.entities.items():
        guess = draft.guess(path)
        thing = "_".join(w.thing(guess.table.name)[-1:])
        rank = 0 if w.has(thing, w.PEOPLE_AND_PLACES) else 1 if w.has(thing, w.PARTNERS) else _OTHER
        found.append((name, rank + 2 * guess.is_data, guess.table.rows))
    for value in draft.values[:1]:
        main = next(each for each in draft.guesses if draft.data.get(each.table.path) == value.data)
        likely = w.has(value.column, w.PEOPLE_AND_PLACES)
        found.append((value.name, 0 if likely else 1, main.table.column(value.column).distinct))
    return found


def _reaches(workspace: Workspace, data: str, entity: str) -> bool:
    """Whether rows lead to an entity in one way only."""
    try:
        return bool(chain(workspace, workspace.data[key_of(data)], entity))
    except (NoLink, Ambiguous):
        return False


def _rows(draft: Draft, data: str) -> int:
    path = next(path for path, name in draft.data.items() if name == data)
    return draft.guess(path).table.rows


# ── when ────────────────────────────────────────────────────────────────────────────────────────


def history(
    draft: Draft, kpis: Sequence[Kpi], looker: Looker, today: date
) -> tuple[date, date] | None:
    """The first and last day of the first of these data sets that has days."""
    for kpi in kpis:
        path = next(path for path, name in draft.data.items() if name == kpi.data)
        guess = draft.guess(path)
        through = draft.through(guess)
        if guess.date is not None:
            found = looker.days(guess.table, guess.date, today)
        elif through is not None:
            found = looker.days(through[0].target, through[1], today)
        else:
            found = None
        if found is not None and found[0].year >= 1900:
            return found
    return None


def last_period(days: tuple[date, date]) -> Period:
    """The last quarter that is over in the data, in a short history the last month; the one that
    holds the last day where none is over."""
    first, last = days
    calendar = Calendar()
    cadence = "month" if last - first < _SHORT else "quarter"
    running = calendar.containing(cadence, last + timedelta(days=1))
    before = calendar.shift(running, -1)
    return before if before.start >= first.replace(day=1) else calendar.containing(cadence, last)


# ── targets ─────────────────────────────────────────────────────────────────────────────────────


def medians(sheet: Sheet) -> dict[str, Decimal]:
    """The median of each measure, to two digits, of those above zero: half of them reach it."""
    from engine.documents import sheet_document

    document = sheet_document(sheet)
    found: dict[str, list[float]] = {}
    for item in (*document["items"], *document["not_ranked"]):
        for name, measure in item["measures"].items():
            if measure["value"] is not None and measure["value"] > 0:
                found.setdefault(name, []).append(measure["value"])
    return {name: _rounded(median(values)) for name, values in found.items()}


def _rounded(value: float) -> Decimal:
    exact = Decimal(repr(value))
    digit = Decimal(1).scaleb(exact.adjusted() - 1)
    return exact.quantize(digit, ROUND_HALF_UP) + Decimal(0)
