"""The raw rows of the example's database, and its stores and employees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb

from api.demo_data import TABLES
from tests.support.plain_rows import Entity, Row, Tables, Window


def read(path: Path) -> Tables:
    """Every table of a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as database:
        return Tables({table: _rows(database, table) for table in TABLES})


def _rows(database: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    found = database.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def entities(tables: Tables) -> Mapping[str, list[Entity]]:
    """Those that data.scorecard declares and a card scores, by the name of their kind."""
    stores = {
        row["store_id"]: Entity(
            key=row["store_id"],
            label=row["store_name"],
            link="store_id",
            attributes=row,
            active=_through(row["opened_on"], row["closed_on"]),
            tables=tables,
        )
        for row in tables.rows["stores"]
    }
    employees = [
        Entity(
            key=row["employee_id"],
            label=row["full_name"],
            link="employee_id",
            attributes=row,
            active=_through(row["hired_on"], row["left_on"]),
            tables=tables,
            store=stores[row["store_id"]],
        )
        for row in tables.rows["employees"]
    ]
    return {"store": list(stores.values()), "employee": employees}


def _through(first: date, last: date | None) -> Window:
    """`active from … through …`: the last day included, for ever without one."""
    return Window(first, date.max if last is None else last + timedelta(1))
