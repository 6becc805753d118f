"""`curve formula`: plain numbers in, a score out, bounded by its limit."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Sheet, check, explain
from engine.card import Curve
from engine.curves import apply_curve
from engine.reasons import name
from engine.sentences import sentences
from tests.support.small_workspaces import card_on, codes, items, make_workspace, score_card

NAN = float("nan")

TEXT = """
    constant each_point
      value 0.5
      value 2 from 2025-10-01
    entity store
      file "stores.csv"
      key id
    data facts
      file "facts.csv"
      date day
      link store by id
    kpi late
      formula sum(facts.late)
      unit orders
      better lower
    kpi share
      formula sum(facts.late) / sum(facts.orders)
      unit percent
      better lower
    kpi waiting
      formula average(hours(facts.day, facts.day))
      unit hours
      better lower
    scorecard card
      for store
      every quarter
      round total 2
      when missing leave out
    measure {measure}
      weight 100%
      {lines}
"""
FILES = {
    "stores": "id\nA\nB\nC",
    "facts": """
        id,day,late,orders
        A,2025-07-01,7.4,10
        B,2025-07-01,3,0
        A,2025-10-01,7.4,10
    """,
}
ROLES = "target 5 for display\nfloor 3 for display\nstretch 9 for display"


def text(measure: str, *lines: str) -> str:
    return cleandoc(TEXT).format(measure=measure, lines="\n  ".join(lines))


@cache
def curve(formula: str, measure: str = "late") -> Curve:
    with TemporaryDirectory() as folder:
        lines = (*ROLES.splitlines(), f"curve formula {formula}", "limit -1000 to 1000")
        written = text(measure, *(lines if measure == "late" else lines[3:]))
        card, problems = card_on(make_workspace(Path(folder), written), "card", date(2025, 7, 1))
    assert card is not None
    assert problems == []
    found = card.measures[0].curve
    assert found is not None
    return found


def scores(formula: str, values: Sequence[float], **roles: Sequence[float]) -> list[object]:
    known = {role: np.array(each, dtype=float) for role, each in roles.items()}
    found = apply_curve(curve(formula), np.array(values, dtype=float), known, "lower")
    return [
        name(int(reason)) if np.isnan(score) else float(score)
        for score, reason in zip(found.scores, found.reasons, strict=True)
    ]


# ── formulas as functions ────────────────────────────────────────────────────────────────────────


def test_deduct_for_each_unit_begun() -> None:
    formula = "100 - 0.5 * ceiling(max(0, actual - target))"
    assert scores(formula, [5, 5.1, 6, 7.4, 0], target=[5] * 5) == [100, 99.5, 99.5, 98.5, 100]


def test_add_for_each_percent_above_the_target() -> None:
    assert scores("2 * (attainment - 1) * 100", [52, 50, 45], target=[50] * 3) == [8, 0, -20]


def test_every_function_and_comparison() -> None:
    assert scores("min(120, 100 * actual / target)", [70, 40], target=[50, 50]) == [120, 80]
    assert scores("round(actual / 3, 2) + abs(floor - stretch)", [1], floor=[3], stretch=[9]) == [
        6.33
    ]
    banded = "if actual >= stretch then 120 else if actual between floor and target then 80 else 0"
    known = {"floor": [3] * 4, "target": [5] * 4, "stretch": [9] * 4}
    assert scores(banded, [9, 5, 3, 2], **known) == [120, 80, 80, 0]
    either = "if not (actual in (1, 2) or actual = 5) and actual <> 7 then +1 else -1"
    assert scores(either, [1, 5, 7, 8]) == [-1, -1, -1, 1]


def test_percents_are_fractions() -> None:
    assert scores("100 - 1000 * (actual - 5%)", [0.07]) == [80]
    assert scores("if actual > 2 pp then 1 else 0", [0.03, 0.02]) == [1, 0]


def test_durations_are_in_the_unit_of_the_kpi() -> None:
    found = apply_curve(curve("actual - 2 days", "waiting"), np.array([50.0]), {}, "lower")
    assert found.scores.tolist() == [2]  # hours


def test_a_snapped_value_meets_its_bound() -> None:
    assert scores("if actual >= 4.2 then 100 else 0", [4.199999999999999]) == [100]
    assert scores("ceiling(10 * (actual - 0.2))", [0.3]) == [1]  # 0.9999999999999998


def test_what_is_missing_says_why() -> None:
    formula = "100 * actual / target"
    assert scores(formula, [1, 1], target=[NAN, 0]) == ["no_target", "zero_denominator"]
    shares = scores("100 * attainment", [1, 1, 1], target=[NAN, 0, -2])
    assert shares == ["no_target", "target_not_positive", "target_not_positive"]
    assert scores("actual + floor", [1], floor=[NAN]) == ["no_target"]
    assert scores("coalesce(100 * actual / target, 60)", [1, 1], target=[NAN, 0]) == [60, 60]
    unset = "0 * actual + (if target is missing then 50 else if target <> 5 then 1 else 2)"
    assert scores(unset, [1, 1, 1], target=[NAN, 5, 6]) == [50, 2, 1]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6),
    st.floats(-1e6, 1e6) | st.just(0.0),
)
def test_a_formula_is_the_arithmetic_that_it_says(values: list[float], target: float) -> None:
    """Against plain Python, entity by entity."""
    formula = "if actual < target then 100 * actual / target else max(actual - target, 2) / actual"
    found = scores(formula, values, target=[target] * len(values))
    for value, score in zip(values, found, strict=True):
        below = value < target - 1e-9 * max(1, abs(target))
        above, under = (100 * value, target) if below else (max(value - target, 2), value)
        if under == 0:
            assert score == "zero_denominator"
        else:
            assert score == pytest.approx(above / under, rel=1e-11, abs=1e-280)


# ── formulas in cards ────────────────────────────────────────────────────────────────────────────


DEDUCT = (
    "target 5",
    "curve formula 100 - each_point * ceiling(max(0, actual - target))",
    "limit 0 to 100",
)


def scored(folder: Path, measure: str, *lines: str, period: str = "2025Q3") -> Sheet:
    workspace = make_workspace(folder, text(measure, *lines), FILES)
    assert codes([each for each in check(workspace) if each.is_error]) == []
    return score_card(workspace, "card", period)


def test_a_card_scores_by_its_formula_and_the_constant_of_its_day(tmp_path: Path) -> None:
    third = items(scored(tmp_path / "a", "late", *DEDUCT))
    assert {key: each["total"] for key, each in third.items()} == {"A": 98.5, "B": 100, "C": 100}
    fourth = items(scored(tmp_path / "b", "late", *DEDUCT, period="2025Q4"))
    assert fourth["A"]["total"] == 94  # 2 for each of 3
    assert third["A"]["measures"]["late"]["attainment"] == 1.48


def test_the_limit_bounds_it(tmp_path: Path) -> None:
    lines = ("curve formula 100 - 100 * actual", "limit 0 to 60")
    found = items(scored(tmp_path, "share", *lines))
    assert found["A"]["measures"]["share"]["score"] == 26
    assert found["B"]["measures"]["share"]["reason"] == "zero_denominator"


def test_the_explanation_shows_the_numbers_put_in(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "late", *DEDUCT)
    explanation = explain(sheet, "A")
    assert explanation is not None
    (measure, *_) = explanation.tree.children
    assert measure.segment == "formula 100 - each_point * ceiling(max(0, actual - target))"
    inputs = [(n.name, n.value) for n in measure.children if n.kind == "input"]
    assert inputs == [("actual", 7.4), ("target", 5)]
    said = "by `100 - each_point * ceiling(max(0, actual - target))` (actual 7.4, target 5)"
    assert said in list(sentences(explanation))[1]
    chinese = list(sentences(explanation, "zh"))[1]
    assert "（实际值 7.4，目标值 5）" in chinese


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("curve formula 100 * actual",), "K0506"),
        (("curve formula 100 * actual / target", "limit 0 to 100"), "K0511"),
        (("curve formula 100 * attainment", "limit 0 to 100"), "K0511"),
        (("target 5", "curve formula 100 - actual", "limit 0 to 100"), "K0515"),
        (("curve formula 100 - share", "limit 0 to 100"), "K0537"),
        (("curve formula actual for previous period", "limit 0 to 100"), "K0537"),
        (("curve formula aktual", "limit 0 to 100"), "K0537"),
        (("curve formula average(actual, 2)", "limit 0 to 100"), "K0537"),
        (("target 5", "curve formula 100 * target", "limit 0 to 100"), "K0538"),
        (("curve formula min(actual)", "limit 0 to 100"), "K0208"),
        (("curve formula round(actual, 0.5)", "limit 0 to 100"), "K0302"),
        (("curve formula if actual then 1 else 2", "limit 0 to 100"), "K0302"),
        (("curve formula actual", "at 5 score 3", "limit 0 to 100"), "K0512"),
    ],
)
def test_what_is_refused(tmp_path: Path, lines: tuple[str, ...], code: str) -> None:
    found = check(make_workspace(tmp_path, text("late", *lines), FILES))
    assert code in codes(list(found))
    errors = [each.code for each in found if each.is_error]
    assert errors == ([] if code == "K0538" else [code])
