"""Did-you-mean: names close to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

Known = Iterable[str] | Mapping[str, str]
"""Names, or the names by all that they are called."""


def suggest(word: str, known: Known, most: int = 3) -> tuple[str, ...]:
    """The known names nearest to `word`, best first; the one alone that is called exactly so.

    Two-character Chinese words never reach the usual cut-off of 0.6 with one character wrong.
    """
    names = known if isinstance(known, Mapping) else {name: name for name in known}
    candidates = {called.casefold(): name for called, name in names.items()}
    if word.casefold() in candidates:
        return (candidates[word.casefold()],)
    cutoff = 0.6 if word.isascii() or len(word) > 4 else 0.45
    close = get_close_matches(word.casefold(), list(candidates), n=most, cutoff=cutoff)
    return tuple(dict.fromkeys(candidates[each] for each in close))


@lru_cache(maxsize=20_000)  # a line at fault is read again with other words, and compared again
def similarity(written: str, known: str) -> float:
    """How alike two words or phrases are, 0 where nobody would take one for the other."""
    one, other = written.casefold(), known.casefold()
    cutoff = 0.65 if written.isascii() or len(written) > 4 else 0.45
    least = cutoff * (len(one) + len(other)) / 2  # letters that both must have
    if min(len(one), len(other)) < least or _shared(one, other) < least:
        return 0.0  # as most pairs are, whatever the order of their letters
    ratio = SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= cutoff else 0.0


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common, in any order."""
    return sum(min(one.count(letter), other.count(letter)) for letter in set(one))


def quoted(names: Iterable[str]) -> str:
    """Names as a list inside a message."""
    return ", ".join(f"`{each}`" for each in names)
