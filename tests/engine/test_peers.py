"""Totals, averages, medians and best values among peers, checked by hand."""

from datetime import date
from pathlib import Path

import pytest

from engine.explanation import Node, explain
from engine.sentences import sentences
from tests.support.small_workspaces import (
    codes,
    items,
    make_workspace,
    probe,
    refusal,
    score_card,
    shown,
    totals,
)

DATA = """
    entity company
      everything
    entity store
      file "stores.csv"
      key store_id
      attribute region
      attribute kind
      active from opened
    entity clerk
      file "clerks.csv"
      key clerk_id
      belongs to store by store_id
    data sales
      file "sales.csv"
      date day
      link store by store_id
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi faults
      formula average(sales.faults)
      unit points
      better lower
"""
# East: A 10, B 20, C 60 and F 30, which opened in June; West: D and E; G has no region.
STORES = """store_id,region,kind,opened
    A,East,shop,
    B,East,shop,
    C,East,shop,
    D,West,shop,
    E,West,shop,
    F,East,shop,2025-06-01
    G,,shop,
    H,East,kiosk,
"""
SALES = """store_id,day,amount,faults
    A,2025-07-01,10,4
    B,2025-07-01,20,2
    C,2025-07-01,60,9
    D,2025-07-01,5,1
    E,2025-07-01,7,1
    F,2025-07-01,30,
    H,2025-07-01,1000,1
    A,2025-02-01,1,
    B,2025-02-01,2,
    C,2025-02-01,6,
"""
CSV = {"stores": STORES, "sales": SALES, "clerks": "clerk_id,store_id"}
SHOPS = 'for store\nassign kind "shop"\nevery quarter'


def among(tmp_path: Path, *formulas: str, card: str = SHOPS, **more: object) -> list[object]:
    """What each formula yields for all entities, as one number or reason where it is the same."""
    units = ["points" if "faults" in formula else "CNY" for formula in formulas]
    kpis = {f"k{i}": f"{formulas[i]} in {unit}" for i, unit in enumerate(units)}
    found = probe(tmp_path, DATA, kpis, CSV, card=card, **more)  # type: ignore[arg-type]
    return list(found.values())


def test_figures_of_a_group(tmp_path: Path) -> None:
    total, average, median, best = among(
        tmp_path,
        *(f"peer_{each}(net within region)" for each in ("total", "average", "median", "best")),
    )
    nobody = dict.fromkeys("DEG", "few_peers")  # two of the West, and one without a region
    assert total == dict.fromkeys("ABCF", 120.0) | nobody
    assert average == dict.fromkeys("ABCF", 30.0) | nobody
    assert median == dict.fromkeys("ABCF", 25.0) | nobody
    assert best == dict.fromkeys("ABCF", 60.0) | nobody


def test_the_best_of_what_is_better_low_and_missing_values(tmp_path: Path) -> None:
    best, mean = among(
        tmp_path, "peer_best(faults within region)", "peer_average(faults within region)"
    )
    assert best == dict.fromkeys("ABCF", 2.0) | dict.fromkeys("DEG", "few_peers")
    assert mean == dict.fromkeys("ABCF", 5.0) | dict.fromkeys("DEG", "few_peers")


def test_all_are_peers_without_within_and_within_everything(tmp_path: Path) -> None:
    found, everybody = among(tmp_path, "peer_total(net)", "peer_total(net within company)")
    assert found == everybody == dict.fromkeys("ABCDEFG", 132.0)


def test_only_those_that_the_card_scores(tmp_path: Path) -> None:
    """The kiosk is not in the card of shops; a store that is exempt from all of it is no peer."""
    (everybody,) = among(tmp_path / "1", "peer_total(net)", card="for store\nevery quarter")
    assert everybody == dict.fromkeys("ABCDEFGH", 1132.0)
    exempt = 'exempt store "C" from 2025-07-01 through 2025-09-30 reason "fire"'
    (found,) = among(tmp_path / "2", "peer_total(net within region)", card=f"{SHOPS}\n{exempt}")
    assert {found[each] for each in "ABCF"} == {60.0}  # type: ignore[index]
    later = 'for store\nassign kind "shop"\neffective from 2025-01-01\nevery quarter'
    (first,) = among(tmp_path / "3", "peer_average(net)", card=later, period="2025Q1")
    assert first == dict.fromkeys("ABCDEG", 1.5)  # 1 2 6 0 0 0; F did not exist


def test_windows_leave_out_who_was_not_there(tmp_path: Path) -> None:
    outside, inside, growth = among(
        tmp_path,
        "peer_average(net within region) for 2 periods ago",
        "peer_average(net for 2 periods ago within region)",
        "peer_total(net) * (1 + growth(peer_total(net) over 2 periods ago))",
    )
    assert outside == inside == dict.fromkeys("ABCF", 3.0) | dict.fromkeys("DEG", "few_peers")
    # 132 / 9 of before, times 132; F itself was not there.
    assert growth == dict.fromkeys("ABCDEG", 1936.0) | {"F": "partial_base"}


def test_kpis_of_kpis_and_series(tmp_path: Path) -> None:
    gap, series = among(
        tmp_path,
        "net - peer_average(net within region)",
        "moving_average(peer_total(net within region) over last 3 periods)",
    )
    assert {k: gap[k] for k in "ABCF"} == {"A": -20, "B": -10, "C": 30, "F": 0}  # type: ignore[index]
    assert series["A"] == 43.0  # type: ignore[index]  # 9 0 120


