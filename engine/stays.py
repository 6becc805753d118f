"""The days on which a card claims each entity: stretches of days, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.numbers import Flags

Days = NDArray[np.datetime64]
Indexes = NDArray[np.intp]
FromThrough = tuple[date, date]
"""The first and last of some days."""

_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Pieces:
    """Entities as they are on a stretch of days, in the order of entities and days; one element per
    stretch. `place` is that of the entity; `last` is NaT where nothing changes any more.

    `claimed`: the card is for the entity then. `seen`: what lines of the card ask for, by name."""

    place: Indexes
    first: Days
    last: Days
    claimed: Flags
    parents: Mapping[str, Indexes]
    seen: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Stays:
    """Stretches of days of `count` entities, one element per stretch, in the order of entities and
    days; no two touch. `place` is that of the entity, `piece` the last piece of the stretch."""

    count: int
    place: Indexes
    first: Days
    last: Days
    piece: Indexes | None = None

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """How many days each entity has."""
        lengths = (self.last - self.first).astype("timedelta64[D]").astype(np.int64) + 1
        return np.bincount(self.place, weights=lengths, minlength=self.count).astype(np.int64)

    @cached_property
    def since(self) -> Days:
        """The first day of each entity, NaT where there is none."""
        found = np.full(self.count, np.datetime64("NaT", "D"))
        found[self.place[::-1]] = self.first[::-1]
        return found

    @cached_property
    def through(self) -> Days:
        """The last day of each entity, NaT where there is none."""
        found = np.full(self.count, np.datetime64("NaT", "D"))
        found[self.place] = self.last
        return found

    def of(self, place: int) -> tuple[FromThrough, ...]:
        """The stretches of one entity."""
        low, high = np.searchsorted(self.place, (place, place + 1))
        firsts, lasts = self.first[low:high].tolist(), self.last[low:high].tolist()
        return tuple(zip(firsts, lasts, strict=True))

    def without(self, taken: Mapping[int, Iterable[FromThrough]]) -> Stays:
        """Some days of some entities less."""
        if not taken:
            return self
        kept = [(int(p), a, b) for p, a, b in zip(self.place, self.first, self.last, strict=True)]
        changed = [each for each in kept if each[0] in taken]
        rest = np.array([each[0] not in taken for each in kept], dtype=bool)
        cut = [piece for each in changed for piece in _cut(each, taken[each[0]])]
        place = np.append(self.place[rest], np.array([each[0] for each in cut], dtype=np.intp))
        first = np.append(self.first[rest], np.array([e[1] for e in cut], dtype="datetime64[D]"))
        last = np.append(self.last[rest], np.array([e[2] for e in cut], dtype="datetime64[D]"))
        order = np.lexsort((first, place))
        return Stays(self.count, place[order].astype(np.intp), first[order], last[order])


def stays(since: Days, through: Days, pieces: Pieces | None) -> Stays:
    """The claimed days between two days of each entity (last < first: none)."""
    if pieces is None:
        place = np.flatnonzero(through >= since).astype(np.intp)
        return Stays(len(since), place, since[place], through[place])
    last = np.where(np.isnat(pieces.last), through[pieces.place], pieces.last)
    first = np.fmax(pieces.first, since[pieces.place])
    last = np.fmin(last, through[pieces.place])
    kept = np.flatnonzero(pieces.claimed & (last >= first))
    place, first, last = pieces.place[kept], first[kept], last[kept]
    joins = np.zeros(len(kept), dtype=bool)  # goes on with the stretch before
    joins[1:] = (place[1:] == place[:-1]) & (first[1:] == last[:-1] + _DAY)
    begins = ~joins
    ends = np.append(begins[1:], True)[: len(kept)]
    return Stays(len(since), place[begins], first[begins], last[ends], kept[ends])


def latest(days: Stays, pieces: Pieces) -> Indexes:
    """The piece that holds on the last claimed day of each entity; its last one where it has no
    such day, -1 where there is no piece."""
    found = np.full(days.count, -1, dtype=np.intp)
    found[pieces.place] = np.arange(len(pieces.place))
    if days.piece is not None:
        found[days.place] = days.piece
    return found


def _cut(
    stretch: tuple[int, Any, Any], taken: Iterable[FromThrough]
) -> list[tuple[int, np.datetime64, np.datetime64]]:
    place, first, last = stretch
    left = [(first, last)]
    for start, end in taken:
        begin, stop = np.datetime64(start, "D"), np.datetime64(end, "D")
        left = [
            part
            for a, b in left
            for part in ((a, min(b, begin - _DAY)), (max(a, stop + _DAY), b))
            if part[0] <= part[1]
        ]
    return [(place, a, b) for a, b in left]
