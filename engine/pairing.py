"""Two lists -> pairs of what belongs together, and what stands on one side alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T")
Pair = tuple[T | None, T | None]
Likeness = Callable[[T], Hashable]


def paired(old: Iterable[T], new: Iterable[T], *alike: Likeness[T]) -> list[Pair[T]]:
    """Every item once, in the order of the new list; what is gone stands at the end.

    Two items are a pair where they are equal by the first likeness, of the others where they are
    by the second, and so on; of several that are equal, the first goes with the first.
    """
    left, waiting = list(old), list(new)
    partners: dict[int, T] = {}
    for key in alike:
        known: dict[Hashable, list[T]] = {}
        for item in left:
            known.setdefault(key(item), []).append(item)
        for item in waiting:
            same = known.get(key(item))
            if same:
                partners[id(item)] = same.pop(0)
        taken = {id(partner) for partner in partners.values()}
        left = [item for item in left if id(item) not in taken]
        waiting = [item for item in waiting if id(item) not in partners]
    return [*((partners.get(id(item)), item) for item in new), *((item, None) for item in left)]


def out_of_order(old: Sequence[T], pairs: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """The pairs, given in the order of the new list, that stood elsewhere among them before."""
    listed = list(pairs)
    place = {id(item): number for number, item in enumerate(old)}
    after = [place[id(item)] for item, _ in listed]
    before = sorted(after)
    kept: set[int] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        kept.update(after[block.b : block.b + block.size])
    return [pair for pair, number in zip(listed, after, strict=True) if number not in kept]
