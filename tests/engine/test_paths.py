"""How rows reach entities: links, header tables, entities made of values, everything."""

from pathlib import Path

import pytest

from engine import check
from tests.support.small_workspaces import (
    codes,
    items,
    make_workspace,
    probe,
    refusal,
    score_card,
    shown,
)

LINES = """
    entity district
      file "districts.csv"
      key district_id
      name district_name
    entity store
      file "stores.csv"
      key store_id
      attribute region
      belongs to district by district_id
    entity employee
      file "employees.csv"
      key employee_id
      belongs to store by store_id
    entity order
      file "orders.csv"
      key order_id
      belongs to employee by seller
    data lines
      file "lines.csv"
      date order.ordered_on
      link order by order_id
"""
CSV = {
    "districts": "district_id,district_name\nD1,North\nD2,South",
    "stores": "store_id,region,district_id\nS1,East,D1\nS2,East,D1\nS3,West,D2\nS4,,",
    "employees": "employee_id,store_id\nE1,S1\nE2,S2\nE3,S3\nE4,",
    "orders": """
        order_id,seller,ordered_on
        O1,E1,2025-07-01
        O2,E2,2025-08-01
        O3,E3,2025-06-30
        O4,E4,2025-07-01
        O5,,2025-07-01
    """,
    "lines": """
        order_id,amount
        O1,1
        O1,2
        O2,4
        O3,8
        O4,16
        O5,32
        O6,64
        ,128
    """,
}
TOTAL = {"k": "sum(lines.amount) in points"}


@pytest.mark.parametrize(
    ("entity", "sums"),
    [
        ("order", {"O1": 3.0, "O2": 4.0, "O3": 0.0, "O4": 16.0, "O5": 32.0}),
        ("employee", {"E1": 3.0, "E2": 4.0, "E3": 0.0, "E4": 16.0}),
        ("store", {"S1": 3.0, "S2": 4.0, "S3": 0.0, "S4": 0.0}),
        ("district", {"D1": 7.0, "D2": 0.0}),
    ],
)
def test_lines_reach_what_their_order_belongs_to(
    tmp_path: Path, entity: str, sums: dict[str, float]
) -> None:
    found = probe(tmp_path, LINES, TOTAL, CSV, card=f"for {entity}\nevery quarter")
    assert found["k"] == sums


def test_attributes_along_the_chain(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        LINES,
        {
            "region": 'sum(lines.amount where store.region = "East") in points',
            "plain": 'sum(lines.amount where region = "East") in points',
            "not_east": 'sum(lines.amount where region <> "East") in points',
            "chain": 'sum(lines.amount where employee.store.region = "East") in points',
            "name": 'sum(lines.amount where district.name = "North") in points',
            "key": 'sum(lines.amount where district = "D1") in points',
            "seller": 'sum(lines.amount where order.employee = "E2") in points',
            "column": 'sum(lines.amount where order.seller = "E2") in points',
        },
        CSV,
        card="for employee\nevery quarter",
    )
    assert {name: list(each.values()) for name, each in found.items()} == {
        "region": [3.0, 4.0, 0.0, 0.0],
        "plain": [3.0, 4.0, 0.0, 0.0],
        "not_east": [0.0, 0.0, 0.0, 16.0],
        "chain": [3.0, 4.0, 0.0, 0.0],
        "name": [3.0, 4.0, 0.0, 0.0],
        "key": [3.0, 4.0, 0.0, 0.0],
        "seller": [0.0, 4.0, 0.0, 0.0],
        "column": [0.0, 4.0, 0.0, 0.0],
    }


# ── two ways ─────────────────────────────────────────────────────────────────────────────────────

TWO_WAYS = """
    entity region
      file "regions.csv"
      key region_id
    entity store
      file "stores.csv"
      key store_id
      belongs to region by region_id
    entity customer
      file "customers.csv"
      key customer_id
      belongs to region by home_region
    data sales
      file "sales.csv"
      date day
      link store by store_id
      link customer by customer_id
"""
TWO_WAYS_CSV = {
    "regions": "region_id\nEast\nWest",
    "stores": "store_id,region_id\nS1,East\nS2,West",
    "customers": "customer_id,home_region\nA,West\nB,East",
    "sales": """store_id,day,customer_id,amount
        S1,2025-07-01,A,1
        S2,2025-07-01,A,2
        S1,2025-07-01,B,4""",
}


def test_two_ways_of_one_length_are_refused(tmp_path: Path) -> None:
    text = f"""{TWO_WAYS}
    kpi k
      formula sum(sales.amount)
      unit points
    scorecard card
      for region
      every quarter
    measure k
      report only
    """
    (found,) = refusal(make_workspace(tmp_path, text, TWO_WAYS_CSV), "card", "2025Q3")
    assert found.code == "K0604"
    assert "link region through store" in found.help()
    assert found.data["ways"] == "`store` or `customer`"


