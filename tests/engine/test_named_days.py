"""Days that formulas name, in rows, outside of them and in conditions."""

from pathlib import Path

import pytest

from engine import Workspace, check
from tests.support.small_workspaces import codes, items, make_workspace, probe, score_card, shown

TEXT = """
    entity region
      values of store.region
    entity store
      file "stores.csv"
      key id
      attribute region
      attribute rebuilt
      active from opened through closed
    data sales
      file "sales.csv"
      date day
      link store by store
      column amount unit CNY
"""
# Two days of the second quarter of 2025 and three of the third; B opens in the third.
FILES = {
    "stores": """
        id,region,rebuilt,opened,closed
        A,East,2025-07-15,,
        B,East,,2025-08-01,
    """,
    "sales": """
        day,ordered,store,amount
        2025-04-10,2025-04-01,A,1
        2025-06-20,2025-06-20,A,2
        2025-07-01,2025-06-30,A,4
        2025-09-30,2025-07-01,A,8
        2025-08-11,2025-08-01,B,16
    """,
}


def test_inside_rows_they_are_those_of_the_cards_period(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        TEXT,
        {
            "in_period": "sum(sales.amount where ordered >= period_start) in CNY",
            "before": "sum(sales.amount where ordered < period_start) for year to date in CNY",
            "previous": "sum(sales.amount where day < period_start) for previous period in CNY",
            "ages": "sum(days(sales.day, period_end)) in days",
            "first_week": "sum(sales.amount where days(active_start, day) <= 10) in CNY",
            "per_store": "average(sum(sales.amount where day = period_end) per ordered) in CNY",
        },
        FILES,
    )
    assert found["in_period"] == {"A": 8, "B": 16}
    assert found["before"] == {"A": 1 + 2 + 4, "B": 0}
    assert found["previous"] == {"A": 3, "B": 0}  # all days of the second quarter are before
    assert found["ages"] == {"A": 91 + 0, "B": 50}
    assert found["first_week"] == {"A": 0, "B": 16}  # A was always there: nothing to count from
    assert found["per_store"] == {"A": 8, "B": "no_rows"}


def test_outside_of_rows(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        TEXT,
        {
            "length": "days(period_start, period_end) + 1 in days",
            "length_before": "(days(period_start, period_end) + 1) for previous period in days",
            "hours": "hours(period_start, period_end) in days",
            "here": "days(active_start, period_end) in days",
            "since_rebuilt": "hours(store.rebuilt, period_end) in hours",
            "daily": "sum(sales.amount) / days(period_start, period_end) in CNY per day",
            "fresh": "if active_start > 2025-06-30 then 1 else 2 in points",
            "later": "if period_start >= 2025-07-01 then 1 else 2 in points",
            "renewed": "if rebuilt between period_start and period_end then 1 else 2 in points",
            "sooner": "if period_start <= store.rebuilt then 1 else 2 in points",
        },
        FILES,
    )
    assert found["length"] == {"A": 92, "B": 92}
    assert found["length_before"] == {"A": 92, "B": 92}  # the card's own, in every window
    assert found["hours"] == {"A": 91, "B": 91}
    assert found["here"] == {"A": "no_values", "B": 60}
    assert found["since_rebuilt"] == {"A": 77 * 24, "B": "no_values"}
    assert found["daily"] == {"A": pytest.approx(12 / 91), "B": pytest.approx(16 / 91)}
    assert found["fresh"] == {"A": 2, "B": 1}
    assert found["later"] == {"A": 1, "B": 1}
    assert found["renewed"] == {"A": 1, "B": 2}
    assert found["sooner"] == {"A": 1, "B": 2}


CARD = """
    kpi net_sales
      formula sum(sales.amount)
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
      only where region = "East" and rebuilt >= period_start
      when missing leave out
      when no target leave out
    measure net_sales
      weight 100%
      target 24 where rebuilt > period_start
      curve linear
      at 0 score 0
      at target score 100
"""


def test_in_conditions_of_the_card(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, TEXT + CARD, FILES)
    assert codes([each for each in check(workspace) if each.is_error]) == []
    found = items(score_card(workspace, "card", "2025Q3"))
    assert {key: each["total"] for key, each in found.items()} == {"A": 50}
    assert shown(score_card(workspace, "card", "2025Q2"), "net_sales", "score") == {"A": 12.5}


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("period_start", "K0302"),
        ("sum(sales.amount) + active_start", "K0302"),
        ("days(period_start)", "K0208"),
        ("days(active_start, period_end) at region", "K0347"),
        ("sum(sales.amount where day > active_start) at region", "K0347"),
    ],
)
def test_what_is_no_number_and_who_has_no_first_day(
    tmp_path: Path, formula: str, code: str
) -> None:
    more = f"""
    kpi told
      formula {formula}
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
    measure told
      report only
    """
    found = codes([each for each in check(workspace(tmp_path, more)) if each.is_error])
    assert found == [code]


def workspace(folder: Path, more: str) -> Workspace:
    return make_workspace(folder, TEXT + more, FILES)
