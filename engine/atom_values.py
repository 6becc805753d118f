"""Cells -> the value of an aggregate, with the reason where there is none.

Percentiles interpolate linearly between the two values around their place (Hyndman and Fan 1996,
definition 7); a deviation is that of the whole population.
"""

from __future__ import annotations

import numpy as np

from engine import values as v
from engine.grain import SETS, of_a_day
from engine.numbers import Flags, Floats, round_sum
from engine.results import Result, choose, missing, present

_DAILY = {"min": 2, "max": 3}


def made_of(node: v.Aggregate, cells: list[Floats]) -> Result:
    """The aggregate from its cells, in the order of `cells_of`."""
    parts = [filled(cell) for cell in cells]
    result = _made(node, parts)
    if node.groups is not None:
        rows, without = parts[-2], parts[-1]
        result = _unless(result, (rows > 0) & (rows == without), "no_values")
    return _unless(result, _broken(node, cells, parts), "no_values")


def _made(node: v.Aggregate, parts: list[Floats]) -> Result:
    match node.function:
        case "count":
            return present(parts[0])
        case "sum":
            total, rows, values = parts[:3]
            none = (rows > 0) & (values == 0)
            return _unless(present(round_sum(total)), none, "no_values")
        case "average":
            total, rows, values = parts[:3]
            return _of_rows(round_sum(total) / _one(values), rows, values)
        case "weighted":
            total, weight, rows, values = parts[:4]
            whole = round_sum(weight)
            result = _of_rows(round_sum(total) / _one(whole), rows, values)
            return _unless(result, (values > 0) & (whole == 0), "zero_denominator")
        case "percentile":
            return _percentile(node, parts)
        case "deviation":
            squares, rows, values = parts[:3]
            return _of_rows(np.sqrt(np.maximum(squares, 0.0) / _one(values)), rows, values)
        case "top_share":
            top, total, rows, values = parts[:4]
            whole = round_sum(total)
            result = _of_rows(round_sum(top) / _one(whole), rows, values)
            return _unless(result, (values > 0) & (whole == 0), "zero_denominator")
        case "first" | "last":
            return _of_a_day(node, parts)
        case "min" | "max":
            return _of_rows(*parts[:3])
    rows, without = np.sum(parts[1::2], axis=0), np.sum(parts[2::2], axis=0)
    return _unless(present(parts[0]), (rows > 0) & (rows == without), "no_values")


def _percentile(node: v.Aggregate, parts: list[Floats]) -> Result:
    below, above, rows, values = parts[:4]
    assert node.share is not None
    place = np.maximum(values - 1, 0) * node.share.numerator % node.share.denominator
    between = place / node.share.denominator
    return _of_rows(below + (above - below) * between, rows, values)


def _of_a_day(node: v.Aggregate, parts: list[Floats]) -> Result:
    total, count, rows, values = parts[0], parts[1], *parts[4:6]
    number = parts[_DAILY[node.daily]] if node.daily in _DAILY else round_sum(total)
    if node.daily == "average":
        number = number / _one(count)
    return _of_rows(number, rows, values)


def repeats(node: v.Aggregate, cells: list[Floats]) -> Flags | None:
    """Where a day has several rows although the formula means one."""
    if node.daily != "one":
        return None
    flags: Flags = filled(cells[1] if node.groups is None else cells[-3]) > 1
    return flags


def _of_rows(number: Floats, rows: Floats, values: Floats) -> Result:
    """Missing where no row has a value, and where there is no row."""
    result = _unless(present(number), values == 0, "no_values")
    return _unless(result, rows == 0, "no_rows")


def _broken(node: v.Aggregate, cells: list[Floats], parts: list[Floats]) -> Flags:
    """Infinite, or no number although rows have values."""
    broken: Flags = np.isinf(cells[0])
    if node.function != "count" and node.function != "unique" and node.function not in SETS:
        behind = (2 if node.groups is not None else 0) + of_a_day(node)
        values = parts[-1 - behind]
        broken |= np.isnan(cells[0]) & (values > 0) & (node.function != "top_share")
    return broken


def filled(cell: Floats) -> Floats:
    """No row of the class at all is 0 rows, a sum of 0."""
    return np.where(np.isnan(cell), 0.0, cell)


def _one(number: Floats) -> Floats:
    """1 in the place of 0, which is divided by nowhere."""
    return np.where(number == 0, 1.0, number)


def _unless(result: Result, where: Flags, reason: str) -> Result:
    return choose(where, missing(len(where), reason), result)
