"""What could stand at a place, as a list in the words of each language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from grammar.phrases import Said, phrase
from grammar.words import words

_FRIENDLY = {
    "NAME": "a name",
    "BRACKETED": "a name",
    "TEXT": 'a text in quotes ("…")',
    "NUMBER": "a number",
    "PERCENT": "a percent (8%)",
    "MONEY": "an amount (CNY 1200)",
    "DATE": "a date (2025-07-01)",
    "PERIOD": "a period (2025Q3)",
    "YEAR": "a year",
    "COMPARE": "a comparison (= <> < <= > >=)",
    "ADD": "+ or -",
    "MULTIPLY": "* or /",
    "_OPEN": "(",
    "_CLOSE": ")",
    "_COMMA": ",",
    "_DOT": ".",
    "_NL": "the end of the line",
    "$END": "the end of the file",
}
# Offered only where nothing else fits: they are nearly always possible and explain nothing.
_LAST = {"_DOT", "BRACKETED", "$END"}
_MOST = 8


def offered(accepted: set[str], phrases: Sequence[str]) -> Said:
    """The terminals and phrases that could stand here, the first few of them."""
    plain = {_FRIENDLY[each] for each in accepted - _LAST if each in _FRIENDLY}
    return Said(
        en=_first(sorted(plain), phrases, "en", ", ", " … ({} more)"),
        zh=_first(
            sorted(str(phrase("expected", each, "zh")) for each in plain),
            *(phrases, "zh", "、", " 等（另有 {} 种）"),
        ),
    )


def keywords(phrases: Sequence[str], without: int = 0) -> Said:
    """All of the phrases; without the words at their beginning that stand there already."""
    return Said(
        en=", ".join(_quoted(phrases, "en", without)),
        zh="、".join(_quoted(phrases, "zh", without)),
    )


def _first(plain: list[str], phrases: Sequence[str], language: str, comma: str, more: str) -> str:
    everything = [*plain, *_quoted(phrases, language)]
    if not everything:
        return str(phrase("expected", "something else", language))
    left = len(everything) - _MOST
    return comma.join(everything[:_MOST]) + (more.format(left) if left > 0 else "")


def _quoted(phrases: Iterable[str], language: str, without: int = 0) -> list[str]:
    """Those of the language; where it has none of them, those of the other."""
    known = list(phrases)
    own = [each for each in known if each in _spellings(language)]
    shown = {" ".join(each.split()[without:]) for each in own or known}
    return sorted(f"`{each}`" for each in shown)


@cache
def _spellings(language: str) -> frozenset[str]:
    """The phrases of a language that are shown: of Chinese the canonical ones."""
    every = [words().spellings(construct, language) for construct in words().rows]
    return frozenset(p for found in every for p in (found if language == "en" else found[:1]))
