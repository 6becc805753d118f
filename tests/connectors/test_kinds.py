"""Declared types of both databases, as the kinds that formulas are checked against."""

import pytest

from connectors.kinds import duckdb_kind, sqlite_kind


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("INTEGER", "integer"),
        ("HUGEINT", "integer"),
        ("UTINYINT", "integer"),
        ("DECIMAL(38,10)", "decimal"),
        ("FLOAT", "float"),
        ("DOUBLE", "float"),
        ("VARCHAR", "text"),
        ("UUID", "text"),
        ("ENUM('a', 'TIME (UTC)', 'DATE')", "text"),
        ("BOOLEAN", "boolean"),
        ("DATE", "date"),
        ("TIMESTAMP", "timestamp"),
        ("TIMESTAMP_NS", "timestamp"),
        ("TIMESTAMP WITH TIME ZONE", "timestamptz"),
        ("TIME", "time"),
        ("TIME WITH TIME ZONE", "other"),
        ("INTEGER[]", "other"),
        ("VARCHAR[3]", "other"),
        ("STRUCT(a INTEGER, b DATE)", "other"),
        ("BLOB", "other"),
        ("INTERVAL", "other"),
    ],
)
def test_duckdb(declared: str, kind: str) -> None:
    assert duckdb_kind(declared) == kind


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("INTEGER", "integer"),
        ("unsigned big int", "integer"),
        ("decimal ( 10, 2 )", "decimal"),
        ("NUMERIC", "decimal"),
        ("REAL", "float"),
        ("double precision", "float"),
        ("VARCHAR(10)", "text"),
        ("NVARCHAR(160)", "text"),
        ("clob", "text"),
        ("BOOLEAN", "boolean"),
        ("bool", "boolean"),
        ("date", "date"),
        ("DATETIME", "timestamp"),
        ("TIMESTAMP(6)", "timestamp"),
        ("timestamp (6) with time zone", "timestamptz"),
        ("timestamp without time zone", "timestamp"),
        ("datetime2(7)", "timestamp"),
        ("TIME", "time"),
        ("BLOB", "other"),
        ("", "other"),
    ],
)
def test_sqlite(declared: str, kind: str) -> None:
    assert sqlite_kind(declared) == kind
