"""The example's scores, computed once more from the raw rows in plain Python.

support/plain_scores.py has the rules of the language, support/plain_kpis.py a function for each
KPI, support/plain_cards.py the cards. Where docs/language.md is silent, this is what was decided:

- The reason beside who is left out of the ranking is `no_total`, `coverage_below` where the card's
  condition is about coverage alone, else `condition_not_met`.
- A measure that is missing but has the score of `when missing score N` carries weight in the total
  and none in the coverage.
- An entity without a total keeps its `total_before_rules` and the points of its measures.
- A customer whose own record has not arrived yet is a customer all the same.
- Attainment is also shown beside curves that do not use it: actual by target, null where the
  target is not positive.
- A base period in which the entity was not active is `partial_base`, also where nothing was sold.
- In a running quarter, who is active and for how many days is asked of the whole quarter.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from api.demo_data import TABLES, build
from connectors import Connection, connect
from engine import Workspace, load, score
from engine.documents import sheet_document
from tests.support.documents import Document, by_key, differences
from tests.support.plain_cards import CARDS
from tests.support.plain_rows import Entity, Quarter, Row, Tables, Window
from tests.support.plain_scores import sheet

SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
LINES = 100_000  # enough that most clerks have their ten baskets, few enough that many have not

QUARTERS = {
    "2025Q3": Quarter(2025, 3, date(2025, 12, 31)),
    "2025Q2": Quarter(2025, 2, date(2025, 12, 31)),
    "2025Q4": Quarter(2025, 4, date(2025, 12, 31)),
    "2025Q3, running": Quarter(2025, 3, date(2025, 8, 14)),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo") / "demo.duckdb", lines=LINES).path


@pytest.fixture(scope="module")
def connection(demo: Path) -> Iterator[Connection]:
    source = connect(f"duckdb:///{demo}", folder=SCORECARDS)
    yield source
    source.close()


@pytest.fixture(scope="module")
def tables(demo: Path) -> Tables:
    with duckdb.connect(str(demo), read_only=True) as database:
        return Tables({table: rows_of(database, table) for table in TABLES})


def rows_of(database: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    found = database.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def entities(tables: Tables) -> dict[str, list[Entity]]:
    stores = {
        row["store_id"]: Entity(
            row["store_id"], row["store_name"], "store_id", row, active(row, "opened_on"), tables
        )
        for row in tables.rows["stores"]
    }
    employees = [
        Entity(
            row["employee_id"],
            row["full_name"],
            "employee_id",
            row,
            active(row, "hired_on"),
            tables,
            stores[row["store_id"]],
        )
        for row in tables.rows["employees"]
    ]
    return {"store": list(stores.values()), "employee": employees}


def active(row: Row, first: str) -> Window:
    """`active from … through …`: the last day included, for ever without one."""
    last = row["closed_on" if first == "opened_on" else "left_on"]
    return Window(row[first], date.max if last is None else last + timedelta(1))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(SCORECARDS)


@pytest.mark.parametrize("quarter", QUARTERS.values(), ids=QUARTERS)
@pytest.mark.parametrize("card", CARDS)
def test_every_number_is_that_of_the_plain_computation(
    card: str,
    quarter: Quarter,
    workspace: Workspace,
    connection: Connection,
    entities: dict[str, list[Entity]],
) -> None:
    expected = sheet(CARDS[card], entities[CARDS[card].entity], quarter)
    name = f"{quarter.year}Q{quarter.number}"
    found = sheet_document(score(workspace, card, name, connection, quarter.as_of))
    assert list(differences(by_key(expected), by_key(found), 1e-9)) == []


def test_rows_stand_in_the_order_of_their_ranks(
    workspace: Workspace, connection: Connection
) -> None:
    found = sheet_document(score(workspace, "clerk", "2025Q3", connection, date(2025, 12, 31)))
    listed = [(item["rank_group"], item["rank"]) for item in found["items"]]
    assert listed == sorted(listed)


def test_the_quarters_meet_every_reason_of_these_cards(entities: dict[str, list[Entity]]) -> None:
    """So that the comparison above is about them, and about entities of all three fates."""
    sheets = [
        sheet(card, entities[card.entity], quarter)
        for card in CARDS.values()
        for quarter in QUARTERS.values()
    ]
    items = [item for each in sheets for item in (*each["items"], *each["not_ranked"])]
    assert {reason for item in items for reason in reasons(item)} == {
        None,
        "no_rows",
        "zero_denominator",
        "zero_base",
        "partial_base",
        "below_sample",
        "no_target",
        "target_not_positive",
    }
    fates = Counter(item.get("reason") for item in items)
    assert set(fates) == {None, "no_total", "coverage_below", "condition_not_met"}
    assert min(fates.values()) > 10
    assert {item["grade"] for item in items} == {"A", "B", "C", None}


def reasons(item: Document) -> set[str | None]:
    return {measure["reason"] for measure in item["measures"].values()}


# ── that the plain functions follow the formulas as they stand ──────────────────────────────────


@pytest.mark.parametrize("fact", ["formula", "needs"])
def test_docstrings_are_the_facts_of_the_catalogue(fact: str) -> None:
    text = (SCORECARDS / "kpis.scorecard").read_text("utf-8")
    lines = re.findall(rf"^  {fact} (.*(?:\n    [-/].*)*)", text, re.MULTILINE)
    written = {one_line(line) for line in lines}
    followed = {
        one_line(inspect.getdoc(function) or "")
        for card in CARDS.values()
        for measure in card.measures
        for function in (measure.value if fact == "formula" else measure.needs,)
        if function is not None
    }
    assert followed
    assert followed <= written


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_measures_have_the_needs_of_their_kpi() -> None:
    """Each KPI is computed with the condition that stands in its own section, or with none."""
    text = (SCORECARDS / "kpis.scorecard").read_text("utf-8")
    sections = {part.split()[0]: part for part in re.split(r"^kpi ", text, flags=re.MULTILINE)[1:]}
    for card in CARDS.values():
        for measure in card.measures:
            needs = re.search(r"^  needs (.*)", sections[measure.value.__name__], re.MULTILINE)
            expected = needs.group(1) if needs else None
            assert (inspect.getdoc(measure.needs) if measure.needs else None) == expected
