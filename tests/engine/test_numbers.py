"""The one numeric rule against exact decimals: snapping, rounding, sums, tolerant comparison."""

import math
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine.numbers import compare, round_half_away, round_sum, snap, tolerance

EXACT = Context(prec=800)
OPERATORS = (">=", "<=", ">", "<", "=", "<>")

any_float = st.floats(allow_nan=False, allow_infinity=False)
ordinary = st.floats(min_value=1e-250, max_value=1e250) | st.floats(
    min_value=-1e250, max_value=-1e-250
)
digits_of_a_number = st.integers(min_value=-(10**12) + 1, max_value=10**12 - 1)


def one(value: float) -> float:
    return float(snap(value))


def exact_snap(x: float) -> Decimal:
    """Twelve significant digits of the exact value, half away from zero."""
    value = Decimal(x)
    unit = Decimal((0, (1,), value.adjusted() - 11))
    return value.quantize(unit, ROUND_HALF_UP, EXACT)


def exact_round(x: float, digits: int) -> Decimal:
    """sign * floor(|x| * 10^n + 0.5 + 1e-7) / 10^n without any rounding on the way."""
    with localcontext(EXACT):
        scaled = abs(Decimal(x)).scaleb(digits) + Decimal("0.5000001")
        size = scaled.to_integral_value(ROUND_FLOOR).scaleb(-digits)
    return -size if x < 0 else size


# ── snapping ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "snapped"),
    [
        (4.199999999999999, 4.2),
        (0.1 + 0.2, 0.3),
        (79.99999999999999, 80.0),
        (79.99999999, 79.99999999),
        (1.0 - 1e-13, 1.0),
        (1 / 3, 0.333333333333),
        (-2 / 3, -0.666666666667),
        (999999999999.5, 1000000000000.0),
        (-999999999999.5, -1000000000000.0),
        (1234567890123.4, 1234567890120.0),
        (1e15 + 1, 1e15),
        (123456789012345e-30, 123456789012e-27),
        (1e300, 1e300),
        (0.0, 0.0),
    ],
)
def test_snapped_by_hand(value: float, snapped: float) -> None:
    assert one(value) == snapped


def test_missing_and_infinite_are_kept() -> None:
    found = snap(np.array([np.nan, np.inf, -np.inf, 2.5]))
    assert np.isnan(found[0])
    assert found[1:].tolist() == [np.inf, -np.inf, 2.5]


def test_snapping_is_elementwise_and_keeps_the_shape() -> None:
    found = snap(np.array([[4.199999999999999, 2.0], [1e-5, 1 / 3]]))
    assert found.tolist() == [[4.2, 2.0], [1e-5, 0.333333333333]]


@given(ordinary)
@example(9.999999999995)
@example(0.99999999999949)
@example(999.9999999999999)
def test_snap_is_the_decimal_rule(x: float) -> None:
    wanted = exact_snap(x)
    unit = Decimal((0, (1,), Decimal(x).adjusted() - 11))
    beyond_half = abs(abs(Decimal(x) - wanted) / unit - Decimal("0.5"))
    assume(beyond_half > Decimal("0.001"))  # nearer to a half than a double can tell
    assert one(x) == pytest.approx(float(wanted), rel=1e-15)


@given(digits_of_a_number, st.integers(min_value=-10, max_value=20), st.integers(-200, 200))
def test_a_written_number_is_found_again(digits: int, exponent: int, ulps: int) -> None:
    written = float(Decimal(digits).scaleb(exponent))
    noisy = written * (1 + ulps * 2.0**-52)
    assert one(written) == written
    assert one(noisy) == written


@given(any_float)
def test_snapping_twice_changes_nothing(x: float) -> None:
    assert one(one(x)) == one(x)


@given(any_float)
def test_snapping_is_odd(x: float) -> None:
    assert one(-x) == -one(x)


@given(ordinary, ordinary)
def test_snapping_keeps_the_order(x: float, y: float) -> None:
    low, high = sorted((x, y))
    assert one(low) <= one(high)


# ── rounding ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (84.95, 1, 85.0),
        (84.94, 1, 84.9),
        (84.9499999, 1, 84.9),
        (-84.95, 1, -85.0),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (3.5, 0, 4.0),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (-1.005, 2, -1.01),
        (0.05, 1, 0.1),
        (0.04, 1, 0.0),
        (102.67, 0, 103.0),
        (123456789.125, 2, 123456789.13),
    ],
)
def test_rounded_by_hand(value: float, digits: int, rounded: float) -> None:
    assert float(round_half_away(value, digits)) == rounded


