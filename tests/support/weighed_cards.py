"""Cards whose measures differ in their weights alone, read without a database."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from engine.card import Card
from grammar import Diagnostic
from tests.support.small_workspaces import card_on, codes, make_workspace

DAY = date(2025, 7, 1)
CURVE = "curve linear\nat 0 score 0\nat 100 score 100\nwhen missing leave out"
BASE = """
entity store
  table stores
  key id
data visits
  table visits
  date day
  link store by id
"""


def written(facts: str, measures: Mapping[str, str], more: str = "") -> str:
    """A card with these facts and measures; each measure is given as its `weight` lines."""
    lines = [BASE]
    lines += [f"kpi {name}\nformula count(visits)\nunit visits\nbetter higher" for name in measures]
    lines += [f"scorecard card\nfor store\nevery quarter\n{facts}"]
    lines += [f"measure {name}\n{weights}\n{CURVE}" for name, weights in measures.items()]
    return "\n".join([*lines, more])


def read(
    folder: Path, facts: str, measures: Mapping[str, str], more: str = "", day: date = DAY
) -> tuple[Card | None, list[Diagnostic]]:
    return card_on(make_workspace(folder, written(facts, measures, more)), "card", day)


def shares(
    folder: Path, facts: str, measures: Mapping[str, str], more: str = "", day: date = DAY
) -> dict[str, Fraction]:
    """The shares of a card without faults; they make exactly 1."""
    card, problems = read(folder, facts, measures, more, day)
    assert card is not None
    assert codes(problems) == []
    (group,) = card.groups
    assert sum(group.weights.values()) == 1
    return dict(group.weights)


def refused(folder: Path, facts: str, measures: Mapping[str, str], more: str = "") -> Diagnostic:
    """The one diagnostic of weights at fault."""
    _, problems = read(folder, facts, measures, more)
    (only,) = problems
    return only
