"""Run a plan: SQL -> atoms, one row per entity of each level, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from engine import scalars as r
from engine.catalog import Source
from engine.facts import Problems
from engine.grain import Cell
from engine.lower import LevelQuery, lower
from engine.lower_checks import (
    FeedQuery,
    HistoryQuery,
    KeyQuery,
    lower_feeds,
    lower_histories,
    lower_keys,
)
from engine.lower_stays import StayQuery
from engine.model import Entity
from engine.numbers import Floats
from engine.plan import Level, Plan
from engine.scopes import waits_for_feed
from engine.stays import Pieces, Stays, latest, stays

Texts = NDArray[np.object_]
Days = NDArray[np.datetime64]
Indexes = NDArray[np.intp]


@dataclass(frozen=True)
class LevelData:
    """The rows of one level in the order of the keys. Arrays have one element per entity.

    `parents`: index into the keys of another level, -1 where there is none. Parents and attributes
    are those of the last claimed day; `pieces` holds all of the period where they depend on it.
    """

    level: Level
    keys: Texts
    labels: Texts
    since: Days | None
    until: Days | None  # the last active day
    parents: Mapping[str, Indexes]
    attributes: Mapping[r.Scalar, NDArray[Any]]
    cells: Mapping[Cell, Floats]
    pieces: Pieces | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each entity by its key."""
        return {str(key): place for place, key in enumerate(self.keys)}


@dataclass(frozen=True)
class FeedData:
    """The first day with rows, and (where it was asked for) every day with rows."""

    first: date | None
    days: frozenset[date]


@dataclass(frozen=True)
class Atoms:
    levels: Mapping[str, LevelData]
    feeds: Mapping[str, FeedData]
    inner: Mapping[str, Atoms] = field(default_factory=dict)  # of the plan's inner plans

    def whole(self, plan: Plan, tally: r.Tally) -> bool:
        """Whether the rows of which a number of an entity is made are all there."""
        feed = self.feeds.get(tally.holder)
        if feed is None or not waits_for_feed(plan.workspace, tally):
            return True
        every = plan.workspace.data[tally.holder].expects
        assert every is not None
        assert tally.range is not None
        return plan.workspace.calendar.complete(tally.range, every, feed.days)


_Answer = tuple[LevelQuery, dict[str, Sequence[Any]]]


def fetch(plan: Plan, source: Source, problems: Problems) -> Atoms:
    """Ask the database. A key that is missing or not unique is reported: it would count twice."""
    answers: dict[str, list[_Answer]] = {}
    for query in lower(plan, source.dialect):
        answers.setdefault(query.level, []).append((query, _columns(query.sql, source)))
    raw = {name: found[0][1] for name, found in answers.items()}
    asked = {name: stays for name, ((query, _), *_) in answers.items() if (stays := query.stays)}
    changes = {name: _columns(stays.sql, source) for name, stays in asked.items()}
    orders = {name: _order(columns["k"]) for name, columns in raw.items()}
    for name, columns in changes.items():
        orders[name] = _claimed(raw[name]["k"], orders[name], columns)
    places: dict[str, dict[str, int]] = {}
    for level in plan.levels:
        keys = texts(raw[level.name]["k"])[orders[level.name]]
        places[level.name] = {key: i for i, key in enumerate(keys) if key is not None}
        _check_keys(level, keys, places[level.name], problems)
    levels = {
        level.name: _level(level, answers[level.name], orders[level.name], places)
        for level in plan.levels
    }
    for name, stays in asked.items():
        levels[name] = _changing(plan, levels[name], stays, changes[name], places)
    for joined in lower_keys(plan, source.dialect):
        _check_joined(plan.workspace.entities[joined.entity], joined, source, problems)
    for past in lower_histories(plan, source.dialect):
        _check_history(plan.workspace.entities[past.entity], past, source, problems)
    zone = plan.workspace.calendar.timezone
    feeds = {query.data: _feed(query, source, zone) for query in lower_feeds(plan, source.dialect)}
    inner = {name: fetch(each, source, problems) for name, each in plan.inner.items()}
    found = Atoms(levels, feeds, inner)
    _check_attributes(plan, found, problems)
    return found


def _check_attributes(plan: Plan, atoms: Atoms, problems: Problems) -> None:
    """Who is scored, in which group and by which target is not known where an attribute that
    decides it is made of a feed with a gap."""
    parts = [(each.spine.attributes, each.spine.conditions) for each in plan.levels]
    for tally in r.tallies_of(parts):
        if not atoms.whole(plan, tally):
            days = str(tally.range)
            named = {"attribute": tally.name, "data": tally.holder, "days": days}
            problems.report("K0621", tally.origin, named)


def _columns(sql: str, source: Source) -> dict[str, Sequence[Any]]:
    return {name.lower(): column for name, column in source.fetch(sql).items()}


