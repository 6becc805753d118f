"""The names of a skeleton: what its entities, data sets and KPIs are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from api.skeleton import words as w
from api.skeleton.guess import Guess, Link, is_lifetime
from api.skeleton.look import Column

_MOST_VALUES = 200  # of a column that makes an entity
_VALUE_ENTITIES = 3

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """An entity made of the values of a column of a data set."""

    name: str
    data: str
    column: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """A sum over a column of a data set, or a count of its rows; `unit` is a key of the texts."""

    name: str
    data: str
    column: str | None
    unit: str


@dataclass(frozen=True)
class Draft:
    """The guesses about all tables, with the names that entities and data sets get by path."""

    guesses: tuple[Guess, ...]
    entities: Mapping[Path, str]
    data: Mapping[Path, str]
    kpis: tuple[Kpi, ...]
    values: tuple[Values, ...] = ()
    everything: str | None = None
    left: tuple[str, ...] = ()

    def guess(self, path: Path) -> Guess:
        return next(each for each in self.guesses if each.table.path == path)

    def through(self, guess: Guess) -> tuple[Link, str] | None:
        """For rows without a date: the link to what has one, and its column."""
        if guess.date is not None:
            return None
        dated = []
        for link in guess.links:
            target = self.guess(link.target.path)
            if target.date is not None and not is_lifetime(target.table, target.date):
                is_calendar = w.has(link.target.name, w.CALENDARS)
                dated.append(((is_calendar, link.target.rows), link, target.date))
        if not dated:
            return None
        _, link, column = max(dated, key=lambda each: each[0])
        return link, column


def draft(guesses: Sequence[Guess], left: Sequence[str]) -> Draft:
    """Names for everything, no two alike, whatever the tables are called."""
    names = _Names(guesses)
    shortest = sorted(guesses, key=lambda each: len(w.words(each.table.name)))
    entities = {
        each.table.path: names.free(*_entity_names(each)) for each in shortest if each.is_entity
    }
    data = {each.table.path: names.free(*_data_names(each)) for each in guesses if each.is_data}
    held = {name.lower() for name in entities.values()}
    kpis = tuple(_kpi(each, data[each.table.path], names, held) for each in guesses if each.is_data)
    return Draft(tuple(guesses), entities, data, kpis, left=tuple(left))


def with_values(found: Draft) -> tuple[Values, ...]:
    """Entities made of values, for the data set with the most rows."""
    candidates = [each for each in found.guesses if each.is_data]
    if not candidates:
        return ()
    main = max(candidates, key=lambda each: (each.date is not None, each.table.rows))
    names = _free_names(found)
    columns = sorted(
        (each for each in main.table.columns if _divides(each, main)),
        key=lambda each: (
            not w.has(each.name, w.PEOPLE_AND_PLACES),
            not w.has(each.name, w.GROUPS),
        ),
    )
    return tuple(
        Values(names.free(_joined(w.words(each.name))), found.data[main.table.path], each.name)
        for each in columns[:_VALUE_ENTITIES]
    )


def with_everything(found: Draft) -> Draft:
    """The draft with one entity to which every row belongs."""
    return replace(found, everything=_free_names(found).free("company"))


def _divides(column: Column, guess: Guess) -> bool:
    """Whether the values of a column divide the rows into a few groups."""
    linked = {guess.key, *(link.column for link in guess.links)}
    few = 2 <= column.distinct <= min(_MOST_VALUES, column.filled // 2)
    speaks = column.kind == "text" or w.has(column.name, w.PEOPLE_AND_PLACES)
    filled = column.filled >= guess.table.sample / 2
    personal = w.has(column.name, w.PERSONAL)
    return few and speaks and filled and not personal and column.name not in linked


# ── names ───────────────────────────────────────────────────────────────────────────────────────


class _Names:
    """Names that are still free. None is that of a column with dates or decimals: where a row
    has both, the entity would be meant."""

    def __init__(self, guesses: Iterable[Guess], taken: Iterable[str] = ()) -> None:
        self.taken = {name.lower() for name in taken}
        self.taken.update(
            column.name.lower()
            for each in guesses
            for column in each.table.columns
            if column.kind not in ("integer", "text")
        )

    def free(self, *candidates: str) -> str:
        found = next(each for each in self._all(candidates) if each.lower() not in self.taken)
        self.taken.add(found.lower())
        return found

    @staticmethod
    def _all(candidates: Sequence[str]) -> Iterator[str]:
        yield from candidates
        number = 2
        while True:
            yield f"{candidates[-1]}_{number}"
            number += 1


def _free_names(found: Draft) -> _Names:
    kpis = [kpi.name for kpi in found.kpis]
    return _Names(found.guesses, [*found.entities.values(), *found.data.values(), *kpis])


def _entity_names(guess: Guess) -> tuple[str, ...]:
    return _joined(w.thing(guess.table.name)), _joined(w.words(guess.table.name))


def _data_names(guess: Guess) -> tuple[str, ...]:
    plain = w.words(guess.table.name)
    *before, last = w.thing(guess.table.name)
    return _joined(plain), _joined((*before, w.plural(last))), _joined((*plain, w.ROWS))


def _joined(parts: Sequence[str]) -> str:
    name = "_".join(parts) or w.ROWS
    return f"t_{name}" if name[0].isdigit() else name


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────


def _kpi(guess: Guess, data: str, names: _Names, entities: set[str]) -> Kpi:
    """The sum that matters most by its name, else the number of rows."""
    summed = [
        (w.count(each.name, w.MONEY) > 0, w.count(each.name, w.MONEY | w.PIECES), each.name)
        for each in guess.numbers
        if w.has(each.name, w.MONEY | w.PIECES)
        and not w.has(each.name, w.NOT_SUMMED)
        and each.name.lower() not in entities
    ]
    if not summed:
        return Kpi(names.free(f"{data}_count"), data, None, "rows")
    money, _, column = max(summed, key=lambda each: each[:2])
    unit = "money" if money else "pieces"
    return Kpi(names.free(f"{data}_{_joined(w.words(column))}"), data, column, unit)
