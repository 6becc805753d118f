"""Sheets that were computed, kept in memory: each once, however many ask for it at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from engine import Sheet

MOST = 16
"""How many sheets are kept; one of 40,000 employees is some 50 MB."""


@dataclass(frozen=True, slots=True)
class SheetKey:
    """What a sheet depends on: the card as names are looked up, the canonical period, the day."""

    card: str
    period: str
    as_of: date


@dataclass(frozen=True)
class Scored:
    """A sheet with what its pages need, each computed at its first use."""

    sheet: Sheet

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """Places in the sheet of who is listed, in the order of the ranking."""
        order = self.sheet.order
        return order[self._listed[order]]

    @cached_property
    def unranked(self) -> NDArray[np.intp]:
        """Places in the sheet of who is not, in the same order."""
        order = self.sheet.order
        return order[~self._listed[order]]

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever anybody's place or total does: pages of two rankings are never mixed."""
        sheet = self.sheet
        digest = blake2b(digest_size=8)
        digest.update("\n".join(map(str, sheet.keys)).encode("utf-8", "surrogatepass"))
        for numbers in (sheet.order, sheet.rank, sheet.total):
            digest.update(np.ascontiguousarray(numbers).tobytes())
        return digest.hexdigest()

    @cached_property
    def _listed(self) -> NDArray[np.bool_]:
        return np.array([not reason for reason in self.sheet.not_ranked], dtype=np.bool_)


class Sheets:
    """A bounded cache; the sheet that nobody asked for the longest goes first.

    Who comes while a sheet is being computed waits for it. A failure is not kept: whoever waited
    gets it, the next one tries again.
    """

    def __init__(self, compute: Callable[[SheetKey], Sheet], most: int = MOST) -> None:
        self._compute = compute
        self._most = most
        self._kept: OrderedDict[SheetKey, Future[Scored]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: SheetKey) -> Scored:
        """The sheet of a key, or what computing it raises."""
        with self._lock:
            future = self._kept.get(key)
            is_first = future is None
            if future is None:
                future = self._kept[key] = Future()
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
        if is_first:
            self._fill(key, future)
        return future.result()

    def _fill(self, key: SheetKey, future: Future[Scored]) -> None:
        try:
            future.set_result(Scored(self._compute(key)))
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is future:
                    del self._kept[key]
            future.set_exception(error)
