"""The same tables in SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from api.demo_data.aside import written_aside
from api.demo_data.schema import TABLES, columns


def to_sqlite(duckdb_path: Path, sqlite_path: Path) -> None:
    """Copy every table to a new SQLite file, with the declared types of `TABLES`.

    Dates become ISO text, timestamps text with microseconds, booleans 0 and 1, decimals REAL.
    """
    with (
        written_aside(sqlite_path) as scratch,
        duckdb.connect(str(duckdb_path), read_only=True) as source,
        closing(sqlite3.connect(scratch)) as target,
    ):
        for table, declared in TABLES.items():
            target.execute(f"CREATE TABLE {table} ({declared})")
            values = ", ".join(_stored(*column) for column in columns(table))
            slots = ", ".join("?" for _ in columns(table))
            found = source.execute(f"SELECT {values} FROM {table}")
            while batch := found.fetchmany(20_000):
                target.executemany(f"INSERT INTO {table} VALUES ({slots})", batch)
        target.commit()


def _stored(name: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        return f"strftime({name}, '%Y-%m-%d %H:%M:%S.%f')"
    stored = {"DATE": "VARCHAR", "BOOLEAN": "INTEGER", "DECIMAL": "DOUBLE"}
    return f"CAST({name} AS {stored.get(kind, kind)})"
