"""Values of several periods in a row: their mean, their slope, and the line carried on.

The slope and the line are those of least squares over the periods that have a value, at their
places 0, 1, … n - 1; the line is carried to the current period.
"""

from __future__ import annotations

import numpy as np

from engine.numbers import Flags, Floats
from engine.series import LEAST


def series(name: str, points: list[Floats], current: int) -> Floats:
    """The value of a series for every entity; NaN where fewer than 3 periods have a value.

    `points`: one array a period, NaN where it has none; `current`: the place of the period that a
    forecast is for.
    """
    y = np.column_stack(points)
    there: Flags = ~np.isnan(y)
    count = there.sum(axis=1)
    enough = count >= LEAST
    n = np.where(enough, count, 1)
    x = np.arange(y.shape[1], dtype=np.float64)[None, :]
    filled = np.where(there, y, 0.0)
    mean = filled.sum(axis=1) / n
    if name == "moving_average":
        return np.where(enough, mean, np.nan)
    middle = np.where(there, x, 0.0).sum(axis=1) / n
    away = np.where(there, x - middle[:, None], 0.0)
    spread = (away**2).sum(axis=1)
    slope = (away * (filled - mean[:, None])).sum(axis=1) / np.where(enough, spread, 1.0)
    line = slope if name == "trend" else mean + slope * (current - middle)
    return np.where(enough, line, np.nan)
