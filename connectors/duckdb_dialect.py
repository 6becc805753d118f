"""A small SQLAlchemy dialect for DuckDB: `duckdb:///PATH` or `duckdb://` for a database in memory.

Made for driver-level SQL (`exec_driver_sql`, `text`) with pooling and transactions. It differs
from a plain DB-API dialect in two points: every result is read to its end at once, because an
unread result of DuckDB owns its connection and is lost to the next statement; and a rollback
without a transaction is no error, because SQLAlchemy rolls back whenever it gives a session back.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
from sqlalchemy.engine import URL
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.pool import NullPool, Pool, StaticPool


class Cursor:
    """A DB-API cursor whose results are complete as soon as a statement has run."""

    def __init__(self, driver: duckdb.DuckDBPyConnection) -> None:
        self._driver = driver
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: Sequence[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.arraysize = 1

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run one statement with its `?` parameters and read what it yields."""
        self._driver.execute(sql, list(parameters))
        self.description = self._driver.description
        self._rows = iter(self._driver.fetchall() if self.description else ())

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Run one statement once for each set of parameters."""
        self._driver.executemany(sql, [list(row) for row in parameters])
        self.description = None

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next `size` rows."""
        return [row for _, row in zip(range(size or self.arraysize), self._rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows that are left."""
        return list(self._rows)

    def close(self) -> None:
        """Forget the result."""
        self._rows = iter(())


class Session:
    """A DB-API connection: one DuckDB connection, with transactions as SQLAlchemy expects them."""

    def __init__(self, driver: duckdb.DuckDBPyConnection) -> None:
        self.driver = driver

    def cursor(self) -> Cursor:
        """A cursor of this session."""
        return Cursor(self.driver)

    def commit(self) -> None:
        """Commit the transaction."""
        self.driver.commit()

    def rollback(self) -> None:
        """Roll the transaction back, if there is one."""
        try:
            self.driver.rollback()
        except duckdb.TransactionException:
            return

    def close(self) -> None:
        """Close the connection."""
        self.driver.close()


class DuckDBDialect(DefaultDialect):
    """Names, parameters and connections; the SQL itself is SQLAlchemy's default."""

    name = "duckdb"
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_boolean = True
    supports_sane_rowcount = False
    default_schema_name = "main"

    @classmethod
    def import_dbapi(cls) -> Any:
        """The driver's module."""
        return duckdb

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """A database in memory lives as long as its one connection."""
        return NullPool if url.database else StaticPool

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """The path, and DuckDB's settings from the URL's query (`?access_mode=read_only`)."""
        return [url.database or ":memory:"], {"config": dict(url.query)}

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """Open a session."""
        return Session(duckdb.connect(*arguments, **options))

    def get_driver_connection(self, connection: Any) -> duckdb.DuckDBPyConnection:
        """DuckDB's own connection inside a session."""
        driver: duckdb.DuckDBPyConnection = connection.driver
        return driver

    def do_begin(self, dbapi_connection: Any) -> None:
        """Open a transaction: DuckDB commits each statement otherwise."""
        dbapi_connection.driver.begin()

    def initialize(self, connection: Any) -> None:
        """Nothing to ask: all that SQLAlchemy wants to know of a server is known."""
