"""A DuckDB that can reach one database file and the declared files, and nothing else.

The instance is in memory and belongs to one `Connection`; the database file is attached to it,
read-only. (Opening the file directly would share one instance, with its settings and declared
files, among all connections of the process.) At the end its configuration is locked.
"""

import glob
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
from sqlglot import exp

from connectors.base import File
from connectors.duckdb_dialect import Session
from connectors.errors import ConnectorError, first_paragraph
from connectors.files import expand

_READERS = {
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".txt": "read_csv",
    ".parquet": "read_parquet",
}
_RESERVED = {"main", "memory", "temp", "system", "pg_catalog", "information_schema"}


class Instance:
    """The private database: `catalog` is the name of the attached file, sessions come from it."""

    def __init__(self, path: Path | None, files: Sequence[File], folder: Path) -> None:
        expanded = [(file, expand(file, folder)) for file in files]
        self._views = [(file, _view(file, paths)) for file, paths in expanded]
        self.catalog = _catalog_name(path) if path else "memory"
        self._root = duckdb.connect(":memory:")
        if path:
            self._root.execute(
                f"ATTACH {_text(path)} AS {_quoted(self.catalog)} (READ_ONLY, TYPE duckdb)"
            )
        for setting, value in _settings(path for _, paths in expanded for path in paths):
            self._root.execute(f"SET GLOBAL {setting} = {value}")

    def session(self) -> Session:
        """A new session: the file is its default database, declared files are its views."""
        driver = self._root.cursor()
        driver.execute(f"USE {_quoted(self.catalog)}")
        for file, view in self._views:
            try:
                driver.execute(view)
            except duckdb.Error as error:
                raise _unreadable(file, error) from error
        return Session(driver)

    def close(self) -> None:
        """Give the files free."""
        self._root.close()


def _settings(readable: Iterable[Path]) -> list[tuple[str, str]]:
    """Settings in the order in which DuckDB accepts them: the lock comes last."""
    spellings = sorted({spelling for path in readable for spelling in (str(path), _exactly(path))})
    spill = Path(tempfile.gettempdir()) / f"steelyard-{uuid.uuid4().hex}"
    return [
        ("TimeZone", "'UTC'"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("python_enable_replacements", "false"),  # a Python variable is not a table
        ("temp_directory", _text(spill)),  # made only when memory runs out, removed on close
        ("allowed_paths", _list(spellings)),
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
    ]


def _view(file: File, paths: Sequence[Path]) -> str:
    source = exp.Anonymous(
        this=_reader(file, paths),
        expressions=[
            exp.Array(expressions=[exp.Literal.string(_exactly(path)) for path in paths]),
            *(_option(file, name, value) for name, value in sorted(file.options.items())),
        ],
    )
    view = exp.Create(
        this=exp.to_identifier(file.name, quoted=True),
        kind="VIEW",
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=exp.select("*").from_(source),
    )
    return view.sql("duckdb")


def _reader(file: File, paths: Sequence[Path]) -> str:
    readers = {_READERS.get(path.suffix.lower(), "") for path in paths}
    if len(readers) != 1 or "" in readers:
        raise ConnectorError(
            "unsupported",
            f"{file.pattern} names files that are not all CSV or all Parquet",
            "CSV files end in .csv, .tsv or .txt, Parquet files in .parquet.",
        )
    return readers.pop()


def _option(file: File, name: str, value: str | int | float | bool) -> exp.EQ:
    if not name.isidentifier():
        raise ConnectorError("unsupported", f"{file.pattern}: {name!r} is not a reader's option")
    return exp.EQ(this=exp.to_identifier(name), expression=exp.convert(value))


def _unreadable(file: File, error: duckdb.Error) -> ConnectorError:
    return ConnectorError(
        "unsupported",
        f"{file.pattern} cannot be read: {first_paragraph(str(error))}",
        "Check the file and the options with which it is declared.",
    )


def _catalog_name(path: Path) -> str:
    """The file's name without its ending, as DuckDB itself would call the database."""
    return f"{path.stem}_db" if path.stem.lower() in _RESERVED else path.stem


def _exactly(path: Path) -> str:
    """A pattern that matches this file alone: DuckDB takes every path for a glob."""
    return glob.escape(str(path))


def _list(texts: Iterable[str]) -> str:
    return exp.Array(expressions=[exp.Literal.string(text) for text in texts]).sql("duckdb")


def _text(path: Path) -> str:
    return exp.Literal.string(str(path)).sql("duckdb")


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("duckdb")
