"""What the tables of a database seem to be: entities or events, by which key, date and links.

Nothing is declared in most databases, so names decide, and the data confirm: a key must be unique
and a link must lead to keys that exist. Every guess is for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.skeleton import words as w
from api.skeleton.look import Column, Looker, Table

_DATES = ("date", "timestamp", "timestamptz")
_NUMBERS = ("integer", "decimal", "float")
_LEAST_SHARE = 0.5  # of the values of a link that are keys where it leads
_FEW_VALUES = 50  # of an attribute
_FEW_ROWS = 30


@dataclass(frozen=True, slots=True)
class Link:
    """A column that holds keys of another table."""

    column: str
    target: Table
    share: float | None  # of the values that are keys there; None where one table is empty


@dataclass(frozen=True, slots=True)
class Guess:
    """What a table seems to be. One that is both, a header of lines, is an entity of its lines."""

    table: Table
    key: str | None
    links: tuple[Link, ...]
    date: str | None
    is_entity: bool
    is_data: bool

    @property
    def numbers(self) -> tuple[Column, ...]:
        """Columns that could be added up."""
        linked = {self.key, *(link.column for link in self.links)}
        return tuple(
            each
            for each in self.table.columns
            if each.kind in _NUMBERS
            and each.name not in linked
            and not w.has(each.name, w.IDENTIFIES)
        )

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Columns that look like a link to something, but not to what."""
        known = {self.key, *(link.column for link in self.links)}
        return tuple(
            each.name
            for each in self.table.columns
            if each.name not in known
            and w.words(each.name)[-1:] in (("id",), ("key",), ("编号",))
            and each.kind in ("integer", "text")
        )

    @property
    def label(self) -> str | None:
        """The column with the name of a thing."""
        texts = [each.name for each in self.table.columns if each.kind == "text"]
        named = [each for each in texts if w.has(each, w.NAMES)]
        own = {f"{''.join(w.thing(self.table.name))}{name}" for name in w.NAMES} | w.NAMES
        first = [each for each in named if w.folded(each) in own]
        plain = [each for each in named if not w.has(each, w.NOT_A_NAME)]
        titled = [each for each in texts if w.has(each, w.TITLES)]
        return next(iter([*first, *plain, *titled]), None)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Texts with few values: for whom a card is, what a ranking is within."""
        linked = {self.key, self.label, *(link.column for link in self.links)}
        return tuple(
            each.name
            for each in self.table.columns
            if each.kind == "text"
            and each.name not in linked
            and 2 <= each.distinct <= min(_FEW_VALUES, each.filled // 2)
            and not w.has(each.name, w.PERSONAL)
        )

    @property
    def dates(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.table.columns if each.kind in _DATES)

    @property
    def lifetime(self) -> tuple[str, ...]:
        """Columns that may say from when to when a thing exists."""
        return tuple(
            each.name
            for each in self.table.columns
            if each.kind in _DATES
            and w.has(each.name, w.LIFETIME)
            and not w.has(each.name, w.PERSONAL)
        )


def guesses(tables: Sequence[Table], looker: Looker) -> tuple[Guess, ...]:
    """What each table seems to be, in the order of the tables."""
    owners = {name: table.path for table in tables for name in _own_keys(table)}
    keys = {table.path: _key(table, owners, looker) for table in tables}
    links = {table.path: tuple(_links(table, tables, keys, looker)) for table in tables}
    targets = {link.target.path for each in links.values() for link in each}
    found = tuple(
        _guess(table, keys[table.path], links[table.path], table.path in targets)
        for table in tables
    )
    if any(each.is_data for each in found) or not found:
        return found
    largest = max(found, key=lambda each: each.table.rows)
    return tuple(_both(each) if each is largest else each for each in found)


def _guess(table: Table, key: str | None, links: tuple[Link, ...], targeted: bool) -> Guess:
    date = _date(table)
    happened = date is not None and not is_lifetime(table, date)
    if key is None or {each.name for each in table.columns} == {each.column for each in links}:
        return Guess(table, key, links, date, is_entity=False, is_data=True)
    if targeted:
        event = happened and bool(links) and not _is_calendar(table)
        return Guess(table, key, links, date, is_entity=True, is_data=event)
    guess = Guess(table, key, links, date, is_entity=True, is_data=False)
    event = happened or bool(links and guess.numbers)
    return Guess(table, key, links, date, is_entity=not event, is_data=event)


def _both(guess: Guess) -> Guess:
    return Guess(guess.table, guess.key, guess.links, guess.date, guess.is_entity, is_data=True)


# ── keys ────────────────────────────────────────────────────────────────────────────────────────


def _own_keys(table: Table) -> Iterator[str]:
    """The columns that have the name of the table, like store_id in stores."""
    for place, column in enumerate(table.columns):
        if _key_rank(table, column, place) == 0 and column.distinct == table.sample:
            yield w.folded(column.name)


def _key(table: Table, owners: Mapping[str, tuple[str, ...]], looker: Looker) -> str | None:
    """The column that tells the rows apart, judged by its name first.

    That the keys of another table do so proves little where there are few rows.
    """
    candidates = [
        (rank, each.name)
        for place, each in enumerate(table.columns)
        if each.filled == table.sample
        and (each.distinct == table.sample)
        and (rank := _key_rank(table, each, place)) is not None
        and (table.rows >= _FEW_ROWS or owners.get(w.folded(each.name), table.path) == table.path)
    ]
    for _, name in sorted(candidates, key=lambda pair: pair[0]):
        if looker.is_key(table, name):
            return name
    return None


def _key_rank(table: Table, column: Column, place: int) -> int | None:
    """How much a name looks like that of a key, 0 most; None for not at all."""
    if column.kind not in ("integer", "text"):
        return None
    name, last = w.folded(column.name), w.words(column.name)[-1:]
    thing = "".join(w.thing(table.name))
    plain = "".join(w.words(table.name))
    if name in {f"{each}{word}" for each in (thing, plain) for word in ("", *w.IDENTIFIES)}:
        return 0
    if name in w.IDENTIFIES:
        return 1
    if (last and last[0] in w.IDENTIFIES) or w.has(column.name, _CHINESE_KEYS):
        return 2 if place == 0 else 3
    is_first_text = place == 0 and table.rows > 1 and not w.has(column.name, w.TITLES)
    return 4 if is_first_text else None


_CHINESE_KEYS = frozenset(each for each in w.IDENTIFIES if not each.isascii())


# ── links ───────────────────────────────────────────────────────────────────────────────────────


def _links(
    table: Table,
    tables: Sequence[Table],
    keys: Mapping[tuple[str, ...], str | None],
    looker: Looker,
) -> Iterator[Link]:
    """One link at most to each table, and one from each column: to where most values are found,
    of equal ones to the table that says more."""
    reached: set[tuple[str, ...]] = set()
    for column in table.columns:
        targets = []
        for target in tables:
            key = keys[target.path]
            if key is None or target.path == table.path or target.path in reached:
                continue
            if _may_link(table, column, keys[table.path], target, key):
                empty = not (table.rows and target.rows)
                share = 1.0 if empty else looker.share(table, column.name, target, key)
                if share >= _LEAST_SHARE:
                    targets.append((share, len(target.columns), target))
        if targets:
            share, _, best = max(targets, key=lambda each: each[:2])
            reached.add(best.path)
            yield Link(column.name, best, share if table.rows and best.rows else None)


def _may_link(table: Table, column: Column, own: str | None, target: Table, key: str) -> bool:
    """Whether a column has the name of a key of another table, and values of its kind."""
    if column.kind != target.column(key).kind or column.kind not in ("integer", "text"):
        return False
    if column.name == own and not _says_more(target, table):
        return False
    here, there = w.words(column.name), w.words(key)
    if here == there:
        return True
    if len(there) == 1 and there[0] in w.IDENTIFIES:  # customer_id leads to the id of customers
        there = (*w.thing(target.name), *there)
        return here[-len(there) :] == there
    return len(there) > 1 and here[-len(there) :] == there


def _says_more(one: Table, other: Table) -> bool:
    """Of two tables with one key the richer one is what the other belongs to; never both ways."""
    return (len(one.columns), one.path) > (len(other.columns), other.path)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def _date(table: Table) -> str | None:
    """The day on which a row happened, judged by its name and by how many rows have one."""
    dates = [
        each
        for each in table.columns
        if each.kind in _DATES
        and (each.filled or not table.rows)
        and not w.has(each.name, w.PERSONAL)
    ]
    return min(dates, key=lambda each: _date_rank(table, each)).name if dates else None


def is_lifetime(table: Table, column: str) -> bool:
    """Whether a day is when a thing begins or ends. A request is opened, and that is an event; a
    store is opened, and that is none."""
    lasts = w.has("_".join(w.thing(table.name)[-1:]), w.PEOPLE_AND_PLACES | w.PARTNERS)
    return w.has(column, w.LIFETIME if lasts else w.LIFETIME - w.HAPPENED)


def _date_rank(table: Table, column: Column) -> float:
    own = set(w.thing(table.name)) & set(w.words(column.name))
    lifetime = is_lifetime(table, column.name)
    rank = 3.0 if lifetime else 0.0 if own else 1.0 if w.has(column.name, w.HAPPENED) else 2.0
    return rank + (1.5 if column.filled < 0.9 * table.sample else 0.0)


def _is_calendar(table: Table) -> bool:
    return w.has(table.name, w.CALENDARS)
