"""Formulas of KPIs: KPIs within KPIs, growth, ancestors, functions, conditions about entities."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.small_workspaces import codes, make_workspace, probe, refusal

STORES = """
    store_id,region,area,opened,closed,size
    S1,East,100,,,large
    S2,East,50,,,
    S3,West,0,,,small
"""
DATA = """
    entity company
      everything
    entity region
      values of store.region
    entity store
      file "stores.csv"
      key store_id
      attribute region
      attribute area
      attribute size
      active from opened through closed
    data sales
      file "sales.csv"
      date day
      link store by store_id
      column amount unit CNY
"""
SALES = """
    store_id,day,amount
    S1,2025-04-10,80
    S1,2025-07-10,100
    S2,2025-05-10,50
    S2,2025-08-10,40
    S3,2025-08-20,10
"""


def csv(sales: str = SALES, stores: str = STORES) -> dict[str, str]:
    return {"stores": stores, "sales": sales}


def test_kpis_are_built_from_kpis(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "ratio": "net / previous in percent",
            "net": "sum(sales.amount) - 10 in CNY",
            "previous": "net for previous period in CNY",
            "mixed": "(net + previous) / 2 in CNY",
        },
        csv(),
    )
    assert found["net"] == {"S1": 90.0, "S2": 30.0, "S3": 0.0}
    assert found["previous"] == {"S1": 70.0, "S2": 40.0, "S3": -10.0}
    assert found["ratio"] == {"S1": 1.28571428571, "S2": 0.75, "S3": 0.0}
    assert found["mixed"] == {"S1": 80.0, "S2": 35.0, "S3": -5.0}


def test_kpis_that_need_one_another_are_refused(tmp_path: Path) -> None:
    text = f"""{DATA}
    kpi a
      formula b + 1
      unit CNY
    kpi b
      formula sum(sales.amount) - c
      unit CNY
    kpi c
      formula a * 2
      unit CNY
    scorecard card
      for store
      every quarter
    measure a
      report only
    """
    (found,) = refusal(make_workspace(tmp_path, text, csv()), "card", "2025Q3")
    assert (found.code, found.data["cycle"]) == ("K0209", "a → b → c → a")


# ── growth ───────────────────────────────────────────────────────────────────────────────────────

GROWING = """
    store_id,day,amount
    S1,2025-04-10,80
    S1,2025-07-10,100
    S1,2024-07-10,50
    S2,2025-05-10,-40
    S2,2025-08-10,40
    S3,2025-05-10,30
    S3,2025-05-11,-30
    S3,2025-08-20,10
    S4,2025-05-20,50
"""
GROWING_STORES = """
    store_id,region,area,opened,closed,size
    S1,East,100,,,
    S2,East,50,,,
    S3,West,0,2000-01-01,,
    S4,West,0,,,
