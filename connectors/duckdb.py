"""DuckDB: a database file, or files of a workspace, read through a pool of sessions."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection as Session
from sqlalchemy import create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.pool import QueuePool
from sqlglot import exp

from connectors.base import Column, Connection, File, Name, require_distinct
from connectors.duckdb_instance import Instance
from connectors.errors import ConnectorError, Rule, explain
from connectors.kinds import duckdb_kind
from connectors.location import file_path, require_database_file

registry.register("duckdb", "connectors.duckdb_dialect", "DuckDBDialect")

_RULES = (
    Rule(duckdb.InterruptException, "", "interrupted"),
    Rule(  # DuckDB takes a path that is no file any more for a folder, and looks into it
        duckdb.PermissionException,
        r"\.(csv|tsv|txt|parquet)/\*\*/",
        "file_not_found",
        "A declared file is no longer where it was.",
    ),
    Rule(
        duckdb.PermissionException,
        "",
        "denied",
        "Queries read the database and the files that the workspace declares, nothing else.",
    ),
    Rule(duckdb.CatalogException, "(Table|View) with name .* does not exist", "missing_table"),
    Rule(duckdb.Error, "read-only mode", "read_only", "The database is only ever read."),
    Rule(
        duckdb.Error,
        "Could not set lock|Unique file handle conflict",
        "locked",
        "Another program has the file open for writing: close it, or wait.",
    ),
    Rule(duckdb.IOException, "not a valid DuckDB database", "unsupported"),
    Rule(duckdb.Error, "version number", "unsupported", "Upgrade the Python package duckdb."),
    Rule(duckdb.IOException, "", "unreachable"),
    Rule(duckdb.ConnectionException, "", "unreachable"),
    Rule(duckdb.Error, "", "bad_sql"),
)

# What fetchnumpy does not convert (ENUM only with pandas), and UUID, which is text to a person.
_CASTS = {
    "ENUM": "VARCHAR",
    "UUID": "VARCHAR",
    "TIME WITH TIME ZONE": "VARCHAR",
    "BIGNUM": "VARCHAR",
    "UHUGEINT": "DOUBLE",
}

_COLUMNS = """
SELECT database_name, schema_name, table_name, column_name, data_type, is_nullable
FROM duckdb_columns()
WHERE NOT internal
ORDER BY database_name, schema_name, table_name, column_index
"""


def open_url(url: str, *, folder: Path, files: Sequence[File], timeout: float) -> Connection:
    """Open `duckdb:///PATH`, or `duckdb://` for files alone. Raises ConnectorError."""
    path = file_path(url, folder)
    if path:
        require_database_file(path)
    try:
        instance = Instance(path, files, folder)
    except duckdb.Error as error:
        raise explain(error, _RULES) from error
    # The first session makes the views: declared files that cannot be read are found there.
    return DuckDBConnection(instance, path.name if path else "in memory", timeout).checked()


class DuckDBConnection(Connection):
    """One private DuckDB instance and its sessions.

    `fetch` gives numpy arrays, masked where a column has nulls: DECIMAL and HUGEINT as float64,
    dates and timestamps as datetime64 (instants in UTC), text, times and UUIDs as objects.
    """

    dialect = "duckdb"
    driver_error = duckdb.Error
    rules = _RULES

    def __init__(self, instance: Instance, name: str, timeout: float) -> None:
        engine = create_engine(
            "duckdb://",
            creator=instance.session,
            poolclass=QueuePool,
            pool_size=16,
            max_overflow=-1,
            pool_use_lifo=True,  # one thread keeps one session, with its views in place
        )
        super().__init__(engine, f"duckdb: {name}", timeout)
        self._instance = instance
        self._known: dict[Name, tuple[Column, ...]] | None = None

    def close(self) -> None:
        """Give the database file free; closing twice is harmless."""
        super().close()
        self._instance.close()

    @cached_property
    def _schemas(self) -> tuple[Name, ...]:
        return ("temp", "main"), (self._instance.catalog, "main")

    def _names(self, session: Session) -> Sequence[Name]:
        return list(self._relations(session))

    def _columns_of(self, session: Session, name: Name) -> tuple[Column, ...] | None:
        return self._relations(session)[name]

    def _relations(self, session: Session) -> dict[Name, tuple[Column, ...]]:
        """All tables with their columns, read once: nobody can change a file that is attached."""
        if self._known is None:
            found: dict[Name, list[Column]] = {}
            for *name, column, declared, nullable in session.exec_driver_sql(_COLUMNS):
                described = Column(column, declared, duckdb_kind(declared), nullable)
                found.setdefault(tuple(name), []).append(described)
            self._known = {name: tuple(columns) for name, columns in found.items()}
        return self._known

    def _describe(self, session: Session, sql: str) -> tuple[Column, ...]:
        relation = _relation(session, sql)
        return tuple(
            Column(name, declared, duckdb_kind(declared), nullable=True)
            for name, declared in zip(relation.columns, map(str, relation.types), strict=True)
        )

    def _read(self, session: Session, sql: str) -> Mapping[str, Sequence[Any]]:
        relation = _relation(session, sql)
        return _convertible(relation).fetchnumpy()

    def _interrupt(self, session: Session) -> None:
        _driver(session).interrupt()


def _relation(session: Session, sql: str) -> duckdb.DuckDBPyRelation:
    """The statement, bound but not run. DuckDB's own parser has the last word on what it is."""
    driver = _driver(session)
    statements = driver.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise ConnectorError("bad_sql", "DuckDB does not take the statement for a single SELECT")
    relation = driver.sql(statements[0])
    require_distinct(relation.columns)
    return relation


def _convertible(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The same result with casts for the types that do not convert to arrays."""
    types = [str(declared).partition("(")[0] for declared in relation.types]
    if not any(declared in _CASTS for declared in types):
        return relation
    return relation.project(
        ", ".join(
            f"CAST({_quoted(name)} AS {_CASTS[declared]}) AS {_quoted(name)}"
            if declared in _CASTS
            else _quoted(name)
            for name, declared in zip(relation.columns, types, strict=True)
        )
    )


def _driver(session: Session) -> duckdb.DuckDBPyConnection:
    driver = session.connection.driver_connection
    assert isinstance(driver, duckdb.DuckDBPyConnection)
    return driver


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("duckdb")
