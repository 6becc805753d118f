"""`representative when`: values that count, and a mark where they do not stand for everybody."""

from pathlib import Path

import pytest

from engine import Sheet
from engine.documents import explanation_document
from engine.explanation import explain
from engine.sentences import sentences
from tests.support.small_workspaces import items, make_workspace, score_card

TEXT = """
    entity store
      file "stores.csv"
      key id
    data answers
      file "answers.csv"
      date day
      link store by id
    data invitations
      file "invitations.csv"
      date day
      link store by id
    kpi response_rate
      formula count(answers) / count(invitations)
      unit percent
    kpi satisfaction
      formula average(answers.score)
      unit points
      better higher
      representative when response_rate >= 50%
    scorecard card
      for store
      every quarter
      when missing leave out
    measure satisfaction
      weight 100%
      curve linear
      at 0 score 0
      at 10 score 100
"""
FILES = {
    "stores": "id\nA\nB\nC\nD",
    "answers": """
        id,day,score
        A,2025-07-01,8
        B,2025-07-01,8
        D,2025-07-01,8
    """,
    # A: 1 of 2; B: 1 of 3; C: nobody answered; D: nobody was asked
    "invitations": """
        id,day
        A,2025-07-01
        A,2025-07-01
        B,2025-07-01
        B,2025-07-01
        B,2025-07-01
        C,2025-07-01
    """,
}


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return score_card(make_workspace(tmp_path, TEXT, FILES), "card", "2025Q3")


def test_the_value_counts_and_is_marked(sheet: Sheet) -> None:
    found = {key: each["measures"]["satisfaction"] for key, each in items(sheet).items()}
    assert {k: (m["score"], m["representative"]) for k, m in found.items()} == {
        "A": (80, True),
        "B": (80, False),
        "C": (None, None),
        "D": (80, False),
    }


def test_the_explanation_shows_what_was_asked(sheet: Sheet) -> None:
    explanation = explain(sheet, "B", "en")
    assert explanation is not None
    measure = explanation_document(explanation)["tree"]["children"][0]
    (sample,) = (each for each in measure["children"] if each["kind"] == "sample")
    assert (sample["label"], sample["state"]) == ("response_rate >= 50%", "not_representative")
    assert [each["value"] for each in sample["children"]] == [pytest.approx(1 / 3)]
    said = "satisfaction is scored, but not representative: `response_rate >= 50%` is not met."
    assert said in list(sentences(explanation, "en"))


def test_nothing_is_said_where_it_is_met(sheet: Sheet) -> None:
    explanation = explain(sheet, "A", "zh")
    assert explanation is not None
    assert not any("代表性" in each for each in sentences(explanation, "zh"))


def test_in_chinese(tmp_path: Path) -> None:
    text = TEXT.replace("representative when", "代表性要求")
    sheet = score_card(make_workspace(tmp_path, text, FILES), "card", "2025Q3")
    assert items(sheet)["B"]["measures"]["satisfaction"]["representative"] is False
    explanation = explain(sheet, "B", "zh")
    assert explanation is not None
    assert any("没有代表性" in each for each in sentences(explanation, "zh"))
