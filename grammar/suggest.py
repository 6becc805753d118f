"""Did-you-mean: names close to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches


def suggest(word: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The known names nearest to `word`, best first.

    Two-character Chinese words never reach the usual cut-off of 0.6 with one character wrong.
    """
    candidates = {name.casefold(): name for name in known}
    cutoff = 0.6 if word.isascii() or len(word) > 4 else 0.45
    close = get_close_matches(word.casefold(), list(candidates), n=most, cutoff=cutoff)
    return tuple(candidates[each] for each in close)


def similarity(written: str, known: str) -> float:
    """How alike two words or phrases are, 0 where nobody would take one for the other."""
    ratio = SequenceMatcher(None, written.casefold(), known.casefold()).ratio()
    cutoff = 0.65 if written.isascii() or len(written) > 4 else 0.45
    return ratio if ratio >= cutoff else 0.0
