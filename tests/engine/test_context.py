"""Windows of formulas: which days `for …` means, closed and running, nested, by card."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from grammar import Refused
from tests.support.small_workspaces import probe

STORES = "store_id\nS1"
DATA = """
    entity store
      file "stores.csv"
      key store_id
    data sales
      file "sales.csv"
      date day
      link store by store_id
"""
# One row a month, each twice the one before: a sum tells which months it is of.
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
SALES = "store_id,day,bit\n" + "\n".join(f"S1,{month}-15,{2**n}" for n, month in enumerate(MONTHS))


def months(
    folder: Path, formulas: list[str], period: str, cadence: str, as_of: str, text: str = DATA
) -> list[str]:
    """The first and last month that each formula adds up; they are never with a gap."""
    kpis = {f"k{n}": f"{formula} in points" for n, formula in enumerate(formulas)}
    found = probe(
        folder,
        text,
        kpis,
        {"stores": STORES, "sales": SALES},
        period,
        date.fromisoformat(as_of),
        f"for store\nevery {cadence}",
    )
    spans = []
    for each in found.values():
        total = int(float(str(each["S1"])))
        inside = [month for n, month in enumerate(MONTHS) if total >> n & 1]
        assert inside == MONTHS[MONTHS.index(inside[0]) :][: len(inside)] if inside else not total
        spans.append(f"{inside[0]}..{inside[-1]}" if inside else "")
    return spans


SUM = "sum(sales.bit)"
WINDOWS = {
    SUM: ("2025-07..2025-09", "2025-07..2025-08"),
    f"{SUM} for previous period": ("2025-04..2025-06", "2025-04..2025-05"),
    f"{SUM} for same period last year": ("2024-07..2024-09", "2024-07..2024-08"),
    f"{SUM} for 2 periods ago": ("2025-01..2025-03", "2025-01..2025-02"),
    f"{SUM} for last 2 periods": ("2025-04..2025-09", "2025-04..2025-08"),
    f"{SUM} for last 5 months": ("2025-05..2025-09", "2025-04..2025-08"),
    f"{SUM} for last 30 days": ("2025-09..2025-09", "2025-08..2025-08"),
    f"{SUM} for year to date": ("2025-01..2025-09", "2025-01..2025-08"),
    f"{SUM} for all time": ("2024-01..2025-09", "2024-01..2025-08"),
    # the rightmost moves the period first
    f"{SUM} for last 2 periods for previous period": ("2025-01..2025-06", "2025-01..2025-05"),
    f"{SUM} for year to date for same period last year": (
        "2024-01..2024-09",
        "2024-01..2024-08",
    ),
    f"({SUM} for previous period) for previous period": ("2025-01..2025-03", "2025-01..2025-02"),
    f"{SUM} for previous period for same period last year": (
        "2024-04..2024-06",
        "2024-04..2024-05",
    ),
    f"{SUM} for all time for previous period": ("2024-01..2025-06", "2024-01..2025-05"),
}


def test_windows_of_a_closed_quarter(tmp_path: Path) -> None:
    found = months(tmp_path, list(WINDOWS), "2025Q3", "quarter", "2025-12-31")
    assert dict(zip(WINDOWS, found, strict=True)) == {
        k: closed for k, (closed, _) in WINDOWS.items()
    }


def test_windows_of_a_running_quarter(tmp_path: Path) -> None:
    # 15 August: 46 days of the quarter; 46 days of the second are until 16 May
    found = months(tmp_path, list(WINDOWS), "2025Q3", "quarter", "2025-08-15")
    assert dict(zip(WINDOWS, found, strict=True)) == {
        k: running for k, (_, running) in WINDOWS.items()
    }


def test_rows_after_the_day_are_not_read(tmp_path: Path) -> None:
    windows = [SUM, f"{SUM} for all time", f"{SUM} for previous period"]
    found = months(tmp_path, windows, "2025Q3", "quarter", "2025-08-14")
    assert found == ["2025-07..2025-07", "2024-01..2025-07", "2025-04..2025-05"]


def test_a_period_is_scored_from_its_first_day_on(tmp_path: Path) -> None:
    csv = {"stores": STORES, "sales": SALES}

    def scored_on(as_of: date) -> list[str]:
        return list(probe(tmp_path, DATA, {"k": f"{SUM} in points"}, csv, as_of=as_of)["k"])

    assert scored_on(date(2025, 7, 1)) == ["S1"]
    with pytest.raises(Refused) as caught:
        scored_on(date(2025, 6, 30))
    assert [each.code for each in caught.value.diagnostics] == ["K0918"]


@pytest.mark.parametrize(
    ("cadence", "period", "spans"),
    [
        ("month", "2025-03", ["2025-03..2025-03", "2025-02..2025-02", "2025-01..2025-03"]),
        ("half", "2025H1", ["2025-01..2025-06", "2024-07..2024-12", "2025-01..2025-06"]),
        ("year", "2025", ["2025-01..2025-12", "2024-01..2024-12", "2025-01..2025-12"]),
        ("week", "2025-W29", ["2025-07..2025-07", "", "2025-01..2025-07"]),
    ],
)
def test_the_period_is_that_of_the_card(
    tmp_path: Path, cadence: str, period: str, spans: list[str]
) -> None:
    windows = [SUM, f"{SUM} for previous period", f"{SUM} for year to date"]
    assert months(tmp_path, windows, period, cadence, "2026-06-30") == spans


def test_fiscal_quarters_and_years(tmp_path: Path) -> None:
    text = f"calendar\nfiscal year starts in April{DATA}"
    windows = [SUM, f"{SUM} for previous period", f"{SUM} for year to date"]
    assert months(tmp_path, windows, "FY2025Q4", "quarter", "2025-12-31", text) == [
        "2025-01..2025-03",
        "2024-10..2024-12",
        "2024-04..2025-03",
    ]


def test_a_window_moves_a_kpi_with_all_its_parts(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "step": "sum(sales.bit) - sum(sales.bit) for previous period in points",
            "last_step": "step for same period last year in points",
            "share": "max(sales.bit) / sum(sales.bit) for previous period in percent",
            "all": "(max(sales.bit) / sum(sales.bit)) for previous period in percent",
        },
        {"stores": STORES, "sales": SALES},
    )
    # bits of 2024: 1, 2, 4 | 8, 16, 32 | 64, 128, 256 | …; of 2025 each 4096 times that
    second, third = 8 + 16 + 32, 64 + 128 + 256
    assert found["step"]["S1"] == (third - second) * 4096
    assert found["last_step"]["S1"] == third - second
    # the window belongs to what stands right before it: 2^20 over 56 * 2^12, or 2^17 over it
    assert found["share"]["S1"] == pytest.approx(256 / second, rel=1e-11)
    assert found["all"]["S1"] == pytest.approx(32 / second, rel=1e-11)


# ── local time ───────────────────────────────────────────────────────────────────────────────────


def test_days_are_local_days(tmp_path: Path) -> None:
    text = """
        calendar
          timezone "Asia/Shanghai"
        entity store
          file "stores.csv"
          key store_id
        data naive
          file "naive.csv"
          date at
          link store by store_id
        data utc
          file "naive.csv"
          date at in "UTC"
          link store by store_id
        data zoned
          file "zoned.csv"
          date at
          link store by store_id
    """
    # midnight in Shanghai is 16:00 of the day before in UTC
    naive = """
        store_id,at,bit
        S1,2025-06-30 15:59:59.999999,1
        S1,2025-06-30 16:00:00,2
        S1,2025-06-30 23:59:59.999999,4
        S1,2025-07-01 00:00:00,8
        S1,2025-09-30 15:59:59.999999,16
        S1,2025-09-30 16:00:00,32
        S1,2025-09-30 23:59:59.999999,64
        S1,2025-10-01 00:00:00,128
    """
    zoned = """
        store_id,at,bit
        S1,2025-06-30 15:59:59.999999+00:00,1
        S1,2025-06-30 16:00:00+00:00,2
        S1,2025-07-01 00:00:00+08:00,4
        S1,2025-09-30 23:59:59+08:00,8
        S1,2025-09-30 16:00:00+00:00,16
    """
    found = probe(
        tmp_path,
        text,
        {
            "naive": "sum(naive.bit) in points",
            "utc": "sum(utc.bit) in points",
            "zoned": "sum(zoned.bit) in points",
            "day": "sum(naive.bit where at = 2025-06-30) for previous period in points",
            "utc_day": "sum(utc.bit where at = 2025-07-01) in points",
            "zoned_day": "sum(zoned.bit where at = 2025-07-01) in points",
        },
        {"stores": STORES, "naive": naive, "zoned": zoned},
    )
    assert {name: each["S1"] for name, each in found.items()} == {
        "naive": 8.0 + 16 + 32 + 64,
        "utc": 2.0 + 4 + 8 + 16,
        "zoned": 2.0 + 4 + 8,
        "day": 1.0 + 2 + 4,
        "utc_day": 2.0 + 4 + 8,
        "zoned_day": 2.0 + 4,
    }


SHANGHAI = """
    calendar
      timezone "Asia/Shanghai"
    entity store
      file "stores.csv"
      key store_id
