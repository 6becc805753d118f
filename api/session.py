"""One workspace, its settings and its database: what every command and request works with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from api.settings import SETTINGS_FILE, Settings, read_settings
from engine.catalog import NOTHING_KNOWN, Catalog, stored_catalog
from engine.model import Workspace
from engine.period_table import known
from engine.workspace import load
from grammar import Diagnostic, Refused, parse_kept

if TYPE_CHECKING:
    from connectors import Connection
    from engine import Sheet
    from engine.roll_call import RollCall

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
        return load(self.folder, parse_kept)

    @cached_property
    def dated(self) -> Workspace:
        """The workspace with the periods of its table, where it has one; only then a database (or
        catalog.json) is asked. Raises Refused."""
        if self.workspace.periods is None:
            return self.workspace
        return known(self.workspace, self.catalog())

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
        from api.database import opened  # drivers are needed only with a database

        return opened(self.workspace, self.settings.connection)

    @cached_property
    def columns(self) -> Catalog:
        """The columns of the connected database. Raises Refused where it does not answer."""
        from api.database import described

        return described(self.workspace, self.source)

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
        except (AttributeError, KeyError, TypeError, ValueError):
            reason = f"{CATALOG_FILE} is not what `steelyard catalog` writes"
            raise Refused([Diagnostic("K0902", None, {"reason": reason})]) from None

    def score(self, card: str, period: str, as_of: date) -> Sheet:
        """Score a card; what the database says becomes a diagnostic."""
        from api.database import refusing
        from engine import score

        with refusing():
            return score(self.workspace, card, period, self.source, as_of, self.columns)

    def call_roll(self, period: str, as_of: date) -> RollCall:
        """Score every card of a period."""
        from api.database import refusing
        from engine.roll_call import call_roll

        with refusing():
            return call_roll(self.workspace, period, self.source, as_of, self.columns)

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

    def reading(self, workspace: Workspace) -> Session:
        """The same settings and connection with another reading of the files. Not to be closed."""
        other = Session(self.folder, self._lock)
        kept = {key: it for key, it in vars(self).items() if key in ("settings", "_source")}
        vars(other).update(kept, workspace=workspace)
        return other

    def close(self) -> None:
        if "_source" in self.__dict__:
            self._source.close()
