"""Cursors: where the next page starts, and of which ranking it is."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from api.http.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class Cursor:
    """The ranking that the first page was of, and the place in it where the next one starts.

    A page is pinned: its period, day and group are those of the first, and `fingerprint` tells
    whether a ranking that had to be computed again is still the same.
    """

    card: str
    period: str
    as_of: date
    group: str | None
    place: int
    fingerprint: str

    def __str__(self) -> str:
        return urlsafe_b64encode(_CURSOR.dump_json(self)).decode("ascii").rstrip("=")

    def agree(self, parameter: str, pinned: object, given: object) -> None:
        """A parameter beside a cursor may only repeat what it holds. Raises Problem."""
        if given != pinned:
            raise problem(
                "invalid_cursor",
                f"the cursor is of another {parameter} than {given}",
                f"Leave `{parameter}` out beside a cursor, or start again without one.",
            )


_CURSOR = TypeAdapter(Cursor)


def read_cursor(text: str) -> Cursor:
    """The cursor of a text that `str` made. Raises Problem."""
    try:
        padded = text + "=" * (-len(text) % 4)
        cursor = _CURSOR.validate_json(urlsafe_b64decode(padded), strict=True)
    except ValueError:
        raise _unreadable() from None
    if cursor.place < 1:
        raise _unreadable()
    return cursor


def _unreadable() -> Problem:
    return problem("invalid_cursor", "the cursor cannot be read", "Take `next_cursor` as it is.")
