"""A longer target of a plan, split by days or by shares: what a period has of the year's."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import Workspace, check, diff, explain
from engine.sentences import sentences
from tests.engine.test_plan_values import CARD, made
from tests.support.small_workspaces import codes, refusal, score_card, shown

YEARLY = CARD.replace("period starts_on", "period starts_on every year").replace(
    "target from plan", "target from plan split by days"
)
PLAN = """
    kpi,store_id,starts_on,goal
    net,S1,2025-01-01,365
    net,S2,2025-11-30,400
    net,S1,2024-01-01,366
"""


def split(folder: Path, text: str = YEARLY, plan: str = PLAN) -> Workspace:
    return made(folder, plan, text)


def test_the_days_of_a_quarter_over_those_of_the_year(tmp_path: Path) -> None:
    sheet = score_card(split(tmp_path), "card", "2025Q3")
    targets = shown(sheet, "net", "target")
    # July to September have 92 days; S3 has no row
    assert targets == {"S1": 92.0, "S2": pytest.approx(400 * 92 / 365), "S3": "no_target"}


def test_a_leap_year_has_a_day_more(tmp_path: Path) -> None:
    workspace = split(tmp_path)
    found = [score_card(workspace, "card", f"2024Q{n}") for n in (1, 2, 3, 4)]
    assert [shown(sheet, "net", "target")["S1"] for sheet in found] == [91.0, 91.0, 92.0, 92.0]


def test_the_quarters_of_a_fiscal_year_add_up_to_it(tmp_path: Path) -> None:
    text = "calendar\n      fiscal year starts in April\n" + YEARLY
    workspace = split(tmp_path, text, "kpi,store_id,starts_on,goal\nnet,S1,2025-03-31,1000")
    found = [score_card(workspace, "card", f"FY2025Q{n}") for n in (1, 2, 3, 4)]
    targets = [shown(sheet, "net", "target")["S1"] for sheet in found]
    assert targets[0] == pytest.approx(1000 * 91 / 365)  # April to June 2024
    assert sum(float(each or 0) for each in targets) == pytest.approx(1000, rel=1e-11)


def test_a_running_period_keeps_its_whole_target(tmp_path: Path) -> None:
    sheet = score_card(split(tmp_path), "card", "2025Q3", date(2025, 8, 1))
    assert shown(sheet, "net", "target")["S1"] == 92.0


def test_floors_are_split_too(tmp_path: Path) -> None:
    text = YEARLY.replace("value goal", "value goal\n      floor goal").replace(
        "curve attainment", "floor from plan split by days for display\n      curve attainment"
    )
    sheet = score_card(split(tmp_path, text), "card", "2025Q3")
    floor = next(m for m in sheet.measures if m.name == "net").roles["floor"]
    assert floor[list(sheet.keys).index("S1")] == 92.0


def test_two_rows_of_one_year_are_an_error(tmp_path: Path) -> None:
    plan = PLAN.rstrip() + "\n    net,S1,2025-07-01,1"
    found = refusal(split(tmp_path, plan=plan), "card", "2025Q3")
    assert codes(found) == ["K0614"]
    assert found[0].data["keys"] == "S1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (YEARLY.replace("measure net\n", "measure mean\n"), "K0530"),
        (YEARLY.replace("every year", "every quarter"), "K0531"),
        (YEARLY.replace("every year", "every month"), "K0531"),
        (YEARLY.replace(" every year", ""), "K0531"),
        (YEARLY.replace("target from plan split", "target 100 split"), "K0531"),
    ],
)
def test_what_is_not_split(tmp_path: Path, text: str, code: str) -> None:
    workspace = split(tmp_path, text)
    assert code in codes(list(check(workspace)))
    assert code in codes(refusal(workspace, "card", "2025Q3"))


def test_weeks_cross_the_periods_of_a_plan(tmp_path: Path) -> None:
    workspace = split(tmp_path, YEARLY.replace("every quarter", "every week"))
    assert "K0532" in codes(list(check(workspace)))
    assert codes(refusal(workspace, "card", "2025-W30")) == ["K0532"]


def test_in_chinese(tmp_path: Path) -> None:
    text = YEARLY.replace("target from plan split by days", "目标值 取自 plan 按天拆分")
    sheet = score_card(split(tmp_path, text), "card", "2025Q3")
    assert shown(sheet, "net", "target")["S1"] == 92.0


# ── by shares ────────────────────────────────────────────────────────────────────────────────────

QUARTERS = YEARLY.replace("split by days", "split by shares 20%, 25%, 25.5%, 29.5%")
MONTHS = QUARTERS.replace("every quarter", "every month").replace(
    "20%, 25%, 25.5%, 29.5%", "12%, 7%, 8%, 8%, 8%, 8%, 8%, 8%, 8%, 8%, 8%, 9%"
)


def test_each_quarter_gets_its_share(tmp_path: Path) -> None:
    workspace = split(tmp_path, QUARTERS)
    found = [score_card(workspace, "card", f"2025Q{n}") for n in (1, 2, 3, 4)]
    targets = [shown(sheet, "net", "target") for sheet in found]
    assert [each["S2"] for each in targets] == [80.0, 100.0, 102.0, 118.0]  # of 400
    assert {each["S3"] for each in targets[2:]} == {"no_target"}


def test_each_month_gets_its_share(tmp_path: Path) -> None:
    workspace = split(tmp_path, MONTHS)
    found = {n: score_card(workspace, "card", f"2025-{n:02}") for n in (1, 2, 7, 12)}
    targets = {n: shown(sheet, "net", "target")["S2"] for n, sheet in found.items()}
    assert targets == {1: 48.0, 2: 28.0, 7: 32.0, 12: 36.0}


def test_the_first_share_is_that_of_the_first_fiscal_quarter(tmp_path: Path) -> None:
    text = "calendar\n      fiscal year starts in April\n" + QUARTERS
    workspace = split(tmp_path, text, "kpi,store_id,starts_on,goal\nnet,S1,2025-03-31,1000")
    found = [score_card(workspace, "card", f"FY2025Q{n}") for n in (1, 4)]
    assert [shown(sheet, "net", "target")["S1"] for sheet in found] == [200.0, 295.0]


def test_the_explanation_says_the_share(tmp_path: Path) -> None:
    by_shares = explain(score_card(split(tmp_path / "a", QUARTERS), "card", "2025Q3"), "S2")
    by_days = explain(score_card(split(tmp_path / "b"), "card", "2025Q3"), "S2")
    assert by_shares is not None
    assert by_days is not None
    assert "The target of net is 25.5% of its target for 2025." in sentences(by_shares)
    assert "“net”的目标值是 2025 目标值的 25.5%。" in sentences(by_shares, "zh")
    assert "The target of net is that of 92 of the 365 days of 2025." in sentences(by_days)
    assert "“net”的目标值是 2025 目标值中 92 天的部分（全期 365 天）。" in sentences(by_days, "zh")
    (target,) = by_shares.tree.children[0].children
    (part,) = target.children
    assert (part.kind, part.name, part.label, part.value) == ("part", "shares", "2025", 0.255)


@pytest.mark.parametrize(
    ("text", "code", "data"),
    [
        (QUARTERS.replace("29.5%", "29.4%"), "K0543", {"sum": "99.9%"}),
        (QUARTERS.replace("20%, ", "120%, "), "K0543", {"sum": "200%"}),
        (QUARTERS.replace("20%, 25%", "45%"), "K0544", {"found": 3, "wanted": 4, "whole": "2025"}),
        (QUARTERS.replace("every year", "every half"), "K0544", {"wanted": 2, "whole": "2025H2"}),
        (QUARTERS.replace("every quarter", "every month"), "K0544", {"cadence": "month"}),
        (QUARTERS.replace("measure net\n", "measure mean\n"), "K0530", {"kpi": "mean"}),
        (QUARTERS.replace("every year", "every quarter"), "K0531", {}),
        (QUARTERS.replace("every quarter", "every week"), "K0532", {}),
        (QUARTERS.replace("target from plan split", "target 100 split"), "K0531", {}),
    ],
)
def test_shares_that_do_not_fit(tmp_path: Path, text: str, code: str, data: dict[str, Any]) -> None:
    workspace = split(tmp_path, text)
    period = "2025-W30" if "every week" in text else "2025Q3"
    period = "2025-08" if "every month" in text else period
    (found,) = refusal(workspace, "card", period)
    assert found.code == code
    assert {**found.data, **data} == found.data
    assert code in codes(list(check(workspace)))


def test_shares_in_chinese(tmp_path: Path) -> None:
    line = "target from plan split by shares 20%, 25%, 25.5%, 29.5%"
    text = QUARTERS.replace(line, "目标值 取自 plan 按比例拆分 20%、25%、25.5%、29.5%")
    sheet = score_card(split(tmp_path, text), "card", "2025Q3")
    assert shown(sheet, "net", "target")["S2"] == 102.0


def test_another_share_is_a_change_of_the_target(tmp_path: Path) -> None:
    old = split(tmp_path / "a", QUARTERS)
    same = split(tmp_path / "b", QUARTERS.replace("20%, 25%, ", "20.0% 25% "))
    other = split(tmp_path / "c", QUARTERS.replace("20%, 25%", "25%, 20%"))
    assert diff(old, same) == ()
    assert len(diff(old, other)) == 1
