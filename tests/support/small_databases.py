"""The CSV rows of a test as tables of a database: what is right in one may be wrong in another."""

import csv
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any

import duckdb

from connectors import connect
from engine import Sheet, Workspace, score
from tests.support.small_workspaces import LATER, make_workspace

ENGINES = ("duckdb", "sqlite")


def filled(
    folder: Path, engine: str, files: Mapping[str, str], types: Mapping[str, str] | None = None
) -> str:
    """A database with a table for each text of CSV rows; its address. Columns are texts where
    `types` says nothing else; nothing between two commas is null."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"data.{engine}"

    def fill(run: Callable[..., Any]) -> None:
        for table, text in files.items():
            head, *rows = csv.reader(line.strip() for line in cleandoc(text).splitlines())
            columns = ", ".join(f"{name} {(types or {}).get(name, 'VARCHAR')}" for name in head)
            run(f"CREATE TABLE {table} ({columns})")
            for row in rows:
                marks = ", ".join("?" * len(row))
                run(f"INSERT INTO {table} VALUES ({marks})", [each or None for each in row])

    if engine == "sqlite":
        with closing(sqlite3.connect(path)) as lite:
            fill(lite.execute)
            lite.commit()
    else:
        with duckdb.connect(str(path)) as duck:
            fill(duck.execute)
    return f"{engine}:///{path}"


def score_over(
    folder: Path,
    engine: str,
    text: str,
    files: Mapping[str, str],
    types: Mapping[str, str] | None = None,
    period: str = "2025Q3",
    as_of: date = LATER,
) -> Sheet:
    """Score the card `card` of a text whose rows are in tables. Raises Refused."""
    workspace: Workspace = make_workspace(folder, text)
    address = filled(folder, engine, files, types)
    with closing(connect(address, folder=folder)) as source:
        return score(workspace, "card", period, source, as_of)
