"""From values to totals: states, weights of what is missing, coverage, limits, ranks and grades."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import Sheet
from engine.documents import sheet_document
from tests.support.small_workspaces import (
    LATER,
    codes,
    items,
    make_workspace,
    refusal,
    score_card,
    shown,
    totals,
)

# One row a store with what it "measured"; an empty cell is a missing average.
BASE = """
    entity region
      values of store.region
    entity store
      file "stores.csv"
      key store_id
      attribute region
      attribute format
    data facts
      file "facts.csv"
      date day
      link store by store_id
    kpi a
      formula average(facts.a)
      unit points
      better higher
    kpi b
      formula average(facts.b)
      unit points
      better higher
    kpi c
      formula average(facts.c)
      unit points
      better higher
    kpi surveys
      formula sum(facts.n)
      unit surveys
      better higher
    kpi rated
      formula average(facts.a)
      unit points
      better higher
      needs surveys >= 20
"""
IDENTITY = "curve linear\nat 0 score 0\nat 200 score 200"
STORES = "store_id,region,format\nS1,East,flagship\nS2,East,kiosk\nS3,West,flagship\nS4,West,"


def facts(*rows: str) -> str:
    """Rows `STORE a b c n`; `-` is missing. A row of nobody makes every column one of numbers."""
    cells = (
        [cell.replace("-", "") if cell == "-" else cell for cell in row.split()] for row in rows
    )
    lines = [",".join([store, "2025-07-01", *numbers]) for store, *numbers in cells]
    return "\n".join(["store_id,day,a,b,c,n", "S9,2025-07-01,1.5,1.5,1.5,1", *lines])


def card(head: str, *measures: str, tail: str = "") -> str:
    """A card of measures, each `KPI` and its lines; the curve gives every value as its score."""
    lines = [BASE, "scorecard card\nfor store\nevery quarter", head]
    for measure in measures:
        first, *more = [line.strip() for line in measure.strip().splitlines()]
        curve = [] if any(line.startswith(("curve", "report")) for line in more) else [IDENTITY]
        lines += [f"measure {first}", *more, *curve]
    return "\n".join([*lines, tail])


def scored(
    folder: Path, text: str, rows: str, as_of: date = LATER, period: str = "2025Q3"
) -> Sheet:
    return score_card(
        make_workspace(folder, text, {"stores": STORES, "facts": rows}), "card", period, as_of
    )


def part(sheet: Sheet, key: str, measure: str) -> dict[str, Any]:
    found: dict[str, Any] = items(sheet)[key]["measures"][measure]
    return found


FULL = facts("S1 80 60 40 20", "S2 100 50 0 20", "S3 20 20 20 20", "S4 0 0 0 20")


# ── the weighted total ───────────────────────────────────────────────────────────────────────────


def test_a_total_is_the_weighted_sum_of_scores(tmp_path: Path) -> None:
    text = card("when missing leave out", "a\nweight 50%", "b\nweight 30%", "c\nweight 20%")
    sheet = scored(tmp_path, text, FULL)
    # 40 + 18 + 8; 50 + 15 + 0
    assert totals(sheet) == {"S1": 66.0, "S2": 65.0, "S3": 20.0, "S4": 0.0}
    assert [part(sheet, "S1", m)["points"] for m in "abc"] == [40.0, 18.0, 8.0]
    assert part(sheet, "S1", "a") == {
        "value": 80.0,
        "target": None,
        "attainment": None,
        "score": 80.0,
        "weight": 0.5,
        "effective_weight": 0.5,
        "points": 40.0,
        "state": "scored",
        "reason": None,
        "representative": None,
        "window": None,
    }


def test_perspectives_are_weighted_means_of_their_measures(tmp_path: Path) -> None:
    text = (
        card("when missing leave out")
        + f"""
