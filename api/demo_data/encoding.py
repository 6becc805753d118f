"""From arrays to tables.

All but names are numbers until they are written: ids and words count from 0, times are days or
microseconds since START, money is in fen. Null is one mark, which as a day means never.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
from numpy.typing import NDArray

from api.demo_data.schema import TABLES, columns
from api.demo_data.timeline import START

Array = NDArray[Any]

NULL = 10**15

WORDS = {
    "region": ["East", "North", "South", "West"],
    "format": ["flagship", "community", "outlet", "kiosk"],
    "role": [
        "store manager",
        "senior clerk",
        "clerk",
        "cashier",
        "service desk",
        "back office",
        "membership",
        "marketing",
        "regional manager",
    ],
    "category": ["fasteners", "hand tools", "paint", "lighting", "power tools"],
    "kind": ["delivery", "installation", "repair", "exchange", "advice"],
    "kpi_code": ["net_sales", "new_customers"],
}
"""By column: the words that its numbers stand for."""

_CODES = {
    "store_id": "S%03d",
    "home_store_id": "S%03d",
    "employee_id": "E%04d",
    "owner_id": "E%04d",
    "rater_id": "E%04d",
    "desk_id": "E%04d",
    "customer_id": "C%06d",
    "referrer_id": "C%06d",
    "phone": "1000%07d",
    "sku": "P%03d",
    "campaign_id": "M%04d",
}


def write(con: duckdb.DuckDBPyConnection, table: str, rows: Mapping[str, Array]) -> None:
    """Make a table of arrays, one for each column and all of one length, in their order.

    Nulls are made of the mark here: DuckDB 1.5 reads what is under the mask of a masked array.
    """
    values = ", ".join(_value(*column) for column in columns(table))
    con.register("given", dict(rows))
    con.execute(f"CREATE TABLE {table} ({TABLES[table]})")
    con.execute(f"INSERT INTO {table} SELECT {values} FROM given")
    con.unregister("given")


def _value(name: str, kind: str) -> str:
    known = f"nullif({name}, {NULL})"
    if name in _CODES:
        return f"if({known} IS NULL, NULL, printf('{_CODES[name]}', {name} + 1))"
    if name in WORDS:
        return f"{WORDS[name]}[{name} + 1]"
    return {
        "VARCHAR": name,
        "BOOLEAN": f"{known} = 1",
        "DECIMAL": f"{name} / 100",
        "DATE": f"DATE '{START:%Y-%m-%d}' + {known}::INTEGER",
        "TIMESTAMP": f"make_timestamp(epoch_us(TIMESTAMP '{START}') + {known})",
    }.get(kind, known)


def number_of(code: str) -> int:
    """The number that an id such as S001 is made of."""
    return int(code[1:]) - 1
