"""Aggregates over rows: what counts, what is skipped, and why a value is missing."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.small_workspaces import codes, make_workspace, probe, refusal

STORES = """
    store_id,region,area
    S1,East,100
    S2,East,50
    S3,West,0
"""
DATA = """
    entity store
      file "stores.csv"
      key store_id
      attribute region
      attribute area
    entity customer
      file "customers.csv"
      key customer_id
      attribute first_seen_on
    data sales
      file "sales.csv"
      date day
      link store by store_id
      link customer by customer_id
      column amount unit CNY
"""
CUSTOMERS = """
    customer_id,first_seen_on
    A,2025-07-01
    B,2025-06-30
    C,2025-09-30
    D,2025-10-01
    E,
"""
SALES = """
    store_id,day,amount,customer_id
    S1,2025-07-01,10,A
    S1,2025-08-15,20,A
    S1,2025-08-16,,B
    S1,2025-09-30,4,
    S2,2025-07-01,,
    S2,2025-07-02,,
"""
CSV = {"stores": STORES, "sales": SALES, "customers": CUSTOMERS}


def test_missing_is_not_zero(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "total": "sum(sales.amount) in CNY",
            "mean": "average(sales.amount) in CNY",
            "least": "min(sales.amount) in CNY",
            "most": "max(sales.amount) in CNY",
            "lines": "count(sales) in lines",
            "buyers": "unique(sales.customer) in customers",
        },
        CSV,
    )
    # S1 has three amounts in four rows; S2 has rows without amounts; S3 has no rows
    assert found == {
        "total": {"S1": 34.0, "S2": "no_values", "S3": 0.0},
        "mean": {"S1": 11.3333333333, "S2": "no_values", "S3": "no_rows"},
        "least": {"S1": 4.0, "S2": "no_values", "S3": "no_rows"},
        "most": {"S1": 20.0, "S2": "no_values", "S3": "no_rows"},
        "lines": {"S1": 4.0, "S2": 2.0, "S3": 0.0},
        "buyers": {"S1": 2.0, "S2": "no_values", "S3": 0.0},
    }


def test_a_condition_that_leaves_no_rows_is_like_no_rows(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "total": "sum(sales.amount where amount > 15) in CNY",
            "mean": "average(sales.amount where amount > 15) in CNY",
            "lines": "count(sales where amount > 15) in lines",
            "buyers": "unique(sales.customer where amount > 15) in customers",
        },
        CSV,
    )
    assert found == {
        "total": {"S1": 20.0, "S2": 0.0, "S3": 0.0},
        "mean": {"S1": 20.0, "S2": "no_rows", "S3": "no_rows"},
        "lines": {"S1": 1.0, "S2": 0.0, "S3": 0.0},
        "buyers": {"S1": 1.0, "S2": 0.0, "S3": 0.0},
    }


def test_arithmetic_with_missing_is_missing_and_nothing_divides_by_zero(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "per_buyer": "sum(sales.amount) / unique(sales.customer) in CNY per customer",
            "plus": "sum(sales.amount) + average(sales.amount) in CNY",
            "density": "count(sales) / store.area in lines per sqm",
            "twice": "average(sales.amount) * 2 - 1 in CNY",
            "none": "0 * average(sales.amount) in CNY",
        },
        CSV,
    )
    assert found == {
        "per_buyer": {"S1": 17.0, "S2": "no_values", "S3": "zero_denominator"},
        "plus": {"S1": 45.3333333333, "S2": "no_values", "S3": "no_rows"},
        "density": {"S1": 0.04, "S2": 0.04, "S3": "zero_denominator"},
        "twice": {"S1": 21.6666666667, "S2": "no_values", "S3": "no_rows"},
        "none": {"S1": 0.0, "S2": "no_values", "S3": "no_rows"},
    }


def test_zero_over_zero_is_missing_too(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {"x": "count(sales where amount > 99) / count(sales where amount > 999) in percent"},
        CSV,
    )
    assert set(found["x"].values()) == {"zero_denominator"}


def test_a_ratio_is_computed_again_from_the_rows(tmp_path: Path) -> None:
    # 50,734 of 199,097 are 25.48 %; the mean of the rates of the days is another number
    sales = """
        store_id,day,amount,customer_id
        S1,2025-07-01,734,A
        S1,2025-07-02,50000,A
    """
    visits = "store_id,day,n\nS1,2025-07-01,99097\nS1,2025-07-02,100000"
    text = f"""{DATA}
    data visits
      file "visits.csv"
      date day
      link store by store_id
    """
    formula = "sum(sales.amount) / sum(visits.n) in percent"
    found = probe(tmp_path, text, {"rate": formula}, {**CSV, "sales": sales, "visits": visits})
    assert round(float(str(found["rate"]["S1"])), 4) == 0.2548
    assert found["rate"]["S2"] == "zero_denominator"


def test_two_data_sets_never_multiply_one_another(tmp_path: Path) -> None:
    complaints = "store_id,day\n" + "\n".join(["S1,2025-07-05"] * 3 + ["S3,2025-07-05"])
    text = f"""{DATA}
    data complaints
      file "complaints.csv"
      date day
      link store by store_id
    """
    found = probe(
        tmp_path,
        text,
        {
            "rate": "count(complaints) / count(sales) in percent",
            "total": "sum(sales.amount) in CNY",
            "complaints_made": "count(complaints) in complaints",
        },
        {**CSV, "complaints": complaints},
    )
    # four sales and three complaints stay four and three; no complaints are 0, no sales are no base
    assert found["rate"] == {"S1": 0.75, "S2": 0.0, "S3": "zero_denominator"}
    assert found["total"]["S1"] == 34.0
    assert found["complaints_made"] == {"S1": 3.0, "S2": 0.0, "S3": 1.0}


def test_a_number_that_is_none_makes_no_zero(tmp_path: Path) -> None:
    sales = "store_id,day,amount,customer_id\nS1,2025-07-01,nan,A\nS2,2025-07-01,nan,A\n"
    formulas = {
        "total": "sum(sales.amount) in CNY",
        "mean": "average(sales.amount) in CNY",
        "most": "max(sales.amount) in CNY",
    }
    found = probe(tmp_path, DATA, formulas, {**CSV, "sales": f"{sales}S1,2025-07-01,5,A"})
    for each in found.values():
        assert each["S1"] in ("no_values", 5.0)  # skipped or missing, and never 0
        assert each["S2"] == "no_values"


# ── rows of the period ───────────────────────────────────────────────────────────────────────────


def test_the_first_and_the_last_instant_of_a_period(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        data visits
          file "visits.csv"
          date at
          link store by store_id
    """
    visits = """
        store_id,at
        S1,2025-06-30 23:59:59.999999
        S1,2025-07-01 00:00:00.000000
        S2,2025-09-30 23:59:59.999999
        S2,2025-10-01 00:00:00.000000
    """
    found = probe(
        tmp_path, text, {"n": "count(visits) in visits"}, {"stores": STORES, "visits": visits}
    )
    assert found["n"] == {"S1": 1.0, "S2": 1.0, "S3": 0.0}
    before = probe(
        tmp_path, text, {"n": "count(visits) in visits"}, {"stores": STORES, "visits": visits},
        "2025Q2",
    )  # fmt: skip
    assert before["n"] == {"S1": 1.0, "S2": 0.0, "S3": 0.0}


