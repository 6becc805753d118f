"""Names of functions as people write them: which ones work on numbers, and which one was meant."""

from __future__ import annotations

from collections.abc import Sequence

from engine.finding import did_you_mean
from grammar.names import chinese
from grammar.phrases import Said, phrase
from grammar.suggest import quoted

SCALARS = {
    "round": (1, 2),
    "ceiling": (1, 1),
    "abs": (1, 1),
    "min": (2, 20),
    "max": (2, 20),
    "coalesce": (1, 20),
}
"""Functions of numbers, with the least and most arguments."""


def which_function(name: str, known: Sequence[str], said: str) -> str | Said:
    """The function that was meant, in whichever language; else all of them, in `said`."""
    close = did_you_mean(name, [*known, *in_chinese(known)])
    if close:
        return close
    en, zh = (said.format(functions=quoted(each)) for each in (known, in_chinese(known)))
    return Said(en, str(phrase("hint", zh, "zh")))


def in_chinese(functions: Sequence[str]) -> list[str]:
    """The Chinese names of functions."""
    return [chinese("functions", each) for each in functions]
