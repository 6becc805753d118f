"""Arithmetic on the numbers of all entities at once.

With missing it is missing, with the reason of the first missing operand; x / 0 is missing.
"""

from __future__ import annotations

import numpy as np

from engine.numbers import round_half_away, snap
from engine.reasons import code
from engine.results import Result, choose


def operation(a: Result, operator: str, b: Result, zero: str = "zero_denominator") -> Result:
    """`a + b`, and so on; `zero` is the reason where b is 0 and divides."""
    reasons = np.where(a.reasons != 0, a.reasons, b.reasons).astype(np.int8)
    x, y = a.values, b.values
    if operator == "/":
        nothing = y == 0
        values = x / np.where(nothing, np.nan, y)
        reasons = np.where(nothing & (reasons == 0), code(zero), reasons).astype(np.int8)
        return Result(values, reasons)
    values = x + y if operator == "+" else x - y if operator == "-" else x * y
    return Result(values, reasons)


def applied(name: str, results: list[Result]) -> Result:
    """abs, round, ceiling, coalesce, min, max."""
    first = results[0]
    match name:
        case "abs":
            return Result(np.abs(first.values), first.reasons)
        case "ceiling":
            return Result(np.ceil(snap(first.values)), first.reasons)
        case "round":
            digits = int(results[1].values[0]) if len(results) > 1 and len(first.values) else 0
            return Result(round_half_away(first.values, digits), first.reasons)
        case "coalesce":
            result = results[-1]
            for each in reversed(results[:-1]):
                result = choose(~np.isnan(each.values), each, result)
            return result
    extreme = np.minimum if name == "min" else np.maximum
    result = first
    for each in results[1:]:
        reasons = np.where(result.reasons != 0, result.reasons, each.reasons).astype(np.int8)
        result = Result(extreme(result.values, each.values), reasons)
    return result
