"""A year before by the days from Spring Festival: which windows move, and by how many days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import explain
from engine.periods import Calendar, Range
from engine.sentences import sentences
from engine.spring_festival import (
    FESTIVALS,
    FIRST_YEAR,
    LAST_YEAR,
    NoFestival,
    earlier,
    lag,
    season,
)
from tests.support.small_workspaces import make_workspace, refusal, score_card, shown


def days(first: str, last: str) -> Range:
    return Range(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


# ── the days ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "known",
    """1990-01-27 1999-02-16 2008-02-07 2020-01-25 2023-01-22 2024-02-10 2025-01-29 2026-02-17
    2033-01-31 2034-02-19 2050-01-23""".split(),
)
def test_days_of_spring_festival(known: str) -> None:
    assert FESTIVALS[int(known[:4])].isoformat() == known


def test_lunar_years_follow_one_another() -> None:
    """Twelve or thirteen moons lie between two festivals, and each is at a new moon."""
    assert (FIRST_YEAR, LAST_YEAR, len(FESTIVALS)) == (1990, 2050, 61)
    new_moon, moon = date(2000, 2, 5), 29.530588861  # mean days of a moon
    for year, festival in FESTIVALS.items():
        assert date(year, 1, 21) <= festival <= date(year, 2, 20)
        moons = (festival - new_moon).days / moon
        assert abs(moons - round(moons)) * moon < 1.5
        if year > FIRST_YEAR:
            assert (festival - FESTIVALS[year - 1]).days in (353, 354, 355, 383, 384, 385)


@pytest.mark.parametrize(
    ("year", "rush"),
    [
        (2023, days("2023-01-07", "2023-02-15")),
        (2024, days("2024-01-26", "2024-03-05")),
        (2025, days("2025-01-14", "2025-02-22")),
        (2026, days("2026-02-02", "2026-03-13")),
    ],
)
def test_the_season_is_the_travel_rush_of_forty_days(year: int, rush: Range) -> None:
    assert season(year) == rush
    assert rush.days == 40


# ── which ranges move ────────────────────────────────────────────────────────────────────────────

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("now", "then", "compared"),
    [
        # 2024-02-10 and 2025-01-29 are 354 days apart
        ("2025-01", "2024-01", days("2024-01-13", "2024-02-12")),
        ("2025-02", "2024-02", days("2024-02-13", "2024-03-11")),
        # the season of 2024 goes to 5 March
        ("2025-03", "2024-03", days("2024-03-12", "2024-04-11")),
        ("2025-04", "2024-04", None),
        ("2024-12", "2023-12", None),
        ("2025-W05", "2024-W05", days("2024-02-08", "2024-02-14")),
        # 2023-01-22 and 2024-02-10 are 384 days apart
        ("2024-01", "2023-01", days("2022-12-13", "2023-01-12")),
        ("2024-02", "2023-02", days("2023-01-13", "2023-02-10")),
        # whole in both years
        ("2025Q1", "2024Q1", None),
        ("2025H1", "2024H1", None),
        ("2025", "2024", None),
        ("2025Q2", "2024Q2", None),
    ],
)
def test_ranges_a_year_before(now: str, then: str, compared: Range | None) -> None:
    here, there = (PLAIN.named(each) for each in (now, then))
    span = Range(here.start, here.end)
    back = lag(span, Range(there.start, there.end), 1)
    assert (None if back is None else earlier(span, back)) == compared


def test_a_range_that_reaches_into_two_seasons_stays() -> None:
    assert lag(days("2024-02-01", "2025-01-31"), days("2023-02-01", "2024-01-31"), 1) is None


def test_a_range_of_two_years_before() -> None:
    back = lag(days("2025-01-01", "2025-01-31"), days("2023-01-01", "2023-01-31"), 2)
    assert back == date(2025, 1, 29) - date(2023, 1, 22)


@given(st.dates(date(1992, 1, 1), date(2049, 12, 1)))
def test_the_days_from_the_festival_are_the_same(day: date) -> None:
    now = PLAIN.containing("month", day)
    then = PLAIN.last_year(now)
    back = lag(Range(now.start, now.end), Range(then.start, then.end), 1)
    if back is not None:
        compared = earlier(Range(now.start, now.end), back)
        assert compared.days == now.days
        year = now.start.year
        assert now.start - FESTIVALS[year] == compared.start - FESTIVALS[year - 1]
    else:
        assert all(
            span.end <= each.start or each.end <= span.start
            for span in (now, then)
            for each in (season(span.start.year),)
        )


# ── in formulas ──────────────────────────────────────────────────────────────────────────────────

TEXT = """
    calendar
      spring festival aligned
    entity store
      file "stores.csv"
      key store_id
    entity buyer
    data sales
      file "sales.csv"
      date day
      link store by store_id
      link buyer by buyer
      column amount unit CNY
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi grown "Growth"
      formula growth(net over same period last year)
      unit percent
      better higher
    kpi to_date
      formula net for year to date for same period last year
      unit CNY
      better higher
    kpi two_months
      formula sum(sales.amount) for last 2 months for same period last year
      unit CNY
      better higher
    kpi a_period_earlier
      formula sum(sales.amount) for previous period for same period last year
      unit CNY
      better higher
    kpi by_number
      formula sum(sales.amount) for 12 periods ago
      unit CNY
      better higher
    kpi kept
      formula retained(sales.buyer over same period last year)
      unit buyers
      better higher
    scorecard card
      for store
      every month
    measure net
      report only
    measure grown
      report only
    measure to_date
      report only
    measure two_months
      report only
    measure a_period_earlier
      report only
    measure by_number
      report only
    measure kept
      report only
