"""Numbers as people read them. What is absent is a dash."""

from __future__ import annotations

from engine.numbers import round_half_away
from engine.printed import percent, plain
from engine.unit_names import unit_words

NOTHING = "–"


def figure(value: float | None, digits: int = 2) -> str:
    """`1,234.5`"""
    return NOTHING if value is None else plain(value, digits)


def fixed(value: float | None, digits: int) -> str:
    """`1,234.50`: exactly so many decimals, so that a column of them is easy to compare."""
    return NOTHING if value is None else f"{float(round_half_away(value, digits)):,.{digits}f}"


def share(value: float | None) -> str:
    """`37.5%` of a fraction."""
    return NOTHING if value is None else percent(value)


def total(value: float | None, digits: int | None) -> str:
    """A total with exactly the digits to which its card rounds, and two where it does not."""
    return fixed(value, 2 if digits is None else digits)


def amount(value: float | None, unit: str | None, language: str = "en") -> str:
    """A value with its unit: `12.5%`, `CNY 1,234.5 per basket`, `4.2 points`; 1,234.5 元/笔."""
    if value is None or unit is None:
        return figure(value)
    if unit == "percent":
        return percent(value)
    if language == "zh":
        return f"{plain(value)} {unit_words(unit, language)}"
    name, _, per = unit.partition(" ")
    if len(name) == 3 and name.isascii() and name.isupper():
        return " ".join(filter(None, (name, plain(value), per)))
    return f"{plain(value)} {unit}"