perspective money
weight 60%
measure a
weight 50%
{IDENTITY}
measure b
weight 50%
{IDENTITY}
perspective people
weight 40%
measure c
weight 100%
{IDENTITY}
"""
    )
    found = items(scored(tmp_path, text, FULL))["S1"]
    assert found["perspectives"] == {
        "money": {"weight": 0.6, "effective_weight": 0.6, "score": 70.0},
        "people": {"weight": 0.4, "effective_weight": 0.4, "score": 40.0},
    }
    assert (found["total"], found["measures"]["a"]["weight"]) == (58.0, 0.3)


# ── what is missing ──────────────────────────────────────────────────────────────────────────────

GAPS = facts("S1 80 60 40 20", "S2 - 60 40 20", "S3 - - 40 20", "S4 - - - 20")


def test_left_out_weight_goes_to_the_siblings_in_proportion(tmp_path: Path) -> None:
    text = card("when missing leave out", "a\nweight 50%", "b\nweight 30%", "c\nweight 20%")
    sheet = scored(tmp_path, text, GAPS)
    # 60 and 40 at 30 : 20; 40 alone; nothing
    assert totals(sheet) == {"S1": 66.0, "S2": 52.0, "S3": 40.0, "S4": None}
    assert [part(sheet, "S2", m)["effective_weight"] for m in "abc"] == [0.0, 0.6, 0.4]
    assert part(sheet, "S2", "a") == {
        "value": None, "target": None, "attainment": None, "score": None, "weight": 0.5,
        "effective_weight": 0.0, "points": 0.0, "state": "missing", "reason": "no_values",
        "representative": None,
        "window": None,
    }  # fmt: skip
    assert {key: each["coverage"] for key, each in items(sheet).items()} == {
        "S1": 1.0, "S2": 0.5, "S3": 0.2, "S4": 0.0,
    }  # fmt: skip


def test_a_part_that_is_absent_does_not_count_as_zero(tmp_path: Path) -> None:
    # two parts of 5 and one that nobody gave: 5, not 3.33
    text = card("weights equal\nwhen missing leave out", "a", "b", "c")
    assert totals(scored(tmp_path, text, facts("S1 5 5 - 1")))["S1"] == 5.0


def test_a_perspective_with_nothing_scored_is_left_out_among_perspectives(tmp_path: Path) -> None:
    text = (
        card("when missing leave out")
        + f"""
