"""Targets from a plan table: one row a period, all of its months, or an error that lists whom."""

from datetime import date
from pathlib import Path

import pytest

from engine import Workspace
from tests.support.small_workspaces import codes, make_workspace, refusal, score_card, shown

CARD = """
    entity store
      file "stores.csv"
      key store_id
      active from opened through closed
    data sales
      file "sales.csv"
      date day
      link store by store_id
      column amount unit CNY
    targets plan
      file "plan.csv"
      link kpi by kpi
      link store by store_id
      period starts_on
      value goal
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi mean
      formula average(sales.amount)
      unit CNY
      better higher
    kpi net_twice
      formula 2 * net - sum(sales.amount)
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
      weights equal
      when missing leave out
    measure net
      target from plan
      curve attainment
      limit 0 to 200
"""
STORES = "store_id,opened,closed\nS1,,\nS2,,\nS3,2025-08-10,"
SALES = "store_id,day,amount\nS1,2025-07-01,80\nS2,2025-07-01,120\nS3,2025-09-01,50"


def made(folder: Path, plan: str, text: str = CARD) -> Workspace:
    return make_workspace(folder, text, {"stores": STORES, "sales": SALES, "plan": plan})


def targets(folder: Path, plan: str, text: str = CARD, measure: str = "net") -> dict[str, object]:
    sheet = score_card(made(folder, plan, text), "card", "2025Q3")
    return dict(shown(sheet, measure, "target"))


def test_one_row_for_the_period(tmp_path: Path) -> None:
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,100
        net,S2,2025-09-30,60
        net,S1,2025-10-01,1
        net,S2,2025-06-30,1
        other,S1,2025-07-01,1
        NET,S3,2025-07-01,1
    """
    sheet = score_card(made(tmp_path, plan), "card", "2025Q3")
    # any day of the quarter says which; the name of a KPI is exact; S3 has no row
    assert shown(sheet, "net", "target") == {"S1": 100.0, "S2": 60.0, "S3": "no_target"}
    assert shown(sheet, "net", "score") == {"S1": 80.0, "S2": 200.0, "S3": "no_target"}
    assert shown(sheet, "net", "attainment") == {"S1": 0.8, "S2": 2.0, "S3": "no_target"}


def test_a_row_without_a_value_is_no_target(tmp_path: Path) -> None:
    plan = "kpi,store_id,starts_on,goal\nnet,S1,2025-07-01,\nnet,S2,2025-07-01,0"
    sheet = score_card(made(tmp_path, plan), "card", "2025Q3")
    assert shown(sheet, "net", "target") == {"S1": "no_target", "S2": 0.0, "S3": "no_target"}
    assert shown(sheet, "net", "score")["S2"] == "target_not_positive"


def test_a_plan_of_months_is_summed_for_a_flow(tmp_path: Path) -> None:
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,30
        net,S1,2025-08-01,30.5
        net,S1,2025-09-01,40
        net,S2,2025-07-01,20
        net,S2,2025-09-01,20
        net,S3,2025-08-01,7
        net,S3,2025-09-01,8
        net,S1,2025-10-01,500
    """
    # S2 lacks August; S3 opened in August and needs no July
    wanted = {"S1": 100.5, "S2": "no_target", "S3": 15.0}
    assert targets(tmp_path / "seen", plan) == wanted
    said = CARD.replace("period starts_on", "period starts_on every month")
    assert targets(tmp_path / "said", plan, said) == wanted


