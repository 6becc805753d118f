"""From the type that a database declares to the kind that formulas are checked against."""

from typing import Literal

Kind = Literal[
    "integer",
    "decimal",
    "float",
    "text",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "time",
    "other",
]

_DUCKDB: dict[str, Kind] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    "DECIMAL": "decimal",
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    **dict.fromkeys(("VARCHAR", "ENUM", "UUID", "JSON"), "text"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS"), "timestamptz"),
    **dict.fromkeys(("TIME", "TIME_NS"), "time"),
}

_SQLITE: dict[str, Kind] = {
    "DATE": "date",
    **dict.fromkeys(("DATETIME", "TIMESTAMP"), "timestamp"),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "DATETIMEOFFSET"), "timestamptz"),
    "TIME": "time",
    **dict.fromkeys(("UUID", "JSON", "STRING"), "text"),
    "INTERVAL": "other",
}

# SQLite lets any words stand as a type and looks for parts of them, in this order; so do we
# (https://sqlite.org/datatype3.html, section 3.1), with more kinds told apart.
_SQLITE_PARTS: tuple[tuple[str, Kind], ...] = (
    ("BOOL", "boolean"),
    ("INT", "integer"),
    ("CHAR", "text"),
    ("CLOB", "text"),
    ("TEXT", "text"),
    ("REAL", "float"),
    ("FLOA", "float"),
    ("DOUB", "float"),
    ("DEC", "decimal"),
    ("NUM", "decimal"),
    ("MONEY", "decimal"),
    ("DATETIME", "timestamp"),
    ("TIMESTAMP", "timestamp"),
)


def duckdb_kind(declared: str) -> Kind:
    """The kind of a DuckDB type such as `DECIMAL(12,2)`; lists and structs are `other`."""
    if declared.endswith("]"):
        return "other"
    return _DUCKDB.get(_bare(declared), "other")


def sqlite_kind(declared: str) -> Kind:
    """The kind of a declared SQLite type; SQLite does not enforce it. No type is `other`."""
    name = _bare(declared)
    if name in _SQLITE:
        return _SQLITE[name]
    return next((kind for part, kind in _SQLITE_PARTS if part in name), "other")


def _bare(declared: str) -> str:
    """The type's name without its arguments: `decimal ( 10, 2 )` is DECIMAL."""
    before, _, after = declared.upper().partition("(")
    behind = after.rpartition(")")[2]
    return " ".join(f"{before} {behind}".split())
