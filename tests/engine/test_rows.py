"""What one row says: two-valued conditions, dates and timestamps, percents, derived columns."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.small_workspaces import codes, make_workspace, probe, refusal

STORES = "store_id\nS1"
DATA = """
    entity store
      file "stores.csv"
      key store_id
    data lines
      file "lines.csv"
      date day
      link store by store_id
"""


def which(folder: Path, conditions: Mapping[str, str], rows: str, text: str = "") -> dict[str, int]:
    """The rows that meet each condition, as the sum of their bits: row n of the list counts 2^n."""
    header, *lines = [line.strip() for line in rows.strip().splitlines()]
    numbered = [f"S1,2025-08-01,{2**n},{line}" for n, line in enumerate(lines)]
    formulas = {
        name: f"sum(lines.bit where {condition}) in points"
        for name, condition in conditions.items()
    }
    csv = {"stores": STORES, "lines": "\n".join([f"store_id,day,bit,{header}", *numbered])}
    found = probe(folder, DATA + text, formulas, csv)
    return {name: int(float(str(each["S1"]))) for name, each in found.items()}


def bits(*rows: int) -> int:
    return sum(2**row for row in rows)


# ── two values ───────────────────────────────────────────────────────────────────────────────────


def test_a_comparison_with_a_missing_value_is_no(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "equal": "x = 1",
            "unequal": "x <> 1",
            "not_equal": "not x = 1",
            "more": "x > 1",
            "not_more": "not x > 1",
            "least": "x >= 1",
            "not_least": "not x >= 1",
            "columns": "x = y",
            "unequal_columns": "x <> y",
            "missing": "x is missing",
            "present": "x is not missing",
            "not_missing": "not x is missing",
            "twice": "not not x = 1",
        },
        """
        x,y
        1,1
        2,1
        ,1
        ,
        """,
    )
    assert found == {
        "equal": bits(0),
        "unequal": bits(1, 2, 3),
        "not_equal": bits(1, 2, 3),
        "more": bits(1),
        "not_more": bits(0, 2, 3),
        "least": bits(0, 1),
        "not_least": bits(2, 3),
        "columns": bits(0),
        "unequal_columns": bits(1, 2, 3),
        "missing": bits(2, 3),
        "present": bits(0, 1),
        "not_missing": bits(0, 1),
        "twice": bits(0),
    }


def test_truths_and_their_absence(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "yes": "flag = yes",
            "no": "flag = no",
            "not_yes": "flag <> yes",
            "not_no": "not flag = no",
            "as_number": "bit01 = yes",
            "not_number": "bit01 <> yes",
        },
        """
        flag,bit01
        true,1
        false,0
        ,
        """,
    )
    assert found == {
        "yes": bits(0),
        "no": bits(1),
        "not_yes": bits(1, 2),
        "not_no": bits(0, 2),
        "as_number": bits(0),
        "not_number": bits(1, 2),
    }


def test_and_or_not_over_missing_values(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "both": "x = 1 and y = 1",
            "either": "x = 1 or y = 1",
            "not_both": "not (x = 1 and y = 1)",
            "neither": "not (x = 1 or y = 1)",
            "mixed": "(x = 1 or y = 1) and not (x = 1 and y = 1)",
        },
        """
        x,y
        1,1
        1,
        ,1
        0,0
        ,
        """,
    )
    assert found == {
        "both": bits(0),
        "either": bits(0, 1, 2),
        "not_both": bits(1, 2, 3, 4),
        "neither": bits(3, 4),
        "mixed": bits(1, 2),
    }


def test_lists_and_ranges(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "among": 'word in ("a", "b")',
            "not_among": 'word not in ("a", "b")',
            "negated": 'not word in ("a", "b")',
            "numbers": "x in (1, 3)",
            "not_numbers": "x not in (1, 3)",
            "between": "x between 1 and 3",
            "not_between": "not x between 1 and 3",
            "days": "on between 2025-07-01 and 2025-07-31",
        },
        """
        word,x,on
        a,1,2025-07-01
        b,2,2025-07-31
        c,3,2025-08-01
        A,4,
        ,,2025-06-30
        """,
    )
    assert found == {
        "among": bits(0, 1),
        "not_among": bits(2, 3, 4),
        "negated": bits(2, 3, 4),
        "numbers": bits(0, 2),
        "not_numbers": bits(1, 3, 4),
        "between": bits(0, 1, 2),
        "not_between": bits(3, 4),
        "days": bits(0, 1),
    }


def test_parts_of_texts(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "contains": 'word contains "ab"',
            "starts": 'word starts with "ab"',
            "lacks": 'not word contains "ab"',
            "percent": 'word contains "%"',
            "underscore": 'word starts with "_"',
            "escape": 'word contains "!"',
            "quote": 'word contains "\'"',
            "chinese": 'word contains "退货"',
        },
        """
        word
        abc
        cab
        ABC
        50%
        _x
        a!b
        o'b
        已退货
        """
        + '""',
    )
    assert found == {
        "contains": bits(0, 1),
        "starts": bits(0),
        "lacks": bits(2, 3, 4, 5, 6, 7, 8),
        "percent": bits(3),
        "underscore": bits(4),
        "escape": bits(5),
        "quote": bits(6),
        "chinese": bits(7),
    }


def test_texts_are_compared_exactly(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {"equal": 'word = "Ab"', "order": 'word < "b"', "both": "word = other"},
        """
        word,other
        Ab,Ab
        ab,Ab
        AB,Ab
        c,c
        """,
    )
    assert found == {"equal": bits(0), "order": bits(0, 1, 2), "both": bits(0, 3)}


# ── dates and timestamps ─────────────────────────────────────────────────────────────────────────


def test_a_timestamp_is_compared_by_its_date(tmp_path: Path) -> None:
    rows = "at,on\n2025-07-14 23:59:59.999999,2025-07-15\n2025-07-15 00:00:00,2025-07-15"
    rows += "\n2025-07-15 23:59:59.999999,2025-07-15\n2025-07-16 00:00:00,2025-07-15\n,2025-07-15"
    found = which(
        tmp_path,
        {
            "on": "at = 2025-07-15",
            "not_on": "at <> 2025-07-15",
            "until": "at <= 2025-07-15",
            "after": "at > 2025-07-15",
            "before": "at < 2025-07-15",
            "since": "at >= 2025-07-15",
            "not_after": "not at > 2025-07-15",
            "not_since": "not at >= 2025-07-15",
            "between": "at between 2025-07-15 and 2025-07-15",
            "column": "at = on",
            "later_than_column": "at > on",
            "turned": "2025-07-15 < at",
        },
        rows,
    )
    assert found == {
        "on": bits(1, 2),
        "not_on": bits(0, 3, 4),
        "until": bits(0, 1, 2),
        "after": bits(3),
        "before": bits(0),
        "since": bits(1, 2, 3),
        "not_after": bits(0, 1, 2, 4),
        "not_since": bits(0, 4),
        "between": bits(1, 2),
        "column": bits(1, 2),
        "later_than_column": bits(3),
        "turned": bits(3),
    }


def test_hours_and_days(tmp_path: Path) -> None:
    rows = """
        a,b,on
        2025-07-01 22:00:00,2025-07-02 01:30:00,2025-07-02
        2025-07-01 00:00:00,2025-07-01 23:59:59,2025-07-01
        2025-07-03 12:00:00,2025-07-01 12:00:00,2025-07-04
        2025-07-01 00:00:00,,
    """
    found = which(
        tmp_path,
        {
            "elapsed": "hours(a, b) = 3.5",
            "short": "hours(a, b) < 24",
            "midnights": "days(a, b) = 1",
            "same_day": "days(a, b) = 0",
            "back": "days(a, b) = -2",
            "to_a_date": "hours(a, on) = 2",
            "as_days": "hours(a, b) <= 1 days",
            "as_hours": "days(a, b) >= 24 hours",
            "minutes": "hours(a, b) <= 210 minutes",
            "unknown": "hours(a, b) is missing",
        },
        rows,
    )
    assert found == {
        "elapsed": bits(0),
        "short": bits(0, 1, 2),
        "midnights": bits(0),
        "same_day": bits(1),
        "back": bits(2),
        "to_a_date": bits(0),
        "as_days": bits(0, 1, 2),
        "as_hours": bits(0),
        "minutes": bits(0, 2),
        "unknown": bits(3),
    }


def test_a_duration_is_shown_in_the_unit_of_the_kpi(tmp_path: Path) -> None:
    rows = """
        store_id,day,a,b
        S1,2025-07-01,2025-07-01 12:00:00,2025-07-03 00:00:00
        S1,2025-07-01,2025-07-01 12:00:00,2025-07-01 18:00:00
        S1,2025-07-01,2025-07-01 12:00:00,
    """
    found = probe(
        tmp_path,
        DATA,
        {
            "hours_in_hours": "average(hours(lines.a, lines.b)) in hours",
            "hours_in_days": "average(hours(lines.a, lines.b)) in days",
            "days_in_days": "average(days(lines.a, lines.b)) in days",
            "days_in_hours": "average(days(lines.a, lines.b)) in hours",
            "hours_in_minutes": "max(hours(lines.a, lines.b)) in minutes",
            "total": "sum(hours(lines.a, lines.b)) in days",
            "nested": "hours_in_days in hours",
        },
        {"stores": STORES, "lines": rows},
    )
    # 36 and 6 hours, 2 and 0 midnights; the open one is skipped
    assert {name: each["S1"] for name, each in found.items()} == {
        "hours_in_hours": 21.0,
        "hours_in_days": 0.875,
        "days_in_days": 1.0,
        "days_in_hours": 24.0,
        "hours_in_minutes": 2160.0,
        "total": 1.75,
        "nested": 21.0,
    }


def test_a_duration_inside_a_formula_is_converted_too(tmp_path: Path) -> None:
    rows = """
        store_id,day,a,b,paid
        S1,2025-07-01,2025-07-01 12:00:00,2025-07-03 00:00:00,true
        S1,2025-07-01,2025-07-01 12:00:00,2025-07-01 18:00:00,false
        S1,2025-07-01,2025-07-01 12:00:00,,false
    """
    mean = "average(hours(lines.a, lines.b))"  # 21 hours
    in_days = {
        f"abs({mean})": 0.875,
        f"{mean} * 2": 1.75,
        f"2 * {mean} / 4": 0.4375,
        f"-{mean}": -0.875,
        f"min({mean}, max(hours(lines.a, lines.b)))": 0.875,
        f"if count(lines) > 1 then {mean} else 0": 0.875,
        f"coalesce({mean}, 0)": 0.875,
        "average(coalesce(hours(lines.a, lines.b), 0))": 0.583333333333,
        "sum(hours(lines.a, lines.b) + hours(lines.a, lines.b))": 3.5,
        "average(if paid = yes then hours(lines.a, lines.b) else 0)": 0.5,
        f"{mean} at company": 0.875,
        f"{mean} for last 2 periods": 0.875,
    }
    formulas = {f"k{n}": f"{formula} in days" for n, formula in enumerate(in_days)}
    csv = {"stores": STORES, "lines": rows}
    found = probe(tmp_path, f"entity company\neverything{DATA}", formulas, csv)
    assert [each["S1"] for each in found.values()] == list(in_days.values())


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


def test_percent_columns_say_how_they_are_stored(tmp_path: Path) -> None:
    rows = """
        store_id,day,hundred,one
        S1,2025-07-01,85,0.85
        S1,2025-07-01,65,0.65
    """
    text = DATA + "column hundred unit percent as number\ncolumn one unit percent as fraction"
    found = probe(
        tmp_path,
        text,
        {
            "number": "average(lines.hundred) in percent",
            "fraction": "average(lines.one) in percent",
            "above": "count(lines where hundred >= 80%) in lines",
            "also_above": "count(lines where one >= 80%) in lines",
        },
        {"stores": STORES, "lines": rows},
    )
    assert {name: each["S1"] for name, each in found.items()} == {
        "number": 0.75,
        "fraction": 0.75,
        "above": 1.0,
        "also_above": 1.0,
    }


def test_derived_columns_and_attributes(tmp_path: Path) -> None:
    text = """
        entity product
          file "products.csv"
          key product_id
          attribute price
          attribute expensive is if price >= 100 then "yes" else "no"
        entity store
          file "stores.csv"
          key store_id
        data lines
          file "lines.csv"
          date day
          link store by store_id
          link product by product_id
          column paid is quantity * price - coalesce(discount, 0)
          column share is paid / (quantity * price)
    """
    csv = {
        "stores": STORES,
        "products": "product_id,price\nP,100\nQ,20",
        "lines": """
            store_id,day,product_id,quantity,discount
            S1,2025-07-01,P,2,50
            S1,2025-07-02,Q,3,
            S1,2025-07-04,Q,0,
        """,
    }
    found = probe(
        tmp_path,
        text,
        {
            "paid": "sum(lines.paid) in CNY",
            "big": "sum(lines.paid where paid > 100) in CNY",
            "expensive": 'sum(lines.quantity where product.expensive = "yes") in pieces',
            "cheap": 'sum(lines.quantity where expensive = "no") in pieces',
            "share": "average(lines.share) in percent",
        },
        csv,
    )
    # P: 2 x 100 - 50 = 150; Q: 60; Q with quantity 0: paid 0, no share
    assert {name: each["S1"] for name, each in found.items()} == {
        "paid": 210.0,
        "big": 150.0,
        "expensive": 2.0,
        "cheap": 3.0,
        "share": 0.875,
    }


def test_an_attribute_of_what_is_not_in_the_list_is_missing(tmp_path: Path) -> None:
    text = """
        entity product
          file "products.csv"
          key product_id
          attribute expensive is if price >= 100 then "yes" else "no"
        entity store
          file "stores.csv"
          key store_id
        data lines
          file "lines.csv"
          date day
          link store by store_id
          link product by product_id
    """
    csv = {
        "stores": STORES,
        "products": "product_id,price\nP,100\nQ,20",
        "lines": "store_id,day,product_id,quantity\nS1,2025-07-01,Q,3\nS1,2025-07-03,Z,9",
    }
    formula = 'sum(lines.quantity where product.expensive = "no") in pieces'
    found = probe(tmp_path, text, {"cheap": formula}, csv)
    # Z is no product, so it has no attribute: not even one that is computed
    assert found["cheap"]["S1"] == 3.0


def test_functions_of_a_row(tmp_path: Path) -> None:
    found = which(
        tmp_path,
        {
            "abs": "abs(x) = 2.5",
            "round": "round(x, 0) = 3",
            "round_down": "round(x, 0) = -3",
            "round_digits": "round(x, 1) = 1.3",
            "ceiling": "ceiling(x) = 3",
            "coalesce": "coalesce(x, y, 7) = 7",
            "least": "min(x, y) = 1",
            "most": "max(x, y) = 4",
            "unknown": "min(x, y) is missing",
            "arithmetic": "x * 2 - y / 4 = 4",
            "by_zero": "x / (y - y) is missing",
            "sign": "-x > 0",
        },
        """
        x,y
        2.5,4
        -2.5,1
        1.25,1
        ,
        """,
    )
    assert found == {
        "abs": bits(0, 1),
        "round": bits(0),
        "round_down": bits(1),
        "round_digits": bits(2),
        "ceiling": bits(0),
        "coalesce": bits(3),
        "least": bits(2),
        "most": bits(0),
        "unknown": bits(3),
        "arithmetic": bits(0),
        "by_zero": bits(0, 1, 2, 3),
        "sign": bits(1),
    }


def test_the_date_may_be_a_derived_column(tmp_path: Path) -> None:
    text = DATA.replace("date day", "date due") + "column due is coalesce(shipped, ordered)"
    rows = """
        store_id,ordered,shipped
        S1,2025-06-30,2025-07-01
        S1,2025-07-05,
        S1,2025-09-30,2025-10-01
    """
    found = probe(
        tmp_path,
        text,
        {"n": "count(lines) in lines", "early": "count(lines where due < 2025-07-05) in lines"},
        {"stores": STORES, "lines": rows},
    )
    assert (found["n"]["S1"], found["early"]["S1"]) == (2.0, 1.0)


def test_names_in_brackets_and_in_any_case(tmp_path: Path) -> None:
    rows = "[Store Id],Day,Order Amount,select\nS1,2025-07-01,5,1\nS1,2025-07-02,7,2"
    text = """
        entity store
          file "stores.csv"
          key STORE_ID
        data lines
          file "lines.csv"
          date day
          link store by [store id]
          column [Order Amount] unit CNY
    """
    found = probe(
        tmp_path,
        text,
        {
            "total": "sum(lines.[order amount]) in CNY",
            "some": "sum(lines.[Order Amount] where [select] > 1) in CNY",
        },
        {"stores": STORES, "lines": rows.replace("[", "").replace("]", "")},
    )
    assert {name: each["S1"] for name, each in found.items()} == {"total": 12.0, "some": 7.0}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('x = "1"', "K0301"),
        ("word = 1", "K0301"),
        ("on = 1", "K0301"),
        ('x in (1, "2")', "K0301"),
        ("x", "K0302"),
        ("x in period", "K0302"),
        ("word + 1 > 2", "K0302"),
        ("nothing = 1", "K0605"),
        ("store.nothing = 1", "K0605"),
        ("product.price = 1", "K0206"),
        ("median(x) = 1", "K0207"),
        ("hours(on) = 1", "K0208"),
    ],
)
def test_conditions_at_fault(tmp_path: Path, condition: str, code: str) -> None:
    text = f"""{DATA}
    kpi k
      formula count(lines where {condition})
      unit lines
    scorecard card
      for store
      every quarter
    measure k
      report only
    """
    csv = {"stores": STORES, "lines": "store_id,day,x,word,on\nS1,2025-07-01,1,a,2025-07-01"}
    workspace = make_workspace(tmp_path, text, csv)
    assert codes(refusal(workspace, "card", "2025Q3")) == [code]
