"""Literals in canonical form: the shortest text of exactly the value that was written.

Whether digits are grouped is the author's choice, for a code is not an amount. Grouped numbers
(`14_000`, `1.4万`, `14k`) are written `14_000` in English and `1.4万` in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from grammar import syntax as s
from grammar.print_pieces import Piece, sign
from grammar.words import words

Literal = s.Number | s.Percent | s.Money | s.Quantity | s.Text | s.DateLiteral | s.Truth

UNITS = {
    "hours": "unit_hours",
    "days": "unit_days",
    "minutes": "unit_minutes",
    "points": "unit_points",
    "pp": "unit_pp",
}
_GROUPED = re.compile(r"\d_|\d(?:[万亿]|[km](?!\w))", re.IGNORECASE)
_SCALES = (("亿", 8), ("万", 4))
_MOST_DECIMALS = 2  # of a number of 万


def literal(node: Literal, language: str) -> Iterator[Piece]:
    """A literal; a sign stands before it."""
    match node:
        case s.Text(value):
            yield text(value)
        case s.DateLiteral(value):
            yield Piece(value.isoformat())
        case s.Truth(value):
            yield Piece(words().canonical("yes" if value else "no", language))
        case s.Number(value) | s.Percent(value) | s.Money(_, value) | s.Quantity(value, _):
            if value < 0:
                yield sign("-")
            yield from _amount(node, value.copy_abs(), language)


def _amount(
    node: s.Number | s.Percent | s.Money | s.Quantity, value: Decimal, language: str
) -> Iterator[Piece]:
    match node:
        case s.Number():
            yield number(value, node, language)
        case s.Percent():
            yield percent(value, node)
        case s.Money("CNY") if language == "zh":
            yield Piece(f"{number(value, node, language).text}元")
        case s.Money(currency):
            yield Piece(f"{currency} {number(value, node, language).text}")
        case s.Quantity(_, unit):
            yield number(value, node, language)
            yield counted(UNITS[unit], value, language)


def text(value: str) -> Piece:
    return Piece(f"“{value}”" if '"' in value else f'"{value}"')


def percent(value: Decimal, node: s.Node) -> Piece:
    """A fraction as a percent: 0.08 is `8%`."""
    return Piece(f"{number(value.scaleb(2), node, 'en').text}%")


def number(value: Decimal, node: s.Node, language: str) -> Piece:
    """A number that is not negative; `node` is where it was written."""
    plain = _plain(value)
    if not _GROUPED.search(node.span.text):
        return Piece(plain)
    scaled = _scaled(value) if language == "zh" else None
    return Piece(scaled or _in_thousands(plain))


def counted(construct: str, count: Decimal, language: str) -> Piece:
    """A unit after a number; English has a second word for one: `1 day`, `2 days`."""
    spellings = words().spellings(construct, language)
    return Piece(spellings[-1] if language == "en" and count == 1 else spellings[0])


def _plain(value: Decimal) -> str:
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _in_thousands(plain: str) -> str:
    whole, point, fraction = plain.partition(".")
    first = len(whole) % 3
    groups = [whole[:first], *(whole[i : i + 3] for i in range(first, len(whole), 3))]
    return "_".join(group for group in groups if group) + point + fraction


def _scaled(value: Decimal) -> str | None:
    """`1.4万`; None for a number that is small or does not come out short."""
    for word, places in _SCALES:
        if value >= Decimal(10) ** places:
            shown = _plain(value.scaleb(-places))
            exact = Decimal(shown).scaleb(places) == value
            if exact and len(shown.partition(".")[2]) <= _MOST_DECIMALS:
                return shown + word
    return None
