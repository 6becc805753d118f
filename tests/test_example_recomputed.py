"""The example's scores, computed once more from the raw rows in plain Python.

support/plain_scores.py has the rules of the language, support/plain_kpis.py a function for each
KPI, support/plain_cards.py the cards. Where docs/language.md is silent, this is what was decided
(docs/adr/0010 and 0013 say why):

- The reason beside who is left out of the ranking is `no_total`, `coverage_below` where the card's
  condition is about coverage alone, else `condition_not_met`.
- A measure that is missing but has the score of `when missing score N` carries weight in the total
  and none in the coverage.
- An entity without a total keeps its `total_before_rules` and the points of its measures.
- A customer whose own record has not arrived yet is a customer all the same.
- Attainment is also shown beside curves that do not use it: actual by target, null where the
  target is not positive.
- A base period in which the entity was not active is `partial_base`, also where nothing was sold.
- While a quarter runs, who is active, and for how many days, ends with the day of the result.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from api.demo_data import build
from connectors import Connection, connect
from engine import Workspace, load, score
from engine.documents import sheet_document
from tests.support import plain_demo
from tests.support.documents import Document, by_key, differences
from tests.support.plain_cards import CARDS
from tests.support.plain_rows import Quarter
from tests.support.plain_scores import sheet

SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
LINES = 100_000  # enough that most clerks have their ten baskets, few enough that many have not

Expected = Mapping[tuple[str, str], Document]

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
def expected(demo: Path) -> Expected:
    """The plain sheets, by card and quarter."""
    entities = plain_demo.entities(plain_demo.read(demo))
    return {
        (name, quarter): sheet(card, entities[card.entity], QUARTERS[quarter])
        for name, card in CARDS.items()
        for quarter in QUARTERS
    }


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(SCORECARDS)


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("card", CARDS)
def test_every_number_is_that_of_the_plain_computation(
    card: str, quarter: str, expected: Expected, workspace: Workspace, connection: Connection
) -> None:
    as_of = QUARTERS[quarter].as_of
    found = sheet_document(score(workspace, card, quarter[:6], connection, as_of))
    assert list(differences(by_key(expected[card, quarter]), by_key(found), 1e-9)) == []


def test_rows_stand_in_the_order_of_their_ranks(
    workspace: Workspace, connection: Connection
) -> None:
    found = sheet_document(score(workspace, "clerk", "2025Q3", connection, date(2025, 12, 31)))
    listed = [(item["rank_group"], item["rank"]) for item in found["items"]]
    assert listed == sorted(listed)


def test_the_quarters_meet_every_reason_of_these_cards(expected: Expected) -> None:
    """So that the comparison above is about them, and about entities of all three fates."""
    items = [item for each in expected.values() for item in (*each["items"], *each["not_ranked"])]
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
