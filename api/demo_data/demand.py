"""How busy each store is on each day: as the plan has it, and as it comes."""

from __future__ import annotations

import numpy as np

from api.demo_data.cases import cancelled, stores_of
from api.demo_data.encoding import Array
from api.demo_data.timeline import DAYS, QUARTERS, START

_SIZE = np.array([2.4, 1.0, 1.2, 0.4])  # by format
# By month: a slow winter, the Spring Festival, the Golden Week of October.
_SEASON = np.array([0.9, 0.7, 1, 1, 1.05, 1, 1, 1, 1.05, 1.2, 1.1, 1])


def plan(rng: np.random.Generator, form: Array, opened: Array, closed: Array) -> Array:
    """By day and store: the visits to expect, up to a factor; 0 where the store is not open.

    `form`, `opened` and `closed` are the format, first and last day of each store.
    """
    day = np.arange(DAYS)
    dates = np.datetime64(START, "D") + day
    season = _SEASON[dates.astype("datetime64[M]").astype(int) % 12]
    busy = season * np.where(np.is_busday(dates), 1, 1.35) * 1.05 ** (day / 365)
    is_open = (opened <= day[:, None]) & (day[:, None] <= closed)
    planned: Array = busy[:, None] * _SIZE[form] * rng.lognormal(0, 0.25, len(form)) * is_open
    return planned


def come_true(rng: np.random.Generator, planned: Array) -> Array:
    """What becomes of a plan, in its shape and unit.

    There are good and bad quarters, and the stores and quarters to which nobody comes.
    """
    luck = rng.lognormal(0.01, 0.08, (len(QUARTERS), planned.shape[1]))
    luck[:, stores_of("no_rows")] = 0
    for quarter, store, _ in cancelled():
        luck[quarter, store] = 0
    actual: Array = planned * np.repeat(luck, np.diff([*QUARTERS, DAYS]), axis=0)
    return actual