def _claimed(keys: Sequence[Any], order: Indexes, changes: Mapping[str, Sequence[Any]]) -> Indexes:
    """The order without those whom the card never claims in the period."""
    claimed = texts(changes["k"])[floats(changes["claimed"]) == 1]
    kept = np.isin(texts(keys)[order].astype(str), claimed.astype(str))
    found: Indexes = order[kept]
    return found


def _order(keys: Sequence[Any]) -> Indexes:
    """Numbers by size, anything else as text."""
    plain = np.ma.getdata(np.ma.asarray(keys)) if len(keys) else np.array([])
    if plain.dtype.kind in "iuf":
        return np.argsort(plain, kind="stable")
    as_text = texts(keys)
    return np.array(sorted(range(len(as_text)), key=lambda i: as_text[i] or ""), dtype=np.intp)


def _check_keys(level: Level, keys: Texts, places: Mapping[str, int], problems: Problems) -> None:
    entity = level.spine.entity
    absent = sum(key is None for key in keys)
    if absent:
        problems.report("K0903", entity.span, entity=entity.name, count=absent)
    if len(places) + absent < len(keys):
        seen: set[Any] = set()
        twice = [k for k in keys if k is not None and (k in seen or seen.add(k))]  # type: ignore[func-returns-value]
        shown = ", ".join(dict.fromkeys(map(str, twice[:5])))
        problems.report("K0904", entity.span, entity=entity.name, count=len(twice), keys=shown)


def _check_joined(entity: Entity, query: KeyQuery, source: Source, problems: Problems) -> None:
    """A key that repeats would multiply the rows that are joined to it."""
    counted = source.fetch(query.count)
    rows, keys = (int(floats(counted[name])[0]) for name in ("rows", "keys"))
    if rows > keys:
        shown = ", ".join(str(key) for key in texts(source.fetch(query.repeated)["k"]))
        problems.report("K0904", entity.span, entity=entity.name, count=rows - keys, keys=shown)


def _check_history(entity: Entity, query: HistoryQuery, source: Source, problems: Problems) -> None:
    """Two rows of one day would count what is joined to them twice."""
    found = texts(source.fetch(query.overlapping)["k"])
    if len(found) and entity.history is not None:
        span = entity.history.by.span
        shown = ", ".join(map(str, found))
        problems.report("K0920", span, entity=entity.name, keys=shown)


def _level(
    level: Level,
    answers: Sequence[_Answer],
    order: Indexes,
    places: Mapping[str, Mapping[str, int]],
) -> LevelData:
    query, raw = answers[0]
    keys = texts(raw["k"])[order]
    until = days(raw["until"])[order] if "until" in raw else None
    if until is not None and not level.spine.activity.inclusive:
        until = until - np.timedelta64(1, "D")
    parents = {}
    for name, alias in query.parents.items():
        place = places[name]
        found = [place.get(key, -1) for key in texts(raw[alias])[order]]
        parents[name] = np.array(found, dtype=np.intp)
    attributes = {
        scalar: _attribute(scalar, raw[alias])[order] for scalar, alias in query.attributes.items()
    }
    return LevelData(
        level=level,
        keys=keys,
        labels=texts(raw["n"])[order] if "n" in raw else keys,
        since=days(raw["since"])[order] if "since" in raw else None,
        until=until,
        parents=parents,
        attributes=attributes,
        cells=_cells(keys, order, answers),
    )


def _cells(keys: Texts, order: Indexes, answers: Sequence[_Answer]) -> Mapping[Cell, Floats]:
    """The numbers of all statements of a level, for the entities of the first in their order."""
    (query, raw), *more = answers
    cells = {cell: floats(raw[alias])[order] for cell, alias in query.cells.items()}
    for query, raw in more:
        rows = {key: row for row, key in enumerate(texts(raw["k"]))}
        found = np.array([rows.get(key, -1) for key in keys], dtype=np.intp)
        for cell, alias in query.cells.items():
            cells[cell] = np.append(floats(raw[alias]), np.nan)[found]  # -1: gone in between
    return cells