"""


def test_growth_from_zero_and_from_a_negative_base(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "net": "sum(sales.amount) in CNY",
            "growth": "growth(net) in percent",
            "plain": "growth(sum(sales.amount)) in percent",
            "yearly": "growth(net over same period last year) in percent",
            "two_ago": "growth(net over 2 periods ago) in percent",
            "of_mean": "growth(average(sales.amount)) in percent",
        },
        csv(GROWING, GROWING_STORES),
    )
    # from 80 to 100; from -40 to 40 by twice its size; from 30 - 30; from 50 to nothing
    assert found["growth"] == {"S1": 0.25, "S2": 2.0, "S3": "zero_base", "S4": -1.0}
    assert found["plain"] == found["growth"]
    assert found["yearly"] == {"S1": 1.0, "S2": "zero_base", "S3": "zero_base", "S4": "zero_base"}
    assert set(found["two_ago"].values()) == {"zero_base"}
    assert found["of_mean"] == {"S1": 0.25, "S2": 2.0, "S3": "zero_base", "S4": "no_rows"}


def test_growth_needs_the_whole_base_period(tmp_path: Path) -> None:
    stores = """
        store_id,region,area,opened,closed,size
        S1,East,1,2025-04-01,,
        S2,East,1,2025-04-02,,
        S3,East,1,2024-01-01,2025-08-01,
        S4,East,1,2025-08-01,,
    """
    sales = "store_id,day,amount\n" + "\n".join(
        f"S{n},{day},{amount}" for n in (1, 2, 3, 4) for day, amount in
        (("2025-05-01", 50), ("2025-07-20", 75))
    )  # fmt: skip
    found = probe(
        tmp_path,
        DATA,
        {
            "growth": "growth(sum(sales.amount)) in percent",
            "partial": "growth(sum(sales.amount) allow partial base) in percent",
            "yearly": "growth(sum(sales.amount) over same period last year) in percent",
        },
        csv(sales, stores),
    )
    assert found["growth"] == {"S1": 0.5, "S2": "partial_base", "S3": 0.5, "S4": "partial_base"}
    assert found["partial"] == {"S1": 0.5, "S2": 0.5, "S3": 0.5, "S4": 0.5}
    # S3 was there a year ago and sold nothing; the others were not
    assert found["yearly"] == {
        "S1": "partial_base", "S2": "partial_base", "S3": "zero_base", "S4": "partial_base",
    }  # fmt: skip


def test_growth_in_a_running_period_compares_as_many_days(tmp_path: Path) -> None:
    sales = """
        store_id,day,amount
        S1,2025-04-10,80
        S1,2025-04-11,1000
        S1,2025-07-10,100
        S1,2025-07-11,5000
        S1,2024-07-10,50
        S1,2024-07-11,9000
    """
    found = probe(
        tmp_path,
        DATA,
        {
            "growth": "growth(sum(sales.amount)) in percent",
            "yearly": "growth(sum(sales.amount) over same period last year) in percent",
        },
        csv(sales),
        as_of=date(2025, 7, 10),
    )
    assert (found["growth"]["S1"], found["yearly"]["S1"]) == (0.25, 1.0)


def test_the_base_of_a_running_period_is_only_what_is_compared(tmp_path: Path) -> None:
    stores = """
        store_id,region,area,opened,closed,size
        S1,East,1,,2025-02-01,
        S2,East,1,2025-01-01,,
        S3,East,1,2025-01-02,,
    """
    sales = "store_id,day,amount\n" + "\n".join(
        f"S{n},2025-01-03,10\nS{n},2025-04-05,15" for n in (1, 2, 3)
    )
    found = probe(
        tmp_path,
        DATA,
        {"growth": "growth(sum(sales.amount)) in percent"},
        csv(sales, stores),
        "2025Q2",
        as_of=date(2025, 4, 5),
    )
    # compared are five days of April and of January; S1 is gone, S3 came a day late
    assert found["growth"] == {"S2": 0.5, "S3": "partial_base"}


# ── ancestors ────────────────────────────────────────────────────────────────────────────────────


def test_shares_of_an_ancestor(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "net": "sum(sales.amount) in CNY",
            "of_region": "net / net at region in percent",
            "of_company": "net / (net at company) in percent",
            "regions": "sum(sales.amount) at region in CNY",
            "before": "net at company for previous period in CNY",
            "of_itself": "net / (net at store) in percent",
        },
        csv(),
    )
    assert found["regions"] == {"S1": 140.0, "S2": 140.0, "S3": 10.0}
    assert found["of_region"] == {"S1": 0.714285714286, "S2": 0.285714285714, "S3": 1.0}
    assert found["of_company"] == {
        "S1": 0.666666666667, "S2": 0.266666666667, "S3": 0.0666666666667,
    }  # fmt: skip
    assert set(found["before"].values()) == {130.0}
    assert set(found["of_itself"].values()) == {1.0}


def test_who_belongs_to_no_ancestor_has_no_share(tmp_path: Path) -> None:
    stores = """
        store_id,region,area,opened,closed,size
        S1,East,100,,,
        S2,,50,,,
    """
    found = probe(
        tmp_path,
        DATA,
        {
            "region": "sum(sales.amount) at region in CNY",
            "share": "sum(sales.amount) / sum(sales.amount) at region in percent",
        },
        csv(SALES, stores),
    )
    assert found["region"] == {"S1": 100.0, "S2": "not_assigned"}
    assert found["share"] == {"S1": 1.0, "S2": "not_assigned"}


# ── functions, conditions ────────────────────────────────────────────────────────────────────────


def test_functions_of_values(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "abs": "abs(sum(sales.amount) - 100) in CNY",
            "round": "round(sum(sales.amount) / 3, 1) in CNY",
            "whole": "round(sum(sales.amount) / 3) in CNY",
            "ceiling": "ceiling(sum(sales.amount) / 3) in CNY",
            "least": "min(sum(sales.amount), 40, store.area) in CNY",
            "most": "max(sum(sales.amount), 40) in CNY",
            "coalesce": "coalesce(sum(sales.amount) / store.area, 7) in CNY",
            "missing": "max(sum(sales.amount) / store.area, 7) in CNY",
            "choice": "if sum(sales.amount) >= 40 then 1 else sum(sales.amount) in CNY",
            "negative": "-sum(sales.amount) + 1 in CNY",
            "order": "10 - 4 - 3 + 2 * 6 / 4 in CNY",
        },
        csv(),
    )
    assert {name: list(each.values()) for name, each in found.items()} == {
        "abs": [0.0, 60.0, 90.0],
        "round": [33.3, 13.3, 3.3],
        "whole": [33.0, 13.0, 3.0],
        "ceiling": [34.0, 14.0, 4.0],
        "least": [40.0, 40.0, 0.0],
        "most": [100.0, 40.0, 40.0],
        "coalesce": [1.0, 0.8, 7.0],
        "missing": [7.0, 7.0, "zero_denominator"],
        "choice": [1.0, 1.0, 10.0],
        "negative": [-99.0, -39.0, -9.0],
        "order": [6.0, 6.0, 6.0],
    }


def test_a_ceiling_is_taken_of_the_snapped_value(tmp_path: Path) -> None:
    sales = "store_id,day,amount\nS1,2025-07-01,0.1\nS1,2025-07-02,0.2"
    formula = "ceiling(sum(sales.amount) * 10) in CNY"
    found = probe(tmp_path, DATA, {"k": formula}, csv(sales))
    assert found["k"]["S1"] == 3.0  # 0.1 + 0.2 is 0.30000000000000004 in floats


def test_attributes_in_conditions_are_two_valued(tmp_path: Path) -> None:
    def chosen(condition: str) -> str:
        return f"if {condition} then 1 else 0 in points"

    found = probe(
        tmp_path,
        DATA,
        {
            "large": chosen('size = "large"'),
            "not_large": chosen('size <> "large"'),
            "also_not": chosen('not store.size = "large"'),
            "among": chosen('size in ("large", "small")'),
            "not_among": chosen('size not in ("large", "small")'),
            "contains": chosen('region contains "as"'),
            "starts": chosen('not region starts with "W"'),
            "by_area": chosen("area between 50 and 100"),
            "in_areas": chosen("store.area in (0, 50)"),
        },
        csv(),
    )
    assert {name: list(each.values()) for name, each in found.items()} == {
        "large": [1.0, 0.0, 0.0],
        "not_large": [0.0, 1.0, 1.0],
        "also_not": [0.0, 1.0, 1.0],
        "among": [1.0, 0.0, 1.0],
        "not_among": [0.0, 1.0, 0.0],
        "contains": [1.0, 1.0, 0.0],
        "starts": [1.0, 1.0, 0.0],
        "by_area": [1.0, 1.0, 0.0],
        "in_areas": [0.0, 1.0, 1.0],
    }


def test_a_condition_about_a_missing_kpi_does_not_hold(tmp_path: Path) -> None:
    def chosen(condition: str) -> str:
        return f"if {condition} then 1 else 0 in points"

    found = probe(
        tmp_path,
        DATA,
        {
            "density": "sum(sales.amount) / store.area in CNY per sqm",
            "low": chosen("density < 1"),
            "not_low": chosen("not density < 1"),
            "unlike": chosen("density <> 1"),
            "either": chosen('density < 1 or size = "small"'),
            "not_both": chosen('not (density < 1 and size = "large")'),
            "missing": chosen("density is missing"),
            "present": chosen("density is not missing"),
        },
        csv(),
    )
    assert list(found["density"].values()) == [1.0, 0.8, "zero_denominator"]
    assert {name: list(each.values()) for name, each in found.items() if name != "density"} == {
        "low": [0.0, 1.0, 0.0],
        "not_low": [1.0, 0.0, 0.0],
        "unlike": [0.0, 1.0, 0.0],
        # what is known of one term may decide for the whole
        "either": [0.0, 1.0, 1.0],
        "not_both": [1.0, 1.0, 1.0],
        "missing": [0.0, 0.0, 1.0],
        "present": [1.0, 1.0, 0.0],
    }


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("sum(sales.amount) + nothing", "K0201"),
        ("store.nothing * 2", "K0605"),
        ("growth(sum(sales.amount), 2)", "K0208"),
        ("growth(sum(sales.amount) for previous period)", "K0307"),
        ("growth(sum(sales.amount) over last 2 periods)", "K0305"),
        ("sum(sales.amount) for last 2 periods for last 3 periods", "K0305"),
        ("sum(sales.amount) at city", "K0210"),
        ("trend(sum(sales.amount) over last 2 periods)", "K0340"),
        ("trend(sum(sales.amount))", "K0340"),
        ("forecast(sum(sales.amount) over last 6 months)", "K0340"),
        ("moving_average(sum(sales.amount) for last 4 periods)", "K0307"),
        ("if region = 1 then 1 else 0", "K0302"),
        ('"text"', "K0302"),
    ],
)
def test_formulas_at_fault(tmp_path: Path, formula: str, code: str) -> None:
    text = f"""{DATA}
    kpi k
      formula {formula}
      unit CNY
    scorecard card
      for store
      every quarter
    measure k
      report only
    """
    assert codes(refusal(make_workspace(tmp_path, text, csv()), "card", "2025Q3")) == [code]