"""
CSV = {
    "stores": "store_id\nS1",
    # a digit for each day that begins or ends a range
    "sales": """
        store_id,buyer,day,amount
        S1,B1,2023-12-13,1000000
        S1,B2,2024-01-12,100000
        S1,B3,2024-01-13,10000
        S1,B4,2024-02-12,1000
        S1,B5,2024-02-13,100
        S1,B6,2024-03-11,10
        S1,B7,2024-03-12,1
        S1,B3,2025-01-01,22000
        S1,B4,2025-01-31,0
        S1,B5,2025-01-31,0
    """,
}


def values(folder: Path, period: str, text: str = TEXT, as_of: date = date(2030, 1, 1)) -> object:
    sheet = score_card(make_workspace(folder, text, CSV), "card", period, as_of)
    names = [each.plan.measure.name for each in sheet.measures]
    return {name: shown(sheet, name)["S1"] for name in names}


def test_windows_a_year_before_are_aligned(tmp_path: Path) -> None:
    january = values(tmp_path / "a", "2025-01")
    assert january == {
        "net": 22000.0,
        "grown": 1.0,  # over 13 January to 12 February 2024: 10000 + 1000
        "to_date": 11000.0,
        "two_months": 1111000.0,  # 13 December 2023 to 12 February 2024
        "a_period_earlier": 1000000.0,  # December 2024 is compared with December 2023
        "by_number": 110000.0,  # January 2024 as it is: no year is asked for
        "kept": 2.0,  # B3 and B4 bought from 13 January to 12 February
    }
    february = values(tmp_path / "b", "2025-02")
    assert isinstance(february, dict)
    assert february["to_date"] == 11110.0  # 13 January to 11 March
    march = values(tmp_path / "c", "2025-03")
    assert isinstance(march, dict)
    assert march["two_months"] == 111.0  # 13 February to 11 April


def test_without_the_line_nothing_is_aligned(tmp_path: Path) -> None:
    found = values(tmp_path, "2025-01", TEXT.replace("      spring festival aligned\n", ""))
    assert isinstance(found, dict)
    assert (found["grown"], found["to_date"], found["kept"]) == (-0.8, 110000.0, 1.0)


def test_a_running_month_is_compared_with_as_many_days(tmp_path: Path) -> None:
    found = values(tmp_path, "2025-01", as_of=date(2025, 1, 30))
    assert isinstance(found, dict)
    assert found["to_date"] == 10000.0  # 13 January to 11 February


def test_the_explanation_says_the_days(tmp_path: Path) -> None:
    sheet = score_card(make_workspace(tmp_path, TEXT, CSV), "card", "2025-01")
    for language, label, sentence in (
        (
            "en",
            "sum(sales.amount), 2024-01-13..2024-02-12, 354 days before, by Spring Festival",
            "Growth: a year before is aligned to Spring Festival, 2024-01-13..2024-02-12, "
            "354 days earlier.",
        ),
        (
            "zh",
            "sum(sales.amount)，2024-01-13 至 2024-02-12，早 354 天，按春节对齐",
            "“Growth”：去年同期按春节对齐，为 2024-01-13 至 2024-02-12，早 354 天。",
        ),
    ):
        explanation = explain(sheet, "S1", language)
        assert explanation is not None
        grown = next(each for each in explanation.tree.children if each.name == "grown")
        labels = [leaf.label for kpi in grown.children for leaf in kpi.children]
        assert label in labels
        assert sentence in list(sentences(explanation, language))


def test_in_chinese(tmp_path: Path) -> None:
    found = values(tmp_path, "2025-01", TEXT.replace("spring festival aligned", "春节对齐"))
    assert isinstance(found, dict)
    assert found["grown"] == 1.0


@pytest.mark.parametrize(("period", "year"), [("1990-03", 1989), ("2051-01", 2051)])
def test_years_of_which_no_day_is_known(tmp_path: Path, period: str, year: int) -> None:
    workspace = make_workspace(tmp_path, TEXT, CSV)
    found = refusal(workspace, "card", period, date(2060, 1, 1))
    assert {(each.code, each.data["year"]) for each in found} == {("K0545", year)}


def test_a_season_of_a_year_that_is_not_known() -> None:
    with pytest.raises(NoFestival):
        season(LAST_YEAR + 1)
