"""One workspace, its settings and its database: what every command and request works with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from glob import glob
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from api.settings import SETTINGS_FILE, Settings, read_settings
from connectors import Column, Connection, ConnectorError, File, connect
from engine import Sheet, Workspace, load, score
from engine.catalog import NOTHING_KNOWN, Catalog, read_catalog, stored_catalog
from engine.errors import BadQuery
from engine.relations import UsedFile, files_used
from grammar import Diagnostic, Refused

CATALOG_FILE = "catalog.json"


def find_workspace(folder: Path | None, start: Path) -> Path:
    """The folder given, else the nearest one upward with settings, else ./scorecards."""
    if folder is not None:
        return folder
    for each in (start, *start.parents):
        if (each / SETTINGS_FILE).is_file():
            return each
    return start / "scorecards"


@dataclass(frozen=True)
class Session:
    """Opened once by a command, and once by a server. Everything it raises is `Refused`."""

    folder: Path
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @cached_property
    def workspace(self) -> Workspace:
        return load(self.folder)

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.folder)

    @property
    def source(self) -> Connection:
        """The connected database, opened read only at the first use."""
        with self._lock:
            return self._source

    @cached_property
    def _source(self) -> Connection:
        settings = self.settings.connection
        with refusing():
            return connect(
                settings.url, folder=self.folder, files=self._files(), timeout=settings.timeout
            )

    @cached_property
    def columns(self) -> Catalog:
        """The columns of the connected database."""
        origin = f"the database ({self.source.name})"
        with refusing():
            return read_catalog(self.workspace, _Describing(self.source, self._absent()), origin)

    def catalog(self, *, offline: bool = False) -> Catalog:
        """Columns from the database if it answers, else from catalog.json, else nothing."""
        if not offline:
            try:
                return self.columns
            except Refused as refused:
                if any(each.code != "K0901" for each in refused.diagnostics):
                    raise  # the settings are at fault, not the database
        path = self.folder / CATALOG_FILE
        if not path.is_file():
            return NOTHING_KNOWN
        try:
            stored: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        except (ValueError, OSError) as error:
            reason = f"{CATALOG_FILE}: {error}"
            raise Refused([Diagnostic("K0902", None, {"reason": reason})]) from None
        try:
            return stored_catalog(self.workspace, stored, CATALOG_FILE)
        except (AttributeError, KeyError, TypeError):
            reason = f"{CATALOG_FILE} is not what `steelyard catalog` writes"
            raise Refused([Diagnostic("K0902", None, {"reason": reason})]) from None

    def score(self, card: str, period: str, as_of: date) -> Sheet:
        """Score a card; what the database says becomes a diagnostic."""
        with refusing():
            return score(self.workspace, card, period, self.source, as_of, self.columns)

    def today(self) -> date:
        """Today in the calendar's time zone."""
        zone = self.workspace.calendar.timezone
        return datetime.now(ZoneInfo(zone) if zone else None).date()

    def as_of(self, text: str | None) -> date:
        """The day a result is of: as written, else today."""
        if text is None:
            return self.today()
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError:
            raise Refused([Diagnostic("K0909", None, {"found": text})]) from None

    def close(self) -> None:
        if "_source" in self.__dict__:
            self._source.close()

    def _used_files(self) -> Iterator[UsedFile]:
        for relation in self.workspace.relations():
            try:
                yield from files_used(relation, "duckdb")
            except BadQuery:  # reported where its columns are read
                continue

    def _files(self) -> tuple[File, ...]:
        """The files that the workspace reads; SQL refers to them by the names of views."""
        used = {each.name: each for each in self._used_files() if self._is_there(each.pattern)}
        return tuple(File(each.name, each.pattern, each.options) for each in used.values())

    def _absent(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._used_files() if not self._is_there(each.pattern))

    def _is_there(self, pattern: str) -> bool:
        """Whether a file fits; one that is missing is a fault of what names it, not of all."""
        return bool(glob(pattern, root_dir=self.folder, recursive=True))


# Failures that say something about one table or query, not about the database as a whole.
_OF_A_RELATION = ("missing_table", "bad_sql", "denied", "file_not_found", "unsupported")


@dataclass(frozen=True)
class _Describing:
    """A connection while its columns are read: a relation at fault is told from a database that
    does not answer, which is asked again the next time."""

    connection: Connection
    absent: tuple[str, ...]  # files that are not there

    @property
    def dialect(self) -> str:
        return self.connection.dialect

    def fetch(self, sql: str) -> Mapping[str, Sequence[Any]]:
        return self.connection.fetch(sql)

    def columns(self, table: Sequence[str]) -> Sequence[Column] | None:
        with _telling():
            return self.connection.columns(table)

    def describe(self, sql: str) -> Sequence[Column]:
        absent = next((name for name in self.absent if f'"{name}"' in sql), None)
        if absent is not None:
            raise BadQuery(f"there is no file {absent}")
        with _telling():
            return self.connection.describe(sql)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except ConnectorError as error:
        if error.kind in _OF_A_RELATION:
            raise BadQuery(error.message) from error
        raise


@contextmanager
def refusing() -> Iterator[None]:
    """A failure at the database as a diagnostic."""
    try:
        yield
    except ConnectorError as error:
        hint = error.hint
        if error.kind == "absent":
            hint = f"{hint} For the example data, run `steelyard demo`.".strip()
        data = {"message": error.message, "hint": hint, "kind": error.kind}
        raise Refused([Diagnostic("K0901", None, data)]) from error
