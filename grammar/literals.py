"""Values of literals: numbers with 万 亿 k m, percents, money, dates, names in NFC."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

_ASCII = str.maketrans("０１２３４５６７８９．％－", "0123456789.%-")
_SCALE = {
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
    "k": Decimal(1000),
    "m": Decimal(10**6),
}
_CURRENCY = {"¥": "CNY", "￥": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}
_OPERATOR = str.maketrans("＋－−×＊÷／＜＞＝！", "+--**//<>=!")
_COMPARISON = {"==": "=", "!=": "<>", "≠": "<>", "≤": "<=", "≥": ">="}


def name(text: str) -> str:
    """A name as it is compared: NFC, without the brackets of `[Order Amount]`."""
    bare = text[1:-1].strip() if text.startswith("[") else text
    return unicodedata.normalize("NFC", bare)


def number(text: str) -> Decimal:
    plain = text.translate(_ASCII).replace("_", "").lower()
    scale = _SCALE.get(plain[-1])
    return Decimal(plain[:-1]) * scale if scale else Decimal(plain)


def percent(text: str) -> Decimal:
    """The fraction: `8%` is 0.08."""
    return number(text.translate(_ASCII).rstrip("%").rstrip()) / 100


def money(text: str) -> tuple[str, Decimal]:
    """Currency code and amount of `CNY 1200` or `¥12万`."""
    if text[0] in _CURRENCY:
        return _CURRENCY[text[0]], number(text[1:].strip())
    return text[:3].upper(), number(text[3:].strip())


def day(text: str) -> date:
    """Raises ValueError for a day that does not exist."""
    return date.fromisoformat(text.translate(_ASCII))


def period(text: str) -> str:
    """The canonical period name: `2025-q3` is `2025Q3`."""
    upper = text.translate(_ASCII).upper()
    return upper.replace("-Q", "Q").replace("-H", "H")


def operator(text: str) -> str:
    plain = text.translate(_OPERATOR)
    return _COMPARISON.get(plain, plain)
