"""What is known of the database's columns, and the little that the engine sees of a database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.errors import BadQuery
from engine.facts import Problems
from engine.model import Workspace, key_of
from grammar import syntax as s


class ColumnInfo(Protocol):
    """A column as a database describes it; `kind` is one of integer decimal float text boolean
    date timestamp timestamptz time other."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...


class Source(Protocol):
    """A connected database, read only."""

    @property
    def dialect(self) -> str: ...

    def fetch(self, sql: str) -> Mapping[str, Sequence[Any]]:
        """All rows of one SELECT, column by column."""
        ...

    def columns(self, table: Sequence[str]) -> Sequence[ColumnInfo] | None:
        """The columns of a table or view; None where there is none of that name."""
        ...

    def describe(self, sql: str) -> Sequence[ColumnInfo]:
        """The columns of any SELECT, without reading its rows."""
        ...


@dataclass(frozen=True, slots=True)
class KnownColumn:
    name: str
    kind: str


_MIDNIGHT = re.compile(r"[T ]00:00:00(\.0+)?$")

Columns = Mapping[str, KnownColumn]  # by lower-case name

PERIOD_COLUMNS = ("period", "starts_on", "ends_on")
"""The columns of a table of periods."""

PeriodRows = tuple[tuple[str | None, str | None, str | None], ...]
"""Name, first and last day of each, as the database writes them."""


@dataclass(frozen=True)
class Catalog:
    """Columns by relation. A relation that is absent is unknown; `faults` say why one is not there
    or cannot be read."""

    origin: str
    relations: Mapping[s.Relation, Columns]
    faults: Mapping[s.Relation, str] = field(default_factory=dict)
    periods: Mapping[s.Relation, PeriodRows] = field(default_factory=dict)

    def periods_of(self, relation: s.Relation) -> PeriodRows | None:
        """The rows of the table of periods, or None where they are not known."""
        return self.periods.get(relation) if self.periods else None

    def columns(self, relation: s.Relation) -> Columns | None:
        """The columns, or None where nothing is known of them."""
        return self.relations.get(relation) if self.relations else None

    def report(self, relation: s.Relation, problems: Problems) -> bool:
        """Report why a relation cannot be used; False where nothing is wrong with it."""
        if not self.faults or relation not in self.faults:
            return False
        code = "K0610" if isinstance(relation, s.Table) else "K0611"
        name = relation.path.span.text if isinstance(relation, s.Table) else ""
        where = {"table": name, "origin": self.origin}
        problems.report(code, relation.span, where, reason=self.faults[relation])
        return True


NOTHING_KNOWN = Catalog("no catalogue", {})


def read_catalog(
    workspace: Workspace,
    source: Source,
    origin: str,
) -> Catalog:
    """Describe every relation of a workspace in a connected database.

    A source says by BadQuery that one relation cannot be described.
    """
    found: dict[s.Relation, Columns] = {}
    faults: dict[s.Relation, str] = {}
    for relation in workspace.relations():
        try:
            columns = _described(relation, source)
        except BadQuery as error:
            faults[relation] = str(error)
            continue
        if columns is None:
            faults[relation] = "it is not there"
        else:
            found[relation] = columns
    return Catalog(origin, found, faults, _periods(workspace, source, found))


def _periods(
    workspace: Workspace, source: Source, found: Mapping[s.Relation, Columns]
) -> dict[s.Relation, PeriodRows]:
    """The rows of the table of periods, where there is one with its columns."""
    fact = workspace.periods
    columns = found.get(fact.relation) if fact is not None else None
    if fact is None or columns is None or any(each not in columns for each in PERIOD_COLUMNS):
        return {}
    from engine.relations import columns_sql

    names = [columns[each].name for each in PERIOD_COLUMNS]
    rows = source.fetch(columns_sql(fact.relation, names, source.dialect))
    written = [[_written(each) for each in values] for values in rows.values()]
    return {fact.relation: tuple(zip(*written, strict=True)) if written else ()}


def _written(value: Any) -> str | None:
    """As text, midnight left out; null is none, also the null of an array of days, or masked."""
    text = _MIDNIGHT.sub("", str(value))
    return None if value is None or text in ("NaT", "nan", "--", "<NA>") else text


def stored_periods(workspace: Workspace, catalog: Catalog) -> dict[str, Any] | None:
    """The rows of the table of periods for a `catalog.json`; None where they are not known."""
    fact = workspace.periods
    rows = catalog.periods_of(fact.relation) if fact is not None else None
    if fact is None or rows is None:
        return None
    return {"from": fact.relation.span.text, "rows": [list(row) for row in rows]}


def stored_catalog(workspace: Workspace, stored: Mapping[str, Any], origin: str) -> Catalog:
    """The catalogue of a `catalog.json`; the columns of queries and files are not in it and stay
    unknown."""
    tables = {key_of(name): columns for name, columns in stored.get("tables", {}).items()}
    found: dict[s.Relation, Columns] = {}
    faults: dict[s.Relation, str] = {}
    for relation in workspace.relations():
        if isinstance(relation, s.Table):
            columns = tables.get(key_of(".".join(p.text for p in relation.path.parts)))
            if columns is None:
                faults[relation] = "it is not there"
            else:
                found[relation] = _known(_from_json(columns))
    fact, kept = workspace.periods, stored.get("periods")
    if fact is None or not kept or kept["from"] != fact.relation.span.text:
        return Catalog(origin, found, faults)
    rows: PeriodRows = tuple(
        (_written(name), _written(start), _written(end)) for name, start, end in kept["rows"]
    )
    return Catalog(origin, found, faults, {fact.relation: rows})


def _described(relation: s.Relation, source: Source) -> Columns | None:
    from engine.relations import relation_sql  # sqlglot is needed only with a database

    match relation:
        case s.Table(path):
            columns = source.columns([part.text for part in path.parts])
        case s.Query() | s.File():
            columns = source.describe(relation_sql(relation, source.dialect))
    return None if columns is None else _known(columns)


def _known(columns: Sequence[ColumnInfo]) -> Columns:
    return {key_of(column.name): KnownColumn(column.name, column.kind) for column in columns}


def _from_json(columns: Sequence[Mapping[str, Any]]) -> list[KnownColumn]:
    return [KnownColumn(str(c["name"]), str(c["kind"])) for c in columns]
