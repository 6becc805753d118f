"""docs/coverage.md: each of the 170 rows has its line, and what a line names is there.

That every KPI of the catalogue yields values on the example data is the test of the catalogue.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from engine import load
from grammar.words import words

REPOSITORY = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| ([A-P]\d+) \| [^|]+ \| [^|]+ \| (.+) \|$", re.MULTILINE)
FOUND = dict(ROW.findall((REPOSITORY / "docs" / "coverage.md").read_text("utf-8")))
SIZES = {"A": 13, "B": 13, "C": 14, "D": 16, "E": 8, "F": 12, "G": 19, "H": 9, "I": 11, "J": 17}
SIZES |= {"K": 15, "L": 18, "P": 5}
COMMANDS = {"steelyard doctor", "steelyard weights", "steelyard diff", "steelyard score"}
COMMANDS |= {"steelyard sql", "steelyard explain", "steelyard score --as-of"}


@cache
def served() -> frozenset[str]:
    """KPIs, cards and constants of the example."""
    workspace = load(REPOSITORY / "scorecards")
    return frozenset({*workspace.kpis, *workspace.cards, *workspace.constants})


@cache
def keywords() -> frozenset[str]:
    spellings = (each for row in words().rows for each in words().spellings(row))
    return frozenset(word for phrase in spellings for word in phrase.split())


def test_every_row_has_its_line() -> None:
    assert sum(SIZES.values()) == 170
    assert list(FOUND) == [f"{each}{n + 1}" for each, size in SIZES.items() for n in range(size)]


@pytest.mark.parametrize("row", FOUND)
def test_what_a_row_names_is_there(row: str) -> None:
    """A KPI, a card, a command or a construct; else an issue to come, or why it is out."""
    named = re.findall(r"`([^`]+)`", FOUND[row])
    for name in named:
        if re.fullmatch(r"\w+", name) and name not in keywords():
            assert name in served()
        elif name.startswith("steelyard"):
            assert name in COMMANDS
    for issue in re.findall(r"issues? (\d+)", FOUND[row]):
        assert 5 <= int(issue) <= 8
    assert FOUND[row].strip()
