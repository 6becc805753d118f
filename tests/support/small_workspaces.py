"""Small workspaces for tests: scorecard text and CSV rows in a folder, scored over DuckDB.

Texts stand in the tests as people write them; numbers in a test are few enough to check by hand.
"""

from collections.abc import Mapping
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest

from connectors import File, connect
from engine import Sheet, Workspace, load, score
from engine.card import Card
from engine.documents import item
from engine.effective import effective
from engine.facts import Problems
from grammar import Diagnostic, Refused
from grammar import syntax as s

LATER = date(2030, 1, 1)
"""A day after every period in the tests: nothing is running any more."""

Document = dict[str, Any]
Shown = Mapping[str, float | str | None]
"""By key of the entity: a value, or the reason why there is none."""


def make_workspace(folder: Path, text: str, csv: Mapping[str, str] | None = None) -> Workspace:
    """A workspace of one file of scorecard text, with data files NAME.csv beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.scorecard").write_text(cleandoc(text) + "\n", encoding="utf-8")
    for name, rows in (csv or {}).items():
        lines = [line.strip() for line in cleandoc(rows).splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(folder)


def score_card(workspace: Workspace, card: str, period: str, as_of: date = LATER) -> Sheet:
    """Score a card of a workspace whose data are files. Raises Refused."""
    patterns = [r.pattern.value for r in workspace.relations() if isinstance(r, s.File)]
    files = tuple(File(name, name) for name in dict.fromkeys(patterns))
    with connect(None, folder=workspace.folder, files=files) as connection:
        return score(workspace, card, period, connection, as_of)


def items(sheet: Sheet) -> dict[str, Document]:
    """The JSON item of every scored entity, by its key."""
    return {str(sheet.keys[i]): item(sheet, i) for i in range(len(sheet))}


def shown(sheet: Sheet, measure: str, what: str = "value") -> Shown:
    """One number of a measure for every entity; the reason where there is none."""
    found = {key: each["measures"][measure] for key, each in items(sheet).items()}
    return {k: m["reason"] if m[what] is None else m[what] for k, m in found.items()}


def totals(sheet: Sheet) -> dict[str, float | None]:
    return {key: each["total"] for key, each in items(sheet).items()}


def card_on(workspace: Workspace, name: str, day: date) -> tuple[Card | None, list[Diagnostic]]:
    """The version of a card that holds on a day, and what is wrong with it; no database."""
    problems = Problems()
    version = next(v for v in workspace.cards[name] if v.holds_on(day))
    return effective(workspace, version, day, problems), problems.found


def refusal(workspace: Workspace, card: str, period: str, as_of: date = LATER) -> list[Diagnostic]:
    """Why a card cannot be scored."""
    with pytest.raises(Refused) as caught:
        score_card(workspace, card, period, as_of)
    return list(caught.value.diagnostics)


def codes(diagnostics: list[Diagnostic]) -> list[str]:
    return [each.code for each in diagnostics]


def probe(
    folder: Path,
    text: str,
    kpis: Mapping[str, str],
    csv: Mapping[str, str],
    period: str = "2025Q3",
    as_of: date = LATER,
    card: str = "for store\nevery quarter",
) -> dict[str, Shown]:
    """What formulas yield: each KPI is `FORMULA in UNIT` and is shown by a card without weights."""
    lines = [cleandoc(text)]
    for name, written in kpis.items():
        formula, unit = written.rsplit(" in ", maxsplit=1)
        lines.append(f"kpi {name}\nformula {formula}\nunit {unit}\nbetter higher")
    lines.append(f"scorecard probe\n{card}")
    lines += [f"measure {name}\nreport only" for name in kpis]
    workspace = make_workspace(folder, "\n".join(lines), csv)
    sheet = score_card(workspace, "probe", period, as_of)
    return {name: shown(sheet, name) for name in kpis}