def test_a_clerk_is_compared_by_stores_each_once(tmp_path: Path) -> None:
    """Three clerks of A do not make A count three times; store C has no clerk."""
    clerks = "clerk_id,store_id\n1,A\n2,A\n3,A\n4,B\n5,F\n6,D\n7,"
    text = f"""{DATA}
    kpi usual
      formula peer_average(net)
      unit CNY
      better higher
    kpi above
      formula net - peer_average(net within region)
      unit CNY
      better higher
    scorecard card
      for clerk
      every quarter
    measure usual at store
      report only
    measure above at store
      report only
    """
    sheet = score_card(make_workspace(tmp_path, text, CSV | {"clerks": clerks}), "card", "2025Q3")
    own = dict.fromkeys("123456", 16.25)  # (10 + 20 + 30 + 5) / 4
    assert shown(sheet, "usual") == own | {"7": "not_assigned"}
    above = dict.fromkeys("123", -10.0) | {"4": 0.0, "5": 10.0, "6": "few_peers"}
    assert shown(sheet, "above") == above | {"7": "not_assigned"}


def test_in_targets_needs_rules_and_conditions(tmp_path: Path) -> None:
    text = f"""{DATA}
    kpi steady
      formula net
      unit CNY
      better higher
      needs net >= 50% * peer_median(net within region)
    scorecard card
      for store
      assign kind "shop"
      every quarter
      round total 0
      when missing leave out
    measure net
      weight 50%
      target peer_average(net within region)
      curve attainment
      limit 0 to 120
    measure steady
      weight 50%
      curve linear
      at 0 score 0
      at 100 score 100
    rule far_below
      when net < 50% * peer_average(net within region)
      cap total 10
    """
    sheet = score_card(make_workspace(tmp_path, text, CSV), "card", "2025Q3")
    assert shown(sheet, "net", "target") | {"D": 0, "E": 0, "G": 0} == (
        dict.fromkeys("ABCF", 30.0) | dict.fromkeys("DEG", 0)
    )
    assert shown(sheet, "steady", "score")["A"] == "below_sample"  # 10 < 12.5
    # A: 33.3, capped; B (66.7 + 20) / 2; C (120 + 60) / 2; F (100 + 30) / 2. D, E, G: no target,
    # and a rule that cannot be evaluated; their `needs` cannot either.
    assert totals(sheet) == {"A": 10, "B": 43, "C": 90, "F": 65} | dict.fromkeys("DEG")


def test_data_that_are_not_complete_say_so(tmp_path: Path) -> None:
    text = DATA.replace(
        "link store by store_id\n    kpi",
        "link store by store_id\n      expects rows every month\n    kpi",
        1,
    )
    found = probe(tmp_path, text, {"k": "peer_total(net) in CNY"}, CSV, card=SHOPS)
    assert found["k"] == dict.fromkeys("ABCDEFG", "data_incomplete")


def test_a_running_period_compares_what_has_run(tmp_path: Path) -> None:
    (found,) = among(tmp_path, "peer_total(net)", as_of=date(2025, 7, 10))
    assert found == dict.fromkeys("ABCDEFG", 132.0)


def test_the_explanation_names_the_group_and_nobody_in_it(tmp_path: Path) -> None:
    text = f"""{DATA}
    kpi gap
      formula net - peer_average(net within region)
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
    measure gap
      report only
    """
    sheet = score_card(make_workspace(tmp_path, text, CSV), "card", "2025Q3")
    found = [each for each in nodes(tree(sheet, "A")) if each.kind == "peers"]
    assert [(each.name, each.value, each.rows, each.reason) for each in found] == [
        ("peer_average", 224.0, 5, None)
    ]
    assert found[0].label == "peer_average(net within region), East"
    small = [each for each in nodes(tree(sheet, "D")) if each.kind == "peers"]
    assert [(each.value, each.rows, each.reason) for each in small] == [(None, 2, "few_peers")]
    assert [each.value for each in nodes(small[0])][1:] == [5.0, 5.0]  # its own value alone


def tree(sheet: object, key: str) -> Node:
    explanation = explain(sheet, key)  # type: ignore[arg-type]
    assert explanation is not None
    assert all(each.endswith(".") for each in sentences(explanation))
    return explanation.tree


def nodes(node: Node) -> list[Node]:
    return [node, *(each for child in node.children for each in nodes(child))]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("peer_best(net + net within region)", "K0342"),
        ("peer_best(neutral within region)", "K0342"),
        ('peer_total(net where region = "East")', "K0334"),
        ("peer_total(net, net)", "K0208"),
        ("peer_total(net within colour)", "K0201"),
        ("peer_total(told)", "K0209"),
    ],
)
def test_what_is_refused(tmp_path: Path, formula: str, code: str) -> None:
    text = f"""{DATA}
    kpi neutral
      formula net
      unit CNY
      better neither
    kpi told
      formula {formula}
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
    measure told
      report only
    """
    assert codes(refusal(make_workspace(tmp_path, text, CSV), "card", "2025Q3")) == [code]


def test_in_chinese(tmp_path: Path) -> None:
    (found,) = among(tmp_path, "同组平均(net 分组 region)")
    assert found["A"] == 30.0  # type: ignore[index]


def test_nobody_to_compare_with(tmp_path: Path) -> None:
    empty = {"stores": "store_id,region,kind,opened", "sales": SALES, "clerks": "clerk_id,store_id"}
    text = f"{DATA}\nscorecard card\nfor store\nevery quarter\nmeasure net\nreport only"
    assert items(score_card(make_workspace(tmp_path, text, empty), "card", "2025Q3")) == {}
