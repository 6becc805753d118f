"""What a database shows of its tables: columns, how many rows, which values are distinct.

Everything but the number of rows comes from the first rows of a table, so that looking at a large
database costs little; what is decided on is asked of the whole table afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlglot import exp

from connectors import Connection, ConnectorError, Kind

SAMPLE = 20_000
"""Rows of a table that are looked at."""

MOST_COUNTED = 5_000_000
"""Rows in which values are still counted one by one."""

MOST_TABLES = 100
"""Tables that are looked at; a skeleton of more would not be read."""

_NEAR = timedelta(days=31)

_KEYS: tuple[Kind, ...] = ("integer", "text")
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?")
_IN_BRACKETS = re.compile(r"[^\]\n\r]*[^\]\s][^\]\n\r]*")
_OF_ONE_TABLE = ("bad_sql", "missing_table", "denied", "unsupported", "timed_out")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `filled` and `distinct` count values in the sample, `distinct` those of integers
    and texts alone."""

    name: str
    kind: Kind
    filled: int = 0
    distinct: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view by its path; `sample` is how many of its rows were looked at."""

    path: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int = 0
    sample: int = 0

    @property
    def name(self) -> str:
        return self.path[-1]

    def column(self, name: str) -> Column:
        return next(each for each in self.columns if each.name == name)


@dataclass(frozen=True)
class Looker:
    """Questions to one database. Raises ConnectorError where it does not answer at all."""

    connection: Connection

    def tables(self) -> tuple[list[Table], list[str]]:
        """The tables, and the names of those that cannot be used or are too many."""
        found: list[Table] = []
        left: list[str] = []
        for shown, described in self.connection.catalog()["tables"].items():
            path = self._path(shown)
            columns = tuple(Column(c["name"], c["kind"]) for c in described if _usable(c["name"]))
            if len(found) == MOST_TABLES or not columns or not all(map(_usable, path)):
                left.append(shown)
                continue
            try:
                found.append(self._looked_at(Table(path, columns)))
            except ConnectorError as error:
                if error.kind not in _OF_ONE_TABLE:
                    raise
                left.append(shown)
        return found, left

    def is_key(self, table: Table, column: str) -> bool:
        """Whether every row has a value there, and no two the same; of very many rows, the sample
        was enough."""
        if table.rows > MOST_COUNTED:
            return True
        values = exp.column(column, quoted=True)
        row = self._row(
            exp.select(
                exp.Count(this=exp.Distinct(expressions=[values])),
                exp.Count(this=exp.column(column, quoted=True)),
            ).from_(_named(table))
        )
        return row == [table.rows, table.rows]

    def share(self, table: Table, column: str, target: Table, key: str) -> float:
        """How many of the values in a column are keys of another table; 0 where there is none."""
        values = (
            exp.select(exp.column(column, quoted=True).as_("v", quoted=True))
            .distinct()
            .from_(_named(table))
            .where(exp.column(column, quoted=True).is_(exp.null()).not_())
            .limit(1000)
        )
        keys = exp.select(exp.column(key, quoted=True)).from_(_named(target))
        value = exp.column("v", table="s", quoted=True)
        found = exp.select(
            exp.Count(this=exp.Star()),
            exp.Sum(this=exp.case().when(value.isin(query=keys), "1").else_("0")),
        ).from_(values.subquery("s"))
        count, among = self._row(found)
        return float(among or 0) / float(count) if count else 0.0

    def days(self, table: Table, column: str, until: date) -> tuple[date, date] | None:
        """The first and the last day in a column, no later than `until`.

        Where the half percent at an end lies far away, it is left out: a wrong year is common, and
        a few rows make no history.
        """
        share = table.column(column).filled / table.sample if table.sample else 0
        skipped = int(table.rows * share / 200)
        first, last = (self._end(table, column, until, skipped, desc=end) for end in (False, True))
        return (first, last) if first is not None and last is not None else None

    def _end(
        self, table: Table, column: str, until: date, skipped: int, *, desc: bool
    ) -> date | None:
        day = exp.column(column, quoted=True)
        limit = exp.Literal.string(f"{until.isoformat()} 23:59:59")
        some = exp.select(day).from_(_named(table)).where(day.copy() <= limit).limit(1)
        days = some.order_by(exp.Ordered(this=day.copy(), desc=desc))
        outmost, inner = (
            next((_day(each) for each in next(iter(self._fetched(query).values()))), None)
            for query in (days, days.offset(skipped))
        )
        if outmost is None or inner is None or abs(outmost - inner) <= _NEAR:
            return outmost
        return inner

    # ── one table ────────────────────────────────────────────────────────────────────────────

    def _path(self, shown: str) -> tuple[str, ...]:
        """A dot may divide schema and table, or be a part of the name."""
        if self.connection.columns((shown,)) is not None:
            return (shown,)
        return tuple(shown.split(".", maxsplit=1))

    def _looked_at(self, table: Table) -> Table:
        rows = int(self._row(exp.select(exp.Count(this=exp.Star())).from_(_named(table)))[0])
        sample, *counts = self._row(_counting(table))
        given = iter(counts)
        columns = tuple(
            replace(
                each,
                filled=int(next(given)),
                distinct=int(next(given)) if each.kind in _KEYS else 0,
            )
            for each in table.columns
        )
        table = replace(table, columns=columns, rows=rows, sample=int(sample))
        return replace(table, columns=tuple(self._dated(table, each) for each in columns))

    def _dated(self, table: Table, column: Column) -> Column:
        """SQLite keeps dates as text: they are told by their values."""
        if self.connection.dialect != "sqlite" or column.kind != "text" or not column.filled:
            return column
        value = exp.column(column.name, quoted=True)
        some = exp.select(value).from_(_named(table)).where(value.copy().is_(exp.null()).not_())
        values = next(iter(self._fetched(some.limit(50)).values()))
        is_date = all(_ISO.fullmatch(str(each)) for each in values)
        return replace(column, kind="date") if is_date else column

    def _row(self, query: exp.Select) -> list[Any]:
        return [_plain(column[0]) for column in self._fetched(query).values()]

    def _fetched(self, query: exp.Select) -> dict[str, Sequence[Any]]:
        """The result, with columns of names of their own."""
        named = [
            each.copy() if isinstance(each, exp.Alias) else exp.alias_(each.copy(), f"c{place}")
            for place, each in enumerate(query.selects)
        ]
        sql = query.select(*named, append=False).sql(self.connection.dialect)
        return dict(self.connection.fetch(sql))


def _counting(table: Table) -> exp.Select:
    """How many rows of the sample there are, and how many values each column has."""

    def counts() -> Iterator[exp.Expr]:
        yield exp.Count(this=exp.Star())
        for each in table.columns:
            column = exp.column(each.name, quoted=True)
            yield exp.Count(this=column)
            if each.kind in _KEYS:
                yield exp.Count(this=exp.Distinct(expressions=[column.copy()]))

    some = exp.select(*(exp.column(each.name, quoted=True) for each in table.columns))
    return exp.select(*counts()).from_(some.from_(_named(table)).limit(SAMPLE).subquery("s"))


def _named(table: Table) -> exp.Table:
    *schema, name = table.path
    return exp.table_(name, db=schema[0] if schema else None, quoted=True)


def _usable(name: str) -> bool:
    """Whether a name can be written in a scorecard file."""
    return _IN_BRACKETS.fullmatch(name) is not None and name == name.strip()


def _plain(value: Any) -> Any:
    """A number that is no number of numpy, None for a masked one."""
    if value is None or str(value) in ("--", "NaT"):
        return None
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value is not None else None
    except ValueError:
        return None
