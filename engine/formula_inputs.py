"""The numbers that were put into a curve's formula, as the explanation shows them."""

from __future__ import annotations

import numpy as np

from engine.curve_formulas import names_in
from engine.reasons import state
from engine.sheet import MeasureScores


def formula_inputs(scores: MeasureScores, place: int) -> tuple[tuple[str, float], ...]:
    """By name, percents as fractions; nothing where no score came from a formula."""
    curve = scores.plan.measure.curve
    if curve is None or curve.formula is None or scores.state[place] != state("scored"):
        return ()
    known = {"actual": scores.value, **scores.roles, "attainment": scores.attainment}
    found = ((name, float(known[name][place])) for name in names_in(curve.formula))
    return tuple((name, number) for name, number in found if not np.isnan(number))
