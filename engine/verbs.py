"""The verbs of the engine, in the order of the path of a score: plan, score.

They raise `Refused` with every reason where there is no answer; nothing else is raised for what a
file or a request says.
"""

from __future__ import annotations

from datetime import date

from engine.atoms import fetch
from engine.catalog import Catalog, Source, read_catalog
from engine.dependencies import blocking
from engine.effective import effective
from engine.facts import Problems
from engine.model import CardVersion, Workspace, key_of
from engine.periods import Period, UnknownPeriod
from engine.plan import Plan, make_plan
from engine.relations import BadQuery
from engine.score import score_atoms
from engine.sheet import Sheet
from grammar import Diagnostic, Refused, suggest
from grammar import syntax as s


def plan(
    workspace: Workspace, card: str, period: str | Period, as_of: date, catalog: Catalog
) -> Plan:
    """The plan of a card for a period, as it stands at the end of the day `as_of`."""
    versions = _versions(workspace, card)
    wanted = period if isinstance(period, Period) else _period(workspace, versions, period)
    version = _version(workspace, versions, wanted)
    problems = Problems()
    effective_card = effective(workspace, version, wanted.start, problems)
    made = None
    if effective_card is not None:
        made = make_plan(workspace, effective_card, wanted, as_of, catalog, problems)
    refusals = blocking(workspace, version, made, problems.found)
    if refusals or made is None:
        raise Refused(refusals)
    return made


def score(
    workspace: Workspace, card: str, period: str | Period, source: Source, as_of: date
) -> Sheet:
    """Score everybody a card is for, in one period, as of a day."""
    catalog = known_columns(workspace, source)
    made = plan(workspace, card, period, as_of, catalog)
    problems = Problems()
    atoms = fetch(made, source, problems)
    sheet = score_atoms(made, atoms, problems)
    if problems.errors:
        raise Refused(problems.errors)
    return sheet


def known_columns(workspace: Workspace, source: Source) -> Catalog:
    """The catalogue of a connected database; a `query` that is no SELECT refuses."""
    try:
        return read_catalog(workspace, source, "the database")
    except BadQuery as error:
        query = next((r for r in workspace.relations() if isinstance(r, s.Query)), None)
        span = query.span if query is not None else None
        raise Refused([Diagnostic("K0611", span, {"reason": str(error)})]) from None


def _versions(workspace: Workspace, card: str) -> tuple[CardVersion, ...]:
    versions = workspace.cards.get(key_of(card))
    if versions:
        return versions
    known = [each[0].name for each in workspace.cards.values()]
    close = suggest(card, known)
    hint = f"Did you mean {close[0]}? " if close else f"There are: {', '.join(known)}. "
    unread = [d for d in workspace.diagnostics if d.span and d.span.file in workspace.unread]
    raise Refused([Diagnostic("K0905", None, {"card": card, "hint": hint}), *unread])


def _period(workspace: Workspace, versions: tuple[CardVersion, ...], text: str) -> Period:
    """The period by its name, in the cadence of the card."""
    cadences = [
        fact.cadence for v in versions for fact in v.section.facts if isinstance(fact, s.Every)
    ]
    cadence = cadences[-1] if cadences else "quarter"
    try:
        return workspace.calendar.parse(text, cadence)
    except UnknownPeriod as error:
        data = {"period": text, "hint": error.hint}
        raise Refused([Diagnostic("K0906", None, data)]) from None


def _version(
    workspace: Workspace, versions: tuple[CardVersion, ...], period: Period
) -> CardVersion:
    """The version that holds on the period's first day."""
    holding = [version for version in versions if version.holds_on(period.start)]
    if holding:
        return holding[-1]
    name, spans = versions[0].name, ", ".join(_span(version) for version in versions)
    data = {"card": name, "day": period.start.isoformat(), "versions": spans}
    raise Refused([Diagnostic("K0907", versions[0].span, data)])


def _span(version: CardVersion) -> str:
    until = f" through {version.through}" if version.through else ""
    return f"from {version.since or 'always'}{until}"