def test_data_without_a_date_belong_to_every_period(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        data staff
          file "staff.csv"
          link store by store_id
    """
    staff = "store_id,hired\nS1,2020-01-01\nS1,2027-01-01\nS2,2025-08-01"
    for period in ("2025Q3", "1999Q1"):
        found = probe(
            tmp_path, text, {"n": "count(staff) in people"}, {"stores": STORES, "staff": staff},
            period,
        )  # fmt: skip
        assert found["n"] == {"S1": 2.0, "S2": 1.0, "S3": 0.0}


def test_rows_of_nobody_count_for_nobody(tmp_path: Path) -> None:
    sales = """
        store_id,day,amount,customer_id
        S1,2025-07-01,10,A
        ,2025-07-01,500,A
        S9,2025-07-01,900,B
    """
    found = probe(
        tmp_path,
        DATA + "entity company\neverything",
        {
            "own": "sum(sales.amount) in CNY",
            "all": "sum(sales.amount) at company in CNY",
            "buyers": "unique(sales.customer) in customers",
        },
        {**CSV, "sales": sales},
    )
    assert found["own"] == {"S1": 10.0, "S2": 0.0, "S3": 0.0}
    assert found["buyers"] == {"S1": 1.0, "S2": 0.0, "S3": 0.0}
    # every data row belongs to the company, also one of a store that is not in the list
    assert set(found["all"].values()) == {1410.0}


def test_what_a_data_set_always_requires(tmp_path: Path) -> None:
    sales = """
        store_id,day,amount,customer_id,test
        S1,2025-07-01,10,A,false
        S1,2025-07-01,100,B,true
        S1,2025-07-01,1,C,
    """
    text = DATA + "only where test <> yes\nonly where amount >= 1"
    found = probe(
        tmp_path,
        text,
        {"total": "sum(sales.amount) in CNY", "buyers": "unique(sales.customer) in customers"},
        {**CSV, "sales": sales},
    )
    # a row without the flag is no test
    assert (found["total"]["S1"], found["buyers"]["S1"]) == (11.0, 2.0)


# ── distinct keys ────────────────────────────────────────────────────────────────────────────────


def test_unique_counts_present_values_once(tmp_path: Path) -> None:
    sales = """
        store_id,day,amount,customer_id,ticket
        S1,2025-07-01,1,A,t1
        S1,2025-07-02,2,A,t1
        S1,2025-07-03,3,,t2
        S1,2025-07-04,4,Z,
        S2,2025-07-05,5,A,t1
    """
    found = probe(
        tmp_path,
        DATA,
        {
            "buyers": "unique(sales.customer) in customers",
            "tickets": "unique(sales.ticket) in tickets",
            "known": "unique(sales.customer where ticket is not missing) in customers",
        },
        {**CSV, "sales": sales},
    )
    # Z is in no customer list and still somebody
    assert found["buyers"] == {"S1": 2.0, "S2": 1.0, "S3": 0.0}
    assert found["tickets"] == {"S1": 2.0, "S2": 1.0, "S3": 0.0}
    assert found["known"] == {"S1": 1.0, "S2": 1.0, "S3": 0.0}


def test_a_date_in_the_period_of_the_aggregate(tmp_path: Path) -> None:
    sales = """
        store_id,day,amount,customer_id
        S1,2025-07-01,1,A
        S1,2025-07-01,1,B
        S1,2025-08-01,1,C
        S1,2025-08-01,1,D
        S1,2025-08-01,1,E
        S1,2025-05-01,1,B
        S1,2025-05-01,1,A
    """
    new = "unique(sales.customer where customer.first_seen_on in period)"
    old = "unique(sales.customer where not customer.first_seen_on in period)"
    found = probe(
        tmp_path,
        DATA,
        {
            "new": f"{new} in customers",
            "old": f"{old} in customers",
            "new_before": f"{new} for previous period in customers",
            "new_this_year": f"{new} for year to date in customers",
        },
        {**CSV, "sales": sales},
    )
    assert found["new"]["S1"] == 2.0  # A on the first day, C on the last; D a day late
    assert found["old"]["S1"] == 3.0  # B, D, and E whose date is missing
    assert found["new_before"]["S1"] == 1.0  # of A and B, B on 30 June
    assert found["new_this_year"]["S1"] == 3.0  # A, B, C


# ── customer sets ────────────────────────────────────────────────────────────────────────────────

VISITS = """
    store_id,day,amount,customer_id
    S1,2025-04-01,1,A
    S1,2025-06-30,1,B
    S1,2025-05-05,1,C
    S2,2025-05-05,1,D
    S1,2025-05-05,1,
    S1,2025-07-01,1,A
    S1,2025-09-30,50,B
    S1,2025-08-01,1,D
    S1,2025-08-01,1,
    S1,2025-10-01,1,C
"""


def test_retained_are_those_of_both_periods_at_one_entity(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        DATA,
        {
            "kept": "retained(sales.customer) in customers",
            "kept_big": "retained(sales.customer where amount > 10) in customers",
            "rate": "kept / unique(sales.customer) for previous period in percent",
        },
        {**CSV, "sales": VISITS},
    )
    # D bought at S2 first and then at S1: retained by neither; null is nobody
    assert found["kept"] == {"S1": 2.0, "S2": 0.0, "S3": 0.0}
    # the condition holds for both periods
    assert found["kept_big"] == {"S1": 0.0, "S2": 0.0, "S3": 0.0}
    assert found["rate"] == {"S1": 0.666666666667, "S2": 0.0, "S3": "zero_denominator"}


def test_retained_over_another_stretch_before_the_period(tmp_path: Path) -> None:
    def kept(period: str, *windows: str) -> list[float | str | None]:
        formulas = {
            f"k{n}": f"retained(sales.customer over {window}) in customers"
            for n, window in enumerate(windows)
        }
        found = probe(tmp_path, DATA, formulas, {**CSV, "sales": VISITS}, period)
        return [each["S1"] for each in found.values()]

    # C came in May and in October: kept over two quarters, not over the one between
    assert kept("2025Q4", "last 2 periods", "previous period", "2 periods ago") == [1.0, 0.0, 1.0]
    # B came on 30 June, A on 1 April; C of 5 May did not come back in the quarter
    windows = ("last 1 months", "last 1 days", "last 57 days", "last 91 days")
    assert kept("2025Q3", *windows) == [1.0, 1.0, 1.0, 2.0]


def test_nobody_can_be_retained_in_the_first_period_of_the_data(tmp_path: Path) -> None:
    formulas = {"kept": "retained(sales.customer) in customers"}
    first = probe(tmp_path / "a", DATA, formulas, {**CSV, "sales": VISITS}, "2025Q2")
    assert set(first["kept"].values()) == {"no_earlier_data"}
    last = probe(tmp_path / "b", DATA, formulas, {**CSV, "sales": VISITS}, "2025Q3")
    assert last["kept"]["S2"] == 0.0


def test_no_earlier_data_is_no_gap_in_the_feed(tmp_path: Path) -> None:
    text = DATA + "expects rows every month"
    sales = "store_id,day,amount,customer_id\n" + "\n".join(
        f"S1,2025-{month:02d}-01,1,A" for month in range(4, 10)
    )
    formulas = {"kept": "retained(sales.customer) in customers"}
    first = probe(tmp_path / "a", text, formulas, {**CSV, "sales": sales}, "2025Q2")
    assert first["kept"]["S1"] == "no_earlier_data"
    last = probe(tmp_path / "b", text, formulas, {**CSV, "sales": sales}, "2025Q3")
    assert last["kept"]["S1"] == 1.0


def test_retained_in_a_running_period_is_cut_like_for_like(tmp_path: Path) -> None:
    found = probe(
        tmp_path, DATA, {"kept": "retained(sales.customer) in customers"},
        {**CSV, "sales": VISITS}, as_of=date(2025, 7, 10),
    )  # fmt: skip
    # ten days of each quarter: A on 1 April and 1 July
    assert found["kept"]["S1"] == 1.0


# ── an entity that is counted ────────────────────────────────────────────────────────────────────


def test_counting_who_is_active_on_the_last_day(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        entity employee
          file "employees.csv"
          key id
          attribute role
          belongs to store by store_id
          active from hired through left
        entity shift
          file "shifts.csv"
          key id
          belongs to store by store_id
          active from begins before ends
    """
    employees = """
        id,role,store_id,hired,left
        E1,clerk,S1,2020-01-01,
        E2,clerk,S1,2025-09-30,
        E3,clerk,S1,2025-10-01,
        E4,clerk,S1,2020-01-01,2025-09-30
        E5,clerk,S1,2020-01-01,2025-09-29
        E6,manager,S1,,
        E7,clerk,S2,2020-01-01,2025-08-01
    """
    shifts = """
        id,store_id,begins,ends
        H1,S1,2025-01-01,2025-10-01
        H2,S1,2025-01-01,2025-09-30
    """
    found = probe(
        tmp_path,
        text,
        {
            "heads": "count(employee) in people",
            "clerks": 'count(employee where role = "clerk") in people',
            "before": "count(employee) for previous period in people",
            "shifts": "count(shift) in shifts",
        },
        {"stores": STORES, "employees": employees, "shifts": shifts},
    )
    assert found["heads"] == {"S1": 4.0, "S2": 0.0, "S3": 0.0}  # E1, E2, E4, E6
    assert found["clerks"] == {"S1": 3.0, "S2": 0.0, "S3": 0.0}
    assert found["before"] == {"S1": 4.0, "S2": 1.0, "S3": 0.0}  # E1, E4, E5, E6; E7
    assert found["shifts"] == {"S1": 1.0, "S2": 0.0, "S3": 0.0}  # `before` names the first day off


# ── a complete feed ──────────────────────────────────────────────────────────────────────────────

FEED = """
    entity store
      file "stores.csv"
      key store_id
    data visits
      file "visits.csv"
      date day
      link store by store_id
      expects rows every {every}
"""


def month_of_rows(*without: int) -> str:
    days = [day for day in range(1, 32) if day not in without]
    return "\n".join(["store_id,day", *(f"S1,2025-07-{day:02d}" for day in days)])


GAP = "data_incomplete"
WEEK_OFF = (14, 15, 16, 17, 18, 19, 20)  # Monday to Sunday


@pytest.mark.parametrize(
    ("every", "without", "month", "last_days"),
    [
        ("day", (), 31.0, 10.0),
        ("day", (15,), GAP, 10.0),
        ("day", (25,), GAP, GAP),
        ("week", (15,), 30.0, 10.0),
        ("week", WEEK_OFF, GAP, 10.0),
        ("month", WEEK_OFF, 24.0, 10.0),
    ],
)
def test_a_gap_in_a_feed_is_no_zero(
    tmp_path: Path,
    every: str,
    without: tuple[int, ...],
    month: float | str,
    last_days: float | str,
) -> None:
    found = probe(
        tmp_path,
        FEED.format(every=every),
        {"n": "count(visits) in visits", "last": "count(visits) for last 10 days in visits"},
        {"stores": STORES, "visits": month_of_rows(*without)},
        "2025-07",
        card="for store\nevery month",
    )
    # the feed is that of all stores: either S2 had no visits, or nobody knows
    nobody = GAP if month == GAP else 0.0
    assert found["n"] == {"S1": month, "S2": nobody, "S3": nobody}
    assert found["last"]["S1"] == last_days


def test_a_running_period_must_be_complete_so_far(tmp_path: Path) -> None:
    csv = {"stores": STORES, "visits": "store_id,day\nS1,2025-07-01\nS1,2025-07-02"}
    text = FEED.format(every="day")
    formulas = {"n": "count(visits) in visits"}
    for as_of, n in ((date(2025, 7, 2), 2.0), (date(2025, 7, 3), "data_incomplete")):
        found = probe(tmp_path, text, formulas, csv, as_of=as_of)
        assert found["n"]["S1"] == n


# ── refused ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("sum(amount)", "K0211"),
        ("sum(sales.amount, sales.amount)", "K0208"),
        ("sum(sales.customer_id)", "K0302"),
        ("sum(sales.amount where amount)", "K0302"),
        ("sum(sales.amount for previous period)", "K0307"),
        ("sum(sales.nothing)", "K0605"),
        ("median(median(sales.amount))", "K0330"),
        ("sum(sales.amount per customer)", "K0330"),
        ("sums(sales.amount)", "K0207"),
    ],
)
def test_aggregates_at_fault(tmp_path: Path, formula: str, code: str) -> None:
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
    workspace = make_workspace(tmp_path, text, CSV)
    assert codes(refusal(workspace, "card", "2025Q3")) == [code]
