"""Reading a DuckDB file: values, types, catalogue, and what a query may not do."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from connectors import Column, Connection, ConnectorError, connect

MAKE = """
CREATE TYPE form AS ENUM ('outlet', 'flagship');
CREATE TABLE Stores (
    store_id VARCHAR NOT NULL, area DECIMAL(10,2), format form, code UUID, staff HUGEINT,
    opened_on DATE, opened_at TIMESTAMP, seen_at TIMESTAMP WITH TIME ZONE, opens TIME, open BOOLEAN,
    share DOUBLE, tags VARCHAR[]
);
INSERT INTO Stores VALUES
    ('S2', 0.1, 'flagship', '00000000-0000-0000-0000-000000000001', 3, '2024-02-29',
     '2024-02-29 10:00:00', '2024-02-29 08:00:00+08:00', '09:30:00', true, 0.5, ['a']),
    ('S1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE SCHEMA hr;
CREATE TABLE hr.staff AS SELECT 1 AS employee_id;
CREATE TABLE hr.stores AS SELECT 1 AS other;
CREATE VIEW open_stores AS SELECT store_id FROM Stores WHERE open;
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Connection]:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as made:
        made.execute("SET TimeZone='Asia/Shanghai'")
        made.execute(MAKE)
    with connect("duckdb:///shop.duckdb", folder=tmp_path) as connection:
        yield connection


def test_values_come_column_by_column_in_order(shop: Connection) -> None:
    rows = shop.fetch("SELECT share, store_id, area, staff FROM stores ORDER BY store_id DESC")
    assert list(rows) == ["share", "store_id", "area", "staff"]
    assert list(rows["store_id"]) == ["S2", "S1"]
    assert [rows[name][0] for name in ("share", "area", "staff")] == [0.5, 0.1, 3.0]
    assert all(np.ma.getmaskarray(rows[name])[1] for name in ("share", "area", "staff"))


def test_dates_are_arrays_and_instants_are_utc(shop: Connection) -> None:
    rows = shop.fetch("SELECT opened_on, opened_at, seen_at, opens FROM Stores WHERE share = 0.5")
    assert rows["opened_on"][0] == np.datetime64("2024-02-29")
    assert rows["opened_at"][0] == np.datetime64("2024-02-29T10:00:00")
    assert rows["seen_at"][0] == np.datetime64("2024-02-29T00:00:00")
    assert rows["opens"][0] == datetime.time(9, 30)


def test_types_that_have_no_array_come_as_text(shop: Connection) -> None:
    rows = shop.fetch("SELECT format, code, store_id FROM Stores ORDER BY store_id")
    assert list(rows) == ["format", "code", "store_id"]
    assert list(rows["store_id"]) == ["S1", "S2"]
    assert rows["format"][1] == "flagship"
    assert rows["code"][1] == "00000000-0000-0000-0000-000000000001"
    assert np.ma.getmaskarray(rows["format"]).tolist() == [True, False]


def test_no_rows_still_have_columns(shop: Connection) -> None:
    rows = shop.fetch("SELECT store_id, format, area FROM Stores WHERE false")
    assert {name: len(values) for name, values in rows.items()} == {
        "store_id": 0,
        "format": 0,
        "area": 0,
    }


def test_percents_and_colons_in_literals_survive(shop: Connection) -> None:
    sql = "SELECT '100% :x %s ? $1 %(y)s' AS a, 7 % 4 AS b, '12:30'::TIME AS c WHERE 'a%' LIKE 'a%'"
    rows = shop.fetch(sql)
    assert (rows["a"][0], rows["b"][0]) == ("100% :x %s ? $1 %(y)s", 3)


def test_two_columns_of_one_name_are_refused(shop: Connection) -> None:
    for ask in (shop.fetch, shop.describe):
        with pytest.raises(ConnectorError, match="named a") as caught:
            ask("SELECT 1 AS a, 2 AS b, 3 AS a")
        assert caught.value.kind == "bad_sql"


