"""Questions about data of others, with answers that others checked, put to the scorecard language.

A data set's `facts.json` holds questions with their answers, as rows. Here a fact names a card of
the workspace, a period, and the measure behind each column. Every answer is compared with the
sheet, from Parquet files and from CSV files; a null is a value that is missing for a known reason.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.session import Session
from engine import Sheet, check, score
from engine.reasons import STATES, name
from grammar import Refused

AFTERWARDS = date(2021, 12, 31)
SETS = {"nw": "northwind", "crm": "crm_sales", "ge": "global_electronics"}
FORMS = ("parquet", pytest.param("csv", marks=pytest.mark.slow))
ROUNDED = 5e-7  # the answers are given with 6 decimals

Opened = Callable[[str, str], Session]
Copied = Callable[[str, str], Path]


@dataclass(frozen=True, slots=True)
class Ask:
    """What answers a fact: a card, a period, and a measure for each column of the answer.

    The first column of an answer says whose row it is, unless `of` does. `part`: the fact is about
    some of the card's entities only. `absent`: the reasons of the columns in which a null occurs.
    A fact about several periods names in its first column what stands for `{}` in `period`.
    """

    card: str
    period: str
    measures: Mapping[str, str]
    of: str | None = None
    part: bool = False
    absent: Mapping[str, str] = field(default_factory=dict)


FACTS = {
    "nw-01": Ask("employee_quarter", "1997Q4", {"net_sales": "net_sales"}),
    "nw-02": Ask(
        "employee_quarter",
        "1997Q4",
        {
            "current_sales": "net_sales",
            "previous_sales": "earlier_sales",
            "growth": "sales_growth",
        },
        of="4",
    ),
    "nw-03": Ask(
        "employee_quarter",
        "1997Q4",
        {"cur": "net_sales", "py": "last_year_sales", "growth": "sales_growth_yearly"},
    ),
    "nw-04": Ask(
        "company_quarter",
        "1997Q4",
        {"base": "earlier_customers", "kept": "kept_customers", "retention": "retention"},
        of="company",
    ),
    "nw-05": Ask("company_quarter", "1997Q1", {"new_customers": "new_customers"}, of="company"),
    "nw-06": Ask(
        "employee_quarter", "1998Q1", {"orders": "order_count", "avg_basket": "average_order"}
    ),
    "nw-07": Ask("company_year", "1997", {"share": "beverage_share"}, of="company"),
    "nw-08": Ask(
        "employee_year",
        "1998",
        {"orders": "order_count", "not_shipped": "open_orders", "late_rate": "late_rate"},
    ),
    "nw-09": Ask(
        "employee_quarter",
        "1998Q1",
        {"customers": "active_customers", "products": "products_sold"},
        of="1",
    ),
    "nw-10": Ask(
        "employee_month",
        "1996-07",
        {"orders": "order_count", "avg_basket": "average_order"},
        absent={"avg_basket": "zero_denominator"},
    ),
    "nw-11": Ask("region_year", "1997", {"net_sales": "net_sales"}),
    "crm-01": Ask("manager_quarter", "2017Q2", {"revenue": "won_revenue", "deals": "won_deals"}),
    "crm-02": Ask("office_quarter", "2017Q3", {"growth": "revenue_growth"}),
    "crm-03": Ask(
        "company_quarter",
        "2017Q2",
        {
            "cur": "won_revenue",
            "last_year": "last_year_revenue",
            "growth": "revenue_growth_yearly",
        },
        of="company",
        absent={"last_year": "below_sample", "growth": "zero_base"},
    ),
    "crm-04": Ask(
        "agent_quarter", "2017Q4", {"win_rate": "win_rate", "closed": "closed_deals"}, part=True
    ),
    "crm-05": Ask("agent_quarter", "2017Q2", {"avg_deal": "average_deal"}, part=True),
    "crm-06": Ask("manager_quarter", "2017Q3", {"days": "cycle_time"}),
    "crm-07": Ask(
        "agent_quarter",
        "2017Q3",
        {
            "base": "earlier_accounts",
            "kept": "kept_accounts",
            "retention": "account_retention",
        },
        part=True,
    ),
    "crm-08": Ask(
        "agent_quarter", "2017Q3", {"new_accounts": "new_accounts"}, of="Darcel Schlecht"
    ),
    "crm-09": Ask("series_year", "2017", {"revenue": "won_revenue"}),
    "crm-10": Ask(
        "agent_quarter",
        "2017Q2",
        {"deals": "won_deals", "revenue": "revenue_of_winners"},
        part=True,
        absent={"revenue": "below_sample"},
    ),
    "crm-11": Ask("manager_quarter", "2017Q4", {"price_attainment": "price_attainment_mg"}),
    "ge-01": Ask("country_quarter", "2019Q4", {"growth": "revenue_growth_yearly"}),
    "ge-02": Ask("store_quarter", "2020Q1", {"growth": "revenue_growth"}, of="54"),
    "ge-03": Ask("currency_quarter", "2019Q2", {"usd": "revenue", "local_amount": "local_revenue"}),
    "ge-04": Ask(
        "store_year",
        "2019",
        {"usd": "revenue", "usd_per_m2": "revenue_per_area"},
        part=True,
        absent={"usd_per_m2": "no_values"},
    ),
    "ge-06": Ask(
        "company_quarter",
        "2019Q{}",
        {"days": "delivery_days", "lines": "delivered_lines"},
        of="company",
    ),
    "ge-07": Ask(
        "country_year",
        "2019",
        {"base": "earlier_customers", "kept": "kept_customers", "retention": "retention"},
        of="United Kingdom",
    ),
    "ge-08": Ask("company_quarter", "2020Q{}", {"new_customers": "new_customers"}, of="company"),
    "ge-09": Ask("store_year", "2019", {"share": "computer_share"}, part=True),
    "ge-10": Ask(
        "store_quarter",
        "2020Q4",
        {
            "orders": "orders",
            "customers": "active_customers",
            "products": "products_sold",
            "basket": "average_order",
        },
        of="0",
    ),
}

# A fact whose answer is a list of entities: those of which a count is 0.
NONE = {"ge-05": Ask("store_quarter", "2021Q1", {"StoreKey": "sale_lines_ever"})}

# A row whose key is null stands for the data that belong to nobody: the company's measure of them.
NOBODY = {"crm-09": Ask("company_year", "2017", {"revenue": "unmatched_revenue"}, of="company")}


def data_set(fact: str) -> str:
    return SETS[fact.split("-")[0]]


def read_facts(shared: Path, name: str) -> dict[str, dict[str, Any]]:
    text = (shared / "data" / name / "facts.json").read_text("utf-8")
    return {fact["id"]: fact for fact in json.loads(text)["facts"]}


def ask(session: Session, asked: Ask) -> Sheet:
    workspace, source = session.workspace, session.source
    return score(workspace, asked.card, asked.period, source, AFTERWARDS, session.catalog())


def compare(sheet: Sheet, key: str, asked: Ask, answer: Mapping[str, Any]) -> None:
    """The measures of one entity against one row of an answer."""
    place = sheet.index[key]
    measures = {each.name: each for each in sheet.measures}
    assert set(asked.measures) == set(answer)
    for column, expected in answer.items():
        found = measures[asked.measures[column]]
        state, reason = STATES[found.state[place]], name(int(found.reason[place]))
        if expected is None:
            assert (column, state, reason) == (column, "missing", asked.absent[column])
        else:
            assert (column, state) == (column, "scored")
            assert found.value[place] == pytest.approx(expected, rel=1e-6, abs=ROUNDED), column


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fact", FACTS)
def test_fact(shared: Path, opened: Opened, fact: str, form: str) -> None:
    given, asked = read_facts(shared, data_set(fact))[fact], FACTS[fact]
    session = opened(data_set(fact), form)
    sheet = ask(session, asked) if "{}" not in asked.period else None
    seen = set()
    for row in given["answer"]:
        answer = dict(zip(given["columns"], row, strict=True))
        if sheet is None:
            period = asked.period.format(answer.pop(given["columns"][0]))
            compare(ask(session, replace(asked, period=period)), str(asked.of), asked, answer)
            continue
        key = asked.of if asked.of is not None else answer.pop(given["columns"][0])
        if key is None:
            nobody = NOBODY[fact]
            compare(ask(session, nobody), str(nobody.of), nobody, answer)
            continue
        seen.add(str(key))
        compare(sheet, str(key), asked, answer)
    everybody = set(sheet.index) if sheet is not None else seen
    assert seen == everybody or ((asked.part or asked.of) and seen < everybody)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fact", NONE)
def test_fact_about_those_without_any_row(
    shared: Path, opened: Opened, fact: str, form: str
) -> None:
    given, asked = read_facts(shared, data_set(fact))[fact], NONE[fact]
    sheet = ask(opened(data_set(fact), form), asked)
    column = given["columns"].index(next(iter(asked.measures)))
    counts = {each.name: each for each in sheet.measures}[next(iter(asked.measures.values()))]
    silent = {key for key, place in sheet.index.items() if counts.value[place] == 0}
    assert silent == {str(row[column]) for row in given["answer"]}


@pytest.mark.parametrize("name", SETS.values())
def test_no_fact_is_left_out(shared: Path, name: str) -> None:
    facts = read_facts(shared, name)
    assert {fact for fact in {**FACTS, **NONE} if data_set(fact) == name} == set(facts)
    for fact, given in facts.items():
        if fact in NONE:
            continue
        absent = {
            column
            for row in given["answer"]
            for column, value in zip(given["columns"], row, strict=True)
            if value is None and column in FACTS[fact].measures
        }
        assert absent == set(FACTS[fact].absent)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SETS.values())
def test_the_workspaces_are_without_fault(opened: Opened, name: str, form: str) -> None:
    """Hints at the style of their cards left aside: they were written to ask questions."""
    session = opened(name, form)
    for found in (check(session.workspace, session.catalog()), check(session.workspace)):
        assert [each for each in found if each.severity != "hint"] == []


def test_a_region_by_way_of_the_territories_is_refused(copied: Copied) -> None:
    """The fan-out trap: a posting is one row for each employee, the territories are several."""
    folder = copied("northwind", "parquet")
    data = folder / "data.scorecard"
    lines = data.read_text("utf-8").splitlines()
    start = lines.index('entity posting "Posting"')
    lines[start + 1] = '  file "../data/northwind/parquet/employee_territories.parquet"'
    lines[start + 3] = "  belongs to territory by TerritoryID"
    data.write_text("\n".join(lines) + "\n", "utf-8")
    session = Session(folder)
    assert check(session.workspace, session.catalog()) == ()
    with pytest.raises(Refused) as refused:
        ask(session, FACTS["nw-11"])
    session.close()
    assert [each.code for each in refused.value.diagnostics] == ["K0904"]
