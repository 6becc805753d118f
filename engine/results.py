"""Numbers of all entities of a level, with the reasons where there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.numbers import Flags, Floats
from engine.reasons import Codes, code


@dataclass(frozen=True)
class Result:
    """One number per entity, NaN with a reason where missing."""

    values: Floats
    reasons: Codes

    def take(self, index: np.ndarray) -> Result:
        """Seen from the rows of another level; -1 is an entity that belongs to none."""
        outside = index < 0
        safe = np.where(outside, 0, index)
        if not len(self.values):
            return missing(len(index), "not_assigned")
        values = np.where(outside, np.nan, self.values[safe])
        reasons = np.where(outside, code("not_assigned"), self.reasons[safe])
        return Result(values, reasons.astype(np.int8))


def present(values: Floats) -> Result:
    return Result(values, np.zeros(len(values), dtype=np.int8))


def missing(count: int, reason: str) -> Result:
    return Result(np.full(count, np.nan), np.full(count, code(reason), dtype=np.int8))


def choose(where: Flags, result: Result, otherwise: Result) -> Result:
    return Result(
        np.where(where, result.values, otherwise.values),
        np.where(where, result.reasons, otherwise.reasons).astype(np.int8),
    )
