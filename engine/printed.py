"""Figures as people read them: few decimals, and parts that make their whole as printed."""

from __future__ import annotations

import numpy as np

from engine.numbers import round_half_away


def adding_up(parts: list[float], whole: float, digits: int = 2) -> list[float]:
    """The parts rounded so that they make the rounded whole, by largest remainder."""
    scale = 10**digits
    exact = [part * scale for part in parts]
    floors = [int(np.floor(part + 1e-7)) for part in exact]
    left = round(float(round_half_away(whole, digits)) * scale) - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: floors[i] - exact[i])
    for i in order[: max(left, 0)]:
        floors[i] += 1
    return [part / scale for part in floors]


def plain(value: float, digits: int = 2) -> str:
    """`1,234.5`: at most `digits` decimals, no trailing zeros."""
    if np.isnan(value):
        return "–"
    text = f"{float(round_half_away(value, digits)):,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """`37.5%`: at most two decimals."""
    return f"{plain(share * 100)}%"
