"""Rules, bonuses and penalties: what they see, in which order they act, and that points add up."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Sheet, check
from engine.documents import explanation_document
from engine.examples import run_examples
from engine.explanation import explain
from engine.sentences import sentences
from tests.support.small_workspaces import items, make_workspace, score_card

BASE = """
    entity store
      file "stores.csv"
      key id
      attribute region
    data facts
      file "facts.csv"
      date day
      link store by id
    kpi money
      formula average(facts.money)
      unit points
      better higher
    kpi service
      formula average(facts.service)
      unit points
      better higher
    kpi complaints
      formula sum(facts.complaints)
      unit complaints
      better lower
    kpi audit
      formula average(facts.audit)
      unit points
      better higher
    scorecard card
      for store
      every quarter
      round total 1
      when missing leave out
      {facts}
    perspective financial
      weight 60%
    measure money as income
      weight 100%
      curve linear
      at 0 score 0
      at 200 score 200
    perspective customer
      weight 40%
    measure service
      weight 100%
      curve linear
      at 0 score 0
      at 200 score 200
    grade A "Best"
      from 90
    grade B
      from 60
    grade C
      otherwise
    {rules}
"""
# A 84 before rules, B 100, C no service: 50, D nothing at all
FILES = {
    "stores": "id,region\nA,East\nB,East\nC,West\nD,West",
    "facts": """
        id,day,money,service,complaints,audit
        A,2025-07-01,80,90,3,
        B,2025-07-01,100,100,0,1
        C,2025-07-01,50,,5,0
    """,
}


def scored(tmp_path: Path, rules: str, facts: str = "") -> Sheet:
    text = BASE.replace("{facts}", facts).replace("{rules}", rules)
    workspace = make_workspace(tmp_path, text, FILES)
    assert [each.code for each in check(workspace) if each.is_error] == []
    return score_card(workspace, "card", "2025Q3")


def totals(sheet: Sheet) -> list[float | None]:
    return [each["total"] for each in items(sheet).values()]


def adjustments(sheet: Sheet, key: str) -> list[tuple[Any, ...]]:
    found = items(sheet)[key]["adjustments"]
    return [(a["kind"], a["name"], a["points_before"], a["points_after"]) for a in found]


def test_without_rules(tmp_path: Path) -> None:
    assert totals(scored(tmp_path, "")) == [84, 100, 50, None]


def test_a_cap_holds_where_the_condition_does(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "rule capped\nwhen complaints >= 3\ncap total 70")
    assert totals(sheet) == [70, 100, 50, None]  # C is below the cap
    assert adjustments(sheet, "A") == [("cap_total", "capped", 84, 70)]
    assert adjustments(sheet, "C") == []
    assert [each["total_before_rules"] for each in items(sheet).values()] == [84, 100, 50, None]
    assert items(sheet)["A"]["grade"] == "B"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("when score of income < 90\ntotal is 10", [10, 100, 10, None]),
        ("when score of financial < 90\ntotal is 10", [10, 100, 10, None]),
        ("when total < 90\ntotal is 10", [10, 100, 10, None]),
        ("when coverage < 100%\ntotal is 10", [84, 100, 10, None]),
        ('when region = "West"\ntotal is 10', [84, 100, 10, None]),
        # C has no service, A no audit: what cannot be evaluated does not fire, also under `not`
        ("when service < 95\ntotal is 10", [10, 100, 50, None]),
        ("when not service < 95\ntotal is 10", [84, 10, 50, None]),
        ("when audit < 1\ntotal is 10", [84, 100, 10, None]),
    ],
)
def test_what_conditions_see(tmp_path: Path, rule: str, expected: list[float | None]) -> None:
    assert totals(scored(tmp_path, f"rule r\n{rule}")) == expected


def test_all_rules_together_in_the_order_of_the_page(tmp_path: Path) -> None:
    """B: financial 100 capped to 50 loses 30 points; 70 is limited to 65; 65 + 6 - 4 = 67; `total
    is` 66 and 64: the lower; cap 63 and 62: the lower. The conditions see 100 all along."""
    rules = """
    rule part
      when total = 100
      cap perspective financial 50
    rule low
      when score of financial = 100
      total is 66
      cap total 63
    rule lower
      when total >= 100
      total is 64
      cap total 62
    bonus good
      points 2 * money
      limit 6
    penalty bad
      points 4
      limit 9
    """
    sheet = scored(tmp_path, rules, "limit total 0 to 65")
    assert adjustments(sheet, "B") == [
        ("cap_perspective", "part", 100, 70),
        ("limit", "limit total", 70, 65),
        ("bonus", "good", 65, 71),
        ("penalty", "bad", 71, 67),
        ("total_is", "lower", 67, 64),
        ("cap_total", "lower", 64, 62),
    ]
    assert adjustments(sheet, "A")[0] == ("limit", "limit total", 84, 65)
    assert totals(sheet)[1] == 62


def test_bonus_and_penalty_stay_within_their_limits(tmp_path: Path) -> None:
    rules = """
    bonus audited
      points audit * 3
      limit 2
    penalty complained
      points complaints - 1
      limit 3
    """
    sheet = scored(tmp_path, rules)
    # A: no audit adds 0, 3 - 1 = 2 taken; B: 3 limited to 2, -1 is none; C: 0, 4 limited to 3
    assert totals(sheet) == [82, 102, 47, None]
    explanation = explain(sheet, "A", "en")
    assert explanation is not None
    said = list(sentences(explanation, "en"))
    assert "audited adds nothing: no row has a value." in said
    assert "complained takes 2 points: 84 becomes 82." in said


def test_caps_of_grades_and_no_rank(tmp_path: Path) -> None:
    rules = """
    rule veto "Veto"
      when complaints >= 3
      cap grade C
      not ranked
    """
    sheet = scored(tmp_path, rules)
    found = items(sheet)
    assert [each["grade"] for each in found.values()] == ["C", "A", "C", None]
    assert [each["rank"] for each in found.values()] == [None, 1, None, None]
    assert [str(each) for each in sheet.not_ranked] == ["rule", "", "rule", "no_total"]
    explanation = explain(sheet, "A", "zh")
    assert explanation is not None
    said = list(sentences(explanation, "zh"))
    assert "“Veto”：等级最高为 C。" in said
    assert "未参与排名：Veto。" in said


def test_the_tree_shows_every_rule(tmp_path: Path) -> None:
    rules = (
        "rule capped\nwhen complaints >= 3\ncap total 70\nrule audited\nwhen audit < 1\ncap total 1"
    )
    sheet = scored(tmp_path, rules)
    explanation = explain(sheet, "A")
    assert explanation is not None
    tree = explanation_document(explanation)["tree"]
    found = {each["name"]: each for each in tree["children"] if each["kind"] == "rule"}
    assert {name: each["state"] for name, each in found.items()} == {
        "capped": "fired",
        "audited": "not_evaluated",
    }
    assert [each["value"] for each in found["capped"]["children"]] == [3]
    assert added(tree) == pytest.approx(tree["value"])


def added(tree: dict[str, Any]) -> float:
    """Points of the leaves, the adjustments and the rounding."""
    return sum(each["points"] or 0 for each in tree["children"])


def test_examples_run_the_rules(tmp_path: Path) -> None:
    rules = """
    rule capped
      when complaints >= 3
      cap total 70
    bonus audited
      points audit
      limit 5
    example "capped"
      given income 100
      given service 100
      given complaints 3
      given audit 4
      expect total 70
      expect grade B
    example "with a bonus"
      given income 50
      given service 50
      given audit 9
      expect total 55
    """
    text = BASE.replace("{facts}", "").replace("{rules}", rules)
    results = run_examples(make_workspace(tmp_path, text, FILES))
    assert [each.passed for each in results] == [True, True]


def test_in_chinese(tmp_path: Path) -> None:
    rules = """
    rule 封顶
      触发条件 考核得分 financial < 90 且 总分 > 60
      总分封顶 70
    penalty 投诉
      分值 complaints
      累计上限 2
    """
    assert totals(scored(tmp_path, rules)) == [70, 100, 48, None]


EFFECTS = st.sampled_from(
    ["cap total 55", "cap total 90", "total is 40", "cap perspective customer 30", "not ranked"]
)
CONDITIONS = st.sampled_from(
    ["complaints >= 3", "total < 90", "score of customer > 95", "audit < 1", "complaints < 99"]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CONDITIONS, EFFECTS), max_size=4), st.integers(0, 9), st.booleans())
def test_points_add_up_whatever_the_rules(
    tmp_path_factory: pytest.TempPathFactory,
    rules: list[tuple[str, str]],
    extra: int,
    limited: bool,
) -> None:
    lines = [f"rule r{i}\nwhen {when}\n{effect}" for i, (when, effect) in enumerate(rules)]
    lines += [f"bonus b\npoints {extra}\nlimit 5\npenalty p\npoints complaints\nlimit {extra + 1}"]
    sheet = scored_quickly(
        tmp_path_factory.mktemp("rules"), "\n".join(lines), "limit total 0 to 80" if limited else ""
    )
    for place, key in enumerate(sheet.keys):
        explanation = explain(sheet, str(key))
        assert explanation is not None
        tree = explanation_document(explanation)["tree"]
        if tree["value"] is not None:
            assert added(tree) == pytest.approx(tree["value"], abs=1e-9)
        unfired = all(not verdict.fired[place] for verdict in sheet.verdicts)
        kinds = {a["kind"] for a in items(sheet)[str(key)]["adjustments"]}
        assert not unfired or kinds <= {"limit", "bonus", "penalty"}


def scored_quickly(tmp_path: Path, rules: str, facts: str) -> Sheet:
    text = BASE.replace("{facts}", facts).replace("{rules}", rules)
    return score_card(make_workspace(tmp_path, text, FILES), "card", "2025Q3")
