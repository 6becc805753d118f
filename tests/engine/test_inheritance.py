"""Cards based on other cards: what they take over, what they change, and when."""

from datetime import date
from pathlib import Path

import pytest

from engine import check
from engine.model import CardVersion, Workspace
from grammar import syntax as s
from tests.support.small_workspaces import (
    card_on,
    codes,
    items,
    make_workspace,
    refusal,
    score_card,
    totals,
)

DATA = """
    entity store
      file "stores.csv"
      key store_id
      attribute format
    data visits
      file "visits.csv"
      date day
      link store by store_id
    kpi made
      formula count(visits)
      unit visits
      better higher
    kpi long
      formula count(visits where minutes >= 10)
      unit visits
      better higher
    kpi short
      formula count(visits where minutes < 10)
      unit visits
      better lower
"""
CSV = {
    "stores": "store_id,format\nS1,big\nS2,small",
    "visits": "store_id,day,minutes\nS1,2025-02-01,20\nS1,2025-02-02,5\nS2,2025-02-03,30",
}
BASE = """
    scorecard base "The base"
      label zh "基础卡"
      for store
      assign format "big"
      every quarter
      effective from 2025-01-01
      purpose "Visits"
      when missing leave out
      round total 1

    perspective many "Many"
      weight 60%
    measure made
      weight 100%
      target 4
      curve linear
      at 0 score 0
      at target score 100

    perspective kind "Kind"
      weight 40%
    measure long
      weight 50%
      target 1
      curve linear
      at 0 score 0
      at target score 100
    measure short
      weight 50%
      curve linear
      at 0 score 100
      at 2 score 0

    grade A
      from 90
    grade B
      otherwise

    example "one"
      given made 4
      given long 1
      given short 0
      expect total 100
"""


def made(folder: Path, *cards: str) -> Workspace:
    return make_workspace(folder, DATA + "".join(cards), CSV)


def derived(text: str, facts: str = "") -> str:
    return f"\n    scorecard small\n      based on base\n{facts}\n{text}\n"


def version(workspace: Workspace, name: str = "small", place: int = 0) -> CardVersion:
    return workspace.cards[name][place]


def names(card: CardVersion, kind: type[s.Node]) -> list[str]:
    parts = (p for p in card.parts if isinstance(p, kind))
    return [(p.called if isinstance(p, s.MeasureSection) else p.name).text for p in parts]


def faults(workspace: Workspace) -> list[tuple[str, str]]:
    found = (d for d in check(workspace) if d.code.startswith("K07") or d.is_error)
    return [(d.code, d.span.text if d.span else "") for d in found]


def test_everything_is_taken_over_but_who_and_when_it_is_for(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, derived(""))
    card = version(workspace)
    kinds = {type(fact) for fact in card.section.facts}
    assert {s.ForEntity, s.Every, s.Purpose, s.RoundTotal, s.WhenMissing} <= kinds
    assert not {s.Assign, s.Effective, s.Label} & kinds
    assert names(card, s.MeasureSection) == ["made", "long", "short"]
    assert not any(isinstance(part, s.ExampleSection) for part in card.parts)
    assert (card.name, card.label("zh")) == ("small", "small")
    assert faults(workspace) == []


def test_scores_are_those_of_the_base(tmp_path: Path) -> None:
    """S1: 2 of 4 visits give 50; 1 long gives 100, 1 short 50: 0.6 * 50 + 0.4 * 75 = 60."""
    workspace = made(tmp_path, BASE, derived(""))
    assert totals(score_card(workspace, "base", "2025Q1")) == {"S1": 60.0}
    found = items(score_card(workspace, "small", "2025Q1"))
    assert found["S1"] == items(score_card(workspace, "base", "2025Q1"))["S1"] | {
        "rank": found["S1"]["rank"]
    }
    assert found["S2"]["total"] == 0.6 * 25 + 0.4 * 100


def test_a_changed_family_is_replaced_whole(tmp_path: Path) -> None:
    """`made` is linear to 2 instead: S1 has 100 there, so 60 + 30 = 90."""
    change = """
    change measure made
      curve linear
      at 0 score 0
      at 2 score 100
      target 9 for display
    """
    workspace = made(tmp_path, BASE, derived(change))
    assert faults(workspace) == []
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 90.0
    measure = next(p for p in version(workspace).parts if isinstance(p, s.MeasureSection))
    assert [type(fact) for fact in measure.facts] == [s.Weight, s.Curve, s.At, s.At, s.TargetLine]


def test_a_new_target_leaves_weight_and_curve(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, derived("change measure made\n target 2"))
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 90.0


def test_facts_of_the_card_replace_theirs(tmp_path: Path) -> None:
    facts = '      effective from 2025-04-01\n      round total 0\n      assign format "small"'
    card = version(made(tmp_path, BASE, derived("", facts)))
    digits = [f.digits.value for f in card.section.facts if isinstance(f, s.RoundTotal)]
    assigned = [f.value.value for f in card.section.facts if isinstance(f, s.Assign)]
    assert (digits, assigned, card.version) == ([0], ["small"], "2025-04-01")


def test_removing_a_perspective_removes_its_measures(tmp_path: Path) -> None:
    change = "remove perspective kind\nchange perspective many\nweight 100%"
    workspace = made(tmp_path, BASE, derived(change))
    assert faults(workspace) == []
    assert names(version(workspace), s.MeasureSection) == ["made"]
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 50.0


