"""`needs … else over …`: the value and the condition over a longer window, before giving up."""

from datetime import date
from pathlib import Path

import pytest

from engine import Sheet, check, explain
from engine.catalog import NOTHING_KNOWN
from engine.lower import lower
from engine.sentences import sentences
from engine.verbs import plan
from tests.support.small_workspaces import codes, items, make_workspace, score_card

TEXT = """
    entity region
      values of store.region
    entity store
      file "stores.csv"
      key id
      attribute region
    data surveys
      file "surveys.csv"
      date day
      link store by store
    data visits
      file "visits.csv"
      date day
      link store by store
    kpi answered
      formula count(surveys) / count(visits)
      unit percent
      better higher
    kpi satisfaction
      formula average(surveys.rating)
      unit points
      better higher
      needs count(surveys) >= 3 else over last 2 periods
      representative when answered >= 50%
    scorecard card
      for store
      every quarter
      round total 1
      when missing leave out
    measure satisfaction
      weight 100%
      {target}
      curve linear
      at 0 score 0
      at 10 score 100
"""
# A is enough alone; B only with the second quarter; C not even then; D has nobody in the third.
ANSWERS = {"A": ("9", "444"), "B": ("99", "6"), "C": ("", "77"), "D": ("258", "")}
ROWS = [
    f"{day},{store},{rating}"
    for store, quarters in ANSWERS.items()
    for day, ratings in zip(("2025-05-05", "2025-08-08"), quarters, strict=True)
    for rating in ratings
]
VISITS = [
    *["2025-05-06,A"] * 2,
    *["2025-08-06,A"] * 4,
    *["2025-05-06,B"] * 2,
    *["2025-08-06,B"] * 10,
]
FILES = {
    "stores": "id,region\nA,East\nB,East\nC,West\nD,West",
    "surveys": "day,store,rating\n" + "\n".join(ROWS),
    "visits": "day,store\n" + "\n".join(VISITS),
}


def scored(folder: Path, target: str = "") -> Sheet:
    workspace = make_workspace(folder, TEXT.replace("{target}", target), FILES)
    assert codes([each for each in check(workspace) if each.is_error]) == []
    return score_card(workspace, "card", "2025Q3")


def test_where_the_period_is_not_enough_the_window_is_taken(tmp_path: Path) -> None:
    found = {k: each["measures"]["satisfaction"] for k, each in items(scored(tmp_path)).items()}
    told = {k: (m["value"], m["window"], m["reason"], m["score"]) for k, m in found.items()}
    assert told == {
        "A": (4, None, None, 40),
        "B": (8, "last 2 periods", None, 80),  # 9, 9 and 6
        "C": (7, None, "below_sample", None),  # two answers, in the window too
        "D": (5, "last 2 periods", None, 50),
    }


def test_the_mark_of_representative_is_that_of_the_window(tmp_path: Path) -> None:
    found = items(scored(tmp_path))
    marks = {k: each["measures"]["satisfaction"]["representative"] for k, each in found.items()}
    assert marks == {"A": True, "B": False, "C": False, "D": False}  # B: 3 of 12
    more = FILES | {"visits": "day,store\n" + "\n".join(VISITS[:9])}  # B: 1 of 1, and 3 of 3
    workspace = make_workspace(tmp_path / "b", TEXT.replace("{target}", ""), more)
    again = items(score_card(workspace, "card", "2025Q3"))
    assert again["B"]["measures"]["satisfaction"]["representative"] is True


def test_the_explanation_names_the_window_and_both_samples(tmp_path: Path) -> None:
    explanation = explain(scored(tmp_path), "B")
    assert explanation is not None
    (measure, *_) = explanation.tree.children
    (window,) = (each for each in measure.children if each.kind == "window")
    assert window.label == "over last 2 periods"
    assert [(each.value, each.rows) for each in window.children] == [(1, 1), (3, 3)]
    assert measure.rows == 3
    said = list(sentences(explanation))
    assert any("is taken over last 2 periods" in each for each in said)
    chinese = list(sentences(explanation, "zh"))
    assert any("按 近 2 期 计算" in each and "count(surveys) >= 3" in each for each in chinese)