@pytest.mark.parametrize(
    ("link", "sums"),
    [
        ("link region through store", {"East": 5.0, "West": 2.0}),
        ("link region through customer", {"East": 4.0, "West": 3.0}),
        ("link region by day_region", {"East": 7.0, "West": 0.0}),
    ],
)
def test_a_link_says_which_way(tmp_path: Path, link: str, sums: dict[str, float]) -> None:
    sales = TWO_WAYS_CSV["sales"].replace("amount", "amount,day_region")
    sales = "\n".join(
        line if n == 0 else f"{line},East" for n, line in enumerate(sales.splitlines())
    )
    found = probe(
        tmp_path,
        TWO_WAYS + link,
        {"k": "sum(sales.amount) in points"},
        {**TWO_WAYS_CSV, "sales": sales},
        card="for region\nevery quarter",
    )
    assert found["k"] == sums


def test_a_way_that_is_named_also_holds_in_conditions(tmp_path: Path) -> None:
    found = probe(
        tmp_path,
        TWO_WAYS + "link region through customer",
        {"k": 'sum(sales.amount where region = "West") in points'},
        TWO_WAYS_CSV,
    )
    assert found["k"] == {"S1": 1.0, "S2": 2.0}


def test_the_shortest_way_wins(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        entity employee
          file "employees.csv"
          key employee_id
          belongs to store by store_id
        data sales
          file "sales.csv"
          date day
          link employee by employee_id
          link store by sold_in
    """
    csv = {
        "stores": "store_id\nS1\nS2",
        "employees": "employee_id,store_id\nE1,S1",
        "sales": "day,employee_id,sold_in,amount\n2025-07-01,E1,S2,5",
    }
    found = probe(tmp_path, text, {"k": "sum(sales.amount) in points"}, csv)
    # E1 helped out in another store: the sale belongs to the store of the row
    assert found["k"] == {"S1": 0.0, "S2": 5.0}


def test_an_attribute_of_two_entities_needs_its_entity(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
          attribute grade
        entity customer
          file "customers.csv"
          key customer_id
          attribute grade
        data sales
          file "sales.csv"
          date day
          link store by store_id
          link customer by customer_id
        kpi k
          formula sum(sales.amount where grade = "A")
          unit points
        scorecard card
          for store
          every quarter
        measure k
          report only
    """
    csv = {
        "stores": "store_id,grade\nS1,A",
        "customers": "customer_id,grade\nC1,B",
        "sales": "day,store_id,customer_id,amount\n2025-07-01,S1,C1,5",
    }
    (found,) = refusal(make_workspace(tmp_path / "a", text, csv), "card", "2025Q3")
    assert (found.code, found.data["choices"]) == ("K0205", "`store.grade` or `customer.grade`")
    clear = text.replace("where grade", "where store.grade")
    sheet = score_card(make_workspace(tmp_path / "b", clear, csv), "card", "2025Q3")
    assert shown(sheet, "k") == {"S1": 5.0}


def test_rows_that_do_not_belong_to_the_scored_entity_are_refused(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key store_id
        entity customer
          file "customers.csv"
          key customer_id
        data surveys
          file "surveys.csv"
          date day
          link customer by customer_id
        kpi k
          formula count(surveys)
          unit surveys
        scorecard card
          for store
          every quarter
        measure k
          report only
    """
    csv = {
        "stores": "store_id\nS1",
        "customers": "customer_id\nC1",
        "surveys": "day,customer_id\n2025-07-01,C1",
    }
    (found,) = refusal(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    assert (found.code, found.data["fix"]) == ("K0606", "link store by COLUMN")


def test_a_kpi_that_no_card_uses_is_checked_where_its_data_meet(tmp_path: Path) -> None:
    """Costs belong to a campaign of a store, campaigns to stores alone: so does the KPI."""
    text = """
        entity store
          table stores
          key id
        entity campaign
          table campaigns
          key id
          belongs to store by store_id
        data begun
          table campaigns
          date starts_on
          link store by store_id
        data spent
          table spending
          date day
          link campaign by campaign_id
        kpi execution
          formula sum(spent.amount) / sum(begun.budget)
          unit percent
        kpi deviation
          formula abs(execution - 100%)
          unit percent
    """
    found = check(make_workspace(tmp_path, text))
    assert [each.code for each in found if each.severity == "error"] == []


def test_numbers_and_texts_are_the_same_keys(tmp_path: Path) -> None:
    text = """
        entity store
          file "stores.csv"
          key id
        entity company
          everything
        data sales
          file "sales.csv"
          date day
          link store by store
    """
    csv = {"stores": "id\n2\n10\n1", "sales": "day,store,amount\n2025-07-01,10,5\n2025-07-01,2,7"}
    workspace_text = text + (
        "kpi k\nformula sum(sales.amount)\nunit points\n"
        "scorecard card\nfor store\nevery quarter\nmeasure k\nreport only"
    )
    sheet = score_card(make_workspace(tmp_path, workspace_text, csv), "card", "2025Q3")
    # keys are texts in results, and in the order of numbers
    assert list(shown(sheet, "k").items()) == [("1", 0.0), ("2", 7.0), ("10", 5.0)]


# ── entities made of values ──────────────────────────────────────────────────────────────────────


def test_an_entity_made_of_the_values_of_an_attribute(tmp_path: Path) -> None:
    text = f"entity region\nvalues of store.region{LINES}"
    found = probe(tmp_path, text, TOTAL, CSV, card="for region\nevery quarter")
    # S4 has no region, and null is no value
    assert found["k"] == {"East": 7.0, "West": 0.0}


def test_values_of_several_paths(tmp_path: Path) -> None:
    text = """
        entity channel
          values of orders.channel, returns.channel
        data orders
          file "orders.csv"
          date day
        data returns
          file "returns.csv"
          date day
    """
    csv = {
        "orders": "day,channel\n2025-07-01,web\n2025-07-01,web\n2025-07-01,shop\n2025-07-01,",
        "returns": "day,channel\n2025-07-01,phone\n2025-07-01,web\n2020-01-01,fax",
    }
    found = probe(
        tmp_path,
        text,
        {
            "orders": "count(orders) in orders",
            "rate": "count(returns) / count(orders) in percent",
        },
        csv,
        card="for channel\nevery quarter",
    )
    assert found["orders"] == {"fax": 0.0, "phone": 0.0, "shop": 1.0, "web": 2.0}
    assert found["rate"] == {
        "fax": "zero_denominator", "phone": "zero_denominator", "shop": 0.0, "web": 0.5,
    }  # fmt: skip


def test_values_of_an_attribute_and_of_a_column(tmp_path: Path) -> None:
    text = """
        entity region
          values of store.region, surveys.region
        entity store
          file "stores.csv"
          key store_id
          attribute region
        data sales
          file "sales.csv"
          date day
          link store by store_id
        data surveys
          file "surveys.csv"
          date day
          link store by store_id
    """
    csv = {
        "stores": "store_id,region\nS1,East\nS2,West",
        "sales": "store_id,day,amount\nS1,2025-07-01,5\nS2,2025-07-01,7",
        "surveys": "store_id,region,day,x\nS1,North,2025-07-01,1\nS2,West,2025-07-01,2",
    }
    formulas = {"sold": "sum(sales.amount) in points", "x": "sum(surveys.x) in points"}
    found = probe(tmp_path, text, formulas, csv, card="for region\nevery quarter")
    # sales reach their region over the store; surveys name their own
    assert found["sold"] == {"East": 5.0, "North": 0.0, "West": 7.0}
    assert found["x"] == {"East": 0.0, "North": 1.0, "West": 2.0}


def test_values_of_a_derived_column(tmp_path: Path) -> None:
    text = """
        entity size
          values of orders.size
        data orders
          file "orders.csv"
          date day
          column size is if amount >= 100 then "big" else "small"
    """
    csv = {"orders": "day,amount\n2025-07-01,500\n2025-07-01,20\n2025-07-02,30"}
    found = probe(
        tmp_path,
        text,
        {"k": "sum(orders.amount) in points"},
        csv,
        card="for size\nevery quarter",
    )
    assert found["k"] == {"big": 500.0, "small": 50.0}


def test_everything_is_one_row(tmp_path: Path) -> None:
    text = f"entity company\neverything{LINES}"
    found = probe(tmp_path, text, TOTAL, CSV, card="for company\nevery quarter")
    # of 255 points, 8 are of another quarter, 64 and 128 of orders without a date
    assert found["k"] == {"company": 55.0}


def test_everything_without_rows(tmp_path: Path) -> None:
    text = f"entity company\neverything{LINES}"
    formulas = {**TOTAL, "mean": "average(lines.amount) in points"}
    found = probe(tmp_path, text, formulas, CSV, "2020Q1", card="for company\nevery quarter")
    assert found == {"k": {"company": 0.0}, "mean": {"company": "no_rows"}}


def test_labels_are_names(tmp_path: Path) -> None:
    text = f"""{LINES}
    kpi k
      formula sum(lines.amount)
      unit points
    scorecard card
      for district
      every quarter
    measure k
      report only
    """
    sheet = score_card(make_workspace(tmp_path, text, CSV), "card", "2025Q3")
    assert {key: each["label"] for key, each in items(sheet).items()} == {
        "D1": "North", "D2": "South",
    }  # fmt: skip


def test_links_to_nothing_are_refused(tmp_path: Path) -> None:
    text = LINES.replace("link order by order_id", "link orders by order_id")
    text += "kpi k\nformula sum(lines.amount)\nunit points\n"
    text += "scorecard card\nfor store\nevery quarter\nmeasure k\nreport only"
    assert codes(refusal(make_workspace(tmp_path, text, CSV), "card", "2025Q3"))