def test_new_measures_stand_below_the_perspective_that_is_changed(tmp_path: Path) -> None:
    change = """
    change perspective many
    change measure made
      weight 75%
    measure long as more
      weight 25%
      curve linear
      at 0 score 0
      at 2 score 100
    """
    workspace = made(tmp_path, BASE, derived(change))
    assert faults(workspace) == []
    assert names(version(workspace), s.MeasureSection) == ["made", "more", "long", "short"]
    # 0.75 * 50 + 0.25 * 50 = 50 as before
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 60.0


def test_a_new_grade_goes_where_its_threshold_belongs(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, derived("grade S\nfrom 98\ngrade AB\nfrom 85"))
    assert names(version(workspace), s.GradeSection) == ["S", "A", "AB", "B"]


def test_what_is_removed_may_be_written_anew(tmp_path: Path) -> None:
    change = "remove measure made\nchange perspective many\nmeasure made\nreport only"
    workspace = made(tmp_path, BASE, derived(change))
    assert names(version(workspace), s.MeasureSection) == ["made", "long", "short"]


def test_weights_must_add_up_again(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, derived("change measure long\nweight 30%"))
    (found,) = [d for d in check(workspace) if d.is_error]
    assert found.code == "K0401"
    assert "80%" in found.message()
    places = [found.span, *(label.span for label in found.labels)]
    assert [place.text for place in places if place] == ["30%", "50%"]


def test_a_fault_in_the_text_of_the_base_shows_where_it_is_taken_over(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, derived("change measure short\nweight 30%"))
    (found,) = [d for d in check(workspace) if d.is_error]
    places = [found.span, *(label.span for label in found.labels)]
    assert [place.text for place in places if place] == ["50%", "30%", "based on base"]


def test_a_base_of_a_base(tmp_path: Path) -> None:
    third = "scorecard third\nbased on small\nchange measure made\ntarget 1"
    workspace = made(tmp_path, third + "\n", derived("change measure made\n target 2"), BASE)
    assert faults(workspace) == []
    assert totals(score_card(workspace, "third", "2025Q1"))["S1"] == 90.0


def test_the_day_picks_the_version_of_the_base(tmp_path: Path) -> None:
    old = BASE.replace("from 2025-01-01", "from 2024-01-01 through 2024-12-31")
    old = old.replace("target 4", "target 2").replace('"one"', '"old"')
    workspace = made(tmp_path, old, BASE, derived("", "      effective from 2024-07-01"))
    assert [each.version for each in workspace.cards["small"]] == ["2024-07-01", "2025-01-01"]
    card, _ = card_on(workspace, "small", date(2024, 7, 1))
    assert card is not None
    assert card.source.through == date(2024, 12, 31)
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 60.0
    assert codes(refusal(workspace, "small", "2024Q2")) == ["K0907"]


def test_order_of_sections_of_two_files_says_nothing(tmp_path: Path) -> None:
    change = derived("change measure made\n target 2")
    one, other = made(tmp_path / "a", BASE, change), made(tmp_path / "b", change, BASE)
    assert items(score_card(one, "small", "2025Q1")) == items(score_card(other, "small", "2025Q1"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scorecard x\nbased on bse", [("K0760", "bse")]),
        ("scorecard x\nbased on x", [("K0761", "x")]),
        ("scorecard x\nbased on y\nscorecard y\nbased on x", [("K0761", "y"), ("K0761", "x")]),
        ("scorecard x\nbased on base\nchange measure mad\nweight 1%", [("K0762", "mad")]),
        ("scorecard x\nbased on base\nremove grade C", [("K0762", "C")]),
        (
            "scorecard x\nbased on base\nchange perspective many\nmeasure made\nreport only",
            [("K0763", "made")],
        ),
        (
            "scorecard x\nbased on base\nchange measure made\ntarget 1\n"
            "change measure made\ntarget 2",
            [("K0764", "made")],
        ),
        (
            "scorecard x\nfor store\nevery quarter\nremove measure long\nmeasure made\nreport only",
            [("K0765", "long")],
        ),
        ("scorecard x\nbased on base\neffective from 2024-01-01", [("K0766", "base")]),
        ("scorecard x\nbased on base\nchange measure made\ntarget 4", [("K0767", "made")]),
        (
            "scorecard x\nbased on base\neffective from 2024-01-01 through 2024-12-31",
            [("K0768", "base")],
        ),
    ],
)
def test_faults(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert faults(made(tmp_path, BASE, "\n" + text + "\n")) == expected


def test_only_what_is_at_fault_is_not_scored(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, "\nscorecard x\nbased on base\nremove measure none\n")
    assert codes(refusal(workspace, "x", "2025Q1")) == ["K0762"]
    assert totals(score_card(workspace, "base", "2025Q1")) == {"S1": 60.0}


def test_an_unknown_base_is_the_only_reason(tmp_path: Path) -> None:
    workspace = made(tmp_path, BASE, "\nscorecard x\nbased on bse\nremove measure none\n")
    assert codes(refusal(workspace, "x", "2025Q1")) == ["K0760"]
    third = made(tmp_path / "b", BASE, "\nscorecard x\nbased on bse\nscorecard y\nbased on x\n")
    assert codes(refusal(third, "y", "2025Q1")) == ["K0760"]


def test_in_chinese(tmp_path: Path) -> None:
    change = "\n计分卡 small\n沿用 base\n修改考核项 made\n目标 2\n"
    workspace = made(tmp_path, BASE, change)
    assert faults(workspace) == []
    assert totals(score_card(workspace, "small", "2025Q1"))["S1"] == 90.0


def test_a_damaged_line_is_the_only_fault(tmp_path: Path) -> None:
    change = "\nscorecard small\nbased onn base\nchange measure made\ntarget 2\n"
    found = [each.code for each in check(made(tmp_path, BASE, change)) if each.is_error]
    assert len(found) == 1
    assert found[0].startswith("K01")
