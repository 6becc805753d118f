"""Explanations add up: every point of a total is on one leaf, and everybody is there, once.

For all entities of the example's cards in several periods, and for small random workspaces, which
are also compared with the plain computation (support/plain_scores.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from math import isclose
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.demo_data import build
from connectors import Connection, connect
from engine import Sheet, Workspace, explain, load, score
from engine.documents import explanation_document, sheet_document
from tests.support import plain_demo
from tests.support.documents import Document, by_key, differences
from tests.support.plain_cards import CARDS
from tests.support.plain_rows import Entity, Quarter, Window
from tests.support.plain_scores import sheet as plain_sheet
from tests.support.random_workspaces import Case, cases
from tests.support.small_workspaces import items, make_workspace, score_card

SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
RUNS = {
    "closed": ("2025Q3", date(2025, 12, 31)),
    "running": ("2025Q4", date(2025, 11, 25)),
    "first of its card": ("2025Q1", date(2025, 12, 31)),
    "after the last row": ("2026Q1", date(2026, 2, 10)),
}
REASONS = set(  # docs/language.md 6.5: a closed list
    "no_rows no_values no_earlier_data zero_denominator zero_base partial_base below_sample"
    " data_incomplete no_target target_not_positive points_collide unknown_word few_peers"
    " not_assigned not_active not_applicable exempt not_due".split()
)
STARTS = {  # what the line of a node starts with
    "total": "scorecard",
    "perspective": "perspective",
    "measure": "measure",
    "target": "target",
    "kpi": "kpi",
    "adjustment": "limit total",
    "rounding": "round total",
}

Lines = Mapping[str, list[str]]


# ── the example ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo") / "demo.duckdb", lines=30_000).path


@pytest.fixture(scope="module")
def connection(demo: Path) -> Iterator[Connection]:
    with connect(f"duckdb:///{demo}", folder=SCORECARDS) as source:
        yield source


@pytest.fixture(scope="module")
def entities(demo: Path) -> Mapping[str, list[Entity]]:
    return plain_demo.entities(plain_demo.read(demo))


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(SCORECARDS)


@pytest.fixture(scope="module")
def scored(workspace: Workspace, connection: Connection) -> Any:
    """The sheet of a card and a run, made once."""
    return cache(lambda card, run: score(workspace, card, RUNS[run][0], connection, RUNS[run][1]))


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("card", CARDS)
def test_every_explanation_adds_up(card: str, run: str, scored: Any) -> None:
    check_all(scored(card, run), lines_of(SCORECARDS))


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("card", CARDS)
def test_everybody_is_listed_once_and_nobody_else(
    card: str, run: str, scored: Any, entities: Mapping[str, list[Entity]]
) -> None:
    """The population comes from the raw tables; those without a single row have their reasons."""
    document = sheet_document(scored(card, run))
    items = [*document["items"], *document["not_ranked"]]
    claimed = [each for each in entities[CARDS[card].entity] if CARDS[card].claims(each)]
    (year, number), as_of = map(int, RUNS[run][0].split("Q")), RUNS[run][1]
    own = Quarter(year, number, as_of).own
    active = [entity for entity in claimed if entity.active.within(own).days > 0]
    assert Counter(item["key"] for item in items) == Counter(entity.key for entity in active)
    assert document["not_active"] == len(claimed) - len(active)
    silent = {entity.key for entity in active if not any_row(entity, own)}
    assert silent or card == "store_manager"  # store S021 and its staff, but its manager helps out
    for item in items:
        if item["key"] in silent:
            assert any(measure["reason"] for measure in item["measures"].values())


def any_row(entity: Entity, when: Window) -> bool:
    """Whether anything happened to it, or to the store it belongs to."""
    if entity.store and any_row(entity.store, when):
        return True
    days = {"sales": "sold_at", "surveys": "answered_on", "service_requests": "opened_at"}
    return any(entity.data(table, day, when) for table, day in days.items())


def test_a_store_without_any_row_is_among_those_not_ranked(scored: Any) -> None:
    document = sheet_document(scored("store_quarterly", "closed"))
    assert [item["reason"] for item in document["not_ranked"] if item["key"] == "S021"] == [
        "no_total"
    ]


@pytest.mark.parametrize("card", CARDS)
def test_printed_points_add_up(card: str, scored: Any) -> None:
    """What an employee reads can be checked with a calculator, to the last digit printed."""
    sheet = scored(card, "closed")
    for key in sheet.keys:
        made, together = points_sentences(explained(sheet, str(key))["sentences"])
        assert sum(round(100 * each) for each in made) == round(100 * together)


def points_sentences(sentences: list[str]) -> tuple[list[float], float]:
    made = next(each for each in sentences if each.startswith("It is made of "))
    parts = re.findall(r"(?:^It is made of|\);) (-?[\d.,]+) for ", made)
    assert len(parts) == made.count(", score ") + made.count("(score ")
    together = next(each for each in sentences if each.startswith("Together these are "))
    found = re.fullmatch(r"Together these are (-?[\d.,]+) points?\.", together)
    assert found
    return [float(each.replace(",", "")) for each in parts], float(found[1].replace(",", ""))


# ── random workspaces ───────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), database=st.sampled_from(["duckdb", "sqlite"]))
def test_random_workspaces_add_up(
    case: Case, database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("random")
    url = case.write(folder, database)
    with connect(url, folder=folder) as source:
        sheet = score(load(folder), "card", "2025Q3", source, case.quarter.as_of)
        check_all(sheet, lines_of(folder))
    expected = by_key(plain_sheet(case.card, case.entities(), case.quarter))
    found = by_key(sheet_document(sheet))
    assert list(differences(expected, found, 1e-9)) == []


@pytest.mark.parametrize("curve", ["attainment", "linear\n at 0 score 0\n at target score 100"])
def test_there_is_no_attainment_of_a_target_that_is_not_positive(
    curve: str, tmp_path: Path
) -> None:
    """docs/language.md 6.4: the target must be positive."""
    found = items(score_card(make_workspace(tmp_path, NEGATIVE + curve, ROWS), "card", "2025Q3"))
    assert found["s1"]["measures"]["sold"]["target"] == -1
    assert found["s1"]["measures"]["sold"]["attainment"] is None


NEGATIVE = """\
entity shop
  file "shops.csv"
  key id
