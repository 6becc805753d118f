"""Where values are missing, and what the lines of their measure do there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.card import Measure, MissingRule
from engine.numbers import Flags
from engine.reasons import Codes, code, state


def absent(measure: Measure, states: Codes, reasons: Codes) -> Iterator[tuple[Flags, MissingRule]]:
    """Where a value is missing, and what that does there."""
    left: Flags = np.equal(states, state("missing"))
    for reason, rule in measure.absences.items():
        where: Flags = left & (reasons == code(reason))
        left = left & ~where
        yield where, rule
    yield left, measure.missing