def test_the_window_of_an_ancestor_and_of_peers(tmp_path: Path) -> None:
    """East has four answers in the quarter, and each region is taken once."""
    text = TEXT.replace("{target}", "")
    text = text.replace("measure satisfaction", "measure satisfaction at region")
    at_region = make_workspace(tmp_path / "a", text, FILES)
    found = items(score_card(at_region, "card", "2025Q3"))
    told = {k: each["measures"]["satisfaction"] for k, each in found.items()}
    assert {k: (m["value"], m["window"]) for k, m in told.items()} == {
        "A": (4.5, None),
        "B": (4.5, None),
        "C": (5.8, "last 2 periods"),  # 7, 7, 2, 5 and 8
        "D": (5.8, "last 2 periods"),
    }
    peers = (
        TEXT.replace("{target}", "").split("curve linear", 1)[0] + "curve peers minmax within all"
    )
    peers = "    entity all\n      everything\n" + peers.lstrip("\n")
    among = make_workspace(tmp_path / "b", peers, FILES)
    scores = {
        k: each["measures"]["satisfaction"]["score"]
        for k, each in items(score_card(among, "card", "2025Q3")).items()
    }
    assert scores == {"A": 0, "B": 100, "C": None, "D": 25}  # 4, 8 and 5


def test_both_windows_are_in_one_statement(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, TEXT.replace("{target}", ""), FILES)
    made = plan(workspace, "card", "2025Q3", date(2026, 1, 1), NOTHING_KNOWN)
    (query,) = lower(made, "duckdb")
    assert "2025-04-01" in query.sql
    assert "2025-07-01" in query.sql


KPI = """
    kpi told
      formula {formula}
      unit {unit}
      better higher
      needs count(surveys) >= 3 else over {window}
    scorecard other
      for store
      every quarter
    measure told
      report only
"""
TWO = "last 2 periods"
ALLOWED = [
    ("sum(surveys.rating) / count(surveys)", TWO),
    ("average(surveys.rating) - 1", "year to date"),
    ("median(surveys.rating)", "last 200 days"),
    ("count(surveys where rating > 5) / count(surveys)", TWO),
    ("count(surveys) / unique(surveys.rating)", TWO),
    ("last(average(surveys.rating))", TWO),
    ("answered", TWO),
    ("round(min(answered, 1) * 100, 1)", TWO),
    ("count(surveys) / count(surveys) at region", TWO),
]
REFUSED = [
    ("sum(surveys.rating)", TWO, "K0539"),
    ("count(surveys) * 2", TWO, "K0539"),
    ("unique(surveys.rating)", TWO, "K0539"),
    ("unique(surveys.day having count(rating) > 1) / unique(surveys.day)", TWO, "K0539"),
    ("average(sum(surveys.rating) per rating)", TWO, "K0539"),
    ("sum(surveys.rating) / days_active", TWO, "K0539"),
    ("sum(surveys.rating) / count(store)", TWO, "K0539"),
    ("average(surveys.rating) + count(surveys)", TWO, "K0539"),
    ("growth(answered)", TWO, "K0540"),
    ("trend(answered over last 4 periods)", TWO, "K0540"),
    ("answered for previous period", TWO, "K0540"),
    ("new(surveys.rating) / unique(surveys.rating)", TWO, "K0540"),
    ("peer_average(answered)", TWO, "K0540"),
    ("answered", "previous period", "K0540"),
    ("answered", "same period last year", "K0540"),
    ("answered", "last 1 periods", "K0540"),
    ("answered", "last 3 months", "K0540"),
    ("answered", "last 0 periods", "K0308"),
]


def faults(folder: Path, formula: str, window: str) -> list[str]:
    unit = "points" if "rating)" in formula else "percent"
    text = TEXT.replace("{target}", "") + KPI.format(formula=formula, unit=unit, window=window)
    found = check(make_workspace(folder, text, FILES))
    unlike = ("K0312", "K0313", "K0314", "K0315", "K0310")
    return [each.code for each in found if each.is_error and each.code not in unlike]


@pytest.mark.parametrize(("formula", "window"), ALLOWED)
def test_what_may_be_taken_over_a_longer_window(tmp_path: Path, formula: str, window: str) -> None:
    assert faults(tmp_path, formula, window) == []


@pytest.mark.parametrize(("formula", "window", "code"), REFUSED)
def test_what_a_longer_window_would_change(
    tmp_path: Path, formula: str, window: str, code: str
) -> None:
    assert faults(tmp_path, formula, window) == [code]
