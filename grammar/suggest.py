"""Did-you-mean: names close to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def suggest(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known names nearest to `word`, best first.

    Two-character Chinese words never reach the usual cut-off of 0.6 with one character wrong.
    """
    candidates = {name.casefold(): name for name in known}
    cutoff = 0.6 if word.isascii() or len(word) > 4 else 0.45
    close = get_close_matches(word.casefold(), list(candidates), n=most, cutoff=cutoff)
    return tuple(candidates[each] for each in close)