def test_a_plan_of_months_that_only_some_have(tmp_path: Path) -> None:
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,30
        net,S1,2025-08-01,30
        net,S2,2025-07-01,20
    """
    said = CARD.replace("period starts_on", "period starts_on every month")
    assert targets(tmp_path / "said", plan, said) == {
        "S1": "no_target", "S2": "no_target", "S3": "no_target",
    }  # fmt: skip
    # nobody has all months: two rows in a quarter are duplicates unless the plan says otherwise
    (found,) = refusal(made(tmp_path / "seen", plan), "card", "2025Q3")
    assert (found.code, found.data["keys"], found.data["count"]) == ("K0614", "S1", 1)


def test_quarters_of_a_year(tmp_path: Path) -> None:
    text = CARD.replace("period starts_on", "period starts_on every quarter")
    text = text.replace("every quarter\n      weights", "every year\n      weights")
    plan = "kpi,store_id,starts_on,goal\n" + "\n".join(
        f"net,S1,2025-{month:02d}-01,{goal}"
        for month, goal in ((1, 10), (4, 20), (7, 30), (10, 40))
    )
    sheet = score_card(made(tmp_path, plan, text), "card", "2025")
    assert shown(sheet, "net", "target")["S1"] == 100.0


@pytest.mark.parametrize("every", ["", " every quarter", " every month"])
def test_duplicate_rows_are_listed(tmp_path: Path, every: str) -> None:
    text = CARD.replace("period starts_on", f"period starts_on{every}")
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,100
        net,S1,2025-07-01,100
        net,S2,2025-07-01,60
        net,S3,2025-08-01,60
        net,S3,2025-08-31,60
        mean,S2,2025-07-01,60
    """
    (found,) = refusal(made(tmp_path, plan, text), "card", "2025Q3")
    assert (found.code, found.data["keys"], found.data["count"]) == ("K0614", "S1, S3", 2)
    assert (found.data["plan"], found.data["period"], found.data["kpi"]) == (
        "plan",
        "2025Q3",
        "net",
    )


def test_duplicates_within_a_plan_of_months(tmp_path: Path) -> None:
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,30
        net,S1,2025-08-01,30
        net,S1,2025-09-01,30
        net,S2,2025-07-01,30
        net,S2,2025-07-15,30
        net,S2,2025-09-01,30
    """
    (found,) = refusal(made(tmp_path, plan), "card", "2025Q3")
    assert (found.code, found.data["keys"]) == ("K0614", "S2")


def test_duplicates_of_nobody_do_not_matter(tmp_path: Path) -> None:
    plan = """
        kpi,store_id,starts_on,goal
        net,S1,2025-07-01,100
        net,S9,2025-07-01,100
        net,S9,2025-07-01,100
    """
    sheet = score_card(made(tmp_path, plan), "card", "2025Q3")
    assert shown(sheet, "net", "target")["S1"] == 100.0


MONTHS = """
    kpi,store_id,starts_on,goal
    {kpi},S1,2025-07-01,30
    {kpi},S1,2025-08-01,30
    {kpi},S1,2025-09-01,30