perspective money
weight 50%
measure a
weight 50%
{IDENTITY}
measure b
weight 50%
{IDENTITY}
perspective people
weight 30%
measure c
weight 100%
{IDENTITY}
perspective service
weight 20%
measure surveys
weight 100%
{IDENTITY}
"""
    )
    sheet = scored(tmp_path, text, facts("S1 80 - 40 10", "S2 80 - - 10"))
    first, second = items(sheet)["S1"], items(sheet)["S2"]
    # b's weight stays inside money: 50 % of 80, 30 % of 40, 20 % of 10
    assert (first["total"], first["measures"]["a"]["effective_weight"]) == (54.0, 0.5)
    # people has nothing: money and service are 50 : 20
    assert second["total"] == 60.0
    assert second["perspectives"]["people"] == {
        "weight": 0.3, "effective_weight": 0.0, "score": None,
    }  # fmt: skip
    assert second["perspectives"]["money"]["effective_weight"] == pytest.approx(5 / 7)
    assert second["coverage"] == 0.45  # 25 % of a and 20 %


def test_a_score_instead_of_a_missing_value(tmp_path: Path) -> None:
    text = card("when missing leave out", "a\nweight 50%\nwhen missing score 60", "b\nweight 50%")
    sheet = scored(tmp_path, text, GAPS)
    assert totals(sheet) == {"S1": 70.0, "S2": 60.0, "S3": 60.0, "S4": 60.0}
    found = part(sheet, "S2", "a")
    assert (found["score"], found["points"], found["effective_weight"]) == (60.0, 30.0, 0.5)
    assert (found["state"], found["reason"]) == ("missing", "no_values")
    # it carries weight and is not covered by data
    assert items(sheet)["S2"]["coverage"] == 0.5


def test_a_measure_without_weight_makes_no_total(tmp_path: Path) -> None:
    text = card("when missing leave out", "a\nweight 0%", "b\nweight 100%")
    sheet = scored(tmp_path, text, facts("S1 80 60 0 1", "S2 80 - 0 1"))
    assert (totals(sheet)["S1"], totals(sheet)["S2"]) == (60.0, None)
    assert sheet_document(sheet)["not_ranked"][0]["reason"] == "no_total"


def test_no_total_without_a_measure(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nround total 1",
        "a\nweight 50%\nwhen missing no total",
        "b\nweight 50%",
        tail="grade A\nfrom 50\ngrade B\notherwise",
    )
    sheet = scored(tmp_path, text, GAPS)
    assert totals(sheet) == {"S1": 70.0, "S2": None, "S3": None, "S4": None}
    document = sheet_document(sheet)
    assert [(each["key"], each["reason"]) for each in document["not_ranked"]] == [
        ("S2", "no_total"), ("S3", "no_total"), ("S4", "no_total"),
    ]  # fmt: skip
    assert [(each["key"], each["rank"]) for each in document["items"]] == [("S1", 1)]
    assert items(sheet)["S2"]["grade"] is None
    assert items(sheet)["S2"]["measures"]["b"]["points"] == 60.0


def test_the_rule_of_a_measure_goes_before_that_of_the_card(tmp_path: Path) -> None:
    text = card(
        "when missing no total",
        "a\nweight 50%\nwhen missing leave out",
        "b\nweight 50%\nwhen missing score 10",
    )
    assert totals(scored(tmp_path, text, GAPS)) == {"S1": 70.0, "S2": 60.0, "S3": 10.0, "S4": 10.0}


def test_without_a_rule_for_missing_values_a_card_is_refused(tmp_path: Path) -> None:
    text = card("", "a\nweight 50%\nwhen missing leave out", "b\nweight 50%")
    workspace = make_workspace(tmp_path, text, {"stores": STORES, "facts": FULL})
    assert codes(refusal(workspace, "card", "2025Q3")) == ["K0508"]


# ── applicable, sample, target ───────────────────────────────────────────────────────────────────


def test_what_does_not_apply_is_decided_first(tmp_path: Path) -> None:
    text = card(
        "when missing score 10",
        'a\nweight 50%\napplies when format <> "kiosk"',
        "b\nweight 50%",
    )
    sheet = scored(
        tmp_path, text, facts("S1 80 60 0 1", "S2 80 60 0 1", "S3 - 60 0 1", "S4 80 - 0 1")
    )
    states = {key: part(sheet, key, "a")["state"] for key in ("S1", "S2", "S3", "S4")}
    assert states == {"S1": "scored", "S2": "not_applicable", "S3": "missing", "S4": "scored"}
    # the value of S2 is shown and carries nothing; `when missing score 10` is not for it
    found = part(sheet, "S2", "a")
    assert (found["value"], found["score"], found["reason"]) == (80.0, None, "not_applicable")
    assert totals(sheet) == {"S1": 70.0, "S2": 60.0, "S3": 35.0, "S4": 45.0}
    assert {key: each["coverage"] for key, each in items(sheet).items()} == {
        "S1": 1.0, "S2": 1.0, "S3": 0.5, "S4": 0.5,
    }  # fmt: skip


def test_a_measure_may_apply_by_another_kpi(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        "a\nweight 50%\napplies when c > 10",
        "b\nweight 50%\napplies when not c > 10",
    )
    sheet = scored(tmp_path, text, facts("S1 80 60 40 1", "S2 80 60 5 1", "S3 80 60 - 1"))
    # a condition about a missing KPI does not fire, also under `not`
    assert totals(sheet) == {"S1": 80.0, "S2": 60.0, "S3": None, "S4": None}
    assert items(sheet)["S3"]["coverage"] is None


def test_dates_of_an_entity_in_conditions(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        """a
        weight 50%
        applies when opened < 2025-01-01""",
        """b
        weight 50%
        target 100
        target 50 where opened >= 2025-01-01
        curve attainment
        limit 0 to 200""",
    ).replace("attribute format", "attribute format\nattribute opened")
    stores = """
        store_id,region,format,opened
        S1,East,,2020-01-01
        S2,East,,2025-01-01
        S3,East,,
    """
    csv = {"stores": stores, "facts": facts("S1 80 50 0 1", "S2 80 50 0 1", "S3 80 50 0 1")}
    sheet = score_card(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    # a comparison with a missing date is no
    states = [part(sheet, key, "a")["state"] for key in ("S1", "S2", "S3")]
    assert states == ["scored", "not_applicable", "not_applicable"]
    assert shown(sheet, "b", "target") == {"S1": 100.0, "S2": 50.0, "S3": 100.0}


def test_too_small_a_sample(tmp_path: Path) -> None:
    text = card("when missing leave out", "rated\nweight 50%", "b\nweight 50%")
    sheet = scored(
        tmp_path, text, facts("S1 80 60 0 20", "S2 80 60 0 19", "S3 - 60 0 5", "S4 80 60 0 -")
    )
    found = {key: part(sheet, key, "rated") for key in ("S1", "S2", "S3", "S4")}
    assert {key: (each["state"], each["reason"]) for key, each in found.items()} == {
        "S1": ("scored", None),
        "S2": ("missing", "below_sample"),
        "S3": ("missing", "no_values"),  # data before sample
        "S4": ("missing", "below_sample"),
    }
    assert (found["S2"]["value"], found["S2"]["score"]) == (80.0, None)  # shown, not scored
    assert totals(sheet) == {"S1": 70.0, "S2": 60.0, "S3": 60.0, "S4": 60.0}


def test_the_last_line_that_holds_decides_even_without_a_value(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        """a
        weight 100%
        target 100
        target 50 where format = "kiosk"
        target 2 * c where region = "West"
        target 160 where format = "flagship" from 2025Q4
        curve attainment
        limit 0 to 120""",
    )
    sheet = scored(
        tmp_path, text, facts("S1 80 0 1 1", "S2 80 0 1 1", "S3 80 0 50 1", "S4 80 0 - 1")
    )
    assert shown(sheet, "a", "target") == {"S1": 100.0, "S2": 50.0, "S3": 100.0, "S4": "no_target"}
    assert shown(sheet, "a", "score") == {"S1": 80.0, "S2": 120.0, "S3": 80.0, "S4": "no_target"}
    assert shown(sheet, "a", "attainment") == {"S1": 0.8, "S2": 1.6, "S3": 0.8, "S4": "no_target"}
    assert part(sheet, "S4", "a")["value"] == 80.0


def test_a_target_by_a_condition_about_a_missing_kpi(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        """a
        weight 100%
        target 100
        target 50 where b > 10
        target 10 where not b > 10
        curve attainment
        limit 0 to 200""",
    )
    sheet = scored(tmp_path, text, facts("S1 80 60 0 1", "S2 80 5 0 1", "S3 80 - 0 1"))
    assert shown(sheet, "a", "target") == {"S1": 50.0, "S2": 10.0, "S3": 100.0, "S4": 100.0}


def test_no_line_for_somebody_is_no_target(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        'a\nweight 100%\ntarget 100 where format = "kiosk"\ncurve attainment\nlimit 0 to 120',
    )
    assert shown(scored(tmp_path, text, FULL), "a", "score") == {
        "S1": "no_target", "S2": 100.0, "S3": "no_target", "S4": "no_target",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("period", "target"), [("2025Q2", 100.0), ("2025Q3", 50.0), ("2025Q4", 40.0)]
)
def test_target_lines_begin_with_a_period(tmp_path: Path, period: str, target: float) -> None:
    text = card(
        "when missing leave out",
        """a
        weight 100%
        target 100
        target 50 from 2025Q3
        target 40 from 2025-10-01
        curve attainment
        limit 0 to 120""",
    )
    sheet = scored(tmp_path, text, FULL, period=period)
    assert shown(sheet, "a", "target")["S1"] == target


def test_a_line_that_can_never_win_is_refused(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        "a\nweight 100%\ntarget 50 from 2025Q3\ntarget 100\ncurve attainment\nlimit 0 to 120",
    )
    # the last line that holds decides, not the one of the latest date
    workspace = make_workspace(tmp_path, text, {"stores": STORES, "facts": FULL})
    assert codes(refusal(workspace, "card", "2025Q3"))


def test_a_target_may_be_computed_from_the_past(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        """a
        weight 100%
        target 110% * a for same period last year
        floor 50% * target
        stretch target + 20
        curve linear
        at floor score 0
        at target score 100
        at stretch score 120""",
    )
    rows = facts("S1 110 0 0 0", "S2 55 0 0 0", "S3 130 0 0 0", "S4 1 0 0 0")
    rows += "\nS1,2024-07-01,100,,,\nS2,2024-08-01,100,,,\nS3,2024-09-30,100,,,"
    sheet = scored(tmp_path, text, rows)
    assert shown(sheet, "a", "target") == {"S1": 110.0, "S2": 110.0, "S3": 110.0, "S4": "no_target"}
    # S2 is on the floor of 55; S3 past the stretch of 130
    assert shown(sheet, "a", "score") == {"S1": 100.0, "S2": 0.0, "S3": 120.0, "S4": "no_target"}


def test_a_target_that_is_not_positive_has_its_own_reason(tmp_path: Path) -> None:
    text = card(
        "when missing score 7", "a\nweight 100%\ntarget c\ncurve attainment\nlimit 0 to 120"
    )
    sheet = scored(
        tmp_path, text, facts("S1 80 0 40 1", "S2 80 0 0 1", "S3 80 0 -5 1", "S4 80 0 - 1")
    )
    assert {key: part(sheet, key, "a")["reason"] for key in items(sheet)} == {
        "S1": None, "S2": "target_not_positive", "S3": "target_not_positive", "S4": "no_target",
    }  # fmt: skip
    assert totals(sheet) == {"S1": 120.0, "S2": 7.0, "S3": 7.0, "S4": 7.0}


def test_points_that_collide_for_somebody(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        "a\nweight 100%\ntarget c\ncurve linear\nat 50 score 0\nat target score 100",
    )
    sheet = scored(tmp_path, text, facts("S1 75 0 100 1", "S2 75 0 50 1", "S3 75 0 40 1"))
    assert shown(sheet, "a", "score") == {
        "S1": 50.0, "S2": "points_collide", "S3": "points_collide", "S4": "no_rows",
    }  # fmt: skip


# ── limits ───────────────────────────────────────────────────────────────────────────────────────


def test_limits_of_measures_and_of_the_total(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nlimit total 10 to 90",
        "a\nweight 50%\ntarget 50\ncurve attainment\nlimit 0 to 120",
        "b\nweight 50%\nlimit 20 to 100",
    )
    sheet = scored(tmp_path, text, facts("S1 80 150 0 1", "S2 50 60 0 1", "S3 -10 -10 0 1"))
    assert shown(sheet, "a", "score") == {"S1": 120.0, "S2": 100.0, "S3": 0.0, "S4": "no_rows"}
    assert shown(sheet, "b", "score") == {"S1": 100.0, "S2": 60.0, "S3": 20.0, "S4": "no_rows"}
    assert totals(sheet) == {"S1": 90.0, "S2": 80.0, "S3": 10.0, "S4": None}
    found = items(sheet)["S1"]
    assert (found["total_before_rules"], found["total_unrounded"]) == (110.0, 90.0)
    assert found["adjustments"] == [
        {"kind": "limit", "name": "limit total", "points_before": 110.0, "points_after": 90.0}
    ]
    assert items(sheet)["S2"]["adjustments"] == []


def test_the_limit_of_an_inverse_attainment(tmp_path: Path) -> None:
    text = card(
        "when missing leave out",
        "late\nweight 100%\ntarget 5\ncurve attainment inverse\nlimit 0 to 120",
    )
    kpi = "kpi late\nformula average(facts.a)\nunit hours\nbetter lower\n"
    rows = facts("S1 0 0 0 1", "S2 2 0 0 1", "S3 10 0 0 1", "S4 5 0 0 1")
    sheet = scored(tmp_path, kpi + text, rows)
    # nothing at all gets the upper limit; 250 is cut to it
    assert shown(sheet, "late", "score") == {"S1": 120.0, "S2": 120.0, "S3": 50.0, "S4": 100.0}
    assert shown(sheet, "late", "attainment") == {"S1": None, "S2": 2.5, "S3": 0.5, "S4": 1.0}


# ── rounding, ranks, grades ──────────────────────────────────────────────────────────────────────


def test_grades_and_ranks_use_the_rounded_total(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nround total 1",
        "a\nweight 100%",
        tail="grade A\nfrom 95\ngrade B\nfrom 85\ngrade C\notherwise",
    )
    sheet = scored(
        tmp_path, text, facts("S1 84.95 0 0 1", "S2 85.04 0 0 1", "S3 84.94 0 0 1", "S4 95 0 0 1")
    )
    found = items(sheet)
    assert {key: (e["total"], e["grade"], e["rank"]) for key, e in found.items()} == {
        "S1": (85.0, "B", 2),
        "S2": (85.0, "B", 2),
        "S3": (84.9, "C", 4),
        "S4": (95.0, "A", 1),
    }
    assert found["S1"]["total_unrounded"] == 84.95


def test_totals_below_zero_are_rounded_away_from_it(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nround total 0",
        "a\nweight 100%\ncurve linear\nat 0 score -50.5\nat 100 score 49.5",
    )
    sheet = scored(tmp_path, text, facts("S1 80 0 0 1", "S2 20 0 0 1", "S3 0 0 0 1"))
    assert [totals(sheet)[key] for key in ("S1", "S2", "S3")] == [30.0, -31.0, -51.0]


def test_ranks_within_a_region_with_a_tie_breaker(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nround total 0\nrank within region\nbreak ties by b",
        "a\nweight 50%",
        "b\nweight 50%",
    )
    rows = facts("S1 80 60 0 1", "S2 60 80.2 0 1", "S3 10 10 0 1", "S4 30 30 0 1")
    sheet = scored(tmp_path, text, rows)
    document = sheet_document(sheet)
    # 70 and 70.1 are both 70: S2 has the better b
    assert [(e["key"], e["rank_group"], e["rank"]) for e in document["items"]] == [
        ("S2", "East", 1), ("S1", "East", 2), ("S4", "West", 1), ("S3", "West", 2),
    ]  # fmt: skip


def test_ranked_when_and_no_total_when(tmp_path: Path) -> None:
    text = card(
        "when missing leave out\nranked when coverage >= 80%\nno total when coverage < 50%",
        "a\nweight 50%",
        "b\nweight 30%",
        "c\nweight 20%",
    )
    sheet = scored(
        tmp_path, text, facts("S1 80 60 - 1", "S2 80 - - 1", "S3 - 60 - 1", "S4 1 1 1 1")
    )
    document = sheet_document(sheet)
    assert [(e["key"], e["rank"], e["coverage"]) for e in document["items"]] == [
        ("S1", 1, 0.8), ("S4", 2, 1.0),
    ]  # fmt: skip
    assert [(e["key"], e["total"], e["reason"]) for e in document["not_ranked"]] == [
        ("S2", 80.0, "coverage_below"), ("S3", None, "no_total"),
    ]  # fmt: skip


def test_conditions_of_ranking_about_a_kpi(tmp_path: Path) -> None:
    rows = facts("S1 80 60 0 20", "S2 100 5 0 5", "S3 20 - 0 -", "S4 0 0 0 20")
    text = card("when missing leave out\nranked when surveys >= 10", "a\nweight 100%")
    document = sheet_document(scored(tmp_path / "a", text, rows))
    assert [(e["key"], e["rank"]) for e in document["items"]] == [("S1", 1), ("S4", 2)]
    assert [(e["key"], e["total"], e["reason"]) for e in document["not_ranked"]] == [
        ("S2", 100.0, "condition_not_met"), ("S3", 20.0, "condition_not_met"),
    ]  # fmt: skip
    # about a missing KPI neither a condition nor its opposite holds
    text = card("when missing leave out\nno total when not b >= 10", "a\nweight 100%")
    assert totals(scored(tmp_path / "b", text, rows)) == {
        "S1": 80.0, "S2": None, "S3": 20.0, "S4": None,
    }  # fmt: skip


def test_ranked_when_active_long_enough(tmp_path: Path) -> None:
    text = card("when missing leave out\nranked when days_active >= 60", "a\nweight 100%")
    text = text.replace("attribute format", "attribute format\nactive from opened through closed")
    stores = """
        store_id,region,format,opened,closed
        S1,East,,,
        S2,East,,2025-08-02,
        S3,East,,2025-08-03,
        S4,East,,,2025-08-29
    """
    rows = facts("S1 1 0 0 1", "S2 1 0 0 1", "S3 1 0 0 1", "S4 1 0 0 1")
    workspace = make_workspace(tmp_path, text, {"stores": stores, "facts": rows})
    document = sheet_document(score_card(workspace, "card", "2025Q3"))
    # from 2 August there are 60 days, from 3 August 59; until 29 August there are 60
    assert [e["key"] for e in document["items"]] == ["S1", "S2", "S4"]
    assert [(e["key"], e["reason"]) for e in document["not_ranked"]] == [("S3", "days_below")]


def test_a_card_that_only_reports(tmp_path: Path) -> None:
    text = card("round total 1", "a\nreport only", "b as other\nreport only")
    document = sheet_document(scored(tmp_path, text, GAPS))
    assert document["not_ranked"] == []
    first = document["items"][0]
    assert (first["total"], first["rank"], first["grade"], first["coverage"]) == (None,) * 4
    assert first["measures"]["other"]["value"] == 60.0
    assert first["measures"]["other"]["weight"] is None


def test_a_reported_measure_carries_nothing(tmp_path: Path) -> None:
    text = card("when missing no total", "a\nweight 100%", "b\nreport only")
    sheet = scored(tmp_path, text, facts("S1 80 - 0 1", "S2 80 1000 0 1"))
    assert totals(sheet)["S1"] == totals(sheet)["S2"] == 80.0
    assert part(sheet, "S2", "b") == {
        "value": 1000.0, "target": None, "attainment": None, "score": None, "weight": None,
        "effective_weight": None, "points": None, "state": "scored", "reason": None,
        "representative": None,
        "window": None,
    }  # fmt: skip


# ── for whom ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("head", "keys"),
    [
        ("", ["S1", "S2", "S3", "S4"]),
        ('assign format "flagship"', ["S1", "S3"]),
        ('assign format "flagship"\nassign format "kiosk"', ["S1", "S2", "S3"]),
        ('assign format "flagship"\nassign region "East"', ["S1"]),
        ('assign region "East"\nonly where format <> "kiosk"', ["S1"]),
        ('only where format <> "kiosk"', ["S1", "S3", "S4"]),
        ('only where region = "West"\nonly where format is missing', ["S4"]),
        ('assign format "Flagship"', []),
    ],
)
def test_who_a_card_is_for(tmp_path: Path, head: str, keys: list[str]) -> None:
    text = card(f"when missing leave out\n{head}", "a\nweight 100%")
    assert list(totals(scored(tmp_path, text, FULL))) == keys


def test_assigned_values_compare_as_text(tmp_path: Path) -> None:
    text = card('when missing leave out\nassign level "2"\nassign open "true"', "a\nweight 100%")
    text = text.replace("attribute format", "attribute level\nattribute open")
    stores = (
        "store_id,region,level,open\nS1,East,2,true\nS2,East,3,true\nS3,West,2,false\nS4,West,,"
    )
    workspace = make_workspace(tmp_path, text, {"stores": stores, "facts": FULL})
    assert list(totals(score_card(workspace, "card", "2025Q3"))) == ["S1"]


CLERKS = """
    entity zone
      values of store.zone
    entity store
      file "stores.csv"
      key store_id
      attribute zone
      attribute format
    entity clerk
      file "clerks.csv"
      key id
      attribute grade
      belongs to store by store_id
    data surveys
      file "surveys.csv"
      date day
      link store by store_id
    kpi happy
      formula average(surveys.score)
      unit points
      better higher
      needs count(surveys) >= 2
    scorecard card
      for clerk
      every quarter
      weights equal
      when missing score 1
    measure happy at store
      target 4
      target 5 where format = "flagship"
      applies when grade = "senior"
      curve attainment
      limit 0 to 120
    measure happy at zone as zone_happy
      report only
