"""Quarters, and the raw rows that belong to an entity, as docs/language.md describes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Row = Mapping[str, Any]

# ── time ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Window:
    """The days from `start` on, before `end`."""

    start: date
    end: date

    def __contains__(self, moment: date) -> bool:
        day = moment.date() if isinstance(moment, datetime) else moment
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def within(self, other: Window) -> Window:
        return Window(max(self.start, other.start), min(self.end, other.end))

    def covers(self, other: Window) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Quarter:
    """A quarter as of a day. While it runs, what it is compared with is cut to the same part."""

    year: int
    number: int
    as_of: date

    @property
    def whole(self) -> Window:
        return _quarter(self.year, self.number)

    @property
    def running(self) -> bool:
        return self.as_of + timedelta(1) < self.whole.end

    @property
    def own(self) -> Window:
        return self.whole.within(Window(date.min, self.as_of + timedelta(1)))

    @property
    def previous(self) -> Window:
        """The same number of days from its start, at most its length."""
        before = _quarter(self.year, self.number - 1)
        part = before.start + timedelta(self.own.days) if self.running else before.end
        return Window(before.start, min(part, before.end))

    @property
    def last_year(self) -> Window:
        """To the same calendar day."""
        if not self.running:
            return self.whole_last_year
        after = self.as_of.replace(year=self.year - 1) + timedelta(1)
        return Window(self.whole_last_year.start, after)

    @property
    def whole_last_year(self) -> Window:
        """For targets, which are not cut."""
        return _quarter(self.year - 1, self.number)


def _quarter(year: int, number: int) -> Window:
    months = year * 12 + (number - 1) * 3
    first, after = (date(m // 12, m % 12 + 1, 1) for m in (months, months + 3))
    return Window(first, after)


# ── rows ────────────────────────────────────────────────────────────────────────────────────────


class Tables:
    """Raw rows by table, and by table, column and value."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self.rows = rows
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def where(self, table: str, column: str, value: object) -> list[Row]:
        if (table, column) not in self._found:
            index: dict[Any, list[Row]] = defaultdict(list)
            for row in self.rows[table]:
                index[row[column]].append(row)
            self._found[table, column] = index
        return self._found[table, column].get(value, [])


@dataclass(frozen=True, eq=False)
class Entity:
    """A row that is scored, and the rows of data that belong to it by `link`."""

    key: str
    label: str
    link: str
    attributes: Row
    active: Window
    tables: Tables = field(repr=False)
    store: Entity | None = None
    _cut: dict[tuple[str, Window], list[Row]] = field(default_factory=dict, repr=False)

    def data(self, table: str, day: str, when: Window) -> list[Row]:
        """Its rows of a table whose column `day` lies in the window."""
        if (table, when) not in self._cut:
            own = self.tables.where(table, self.link, self.key)
            self._cut[table, when] = [row for row in own if row[day] in when]
        return self._cut[table, when]
