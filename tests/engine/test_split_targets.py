"""A longer target of a plan, split by days: the share of the year that a period has."""

from datetime import date
from pathlib import Path

import pytest

from engine import Workspace, check
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
