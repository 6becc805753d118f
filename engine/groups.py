"""Groups of rows within each entity (`per customer`, `having …`), as a data set of their own.

Each group is one row with the columns `y1`, `y2`, …: what was computed over its rows. Rows without
a key form no group.
"""

from __future__ import annotations

from engine import scalars as r
from grammar.records import record


@record
class Inner:
    """A number of each group. `function`: sum, average, count, unique, min, max, and first or
    last (the sum over the rows of the group's earliest or latest day). `keys`: what `unique`
    counts, columns that are a key together; `argument` is None for count and unique."""

    function: str
    argument: r.Scalar | None
    where: r.Condition | None
    keys: tuple[r.Scalar, ...] = ()


@record
class Groups:
    """Rows that meet `where`, by the present values of `by` together."""

    by: tuple[r.Scalar, ...]
    where: r.Condition | None
    numbers: tuple[Inner, ...]


def column(place: int) -> r.Field:
    """The number of a group that stands at a place, from 1 on."""
    return r.Field((), f"y{place}", "float")
