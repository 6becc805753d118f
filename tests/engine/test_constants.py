"""Named constants: a standard that changes in July, in rows, values, conditions and targets."""

from pathlib import Path

import pytest

from engine import Sheet, Workspace, check
from tests.support.small_workspaces import (
    codes,
    items,
    make_workspace,
    refusal,
    score_card,
    shown,
)

TEXT = """
    constant response_standard "Response standard"
      value 24 hours
      value 12 hours from 2025-07-01
    constant allowance
      value 5 points from 2025-01-01
    entity store
      file "stores.csv"
      key id
    data tickets
      file "tickets.csv"
      date opened
      link store by id
      column points unit points
    kpi in_time
      formula count(tickets where hours(opened, answered) <= response_standard) / count(tickets)
      unit percent
      better higher
    kpi change
      formula in_time - in_time for previous period
      unit percent
      better higher
    kpi in_time_before
      formula count(tickets
        where hours(opened, answered) between 0 hours and response_standard) for previous period
      unit tickets
      better higher
    kpi lasts
      formula average(hours(tickets.opened, tickets.answered)) - response_standard
      unit hours
      better lower
    kpi rated
      formula average(tickets.points) + allowance
      unit points
      better higher
    scorecard card
      for store
      every quarter
      effective from 2025-01-01
      when missing leave out
    measure in_time
      report only
    measure change
      report only
    measure in_time_before
      report only
    measure lasts
      report only
    measure rated
      weight 100%
      target allowance * 2
      curve linear
      at 0 score 0
      at target score 100
      applies when lasts < response_standard
"""
FILES = {
    "stores": "id\nA",
    # hours until the answer: 2025Q2 10 and 20; 2025Q3 10, 20 and 30
    "tickets": """
        id,opened,answered,points
        A,2025-04-01 08:00:00,2025-04-01 18:00:00,3
        A,2025-05-01 08:00:00,2025-05-02 04:00:00,3
        A,2025-07-01 08:00:00,2025-07-01 18:00:00,3
        A,2025-07-02 08:00:00,2025-07-03 04:00:00,3
        A,2025-07-03 08:00:00,2025-07-04 14:00:00,3
    """,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path, TEXT, FILES)


def value(sheet: Sheet, measure: str) -> object:
    return shown(sheet, measure)["A"]


def test_each_period_is_held_to_its_own_standard(workspace: Workspace) -> None:
    assert codes(list(check(workspace))) == []
    before = score_card(workspace, "card", "2025Q2")
    after = score_card(workspace, "card", "2025Q3")
    assert value(before, "in_time") == 1  # both within 24 hours
    assert value(after, "in_time") == pytest.approx(1 / 3)  # one of three within 12
    assert value(after, "change") == pytest.approx(1 / 3 - 1)  # the second quarter: 24 hours
    assert value(after, "in_time_before") == 2
    assert (value(before, "lasts"), value(after, "lasts")) == (15 - 24, 20 - 12)


def test_in_targets_and_conditions(workspace: Workspace) -> None:
    rated = items(score_card(workspace, "card", "2025Q3"))["A"]["measures"]["rated"]
    assert (rated["value"], rated["target"], rated["score"]) == (8, 10, 80)  # 8 hours < 12


def test_a_period_before_the_first_value_is_refused(tmp_path: Path) -> None:
    text = TEXT.replace("value 5 points from 2025-01-01", "value 5 points from 2025-10-01")
    late = make_workspace(tmp_path / "late", text, FILES)
    assert set(codes(refusal(late, "card", "2025Q3"))) == {"K0224"}
    assert score_card(late, "card", "2025Q4") is not None


def test_only_the_cards_that_use_it_are_kept_from_scoring(tmp_path: Path) -> None:
    other = """
    scorecard other
      for store
      every quarter
      when missing leave out
    kpi opened_tickets
      formula count(tickets)
      unit tickets
    measure opened_tickets
      report only
    """
    kpi, card = other.split("    kpi")[1], other.split("    kpi")[0]
    kpi, measure = kpi.split("    measure")
    text = f"{TEXT}    kpi{kpi}{card}    measure{measure}"
    text = text.replace("value 5 points from 2025-01-01", "value 2 * 3")
    workspace = make_workspace(tmp_path, text, FILES)
    assert codes(refusal(workspace, "card", "2025Q3")) == ["K0223"]
    assert value(score_card(workspace, "other", "2025Q3"), "opened_tickets") == 3


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value 24 hours\n", "value CNY 24\n", "K0226"),
        (
            "value 12 hours from",
            "value 24 hours from 2025-07-01\n      value 12 hours from",
            "K0222",
        ),
        ("constant allowance", "constant points", "K0225"),
    ],
)
def test_what_is_wrong_with_a_constant(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = TEXT.replace(old, new, 1)
    if code == "K0225":
        text = text.replace("+ allowance", "+ points").replace("allowance * 2", "8")
    assert code in codes(list(check(make_workspace(tmp_path, text, FILES))))
