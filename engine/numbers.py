"""The one numeric rule of the language: snapping, rounding, tolerant comparison.

The same operations in the same order are used in SQL, here and in tests, so that every database
gives the same grade.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIGNIFICANT = 12
SUM_DECIMALS = 6
TOLERANCE = 1e-9
_NUDGE = 1e-7

# Powers of ten as the nearest doubles; 10**n computed by multiplication is not always that.
_LOWEST, _HIGHEST = -320, 308
_POWERS = np.array([float(f"1e{n}") for n in range(_LOWEST, _HIGHEST + 1)])


def snap(values: Any) -> Floats:
    """To 12 significant digits, half away from zero: 4.199999999999999 is 4.2."""
    x = np.asarray(values, dtype=np.float64)
    magnitude = np.abs(x)
    usable = np.isfinite(x) & (magnitude > 1e-290)
    safe = np.where(usable, magnitude, 1.0)
    shift = SIGNIFICANT - 1 - np.floor(np.log10(safe)).astype(np.int64)
    up, down = _power(np.maximum(shift, 0)), _power(np.maximum(-shift, 0))
    digits = np.floor(safe * up / down + 0.5)
    return np.where(usable, np.copysign(digits / up * down, x), np.where(np.isfinite(x), 0.0, x))


def round_half_away(values: Any, digits: int) -> Floats:
    """sign(x) * floor(|x| * 10^n + 0.5 + 1e-7) / 10^n; never the database's ROUND."""
    x = np.asarray(values, dtype=np.float64)
    scale = 10.0**digits
    return np.copysign(np.floor(np.abs(x) * scale + 0.5 + _NUDGE) / scale, x)


def round_sum(values: Any) -> Floats:
    """A sum of floats to 6 decimals, so that 1e-12 left over from cancelling is 0."""
    return round_half_away(values, SUM_DECIMALS) + 0.0


def tolerance(threshold: Any) -> Floats:
    """1e-9 * max(1, |threshold|)."""
    return TOLERANCE * np.maximum(1.0, np.abs(np.asarray(threshold, dtype=np.float64)))


def compare(left: Any, operator: str, right: Any) -> Flags:
    """A tolerant comparison; False wherever a side is missing (NaN)."""
    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    near = tolerance(b)
    with np.errstate(invalid="ignore"):
        match operator:
            case ">=":
                result = a >= b - near
            case "<=":
                result = a <= b + near
            case ">":
                result = a > b + near
            case "<":
                result = a < b - near
            case "=":
                result = np.abs(a - b) <= near
            case "<>":
                result = np.abs(a - b) > near
            case _:
                raise ValueError(operator)
    present = ~(np.isnan(a) | np.isnan(b))
    flags: Flags = result & present
    return flags


def _power(exponent: NDArray[np.int64]) -> Floats:
    clipped = np.clip(exponent - _LOWEST, 0, len(_POWERS) - 1)
    powers: Floats = _POWERS[clipped]
    return powers