"""


def test_targets_of_averages_are_not_summed(tmp_path: Path) -> None:
    text = CARD.replace("measure net\n", "measure mean\n")
    plan = MONTHS.format(kpi="mean")
    assert codes(refusal(made(tmp_path, plan, text), "card", "2025Q3")) == ["K0518"]


def test_targets_of_sums_of_flows_are_summed(tmp_path: Path) -> None:
    text = CARD.replace("measure net\n", "measure net_twice\n")
    assert targets(tmp_path, MONTHS.format(kpi="net_twice"), text, "net_twice")["S1"] == 90.0


def test_a_plan_without_kpis_holds_for_every_measure(tmp_path: Path) -> None:
    text = CARD.replace("link kpi by kpi", "") + (
        "measure mean\ntarget from plan\ncurve attainment\nlimit 0 to 200"
    )
    plan = "store_id,starts_on,goal\nS1,2025-07-01,100"
    sheet = score_card(made(tmp_path, plan, text), "card", "2025Q3")
    assert shown(sheet, "net", "target")["S1"] == shown(sheet, "mean", "target")["S1"] == 100.0


def test_floor_and_stretch_columns(tmp_path: Path) -> None:
    text = CARD.replace("value goal", "value goal\nfloor least\nstretch most")
    curve = "target from plan\nfloor from plan\nstretch from plan\ncurve linear\n"
    curve += "at floor score 60\nat target score 100\nat stretch score 120"
    text = text.replace("target from plan\n      curve attainment\n      limit 0 to 200", curve)
    plan = """
        kpi,store_id,starts_on,goal,least,most
        net,S1,2025-07-01,100,60,200
        net,S2,2025-07-01,100,60,140
        net,S3,2025-07-01,60,,70
    """
    sheet = score_card(made(tmp_path, plan, text), "card", "2025Q3")
    # 80 is half of the way from 60 to 100; 120 half of the way from 100 to 140; no floor for S3
    assert shown(sheet, "net", "score") == {"S1": 80.0, "S2": 110.0, "S3": "no_target"}


def test_a_plan_without_the_column_is_refused(tmp_path: Path) -> None:
    text = CARD.replace("target from plan", "target 5 for display\nstretch from plan")
    text = text.replace("curve attainment", "curve linear\nat 0 score 0\nat stretch score 100")
    plan = MONTHS.format(kpi="net")
    assert "K0213" in codes(refusal(made(tmp_path, plan, text), "card", "2025Q3"))


def test_a_plan_of_an_ancestor(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        entity clerk
          file "clerks.csv"
          key id
          belongs to store by store_id
        data sales
          file "sales.csv"
          date day
          link store by store_id
        targets plan
          file "plan.csv"
          link store by store_id
          period starts_on
          value goal
        kpi net
          formula sum(sales.amount)
          unit CNY
          better higher
        scorecard card
          for clerk
          every quarter
          weights equal
          when missing leave out
        measure net at store
          target from plan
          curve attainment
          limit 0 to 200
    """
    csv = {
        "stores": STORES,
        "clerks": "id,store_id\nE1,S1\nE2,S1\nE3,S2\nE4,\nE5,S9",
        "sales": SALES,
        "plan": "store_id,starts_on,goal\nS1,2025-07-01,100\nS2,2025-07-01,100",
    }
    sheet = score_card(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    # two clerks of one store are no duplicate
    assert shown(sheet, "net", "score") == {
        "E1": 80.0, "E2": 80.0, "E3": 120.0, "E4": "not_assigned", "E5": "not_assigned",
    }  # fmt: skip


def test_only_where_of_a_plan(tmp_path: Path) -> None:
    text = CARD.replace("value goal", 'value goal\nonly where state = "approved"')
    plan = """
        kpi,store_id,starts_on,goal,state
        net,S1,2025-07-01,100,approved
        net,S1,2025-07-01,999,draft
        net,S2,2025-07-01,60,
    """
    assert targets(tmp_path, plan, text) == {"S1": 100.0, "S2": "no_target", "S3": "no_target"}


def test_targets_are_not_cut_in_a_running_period(tmp_path: Path) -> None:
    plan = MONTHS.format(kpi="net")
    sheet = score_card(made(tmp_path, plan), "card", "2025Q3", date(2025, 7, 10))
    assert shown(sheet, "net", "target")["S1"] == 90.0


@pytest.mark.parametrize("every", ["half", "year"])
def test_a_plan_that_is_coarser_than_the_card_is_refused(tmp_path: Path, every: str) -> None:
    text = CARD.replace("period starts_on", f"period starts_on every {every}")
    plan = "kpi,store_id,starts_on,goal\nnet,S1,2025-07-01,400"
    assert codes(refusal(made(tmp_path, plan, text), "card", "2025Q3"))


def test_two_rows_of_one_quarter_are_duplicates_in_a_plan_of_quarters(tmp_path: Path) -> None:
    text = CARD.replace("period starts_on", "period starts_on every quarter")
    text = text.replace("every quarter\n      weights", "every year\n      weights")
    plan = "kpi,store_id,starts_on,goal\n" + "\n".join(
        f"net,S1,2025-{month:02d}-01,{goal}" for month, goal in ((1, 10), (2, 20), (4, 30), (7, 40))
    )
    (found,) = refusal(made(tmp_path, plan, text), "card", "2025")
    assert (found.code, found.data["keys"]) == ("K0614", "S1")


def test_every_active_month_needs_its_own_row(tmp_path: Path) -> None:
    text = CARD.replace("period starts_on", "period starts_on every month")
    plan = "kpi,store_id,starts_on,goal\nnet,S3,2025-07-01,5\nnet,S3,2025-08-01,7"
    assert targets(tmp_path, plan, text)["S3"] == "no_target"  # active in August and September


def test_a_row_more_than_needed_does_no_harm(tmp_path: Path) -> None:
    text = CARD.replace("period starts_on", "period starts_on every month")
    plan = MONTHS.format(kpi="net").replace("S1", "S3")
    # the opening was planned for July; whether July counts is not said, that there is a target is
    assert targets(tmp_path, plan, text)["S3"] in (60.0, 90.0)
