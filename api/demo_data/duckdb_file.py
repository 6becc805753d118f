"""The whole data set, built into one DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import TIMEOUT_MAX

import duckdb
import numpy as np

from api.demo_data.aside import written_aside
from api.demo_data.cases import CASES
from api.demo_data.chain import found
from api.demo_data.encoding import write
from api.demo_data.schema import TABLES
from api.demo_data.tables import every_table
from connectors.interruptible import run_interruptibly

MIN_LINES = 20_000
"""Fewer sales lines could leave days without a sale."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was built: the file, the rows of each table, and the keys of the odd stores by case."""

    path: Path
    rows: Mapping[str, int]
    cases: Mapping[str, tuple[str, ...]]


def build(path: Path, *, lines: int = 200_000, seed: int = 7) -> Summary:
    """Make the DuckDB file `path` with exactly `lines` sales lines, and the folders on the way.

    The file appears whole or not at all: until it is complete, an older one stays as it is.
    Raises ValueError below MIN_LINES.
    """
    if lines < MIN_LINES:
        raise ValueError(f"lines must be at least {MIN_LINES}, not {lines}")
    with written_aside(path) as scratch:
        # Aside from the main thread, where DuckDB would drop a Ctrl-C that comes while it connects.
        con = run_interruptibly(lambda: duckdb.connect(str(scratch)), _let_end, TIMEOUT_MAX)
        with con:
            rows = run_interruptibly(lambda: _filled(con, lines, seed), con.interrupt, TIMEOUT_MAX)
    return Summary(path, rows, CASES)


def _let_end() -> None:
    """Connecting takes no time worth an interruption."""


def _filled(con: duckdb.DuckDBPyConnection, lines: int, seed: int) -> Mapping[str, int]:
    """Write every table; how many rows each has."""
    con.execute("SET enable_progress_bar = false")
    chain = found(np.random.default_rng(seed), max(40, round(lines * 48 / 200_000)))
    for table, rows in every_table(chain, lines, seed):
        write(con, table, rows)
    return {table: _one(con, f"SELECT count(*) FROM {table}") for table in TABLES}


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