"""


def test_a_measure_of_an_ancestor(tmp_path: Path) -> None:
    csv = {
        "stores": "store_id,zone,format\nS1,1,flagship\nS2,1,kiosk\nS3,2,\nS4,,",
        "clerks": """
            id,store_id,grade
            E1,S1,senior
            E2,S1,senior
            E3,S2,senior
            E4,S3,senior
            E5,,senior
            E6,S9,senior
            E7,S1,junior
            E8,S4,senior
        """,
        "surveys": """
            store_id,day,score
            S1,2025-07-01,4
            S1,2025-07-02,5
            S2,2025-07-01,3
            S2,2025-07-01,3
            S3,2025-07-01,5
            S4,2025-07-01,2
            S4,2025-07-01,4
        """,
    }
    sheet = score_card(make_workspace(tmp_path, CLERKS, csv), "card", "2025Q3")
    # targets and samples are those of the store; whether it applies is about the clerk
    assert shown(sheet, "happy") == {
        "E1": 4.5, "E2": 4.5, "E3": 3.0, "E4": 5.0, "E5": "not_assigned", "E6": "not_assigned",
        "E7": 4.5, "E8": 3.0,
    }  # fmt: skip
    assert shown(sheet, "happy", "target")["E1"] == 5.0
    assert shown(sheet, "happy", "target")["E3"] == 4.0
    assert {key: part(sheet, key, "happy")["reason"] for key in items(sheet)} == {
        "E1": None, "E2": None, "E3": None, "E4": "below_sample", "E5": "not_assigned",
        "E6": "not_assigned", "E7": "not_applicable", "E8": None,
    }  # fmt: skip
    assert totals(sheet) == {
        "E1": 90.0, "E2": 90.0, "E3": 75.0, "E4": 1.0, "E5": 1.0, "E6": 1.0, "E7": None, "E8": 75.0,
    }  # fmt: skip
    assert shown(sheet, "zone_happy") == {
        "E1": 3.75, "E2": 3.75, "E3": 3.75, "E4": 5.0, "E5": "not_assigned",
        "E6": "not_assigned", "E7": 3.75, "E8": "not_assigned",
    }  # fmt: skip


def test_the_clerks_of_no_ancestor_are_refused(tmp_path: Path) -> None:
    text = CLERKS.replace("belongs to store by store_id", "")
    csv = {
        "stores": "store_id,zone,format\nS1,1,",
        "clerks": "id,grade\nE1,x",
        "surveys": "store_id,day,score\nS1,2025-07-01,1",
    }
    workspace = make_workspace(tmp_path, text, csv)
    assert "K0608" in codes(refusal(workspace, "card", "2025Q3"))


# ── as of ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("as_of", "total", "provisional"),
    [
        (date(2025, 7, 31), 40.0, True),
        (date(2025, 8, 1), 60.0, True),
        (date(2025, 9, 29), 60.0, True),
        (date(2025, 9, 30), 70.0, False),
        (date(2026, 1, 1), 70.0, False),
    ],
)
def test_a_result_as_of_a_day(tmp_path: Path, as_of: date, total: float, provisional: bool) -> None:
    text = card(
        "when missing leave out",
        "surveys\nweight 100%\ntarget 100\ncurve attainment\nlimit 0 to 120",
    )
    rows = facts("S1 0 0 0 40")
    rows += "\nS1,2025-08-01,,,,20\nS1,2025-09-30,,,,10\nS1,2025-10-01,,,,500"
    sheet = scored(tmp_path, text, rows, as_of)
    document = sheet_document(sheet)
    # targets are not cut
    assert document["items"][0]["total"] == total
    assert document["period"] == {
        "name": "2025Q3",
        "starts_on": "2025-07-01",
        "ends_before": "2025-10-01",
        "provisional": provisional,
    }
    assert document["as_of"] == as_of.isoformat()


def test_a_gap_in_the_feed_is_missing_and_not_zero(tmp_path: Path) -> None:
    text = card("when missing score 33", "surveys\nweight 100%")
    text = text.replace("date day", "date day\nexpects rows every month")
    sheet = scored(tmp_path / "a", text, facts("S1 0 0 0 40"))
    assert part(sheet, "S1", "surveys")["reason"] == "data_incomplete"
    assert totals(sheet) == dict.fromkeys(("S1", "S2", "S3", "S4"), 33.0)
    rows = facts("S1 0 0 0 40") + "\nS2,2025-08-31,,,,5\nS3,2025-09-01,,,,6"
    full = scored(tmp_path / "b", text, rows)
    assert shown(full, "surveys") == {"S1": 40.0, "S2": 5.0, "S3": 6.0, "S4": 0.0}


def test_only_some_entities_are_shown(tmp_path: Path) -> None:
    text = card("when missing leave out", "a\nweight 100%")
    document: Mapping[str, Any] = sheet_document(scored(tmp_path, text, FULL), ("S3", "S1"))
    # the rank is that among all
    assert [(e["key"], e["rank"]) for e in document["items"]] == [("S1", 2), ("S3", 3)]