def test_describe_knows_names_types_and_kinds(shop: Connection) -> None:
    columns = shop.describe("WITH s AS (SELECT * FROM stores) SELECT *, area * 2 AS d FROM s;")
    assert [(column.name, column.kind) for column in columns] == [
        ("store_id", "text"),
        ("area", "decimal"),
        ("format", "text"),
        ("code", "text"),
        ("staff", "integer"),
        ("opened_on", "date"),
        ("opened_at", "timestamp"),
        ("seen_at", "timestamptz"),
        ("opens", "time"),
        ("open", "boolean"),
        ("share", "float"),
        ("tags", "other"),
        ("d", "decimal"),
    ]
    assert columns[1] == Column("area", "DECIMAL(10,2)", "decimal", nullable=True)


def test_describe_reads_no_rows(shop: Connection) -> None:
    sql = "SELECT count(*) AS c FROM range(1000000000000) AS a WHERE hash(range) = 1"
    assert shop.describe(sql) == (Column("c", "BIGINT", "integer", nullable=True),)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        (["Stores"], "store_id"),
        (["STORES"], "store_id"),
        (["main", "stores"], "store_id"),
        (["shop", "MAIN", "stores"], "store_id"),
        (["hr", "stores"], "other"),
        (["HR", "Staff"], "employee_id"),
        (["open_stores"], "store_id"),
    ],
)
def test_columns_of_tables_as_written(shop: Connection, written: list[str], first: str) -> None:
    columns = shop.columns(written)
    assert columns is not None
    assert columns[0].name == first


@pytest.mark.parametrize(
    "written", [["staff"], ["nope"], ["nope", "stores"], ["a", "shop", "main", "stores"], []]
)
def test_no_such_table(shop: Connection, written: list[str]) -> None:
    assert shop.columns(written) is None


def test_not_null_is_known(shop: Connection) -> None:
    columns = shop.columns(("stores",))
    assert columns is not None
    assert [column.nullable for column in columns[:2]] == [False, True]


def test_tables_and_catalog(shop: Connection) -> None:
    assert shop.tables() == ("Stores", "hr.staff", "hr.stores", "open_stores")
    catalog = shop.catalog()
    assert catalog == json.loads(json.dumps(catalog))
    assert list(catalog["tables"]) == list(shop.tables())
    assert catalog["dialect"] == "duckdb"
    assert catalog["tables"]["hr.staff"] == [
        {"name": "employee_id", "type": "INTEGER", "kind": "integer", "nullable": True}
    ]


@pytest.mark.parametrize(
    ("sql", "kind", "named"),
    [
        ("SELECT * FROM nope", "missing_table", "nope"),
        ("SELECT * FROM nope.stores", "missing_table", "stores"),
        ("SELECT nope FROM stores", "bad_sql", "nope"),
        ("SELECT nope(1)", "bad_sql", "nope"),
        ("SELECT CAST(store_id AS INTEGER) AS x FROM stores", "bad_sql", "S2"),
    ],
)
def test_errors_of_queries(shop: Connection, sql: str, kind: str, named: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        shop.fetch(sql)
    assert (caught.value.kind, named in caught.value.message) == (kind, True)
    assert "\n" not in caught.value.message
    assert list(shop.fetch("SELECT 1 AS a")["a"]) == [1]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM stores",
        "CREATE TABLE t AS SELECT 1",
        "COPY stores TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET TimeZone='Asia/Shanghai'",
        "PRAGMA threads=1",
        "SELECT 1; DELETE FROM stores",
    ],
)
def test_only_selects_reach_the_database(shop: Connection, sql: str) -> None:
    for ask in (shop.fetch, shop.describe):
        with pytest.raises(ConnectorError) as caught:
            ask(sql)
        assert caught.value.kind == "bad_sql"


def test_a_python_variable_is_no_table(shop: Connection) -> None:
    nope = shop.fetch("SELECT 1 AS a")
    assert nope
    with pytest.raises(ConnectorError) as caught:
        shop.fetch("SELECT * FROM nope")
    assert caught.value.kind == "missing_table"


@pytest.mark.parametrize("name", ["main", "Temp", "memory", "sales.2025", 'q"x', "数据 库", "it's"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    made = duckdb.connect(str(tmp_path / "made"))
    made.execute("CREATE TABLE stores AS SELECT 1 AS store_id")
    made.close()
    (tmp_path / "made").rename(tmp_path / f"{name}.duckdb")
    with connect(f"duckdb:///{name}.duckdb", folder=tmp_path) as connection:
        assert connection.tables() == ("stores",)
        assert list(connection.fetch("SELECT store_id FROM main.stores")["store_id"]) == [1]
