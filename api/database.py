"""The database of a session: the connection, its columns, and its failures as diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from typing import Any

from api.settings import ConnectionSettings
from connectors import Column, Connection, ConnectorError, File, connect
from engine.catalog import Catalog, read_catalog
from engine.errors import BadQuery
from engine.model import Workspace
from engine.relations import UsedFile, files_used
from grammar import Diagnostic, Refused


def opened(workspace: Workspace, settings: ConnectionSettings) -> Connection:
    """The connected database, read only, with the files that are read. Raises Refused."""
    used = {each.name: each for each in _used_files(workspace) if _is_there(workspace, each)}
    files = tuple(File(each.name, each.pattern, each.options) for each in used.values())
    with refusing():
        return connect(settings.url, folder=workspace.folder, files=files, timeout=settings.timeout)


def described(workspace: Workspace, source: Connection) -> Catalog:
    """The columns of the connected database. Raises Refused where it does not answer."""
    absent = tuple(e.name for e in _used_files(workspace) if not _is_there(workspace, e))
    with refusing():
        return read_catalog(workspace, _Describing(source, absent), f"the database ({source.name})")


def _used_files(workspace: Workspace) -> Iterator[UsedFile]:
    for relation in workspace.relations():
        try:
            yield from files_used(relation, "duckdb")
        except BadQuery:  # reported where its columns are read
            continue


def _is_there(workspace: Workspace, used: UsedFile) -> bool:
    """Whether a file fits; one that is missing is a fault of what names it, not of all."""
    return bool(glob(used.pattern, root_dir=workspace.folder, recursive=True))


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
