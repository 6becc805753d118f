"""Slopes, lines carried on and moving averages over several periods, checked by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.least_squares import series
from tests.support.small_workspaces import codes, make_workspace, probe, refusal

DATA = """
    entity store
      file "stores.csv"
      key store_id
      active from opened
    data sales
      file "sales.csv"
      date day
      link store by store_id
"""
STORES = """store_id,opened
    S1,
    S2,2024-11-15
    S3,2025-04-01
"""
# Quarters 2024Q3 … 2025Q3. S1: 10 20 20 50 40; S2, open from November on: - 99 3 5 10.
SALES = """store_id,day,amount,score
    S1,2024-08-01,10,1.0
    S1,2024-11-01,20,
    S1,2025-02-01,20,3.0
    S1,2025-05-01,50,2.0
    S1,2025-07-05,30,6.0
    S1,2025-09-01,10,6.0
    S2,2024-11-20,99,
    S2,2025-02-01,3,
    S2,2025-05-01,5,
    S2,2025-08-01,10,
    S3,2025-05-01,7,
    S3,2025-08-01,7,
"""
CSV = {"stores": STORES, "sales": SALES}


def test_series_of_quarters(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "slope": "trend(sum(sales.amount) over last 4 periods) in CNY per quarter",
            "line": "forecast(sum(sales.amount) over last 4 periods) in CNY",
            "mean": "moving_average(sum(sales.amount) over last 3 periods) in CNY",
            "gap": "trend(average(sales.score) over last 4 periods) in points per quarter",
            "before": "moving_average(sum(sales.amount) over last 3 periods) for previous period"
            " in CNY",
        },
        CSV,
    )
    # S1, 20 20 50 40: mean 32.5, (-1.5)(20) - .5(20) + .5(50) + 1.5(40) = 45, over 5 = 9
    # S2, - 3 5 10: 3.5. The quarter in which it opened is no whole one.
    assert found["slope"] == {"S1": 9.0, "S2": 3.5, "S3": "no_earlier_data"}
    # S1, 10 20 20 50: mean 25, slope (-15 - 10 + 10 + 75) / 5 = 12, at 4: 25 + 12 * 2.5 = 55
    assert found["line"] == {"S1": 55.0, "S2": "no_earlier_data", "S3": "no_earlier_data"}
    assert found["mean"] == {"S1": 36.6666666667, "S2": 6.0, "S3": "no_earlier_data"}
    # - 3 2 6 at 1, 2, 3: mean 11/3, slope (6 - 3) / 2
    assert found["gap"] == {"S1": 1.5, "S2": "no_earlier_data", "S3": "no_earlier_data"}
    assert found["before"] == {"S1": 30.0, "S2": "no_earlier_data", "S3": "no_earlier_data"}


def test_periods_before_the_data_are_not_zero(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {"mean": "moving_average(sum(sales.amount) over last 8 periods) in CNY"},
        CSV,
    )
    assert found["mean"]["S1"] == 28.0  # 10 20 20 50 40


def test_a_running_period_is_compared_with_as_many_days(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {"mean": "moving_average(sum(sales.amount) over last 3 periods) in CNY"},
        CSV,
        as_of=date(2025, 8, 10),
    )
    # 41 days each: 2025-01-01..02-10 20, 04-01..05-11 50, 07-01..08-10 30
    assert found["mean"]["S1"] == 33.3333333333


def test_fiscal_quarters_and_windows_around_a_series(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        "calendar\n  fiscal year starts in April\n" + DATA,
        {
            "total": "sum(sales.amount) for last 3 months for previous period in CNY",
            "year": "sum(sales.amount) for year to date for same period last year in CNY",
            "to_date": "sum(sales.amount) for year to date in CNY",
            "mean": "moving_average(sum(sales.amount) over last 3 periods) in CNY",
        },
        CSV,
        period="FY2026Q2",
    )
    assert found["total"]["S1"] == 50.0  # April to June
    assert found["year"]["S1"] == 10.0  # April to September 2024
    assert found["to_date"]["S1"] == 90.0
    assert found["mean"]["S1"] == 36.6666666667


def test_in_chinese(tmp_path: Path) -> None:
    found = probe(
        tmp_path, DATA, {"slope": "趋势斜率(合计(sales.amount) 按近 4 期) in CNY per quarter"}, CSV
    )
    assert found["slope"]["S1"] == 9.0


def test_for_inside_is_mended(tmp_path: Path) -> None:
    text = f"""{DATA}
    kpi k
      formula trend(sum(sales.amount) for last 4 periods)
      unit CNY per quarter
    scorecard card
      for store
      every quarter
    measure k
      report only
    """
    (found,) = refusal(make_workspace(tmp_path, text, CSV), "card", "2025Q3")
    assert codes([found]) == ["K0307"]
    assert found.fixes[0].edits[0].text == "sum(sales.amount) over last 4 periods"


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=12), st.integers(-9, 9))
def test_a_straight_line_goes_on(start: list[int], step: int) -> None:
    """Whatever is missing of it, as long as three points are left."""
    points = [np.array([5.0 + step * i]) for i in range(len(start))]
    points[3::2] = [np.array([np.nan]) for _ in points[3::2]]
    assert series("trend", points, len(points))[0] == pytest.approx(step)
    assert series("forecast", points, len(points))[0] == pytest.approx(5 + step * len(points))
