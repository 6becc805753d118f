"""Benchmarks: what others reach, shown beside a value, and never scored."""

from pathlib import Path

import pytest

from engine import check, explain
from engine.explanation import Node
from engine.sentences import sentences
from tests.support.small_workspaces import make_workspace, score_card

TEXT = """
    entity store
      file "stores.csv"
      key store_id
    data visits
      file "visits.csv"
      date day
      link store by store_id
    kpi made "Visits"
      formula count(visits)
      unit visits
      better higher
      benchmark 5 source "Trade body" as of 2024-12-31 population "220 shops"
    kpi early "Early"
      formula count(visits where hour < 12) / made
      unit percent
      better higher
      benchmark 30% source "Survey"
    scorecard card
      for store
      every quarter
      when missing leave out
    measure made
      weight 100%
      curve linear
      at 0 score 0
      at 4 score 100
    measure early
      report only
"""
CSV = {
    "stores": "store_id\nS1\nS2",
    "visits": "store_id,day,hour\n"
    + "\n".join(f"S1,2025-02-0{day},{hour}" for day, hour in ((1, 9), (2, 15), (3, 16))),
}


def nodes(node: Node) -> list[Node]:
    return [node, *(each for child in node.children for each in nodes(child))]


def test_the_gap_is_the_value_less_the_benchmark(tmp_path: Path) -> None:
    """3 visits against 5: 2 below. 1 of 3 early against 30%: 3.33 above."""
    sheet = score_card(make_workspace(tmp_path, TEXT, CSV), "card", "2025Q1")
    found = explain(sheet, "S1")
    assert found is not None
    shown = {n.label: n.value for n in nodes(found.tree) if n.kind == "benchmark"}
    assert shown == {"Trade body, 220 shops, 2024-12-31": 5.0, "Survey": 0.3}
    gaps = [n.value for n in nodes(found.tree) if n.kind == "gap"]
    assert gaps == pytest.approx([-2.0, 1 / 3 - 0.3])
    said = [each for each in sentences(found) if "benchmark" in each]
    assert said == [
        "Visits is 3 visits, 2 visits below the benchmark of 5 visits "
        "(Trade body, 220 shops, 2024-12-31).",
        "Early is 33.33%, 3.33 percentage points above the benchmark of 30% (Survey).",
    ]
    (chinese, _) = [each for each in sentences(found, "zh") if "标杆值" in each]
    assert chinese.endswith("（Trade body, 220 shops, 2024-12-31）。")


def test_without_a_value_there_is_no_gap(tmp_path: Path) -> None:
    sheet = score_card(make_workspace(tmp_path, TEXT, CSV), "card", "2025Q1")
    found = explain(sheet, "S2")
    assert found is not None
    early = [n for n in nodes(found.tree) if n.kind == "benchmark" and n.label == "Survey"]
    assert [n.children for n in early] == [()]
    assert not any("Survey" in each for each in sentences(found))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('benchmark 30 source "x"', "K0303"),
        ('benchmark CNY 30 source "x"', "K0304"),
        ('benchmark made source "x"', "K0820"),
        ('benchmark 30% source " "', "K0821"),
        ('标杆值 30% 来源 "x" 数据截至 2024年12月31日 样本范围 "y"', None),
    ],
)
def test_faults(tmp_path: Path, line: str, expected: str | None) -> None:
    text = TEXT.replace('benchmark 30% source "Survey"', line)
    found = [d.code for d in check(make_workspace(tmp_path, text, CSV)) if d.is_error]
    assert found == ([expected] if expected else [])
