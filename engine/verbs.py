"""The verbs of the engine, in the order of the path of a score: plan, score.

They raise `Refused` with every reason where there is no answer; nothing else is raised for what a
file or a request says.
"""

from __future__ import annotations

from datetime import date

from engine.atoms import fetch
from engine.catalog import Catalog, Source, read_catalog
from engine.check_sums import check_sums
from engine.dependencies import blocking
from engine.effective import effective
from engine.errors import Unsupported
from engine.facts import Problems
from engine.model import Workspace
from engine.period_table import known
from engine.periods import Period
from engine.plan import Plan, make_plan
from engine.request import find
from engine.scoring import score_atoms
from engine.sheet import Sheet
from engine.unit_checks import check_units
from grammar import Diagnostic, Refused, in_order


def plan(
    workspace: Workspace, card: str, period: str | Period, as_of: date, catalog: Catalog
) -> Plan:
    """The plan of a card for a period, as it stands at the end of the day `as_of`."""
    workspace = known(workspace, catalog)
    version, wanted = find(workspace, card, period)
    problems = Problems()
    effective_card = effective(workspace, version, wanted.start, problems)
    made = None
    if effective_card is not None:
        made = make_plan(workspace, effective_card, wanted, as_of, catalog, problems)
    planning = tuple(problems.found)
    check_units(workspace, problems)  # knows what is at fault already
    units = problems.found[len(planning) :]
    refusals = blocking(workspace, version, made, planning, units)
    if refusals or made is None or effective_card is None:
        raise Refused(in_order(refusals))
    planned = (len(made.measures), len(made.rules), len(made.extras))
    written = (effective_card.measures, effective_card.rules, effective_card.extras)
    if planned != tuple(map(len, written)):
        raise Refused([Diagnostic("K0913", version.span, {"reason": "a measure is not planned"})])
    return made


def score(
    workspace: Workspace,
    card: str,
    period: str | Period,
    source: Source,
    as_of: date,
    catalog: Catalog | None = None,
) -> Sheet:
    """Score everybody a card is for, in one period, as of a day.

    A period that has not begun on that day is refused (K0918); one that has not ended is scored as
    far as it goes. `catalog` spares describing the database again where its columns are known.
    """
    if catalog is None:
        catalog = read_catalog(workspace, source, "the database")
    made = plan(workspace, card, period, as_of, catalog)
    if as_of < made.period.start:
        start = made.period.start.isoformat()
        data = {"period": made.period.name, "start": start, "day": as_of.isoformat()}
        raise Refused([Diagnostic("K0918", None, data)])
    problems = Problems()
    try:
        atoms = fetch(made, source, problems)
        check_sums(made, source, problems)
    except Unsupported as error:
        raise Refused(
            [Diagnostic("K0915", made.card.source.span, {"reason": str(error)})]
        ) from None
    sheet = score_atoms(made, atoms, problems)
    if problems.errors:
        raise Refused(in_order(problems.errors))
    return sheet