@given(st.integers(-(10**9), 10**9), st.integers(min_value=0, max_value=6))
def test_a_written_half_goes_away_from_zero(digits: int, places: int) -> None:
    written = Decimal(digits).scaleb(-places - 1)
    wanted = written.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert float(round_half_away(float(written), places)) == float(wanted)


@given(st.floats(min_value=-1e9, max_value=1e9), st.integers(min_value=0, max_value=4))
def test_rounding_is_the_rule_of_the_page(x: float, digits: int) -> None:
    with localcontext(EXACT):
        scaled = abs(Decimal(x)).scaleb(digits) + Decimal("0.5000001")
        edge = abs(scaled - scaled.to_integral_value())
    assume(edge > Decimal("0.01"))  # nearer to a step than a double can tell
    assert float(round_half_away(x, digits)) == float(exact_round(x, digits))


def test_missing_is_not_rounded() -> None:
    found = round_half_away(np.array([np.nan, 84.95]), 1)
    assert np.isnan(found[0])
    assert found[1] == 85.0


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_cancelling_leaves_over_is_zero() -> None:
    left_over = 0.1 + 0.2 - 0.3
    assert left_over != 0
    assert float(round_sum(left_over)) == 0.0
    assert math.copysign(1, float(round_sum(-left_over))) == 1


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=30), st.randoms())
def test_the_order_of_a_sum_does_not_matter(cents: list[int], random: object) -> None:
    amounts = [each / 100 for each in cents]
    shuffled = list(amounts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert float(round_sum(sum(shuffled))) == float(round_sum(sum(amounts))) == sum(cents) / 100


# ── comparison ───────────────────────────────────────────────────────────────────────────────────


def test_tolerance_is_relative_above_one() -> None:
    assert tolerance(np.array([0.0, 0.5, -1.0])).tolist() == [1e-9, 1e-9, 1e-9]
    assert tolerance(np.array([80.0, -4e6])) == pytest.approx([8e-8, 4e-3])


@pytest.mark.parametrize(
    ("left", "operator", "right", "holds"),
    [
        (79.99999999999, ">=", 80, True),
        (79.9999, ">=", 80, False),
        (80.00000000001, "<=", 80, True),
        (80.00000000001, ">", 80, False),
        (80.001, ">", 80, True),
        (79.99999999999, "<", 80, False),
        (0.85000000001, "=", 0.85, True),
        (0.8500001, "=", 0.85, False),
        (0.8500001, "<>", 0.85, True),
        (0.85000000001, "<>", 0.85, False),
        (-5.000000001, ">=", -5, True),
        (-5.1, ">=", -5, False),
        (-1e-10, "<", 0, False),
        (-1e-8, "<", 0, True),
    ],
)
def test_compared_by_hand(left: float, operator: str, right: float, holds: bool) -> None:
    assert bool(compare(left, operator, right)) is holds


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize(("left", "right"), [(np.nan, 1.0), (1.0, np.nan), (np.nan, np.nan)])
def test_a_missing_side_never_holds(left: float, right: float, operator: str) -> None:
    assert not compare(left, operator, right)


@given(
    st.floats(min_value=-1e9, max_value=1e9),
    st.sampled_from([-1e3, -2.0, -0.5, 0.0, 0.5, 2.0, 1e3]),
)
def test_comparison_is_the_decimal_rule(threshold: float, tolerances: float) -> None:
    with localcontext(EXACT):
        near = Decimal("1e-9") * max(Decimal(1), abs(Decimal(threshold)))
        left = float(Decimal(threshold) + Decimal(tolerances) * near)
        distance = (Decimal(left) - Decimal(threshold)) / near
    wanted = {
        ">=": distance >= -1,
        "<=": distance <= 1,
        ">": distance > 1,
        "<": distance < -1,
        "=": abs(distance) <= 1,
        "<>": abs(distance) > 1,
    }
    assert {o: bool(compare(left, o, threshold)) for o in OPERATORS} == wanted


def test_comparison_spreads_over_entities() -> None:
    found = compare(np.array([[1.0], [2.0], [np.nan]]), ">=", np.array([1.0, 2.0]))
    assert found.tolist() == [[True, False], [True, True], [False, False]]


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="=>"):
        compare(1.0, "=>", 1.0)
