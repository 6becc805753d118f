"""Which version of a card holds, and what a card without a database already says."""

from datetime import date
from pathlib import Path

import pytest

from engine import Workspace
from engine.documents import heading
from tests.support.small_workspaces import (
    card_on,
    codes,
    items,
    make_workspace,
    refusal,
    score_card,
    totals,
)

BASE = """
    entity store
      file "stores.csv"
      key store_id
    data visits
      file "visits.csv"
      date day
      link store by store_id
    kpi made
      formula count(visits)
      unit visits
      better higher
"""
CSV = {
    "stores": "store_id\nS1",
    "visits": "store_id,day\nS1,2025-02-01\nS1,2025-08-01\nS1,2026-02-01",
}


def version(since: str, score: int) -> str:
    """A version of the card in which one visit scores this much."""
    return f"""
    scorecard card
      for store
      every quarter
      effective from {since}
      when missing leave out
    measure made
      weight 100%
      curve linear
      at 0 score 0
      at 1 score {score}
    """


def made(folder: Path, *versions: str) -> Workspace:
    return make_workspace(folder, BASE + "".join(versions), CSV)


def test_the_first_day_of_the_period_picks_the_version(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        version("2025-01-01 through 2025-09-30", 10),
        version("2025-10-01", 20),
    )
    for period, total, since in (("2025Q1", 10.0, "2025-01-01"), ("2026Q1", 20.0, "2025-10-01")):
        sheet = score_card(workspace, "card", period)
        assert (totals(sheet), heading(sheet)["version"]) == ({"S1": total}, since)


def test_versions_may_stand_in_any_order(tmp_path: Path) -> None:
    workspace = made(
        tmp_path,
        version("2025-10-01", 20),
        version("2025-01-01 through 2025-09-30", 10),
    )
    assert totals(score_card(workspace, "card", "2025Q3")) == {"S1": 10.0}


def test_a_version_that_ends_inside_a_period_claims_the_days_until_then(tmp_path: Path) -> None:
    workspace = made(tmp_path, version("2025-01-01 through 2025-08-31", 10))
    sheet = score_card(workspace, "card", "2025Q3")
    assert items(sheet)["S1"]["assigned"] == {
        "from": "2025-07-01",
        "through": "2025-08-31",
        "days": 62,
    }


@pytest.mark.parametrize("period", ["2024Q4", "2025Q4"])
def test_no_version_on_the_first_day(tmp_path: Path, period: str) -> None:
    workspace = made(tmp_path, version("2025-01-01 through 2025-09-30", 10))
    assert codes(refusal(workspace, "card", period)) == ["K0907"]


@pytest.mark.parametrize("first", ["2025-01-01", "2025-01-01 through 2025-10-01"])
def test_versions_do_not_overlap(tmp_path: Path, first: str) -> None:
    workspace = made(tmp_path, version(first, 10), version("2025-10-01", 20))
    assert [d.code for d in workspace.diagnostics] == ["K0703"]
    assert codes(refusal(workspace, "card", "2025Q4")) == ["K0703"]
    ends = [edit.text for fix in workspace.diagnostics[0].fixes for edit in fix.edits]
    assert ends == ([] if "through" in first else ["2025-01-01 through 2025-09-30"])


def test_a_version_without_a_date_always_holds(tmp_path: Path) -> None:
    workspace = made(tmp_path, version("X", 10).replace("effective from X", ""))
    sheet = score_card(workspace, "card", "2025Q1")
    assert (totals(sheet), heading(sheet)["version"]) == ({"S1": 10.0}, "")


@pytest.mark.parametrize(
    ("card", "period", "code"),
    [
        ("cards", "2025Q1", "K0905"),
        ("card", "2025-01", "K0906"),
        ("card", "last quarter", "K0906"),
    ],
)
def test_requests_that_cannot_be_answered(
    tmp_path: Path, card: str, period: str, code: str
) -> None:
    assert codes(refusal(made(tmp_path, version("2025-01-01", 10)), card, period)) == [code]


def test_names_of_cards_are_found_in_any_case(tmp_path: Path) -> None:
    workspace = made(tmp_path, version("2025-01-01", 10))
    assert totals(score_card(workspace, "CARD", "2025-Q1")) == {"S1": 10.0}


# ── a card as text ───────────────────────────────────────────────────────────────────────────────


def test_what_a_card_says(tmp_path: Path) -> None:
    text = (
        BASE.replace("key store_id", "key store_id\nattribute grade\nattribute region")
        + """
    scorecard card "Store card"
      label zh "门店计分卡"
      for store
      every month
      assign grade "A"
      assign region "East"
      assign grade "B"
      round total 2
      limit total -10 to 120
      break ties by visits
      when missing no total
    perspective all "All of it"
      weight 100%
    measure made as visits
      label en "Visits made"
      weight 60%
      curve steps
      otherwise score 0
      from 1 score 100
      when missing score 3
    measure made
      weight 40%
      curve linear
      at 0 score 0
      at 9 score 50
      limit 5 to 50
    measure made as shown
      report only
    grade A "Best"
      from 75
    grade B
      otherwise
    """
    )
    card, problems = card_on(make_workspace(tmp_path, text), "card", date(2025, 1, 1))
    assert card is not None
    assert codes(problems) == []
    assert (card.name, card.entity.name, card.cadence) == ("card", "store", "month")
    assert (card.digits, card.limit_total, card.break_ties) == (2, (-10.0, 120.0), "visits")
    assert [tuple(claim.value for claim in each.claims) for each in card.assignments] == [
        ("A", "B"),
        ("East",),
    ]
    assert [(g.name, g.least) for g in card.grades] == [("A", 75.0), ("B", None)]
    assert card.grades[0].labels[""] == "Best"
    assert [(m.name, m.kpi.name, m.weight) for m in card.measures] == [
        ("visits", "made", 0.6), ("made", "made", 0.4), ("shown", "made", 0.0),
    ]  # fmt: skip
    first, second, third = card.measures
    assert (first.missing.rule, first.missing.score, first.limit) == ("score", 3.0, None)
    assert (second.missing.rule, second.limit) == ("no total", (5.0, 50.0))
    assert third.report_only
    assert [m.name for m in card.scored] == ["visits", "made"]
    assert (first.label("en"), second.label("en")) == ("Visits made", "made")
    assert (card.source.label("zh"), card.source.label("en")) == ("门店计分卡", "Store card")


def test_targets_that_need_one_another_are_refused(tmp_path: Path) -> None:
    curve = "target floor * 2\nfloor target / 2\ncurve linear\nat floor score 0\nat target score 9"
    text = BASE + version("2025-01-01", 10).split("curve")[0] + curve
    assert codes(refusal(make_workspace(tmp_path, text, CSV), "card", "2025Q3"))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("for store", "", "K0705"),
        ("every quarter", "", "K0705"),
        ("for store", "for shop", "K0210"),
        ("measure made", "measure unmade", "K0201"),
        ("when missing leave out", "", "K0508"),
        ("when missing leave out", "when missing leave out\nbreak ties by other", "K0716"),
        ("when missing leave out", "when missing leave out\nassign grade", "K0101"),
        ("every quarter", "every quarter\nevery quarter", "K0701"),
    ],
)
def test_cards_at_fault(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = BASE + version("2025-01-01", 10).replace(old, new, 1)
    workspace = make_workspace(tmp_path, text, CSV)
    _, problems = card_on(workspace, "card", date(2025, 1, 1))
    assert code in codes([*workspace.diagnostics, *problems])
