"""`measure score of CARD`: a manager from their stores, a region from its stores."""

from pathlib import Path

import pytest

from engine import Workspace, check
from engine.documents import explanation_document
from engine.examples import run_examples
from engine.explanation import explain
from tests.support.small_workspaces import codes, items, make_workspace, score_card

BASE = """
    entity region
      file "regions.csv"
      key region_id
    entity store
      file "stores.csv"
      key store_id
      belongs to region by region_id
    data facts
      file "facts.csv"
      date day
      link store by store_id
    kpi points
      formula average(facts.a)
      unit points
      better higher
    kpi size
      formula sum(facts.n)
      unit pieces
      better higher

    scorecard store_card
      for store
      every quarter
      round total 0
      when missing leave out
    measure points
      weight 100%
      curve linear
      at 0 score 0
      at 100 score 100

    scorecard region_card
      for region
      every quarter
      round total 2
      when missing leave out
    measure score of store_card from stores average
      weight 60%
    measure score of store_card from store weighted by size as by_size
      weight 40%
      curve linear
      at 0 score 0
      at 100 score 50
"""
FILES = {
    "regions": "region_id\nEast\nWest\nNorth\n",
    "stores": "store_id,region_id\nS1,East\nS2,East\nS3,East\nS4,West\nS5,\n",
    # S3 has no answers and so no total; S2 is three times as large as S1; S5 has no region.
    "facts": "store_id,day,a,n\nS1,2025-07-01,80.4,1\nS2,2025-07-01,60,3\nS3,2025-07-01,,9\n"
    "S4,2025-07-01,90,0\nS5,2025-07-01,10,1\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path, BASE, FILES)


def test_mean_and_weighted_mean_of_published_totals(shop: Workspace) -> None:
    """East: (80 + 60) / 2 = 70 and (80 * 1 + 60 * 3) / 4 = 65; S3 has no total and counts for
    nothing. West: S4 sold nothing, so there is nothing to weigh by. North has no store."""
    sheet = score_card(shop, "region_card", "2025Q3")
    found = items(sheet)
    east, west, north = (found[key]["measures"] for key in ("East", "West", "North"))
    assert east["store_card"]["value"] == 70
    assert east["by_size"]["value"] == 65
    assert found["East"]["total"] == 60 * 0.7 + 32.5 * 0.4
    assert (west["store_card"]["value"], west["by_size"]["reason"]) == (90, "no_values")
    assert found["West"]["total"] == 90
    assert {each["reason"] for each in north.values()} == {"no_rows"}


def test_explanation_names_every_store(shop: Workspace) -> None:
    sheet = score_card(shop, "region_card", "2025Q3")
    explanation = explain(sheet, "East")
    assert explanation is not None
    tree = explanation_document(explanation)["tree"]
    scores = tree["children"][1]["children"][0]
    assert (scores["kind"], scores["rows"], scores["skipped"]) == ("scores", 2, 1)
    shown = {each["name"]: (each["value"], each["weight"]) for each in scores["children"]}
    assert shown == {"S1": (80, 0.25), "S2": (60, 0.75), "S3": (None, None)}
    assert sum(each["points"] for each in tree["children"]) == pytest.approx(tree["value"])


ALONE = """
    scorecard a
      for store
      every quarter
      when missing leave out
    measure score of b from store average
      weight 100%
    scorecard b
      for store
      every quarter
      when missing leave out
    measure {measured}
      weight 100%
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("score of store_card from stores", "score of stor_card from stores", "K0780"),
        ("for store\n", "for store\n      effective from 2026-01-01\n", "K0781"),
        ("from stores average", "from region average", "K0782"),
        ("for store\n      every quarter", "for store\n      every month", "K0783"),
        ("belongs to region by region_id", "attribute region_id", "K0784"),
    ],
)
def test_what_cannot_be_taken_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    workspace = make_workspace(tmp_path, BASE.replace(old, new, 1), FILES)
    assert code in codes(list(check(workspace)))


def test_a_card_does_not_take_its_own_scores(tmp_path: Path) -> None:
    circle = make_workspace(tmp_path, ALONE.format(measured="score of a from store average"), FILES)
    assert codes(list(check(circle))).count("K0785") == 2
    straight = make_workspace(tmp_path, ALONE.format(measured="points"), FILES)
    assert "K0785" not in codes(list(check(straight)))


def test_examples_give_a_score(tmp_path: Path) -> None:
    example = """
    example "a good store and a weak one"
      given store_card 80
      given by_size 60
      expect total 60
    """
    workspace = make_workspace(tmp_path, BASE + example, FILES)
    assert [each.passed for each in run_examples(workspace)] == [True]
