"""The coefficient of a grade: shown beside it, and of no effect on any number."""

from pathlib import Path

import pytest

from engine import Sheet, check
from engine.explanation import explain
from engine.sentences import sentences
from tests.support.small_workspaces import codes, items, make_workspace, score_card

TEXT = """
    entity person
      file "people.csv"
      key id
    data facts
      file "facts.csv"
      date day
      link person by id
    kpi points
      formula average(facts.a)
      unit points
      better higher
    scorecard card
      for person
      every quarter
      round total 0
      when missing leave out
    measure points
      weight 100%
      curve linear
      at 0 score 0
      at 100 score 100
    grade A
      from 60
      coefficient 1.2
    grade B
      otherwise
      coefficient 0.85
"""
FILES = {
    "people": "id\nP1\nP2\nP3",
    "facts": "id,day,a\nP1,2025-07-01,80\nP2,2025-07-01,59",
}


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return score_card(make_workspace(tmp_path, TEXT, FILES), "card", "2025Q3")


def test_it_stands_beside_the_grade(sheet: Sheet) -> None:
    found = {k: (x["total"], x["grade"], x["grade_coefficient"]) for k, x in items(sheet).items()}
    assert found == {"P1": (80, "A", 1.2), "P2": (59, "B", 0.85), "P3": (None, None, None)}


def test_the_explanation_names_it(sheet: Sheet) -> None:
    explanation = explain(sheet, "P2", "en")
    assert explanation is not None
    first = next(iter(sentences(explanation, "en")))
    assert first == "P2 has a total of 59 for 2025Q3, grade B (coefficient 0.85), rank 2 of 2."
    assert "（绩效系数 0.85）" in next(iter(sentences(explanation, "zh")))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("coefficient 0", []),
        ("coefficient 1.2", []),
        ("coefficient 1.3", ["K0752"]),
        ("coefficient -1", ["K0350"]),
        ("coefficient 90%", ["K0350"]),
        ("coefficient CNY 500", ["K0350"]),
        ("", ["K0751"]),
    ],
)
def test_what_is_refused(tmp_path: Path, line: str, found: list[str]) -> None:
    workspace = make_workspace(tmp_path, TEXT.replace("coefficient 0.85", line), FILES)
    assert codes(list(check(workspace))) == found
