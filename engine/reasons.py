"""Why there is no value: the closed list of the language, as small numbers in arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

REASONS = (
    "",
    "no_rows",
    "no_values",
    "no_earlier_data",
    "zero_denominator",
    "zero_base",
    "partial_base",
    "below_sample",
    "data_incomplete",
    "no_target",
    "target_not_positive",
    "points_collide",
    "unknown_word",
    "few_peers",
    "not_assigned",
    "not_active",
    "not_applicable",
    "exempt",
    "not_due",
)
STATES = ("scored", "missing", "not_applicable", "pending")

Codes = NDArray[np.int8]

_CODE = {reason: code for code, reason in enumerate(REASONS)}
_STATE = {state: code for code, state in enumerate(STATES)}


def code(reason: str) -> int:
    return _CODE[reason]


def state(name: str) -> int:
    return _STATE[name]


def name(reason: int) -> str | None:
    """The reason as text; None where there is none."""
    return REASONS[reason] or None
