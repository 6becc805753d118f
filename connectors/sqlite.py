"""SQLite: a database file opened read-only, one driver connection to each session of a pool.

Values come back as they are stored: text dates, 0 and 1 for booleans, floats for decimals.
"""

import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection as Session
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool
from sqlglot import exp

from connectors.base import Column, Connection, File, Name
from connectors.errors import ConnectorError, Rule
from connectors.kinds import Kind, sqlite_kind
from connectors.location import file_path, require_database_file

_BUSY_SECONDS = 5.0
"""How long to wait for a writer before the database counts as locked, if the limit allows."""

_SAMPLE = 100
"""Rows that tell the type of a column without a declared one."""

_UNDECLARED = ("", "NUM", "BLOB")
"""What SQLite, depending on its version, gives as the type of a computed column."""

_VIEW = "steelyard_described"

_RULES = (
    Rule(sqlite3.Error, "interrupted", "interrupted"),
    Rule(sqlite3.Error, "no such table", "missing_table"),
    Rule(
        sqlite3.Error,
        "is locked|is busy",
        "locked",
        "Another program is writing to the file: try again when it has finished.",
    ),
    Rule(sqlite3.Error, "not a database|malformed", "unsupported"),
    Rule(sqlite3.Error, "readonly database", "read_only", "The database is only ever read."),
    Rule(sqlite3.Error, "not authorized", "denied"),
    Rule(sqlite3.Error, "unable to open|disk I/O", "unreachable"),
    Rule(sqlite3.Error, "", "bad_sql"),
)

_NAMES = """
SELECT name FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY name
"""


def open_url(url: str, *, folder: Path, files: Sequence[File], timeout: float) -> Connection:
    """Open `sqlite:///PATH`. Raises ConnectorError; declared files are `unsupported`."""
    path = file_path(url, folder)
    if path is None:
        raise ConnectorError("unsupported", "a SQLite URL needs a path", "Write sqlite:///PATH.")
    if files:
        raise ConnectorError(
            "unsupported",
            f"SQLite cannot read the file {files[0].pattern}",
            "Data in files need DuckDB: leave out [connection], or use a duckdb:/// URL.",
        )
    require_database_file(path)
    # SQLite looks at a file only when it is asked something.
    return SQLiteConnection(path, timeout).checked()


class SQLiteConnection(Connection):
    """One database file and its sessions."""

    dialect = "sqlite"
    driver_error = sqlite3.Error
    rules = _RULES
    _schemas = (("main",),)

    def __init__(self, path: Path, timeout: float) -> None:
        engine = create_engine(
            "sqlite://",
            creator=lambda: _open(path, min(timeout / 2, _BUSY_SECONDS)),
            poolclass=QueuePool,
            pool_size=16,
            max_overflow=-1,
            pool_use_lifo=True,
        )
        super().__init__(engine, f"sqlite: {path.name}", timeout)

    def _names(self, session: Session) -> Sequence[Name]:
        return [("main", name) for (name,) in _driver(session).execute(_NAMES)]

    def _columns_of(self, session: Session, name: Name) -> tuple[Column, ...] | None:
        driver = _driver(session)
        try:
            declared = _declared(driver, name[-1])
            everything = exp.select("*").from_(exp.table_(name[-1], db=name[0], quoted=True))
            return _completed(driver, declared, everything.sql("sqlite"))
        except sqlite3.OperationalError as error:
            if "no such" in str(error):  # a view over something that is gone
                return None
            raise

    def _describe(self, session: Session, sql: str) -> tuple[Column, ...]:
        """Declared types reach through a query when it is a view: make one, for a moment.

        It is a temporary one, in memory: the file itself stays open read-only all the time.
        """
        driver = _driver(session)
        driver.execute("PRAGMA query_only=OFF")
        try:
            driver.execute(f"CREATE TEMP VIEW {_VIEW} AS {sql}")
            declared = _declared(driver, _VIEW)
        finally:
            driver.execute(f"DROP VIEW IF EXISTS temp.{_VIEW}")
            driver.execute("PRAGMA query_only=ON")
        return _completed(driver, declared, sql)

    def _interrupt(self, session: Session) -> None:
        _driver(session).interrupt()


def _open(path: Path, busy: float) -> sqlite3.Connection:
    driver = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=busy, check_same_thread=False
    )
    driver.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if sys.version_info >= (3, 12):  # a quoted name that is no column is an error, not a text
        driver.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
    driver.execute("PRAGMA case_sensitive_like=ON")
    driver.execute("PRAGMA temp_store=MEMORY")
    driver.execute("PRAGMA query_only=ON")
    return driver


def _declared(driver: sqlite3.Connection, table: str) -> list[Column]:
    """Columns by their declared types; those that are computed have none, or a vague one."""
    rows = driver.execute(f"PRAGMA table_xinfo({exp.Literal.string(table).sql('sqlite')})")
    return [
        Column(name, declared, sqlite_kind(declared), nullable=not required)
        for _, name, declared, required, _, _, hidden in rows
        if hidden != 1
    ]


def _completed(
    driver: sqlite3.Connection, columns: Sequence[Column], sql: str
) -> tuple[Column, ...]:
    """Columns without a declared type get the kind that the first rows of `sql` show."""
    if all(column.type not in _UNDECLARED for column in columns):
        return tuple(columns)
    rows = driver.execute(sql).fetchmany(_SAMPLE)
    return tuple(
        Column(column.name, column.type, _kind_of([row[at] for row in rows]), column.nullable)
        if column.type in _UNDECLARED
        else column
        for at, column in enumerate(columns)
    )


def _kind_of(values: Sequence[Any]) -> Kind:
    types = {type(value) for value in values if value is not None}
    if types == {int}:
        return "integer"
    if types and types <= {int, float}:
        return "float"
    return "text" if types == {str} else "other"


def _driver(session: Session) -> sqlite3.Connection:
    driver = session.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