"""


def test_the_zone_of_a_date_of_the_header(tmp_path: Path) -> None:
    text = f"""{SHANGHAI}
    entity order
      file "orders.csv"
      key id
      belongs to store by store_id
    data lines
      file "lines.csv"
      date order.at in "UTC"
      link order by order_id
    """
    csv = {
        "stores": STORES,
        "orders": "id,store_id,at\nO1,S1,2025-06-30 17:00:00\nO2,S1,2025-09-30 17:00:00",
        "lines": "order_id,bit\nO1,1\nO2,2",
    }
    # it is 1 July and 1 October in Shanghai
    assert probe(tmp_path, text, {"k": "sum(lines.bit) in points"}, csv)["k"]["S1"] == 1.0


def test_local_days_of_a_named_zone(tmp_path: Path) -> None:
    text = f"""{SHANGHAI}
    data visits
      file "visits.csv"
      date at in "UTC"
      link store by store_id
    """
    # one o'clock in the morning of `day` in Shanghai
    visits = "store_id,at,day\nS1,2025-06-30 17:00:00,2025-07-01\nS1,2025-07-31 17:00:00,2025-08-01"
    found = probe(
        tmp_path,
        text,
        {
            "same": "count(visits where at = day) in visits",
            "later": "count(visits where at > day) in visits",
            "days": "max(days(visits.at, visits.day)) in days",
            "hours": "max(hours(visits.day, visits.at)) in hours",
        },
        {"stores": STORES, "visits": visits},
    )
    assert {name: each["S1"] for name, each in found.items()} == {
        "same": 2.0,
        "later": 0.0,
        "days": 0.0,
        "hours": 1.0,
    }


def test_a_feed_is_complete_by_local_days(tmp_path: Path) -> None:
    text = f"""{SHANGHAI}
    data visits
      file "visits.csv"
      date at in "UTC"
      link store by store_id
      expects rows every day
    """
    nights = [date(2025, 6, 30) + timedelta(days=n) for n in range(31)]
    visits = "store_id,at\n" + "\n".join(f"S1,{night} 17:00:00" for night in nights)
    formulas, month = {"k": "count(visits) in visits"}, "for store\nevery month"
    csv = {"stores": STORES, "visits": visits}
    found = probe(tmp_path, text, formulas, csv, "2025-07", card=month)
    assert found["k"]["S1"] == 31.0


def test_hours_between_an_instant_and_local_time(tmp_path: Path) -> None:
    text = f"""{SHANGHAI}
    data visits
      file "visits.csv"
      date at
      link store by store_id
    """
    visits = "store_id,at,day,naive\nS1,2025-07-02 00:00:00+00:00,2025-07-02,2025-07-02 08:00:00"
    found = probe(
        tmp_path,
        text,
        {
            "from_a_date": "max(hours(visits.day, visits.at)) in hours",
            "from_local_time": "max(hours(visits.naive, visits.at)) in hours",
            "days": "max(days(visits.day, visits.at)) in days",
        },
        {"stores": STORES, "visits": visits},
    )
    # midnight UTC is eight in the morning in Shanghai
    assert {name: each["S1"] for name, each in found.items()} == {
        "from_a_date": 8.0,
        "from_local_time": 0.0,
        "days": 0.0,
    }
