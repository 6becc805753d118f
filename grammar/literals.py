"""Values of literals: numbers with 万 亿 k m, percents, money, dates, names in NFC."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

FIRST_YEAR, LAST_YEAR = 1900, 2999

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


_ORDINAL = {"一": "1", "二": "2", "三": "3", "四": "4"}
_CHINESE_PERIOD = re.compile(
    r"(?P<year>\d{4})年(?:第(?P<quarter>[1-4一二三四])季度|(?P<half>[上下])半年|(?P<month>\d{1,2})月)?"
)


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
    """Currency code and amount of `CNY 1200`, `¥12万` or `12万元`."""
    if text[-1] == "元":
        return "CNY", number(text[:-1])
    if text[0] in _CURRENCY:
        return _CURRENCY[text[0]], number(text[1:].strip())
    return text[:3].upper(), number(text[3:].strip())


def day(text: str) -> date:
    """`2025-07-01`, `2025/7/1` or `2025年7月1日`. Raises ValueError where there is no such day in
    the years that periods can have: an end that is open is left out, not written as year 9999."""
    year, month, number_of_day, *_ = re.split(r"[-/.年月日]", text.translate(_ASCII))
    found = date(int(year), int(month), int(number_of_day))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(text)
    return found


def minutes(text: str) -> int:
    """Of a time of the day, since midnight: `09:30` is 570."""
    hour, minute = text.translate(_ASCII).replace("：", ":").split(":")
    return int(hour) * 60 + int(minute)


def period(text: str) -> str:
    """The canonical period name: `2025-q3` and `2025年第三季度` are `2025Q3`."""
    match = _CHINESE_PERIOD.fullmatch(text)
    if match is not None:
        return _chinese_period(match)
    upper = text.translate(_ASCII).upper()
    return upper.replace("-Q", "Q").replace("-H", "H")


def _chinese_period(match: re.Match[str]) -> str:
    year = match["year"]
    if match["quarter"]:
        return f"{year}Q{_ORDINAL.get(match['quarter'], match['quarter'])}"
    if match["half"]:
        return f"{year}H{'上下'.index(match['half']) + 1}"
    return f"{year}-{int(match['month']):02d}" if match["month"] else year


def operator(text: str) -> str:
    plain = text.translate(_OPERATOR)
    return _COMPARISON.get(plain, plain)