def _changing(
    plan: Plan,
    data: LevelData,
    query: StayQuery,
    raw: Mapping[str, Sequence[Any]],
    places: Mapping[str, Mapping[str, int]],
) -> LevelData:
    """The level with what depends on the day: all of it, and as it is on the last claimed day."""
    own = places[data.level.name]
    place = np.array([own.get(key, -1) for key in texts(raw["k"])], dtype=np.intp)
    first = days(raw["day"])
    order = np.lexsort((first, place))
    order = order[place[order] >= 0]
    parents = {}
    for name, alias in query.parents.items():
        found = [places[name].get(key, -1) for key in texts(raw[alias])[order]]
        parents[name] = np.array(found, dtype=np.intp)
    columns = {
        scalar: _attribute(scalar, raw[alias])[order] for scalar, alias in query.attributes.items()
    }
    spine = data.level.spine
    pieces = Pieces(
        place=place[order],
        first=first[order],
        last=days(raw["following"])[order] - np.timedelta64(1, "D"),
        claimed=floats(raw["claimed"])[order] == 1,
        parents=parents,
        seen={name: columns[scalar] for name, scalar in spine.named.items()},
    )
    data = replace(data, pieces=pieces)
    now = latest(claimed_days(plan, data, plan.moment.until), pieces)
    return replace(
        data,
        parents={name: _of(found, now) for name, found in parents.items()},
        attributes={scalar: _of(columns[scalar], now) for scalar in spine.attributes},
    )


def _of(column: NDArray[Any], piece: Indexes) -> NDArray[Any]:
    """The facts of a piece of each entity, missing where it has none."""
    absent = {"f": np.nan, "M": np.datetime64("NaT"), "i": -1}.get(column.dtype.kind)
    if not len(column):
        return np.full(len(piece), absent, dtype=column.dtype)
    found = column[np.maximum(piece, 0)]
    found[piece < 0] = absent
    return found


def _attribute(scalar: r.Scalar, column: Sequence[Any]) -> NDArray[Any]:
    match r.type_of(scalar):
        case r.NUMBER:
            return floats(column)
        case r.DAY | r.INSTANT:
            return days(column)
        case r.TRUTH:  # stored as 0 and 1 where there is no type for it
            return texts([None if x is None or x is np.ma.masked else bool(x) for x in column])
    return texts(column)


def _feed(query: FeedQuery, source: Source, zone: str | None) -> FeedData:
    found: frozenset[date] = frozenset()
    if query.days is not None:
        found = frozenset(days(source.fetch(query.days)["day"]).astype(object))
    return FeedData(_first_day(source.fetch(query.first)["first"], query.zone, zone), found)


def _first_day(column: Any, stored: str | None, zone: str | None) -> date | None:
    """The local day of the first row."""
    first = days(column)[0]
    if np.isnat(first):
        return None
    if stored is None:
        found: date = first.astype(object)
        return found
    value = column[0]
    text = str(value.astype("datetime64[us]") if isinstance(value, np.datetime64) else value)
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(stored))
    return moment.astimezone(ZoneInfo(zone or "UTC")).date()


def active_days(data: LevelData, start: date, end: date) -> tuple[Days, Days]:
    """First and last active day of each entity within [start, end); last < first: never."""
    since = np.full(len(data), np.datetime64(start, "D"))
    through = np.full(len(data), np.datetime64(end, "D") - np.timedelta64(1, "D"))
    if data.since is not None:
        since = np.fmax(since, np.where(np.isnat(data.since), since, data.since))
    if data.until is not None:
        through = np.fmin(through, np.where(np.isnat(data.until), through, data.until))
    return since, through


def claimed_days(plan: Plan, data: LevelData, end: date) -> Stays:
    """The days of the period, up to and not including `end`, on which entities of a level are
    active; of those that are scored only the ones that the card claims."""
    end = plan.claimed_until(end).end if data.level.name == plan.home else end
    return stays(*active_days(data, plan.period.start, end), data.pieces)


# ── columns of any driver as arrays ──────────────────────────────────────────────────────────


def floats(column: Any) -> Floats:
    """Numbers, NaN where missing."""
    if isinstance(column, np.ma.MaskedArray) and column.dtype.kind in "iufb":
        return np.where(
            np.ma.getmaskarray(column), np.nan, np.ma.getdata(column).astype(np.float64)
        )
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
        return column.astype(np.float64)
    return np.array([np.nan if v is None or v is np.ma.masked else float(v) for v in column])


def texts(column: Any) -> Texts:
    """Texts as they are shown, None where missing."""
    found = np.empty(len(column), dtype=object)
    found[:] = [_text(value) for value in column]
    return found


def _text(value: Any) -> str | None:
    if value is None or value is np.ma.masked:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else f"{value:.15g}"
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value.astype("datetime64[D]"))
    return str(value)


def days(column: Any) -> Days:
    """Days, NaT where missing; a timestamp counts as its day."""
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        data = np.ma.getdata(column).astype("datetime64[D]")
        mask = np.ma.getmaskarray(column)
        return np.where(mask, np.datetime64("NaT", "D"), data)
    return np.array([_day(value) for value in column], dtype="datetime64[D]")


def _day(value: Any) -> Any:
    if value is None or value is np.ma.masked:
        return np.datetime64("NaT", "D")
    if isinstance(value, datetime):
        return np.datetime64(value.date(), "D")
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[D]")
    if isinstance(value, date):
        return np.datetime64(value, "D")
    return np.datetime64(str(value)[:10], "D")
