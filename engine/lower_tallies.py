"""Numbers of the rows of an entity -> a subquery with one row for each key, joined to that key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from engine import scalars as r
from engine.dialects import number
from engine.groups import Groups, Inner
from engine.lower_groups import DECIMALS, GroupLowering
from engine.lower_rows import RowLowering, case

if TYPE_CHECKING:
    from engine.selection import Setting

_NOTHING_IS_ZERO = ("sum", "count", "unique")


def tally_query(setting: Setting, tally: r.Tally) -> exp.Select:
    """`k`, the key of the entity, and `y1`, the number; entities without rows are not there."""
    rows = setting.rows_of(tally.relation, "t")
    owner = rows.rows.scalar(tally.owner)
    tests = [rows.rows.condition(each) for each in tally.conditions]
    tests.append(exp.not_(exp.Is(this=owner.copy(), expression=exp.null())))
    inner = Inner(tally.function, tally.argument, None, tally.keys)
    made = GroupLowering(rows, owner, Groups((), None, (inner,)), lambda: number("1"))
    return made.query(tests)


def tally_value(rows: RowLowering, tally: r.Tally, alias: str) -> exp.Expr:
    """The number of the row that was joined: 0 for a sum or count of an entity without rows."""
    found: exp.Expr = exp.column("y1", table=alias)
    if tally.function == "average":
        found = rows.rounded(found, DECIMALS.copy())
    if tally.function not in _NOTHING_IS_ZERO:
        return found
    absent = exp.Is(this=exp.column("k", table=alias), expression=exp.null())
    return case(absent, number("0"), found)
