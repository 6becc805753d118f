"""Curves as functions: knots, steps, attainment, what is missing, and that more is never worse."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.card import Curve, CurvePoint
from engine.curves import apply_curve, attainment
from engine.reasons import name
from grammar import Source, Span

NOWHERE = Span(Source("test", ""), 0, 0)
NAN = float("nan")
Point = tuple[object, float]
Result = list[float | str]


def point(place: object, score: float) -> CurvePoint:
    """A number; or `80% of target`, `target`, `floor`, `stretch`."""
    if not isinstance(place, str):
        return CurvePoint("value", float(str(place)), score, str(place), NOWHERE)
    if place.endswith("% of target") or place == "target":
        share = 1.0 if place == "target" else float(place.split("%")[0]) / 100
        return CurvePoint("of_target", share, score, place, NOWHERE)
    return CurvePoint(place, 0.0, score, place, NOWHERE)


def linear(*points: Point) -> Curve:
    return Curve("linear", "", tuple(point(*each) for each in points))


def steps(form: str, otherwise: float, *points: Point) -> Curve:
    return Curve("steps", form, tuple(point(*each) for each in points), otherwise)


def scores(
    curve: Curve,
    values: Sequence[float],
    better: str | None = "higher",
    **roles: float | Sequence[float],
) -> Result:
    """The score of every value, or the reason why there is none ("" for a missing value)."""
    known = {
        role: np.broadcast_to(np.array(place, dtype=float), len(values)).copy()
        for role, place in roles.items()
    }
    found = apply_curve(curve, np.array(values, dtype=float), known, better)
    return [
        (name(int(reason)) or "") if np.isnan(score) else float(score)
        for score, reason in zip(found.scores, found.reasons, strict=True)
    ]


# ── linear ───────────────────────────────────────────────────────────────────────────────────────

PAGE = linear(
    ("60% of target", 0), ("80% of target", 60), ("100% of target", 100), ("120% of target", 120)
)


def test_linear_on_every_knot_between_and_outside() -> None:
    values = [-10, 0, 59, 60, 70, 80, 90, 100, 110, 120, 121, 1e9]
    wanted = [0, 0, 0, 0, 30, 60, 80, 100, 110, 120, 120, 120]
    assert scores(PAGE, values, target=100) == wanted


def test_every_entity_has_its_own_target() -> None:
    found = scores(PAGE, [120, 120, 120, 120], target=[100, 120, 150, 200])
    assert found == [120, 100, 60, 0]


def test_linear_of_plain_values_and_of_the_target_together() -> None:
    growth = linear((-0.1, 0), (0, 60), ("target", 100), (0.15, 120))
    # half of the way from 0 to 8 % is 80; from 8 % to 15 %, 5.25 of 7 points are 115
    assert scores(growth, [-0.2, -0.05, 0, 0.04, 0.08, 0.1325, 0.2], target=0.08) == [
        0, 30, 60, 80, 100, 115, 120,
    ]  # fmt: skip


def test_the_points_may_be_written_in_any_order() -> None:
    shuffled = linear(*[(p.text, p.score) for p in reversed(PAGE.points)])
    values = [50, 65, 80, 99, 120]
    assert scores(shuffled, values, target=100) == scores(PAGE, values, target=100)


def test_floor_and_stretch_are_points() -> None:
    curve = linear(("floor", 60), ("target", 100), ("stretch", 120))
    found = scores(curve, [40, 50, 75, 100, 150, 300], floor=50, target=100, stretch=200)
    assert found == [60, 60, 80, 100, 110, 120]


def test_interpolation_of_a_published_example() -> None:
    sap = linear((620, 50), (1997, 100))
    assert scores(sap, [620, 1997]) == [50, 100]
    # 50 + 50 * (1313 - 620) / (1997 - 620)
    assert round(float(scores(sap, [1313])[0]), 2) == 75.16


def test_goal_and_red_flag_are_points() -> None:
    spider = linear((300, 0), (900, 10))  # goal 700, red flag 500: one third and two thirds
    found = [round(float(x), 2) for x in scores(spider, [300, 500, 700, 900])]
    assert found == [0.0, 3.33, 6.67, 10.0]


def test_falling_curves_for_what_is_better_lower() -> None:
    hours = linear((2, 120), (4, 100), (8, 0))
    assert scores(hours, [1, 2, 3, 4, 6, 8, 9], "lower") == [120, 120, 110, 100, 50, 0, 0]


def test_the_target_itself_can_be_best() -> None:
    fill = linear((0.8, 0), (1.0, 100), (1.2, 0))
    assert scores(fill, [0.7, 0.9, 1.0, 1.1, 1.3], "target") == [0, 50, 100, 50, 0]


def test_points_that_meet_for_an_entity_collide() -> None:
    curve = linear((0, 60), ("target", 100), (0.15, 120))
    assert scores(curve, [0.05], target=0.0) == ["points_collide"]
    assert scores(curve, [0.05], target=0.15) == ["points_collide"]
    assert scores(curve, [0.05, 0.05], target=[0.1, 0.15]) == [80, "points_collide"]


def test_points_that_cross_for_an_entity_collide() -> None:
    curve = linear((0, 60), ("target", 100), (0.15, 120))
    # with a target of 20 % the better value has the lower score: 15 % -> 120, 20 % -> 100
    assert scores(curve, [0.1], target=0.20) == ["points_collide"]
    assert scores(linear((2, 120), ("target", 100), (8, 0)), [5], "lower", target=10) == [
        "points_collide"
    ]


def test_a_crossing_is_no_fault_where_nothing_is_better() -> None:
    curve = linear((0, 60), ("target", 100), (0.15, 120))
    assert scores(curve, [0.175], None, target=0.20) == [110]


def test_a_missing_reference_is_no_target() -> None:
    assert scores(PAGE, [100, 100], target=[NAN, 100]) == ["no_target", 100]
    curve = linear(("floor", 60), ("target", 100))
    assert scores(curve, [100], floor=NAN, target=100) == ["no_target"]


def test_a_missing_value_has_no_score() -> None:
    assert scores(PAGE, [NAN, 80], target=100) == ["", 60]
    assert scores(steps("from", 0, (80, 60)), [NAN, 80]) == ["", 60]


def test_the_part_of_a_linear_curve() -> None:
    values = np.array([50.0, 60.0, 70.0, 80.0, 119.0, 120.0, 200.0])
    found = apply_curve(PAGE, values, {"target": np.full(7, 100.0)}, "higher")
    assert found.segment.tolist() == [0, 1, 1, 2, 3, 4, 4]


# ── steps ────────────────────────────────────────────────────────────────────────────────────────

BANDS = steps("from", 0, (80, 60), (90, 80), (100, 100))


def test_steps_at_their_boundaries() -> None:
    values = [79, 79.99, 79.99999999999, 80, 89.99, 90, 99.9999, 100, 1000]
    assert scores(BANDS, values) == [0, 0, 60, 60, 60, 80, 80, 100, 100]


def test_steps_leave_no_gap() -> None:
    # bands 0 to 10,000 and 10,001 to 20,000 would pay nothing for 10,000.50
    paid = steps("from", 0, (0, 1), (10_001, 2))
    assert scores(paid, [10_000, 10_000.5, 10_001]) == [1, 1, 2]


def test_steps_where_less_is_better() -> None:
    complaints = steps("upto", 0, (0, 120), ("target", 100), (8, 60))
    values = [0, 1, 3, 3.0000000001, 4, 8, 8.5]
    assert scores(complaints, values, "lower", target=3) == [120, 100, 100, 100, 60, 60, 0]


def test_steps_may_be_written_in_any_order() -> None:
    shuffled = steps("from", 0, (100, 100), (80, 60), (90, 80))
    values = [79, 80, 95, 100]
    assert scores(shuffled, values) == scores(BANDS, values) == [0, 60, 80, 100]


def test_a_step_at_a_missing_target_is_no_target() -> None:
    satisfied = steps("from", 0, (3.5, 60), ("target", 100))
    assert scores(satisfied, [4.0, 4.0], target=[NAN, 4.2]) == ["no_target", 60]


def test_a_snapped_value_reaches_its_step() -> None:
    assert scores(steps("from", 0, (3.5, 60), ("target", 100)), [4.2], target=4.2) == [100]


def test_the_step_that_applied() -> None:
    found = apply_curve(BANDS, np.array([10.0, 80.0, 90.0, 150.0]), {}, "higher")
    assert found.segment.tolist() == [-1, 0, 1, 2]


def test_steps_that_contradict_better_for_an_entity_collide() -> None:
    satisfied = steps("from", 0, (3.5, 60), (4.0, 80), ("target", 100))
    # "points that contradict `better` are an error, checked again after they are resolved for
    # each entity": a target of 3.8 gives 100 to 3.9 and 80 to 4.1
    assert scores(satisfied, [4.1], target=3.8) == ["points_collide"]


# ── attainment ───────────────────────────────────────────────────────────────────────────────────

DIRECT = Curve("attainment", "direct")
INVERSE = Curve("attainment", "inverse")
MIRRORED = Curve("attainment", "mirrored")


def test_direct_attainment() -> None:
    assert scores(DIRECT, [0, 45, 90, -9], target=90) == [0, 50, 100, -10]


def test_two_formulas_for_less_is_better() -> None:
    assert scores(INVERSE, [2, 5, 10], "lower", target=5) == [250, 100, 50]
    assert scores(MIRRORED, [2, 5, 10], "lower", target=5) == [160, 100, 0]


def test_nothing_at_all_is_as_good_as_the_limit_allows() -> None:
    assert scores(INVERSE, [0], "lower", target=5) == [float("inf")]
    assert scores(MIRRORED, [0], "lower", target=5) == [200]


@pytest.mark.parametrize("curve", [DIRECT, INVERSE, MIRRORED])
def test_the_target_of_an_attainment_must_be_positive(curve: Curve) -> None:
    found = scores(curve, [3, 0, 3, 3], target=[0, 0, -5, NAN])
    assert found == [
        "target_not_positive",
        "target_not_positive",
        "target_not_positive",
        "no_target",
    ]


def test_attainment_as_a_fraction() -> None:
    values, target = np.array([45.0, 0.0, 10.0, NAN]), np.array([90.0, 90.0, 0.0, 90.0])
    direct = attainment(None, values, target)
    assert direct[:2].tolist() == [0.5, 0.0]
    assert np.isnan(direct[2:]).all()
    lower = np.array([2.0, 5.0, 10.0]), np.array([5.0, 5.0, 5.0])
    assert attainment(INVERSE, *lower).tolist() == [2.5, 1.0, 0.5]
    assert attainment(MIRRORED, *lower).tolist() == [1.6, 1.0, 0.0]


# ── properties ───────────────────────────────────────────────────────────────────────────────────

places = st.lists(
    st.decimals(min_value=-1000, max_value=1000, places=2).map(float),
    min_size=2, max_size=6, unique=True,
).map(sorted)  # fmt: skip
some_scores = st.lists(
    st.integers(min_value=0, max_value=150).map(float), min_size=6, max_size=6
).map(sorted)
some_values = st.lists(st.floats(min_value=-2000, max_value=2000), min_size=2, max_size=8).map(
    sorted
)


@settings(max_examples=50)
@given(places, some_scores, some_values)
def test_linear_and_steps_rise_and_stay_between_their_scores(
    at: list[float], points: list[float], values: list[float]
) -> None:
    pairs = list(zip(at, points, strict=False))
    low, high = pairs[0][1], pairs[-1][1]
    for curve in (linear(*pairs), steps("from", low, *pairs)):
        found = np.array(scores(curve, values), dtype=float)
        assert (np.diff(found) >= -1e-9).all()
        assert (found >= low).all()
        assert (found <= high).all()


@settings(max_examples=50)
@given(places, some_scores, some_values)
def test_a_curve_for_less_is_better_falls(
    at: list[float], points: list[float], values: list[float]
) -> None:
    pairs = list(zip(at, points[: len(at)][::-1], strict=False))
    for curve in (linear(*pairs), steps("upto", pairs[-1][1], *pairs)):
        found = np.array(scores(curve, values, "lower"), dtype=float)
        assert (np.diff(found) <= 1e-9).all()


@settings(max_examples=50)
@given(places, some_scores)
def test_linear_passes_through_every_knot(at: list[float], points: list[float]) -> None:
    pairs = list(zip(at, points, strict=False))
    assert scores(linear(*pairs), at) == [score for _, score in pairs]


@settings(max_examples=50)
@given(places, some_scores, st.floats(min_value=-2000, max_value=2000))
def test_linear_is_the_line_between_two_knots(
    at: list[float], points: list[float], value: float
) -> None:
    pairs = list(zip(at, points, strict=False))
    assume(min(b - a for (a, _), (b, _) in pairwise(pairs)) > 0.1)
    wanted = float(np.interp(value, at, points[: len(at)]))
    assert scores(linear(*pairs), [value])[0] == pytest.approx(wanted, rel=1e-10, abs=1e-9)


@given(st.floats(min_value=0.01, max_value=1e6), st.floats(min_value=0.01, max_value=1e6))
def test_the_three_attainments_agree_at_the_target(value: float, target: float) -> None:
    direct, inverse, mirrored = (
        float(scores(curve, [value], target=target)[0]) for curve in (DIRECT, INVERSE, MIRRORED)
    )
    assert direct * inverse == pytest.approx(10_000, rel=1e-9)
    assert mirrored == pytest.approx(200 - direct, rel=1e-9, abs=1e-6)
    assert [scores(curve, [target], target=target)[0] for curve in (DIRECT, INVERSE, MIRRORED)] == [
        100, 100, 100,
    ]  # fmt: skip