data deals
  file "deals.csv"
  date day
  link shop by shop_id
  column amount unit CNY
targets plan
  file "goals.csv"
  link shop by shop_id
  period starts_on
  value value
kpi sold
  formula sum(deals.amount)
  unit CNY
  better higher
scorecard card
  for shop
  every quarter
  effective from 2025-01-01
  when missing leave out
measure sold
  weight 100%
  limit 0 to 120
  target from plan
  curve """
ROWS = {
    "shops": "id\ns1",
    "deals": "shop_id,day,amount\ns1,2025-07-01,2",
    "goals": "shop_id,starts_on,value\ns1,2025-07-01,-1",
}


# ── what holds for every explanation ────────────────────────────────────────────────────────────


def explained(sheet: Sheet, key: str) -> Document:
    explanation = explain(sheet, key)
    assert explanation is not None
    return explanation_document(explanation)


def lines_of(folder: Path) -> Lines:
    return {path.name: path.read_text("utf-8").splitlines() for path in folder.glob("*.scorecard")}


def check_all(sheet: Sheet, lines: Lines) -> None:
    document = sheet_document(sheet)
    items = [*document["items"], *document["not_ranked"]]
    assert len({item["key"] for item in items}) == len(items) == len(sheet)
    for item in items:
        check_weights(item)
        check_reasons(item)
        explanation = explained(sheet, item["key"])
        check_points(item, explanation)
        check_sentences(explanation["sentences"])
        for node in walk(explanation["tree"]):
            check_place(node, lines)


def check_weights(item: Document) -> None:
    """Effective weights are those of the whole, at both levels, if anything is included at all."""
    for part in ("measures", "perspectives"):
        weights = [each["effective_weight"] or 0.0 for each in item[part].values()]
        assert all(weight >= 0 for weight in weights)
        whole = 0.0 if item["total_before_rules"] is None else 1.0
        assert isclose(sum(weights), whole, abs_tol=1e-9), item["key"]


def check_reasons(item: Document) -> None:
    for measure in item["measures"].values():
        assert (measure["state"] == "scored") == (measure["reason"] is None)
        assert measure["reason"] is None or measure["reason"] in REASONS
    assert (item["rank"] is None) == bool(item.get("reason"))
    assert (item["grade"] is None) == (item["total"] is None)


def check_points(item: Document, explanation: Document) -> None:
    """Measures to the weighted total; leaves to the total; rounding moves half a unit at most."""
    tree = explanation["tree"]
    before = item["total_before_rules"]
    of_measures = sum(each["points"] or 0.0 for each in item["measures"].values())
    assert isclose(of_measures, before or 0.0, abs_tol=1e-9), item["key"]
    for node in walk(tree):
        check_inner_sum(node, before)
        if node["kind"] == "measure" and node["score"] is not None and node["weight"]:
            own = node["effective_weight"] * node["score"]
            assert isclose(node["points"], own, abs_tol=1e-9), item["key"]
        if node["kind"] == "rounding":
            assert abs(node["points"]) <= 0.05 + 1e-7
    assert explanation["total_before_rules"] == before
    assert explanation["total"] == tree["points"] == item["total"]


def check_inner_sum(node: Document, before: float | None) -> None:
    """A node has the points of its children; without a total, these add up to the weighted one."""
    if node["points"] is not None or node["kind"] == "total":
        leaves = [leaf["points"] for leaf in walk(node) if is_leaf(leaf)]
        whole = before or 0.0 if node["points"] is None else node["points"]
        assert isclose(sum(leaves), whole, abs_tol=1e-9), (node["name"], leaves)


def is_leaf(node: Document) -> bool:
    """Carries points, and nothing below it does."""
    return node["points"] is not None and not any(
        each["points"] is not None for child in node["children"] for each in walk(child)
    )


def walk(node: Document) -> Iterator[Document]:
    yield node
    for child in node["children"]:
        yield from walk(child)


def check_sentences(sentences: list[str]) -> None:
    assert sentences
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert not re.search(r"[{}]|\b(None|nan|inf)\b", sentence), sentence


def check_place(node: Document, lines: Lines) -> None:
    """The file and line are those of the fact or header that the node is about."""
    line = lines[node["file"]][node["line"] - 1].strip()
    if node["kind"] == "aggregate":
        assert node["name"] in line, (node["label"], line)
    else:
        assert line.startswith(STARTS[node["kind"]]), (node["kind"], line)
