"""The two years of the data, in days and microseconds since their start."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

DAY_US, HOUR_US = 86_400_000_000, 3_600_000_000

START = datetime(2024, 1, 1)
DAYS = 731
"""How many days there is data for."""


def day_of(text: str) -> int:
    """The day that an ISO date names, counted from the start of the data."""
    return (datetime.fromisoformat(text) - START).days


QUARTERS = [day_of(f"{year}-{month:02}-01") for year in (2024, 2025) for month in (1, 4, 7, 10)]
"""The first day of each quarter."""

MONTHS = [day_of(f"{year}-{month:02}-01") for year in (2024, 2025) for month in range(1, 13)]
"""The first day of each month."""


def quarter_of(period: str) -> int:
    """The place in QUARTERS of a period such as 2025Q2."""
    return (int(period[:4]) - START.year) * 4 + int(period[5]) - 1


def edges() -> NDArray[np.int64]:
    """First moment of each quarter and the microsecond before it, within the two years."""
    starts = np.array([*QUARTERS, DAYS]) * DAY_US
    return np.sort(np.append(starts[:-1], starts[1:] - 1))
