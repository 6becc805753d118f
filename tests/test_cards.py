"""The example's cards as a family: each tells people apart, and everybody has one.

What a single card is worth is in its own examples; the numbers are recomputed elsewhere. Here it is
asked of all of them at once what HR would ask of a new card before anybody is scored by it.
"""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from api.demo_data import build
from api.session import Session
from engine import Sheet, check, load
from engine.examples import run_examples
from engine.references import sections_of
from engine.roll_call import Part, RollCall
from engine.sheet import MeasureScores
from grammar import syntax as s

SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
WORKSPACE = load(SCORECARDS)
CLOSED = {"quarter": "2025Q4", "half": "2025H2", "year": "2025"}
AFTER = date(2026, 1, 31)
SCORED = {name for name in WORKSPACE.cards if not name.endswith("_monitor")}

Calls = Mapping[str, RollCall]
Sheets = Mapping[str, Sheet]


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    """Everybody's results in the last period of each kind."""
    folder = tmp_path_factory.mktemp("cards") / "scorecards"
    shutil.copytree(SCORECARDS, folder, ignore=shutil.ignore_patterns(".steelyard"))
    build(folder / ".steelyard" / "demo.duckdb")
    session = Session(folder)
    yield {every: session.call_roll(period, AFTER) for every, period in CLOSED.items()}
    session.close()


@pytest.fixture(scope="module")
def sheets(calls: Calls) -> Sheets:
    parts = [part for call in calls.values() for person in call.people for part in person.parts]
    return {part.card: part.sheet for part in parts}


def weighed(sheet: Sheet) -> Iterator[MeasureScores]:
    return (each for each in sheet.measures if not each.plan.measure.report_only)


def test_nothing_is_said_of_them() -> None:
    assert [each.code for each in check(WORKSPACE)] == []


def test_each_has_an_example() -> None:
    tried = {each.card for each in run_examples(WORKSPACE)}
    assert SCORED - tried == set()


def test_customers_come_first_in_every_card_of_people_and_stores() -> None:
    """But for an index and ratings, which have nothing else in them."""
    (policy,) = [
        each
        for each in sections_of(WORKSPACE, s.PolicySection)
        if each.name.text == "customers_first"
    ]
    named = {fact.scorecard.text for fact in policy.facts if isinstance(fact, s.AppliesTo)}
    assert named == SCORED - {"satisfaction_ahp", "staff_review"}


def test_all_are_scored(calls: Calls, sheets: Sheets) -> None:
    assert SCORED - set(sheets) == set()
    assert [call.refused for call in calls.values() if call.refused] == []


@pytest.mark.parametrize("name", sorted(SCORED))
def test_each_measure_tells_people_apart(name: str, sheets: Sheets) -> None:
    """More than half of the people have a score of each measure, not all have the same, and not
    most of them the highest."""
    for each in weighed(sheets[name]):
        found = each.score[~np.isnan(each.score)]
        assert len(found) >= len(each.score) / 2, each.name
        assert len(np.unique(found)) > 1, each.name
        assert np.mean(found >= 120) < 0.75, each.name


@pytest.mark.parametrize("name", sorted(SCORED))
def test_most_have_a_total_and_the_totals_are_spread(name: str, sheets: Sheets) -> None:
    total = sheets[name].total
    found = total[~np.isnan(total)]
    assert len(found) >= 0.8 * len(total)
    assert 60 < np.median(found) < 105
    assert len(np.unique(found)) > 0.2 * len(found)
    assert np.mean(found == found.max()) < 0.3


def test_everybody_has_one_card_and_nobody_two(calls: Calls) -> None:
    for call in calls.values():
        assert list(call.overlaps) == []
    assert list(calls["quarter"].without_card) == list(calls["half"].without_card) == []
    managers = {
        part.sheet.keys[part.place] for part in _parts(calls["quarter"], "regional_manager")
    }
    assert {person.key for person in calls["year"].without_card} == managers


def _parts(call: RollCall, card: str) -> Iterator[Part]:
    return (part for person in call.people for part in person.parts if part.card == card)


def test_a_region_has_the_mean_of_its_stores_weighted_by_sales(sheets: Sheets) -> None:
    """Of the published totals; who has none, or has sold nothing, does not count."""
    stores, regions = sheets["store_quarterly"], sheets["region_quarterly"]
    sold = next(each.value for each in stores.measures if each.name == "net_sales")
    counts = ~np.isnan(stores.total) & (sold > 0)
    (taken,) = (each.value for each in regions.measures if each.name == "stores")
    for region, value in zip(regions.keys, taken, strict=True):
        inside = counts & (stores.group == region)
        mean = np.average(stores.total[inside], weights=sold[inside])
        assert value == pytest.approx(mean, rel=1e-9)
