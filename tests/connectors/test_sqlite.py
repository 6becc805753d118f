"""Reading a SQLite file: values as stored, declared types, catalogue, and read-only."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors import Column, Connection, ConnectorError, connect
from connectors.sqlite import _open

MAKE = """
CREATE TABLE Stores (
    store_id VARCHAR(10) NOT NULL PRIMARY KEY, area DECIMAL(10,2), opened_on DATE,
    opened_at TIMESTAMP, is_open BOOLEAN, staff INTEGER, share REAL, photo BLOB, note,
    twice INTEGER GENERATED ALWAYS AS (staff * 2)
);
INSERT INTO Stores VALUES
    ('S2', 0.1, '2024-02-29', '2024-02-29 10:00:00.000000', 1, 3, 0.5, x'00', 'a'),
    ('S1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE VIEW "open stores" AS SELECT store_id, area * 2 AS doubled FROM Stores WHERE is_open;
CREATE VIEW broken AS SELECT x FROM gone;
CREATE TABLE "it's" ("a.b" INTEGER);
INSERT INTO "it's" VALUES (7);
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "shop 50%?#.db")) as made:
        made.executescript(MAKE)
    return tmp_path / "shop 50%?#.db"


@pytest.fixture
def shop(path: Path, tmp_path: Path) -> Iterator[Connection]:
    # A ? would begin the options of a URL: the name is given by a link.
    (tmp_path / "shop.db").symlink_to(path)
    with connect("sqlite:///shop.db", folder=tmp_path) as connection:
        yield connection


def test_values_come_as_they_are_stored(shop: Connection) -> None:
    rows = shop.fetch("SELECT * FROM stores ORDER BY store_id DESC")
    assert {name: values[0] for name, values in rows.items()} == {
        "store_id": "S2",
        "area": 0.1,
        "opened_on": "2024-02-29",
        "opened_at": "2024-02-29 10:00:00.000000",
        "is_open": 1,
        "staff": 3,
        "share": 0.5,
        "photo": b"\0",
        "note": "a",
        "twice": 6,
    }
    assert [values[1] for values in rows.values()] == ["S1", *[None] * 9]


def test_no_rows_still_have_columns(shop: Connection) -> None:
    assert shop.fetch("SELECT store_id, area FROM Stores WHERE 0") == {"store_id": [], "area": []}


def test_names_and_literals_survive(shop: Connection) -> None:
    sql = 'SELECT \'100% :x %s ? $1 %(y)s\' AS a, 7 % 4 AS b, "a.b" FROM "it\'s"'
    assert shop.fetch(sql) == {"a": ["100% :x %s ? $1 %(y)s"], "b": [3], "a.b": [7]}


def test_like_minds_case(shop: Connection) -> None:
    assert shop.fetch("SELECT 'ABC' LIKE 'a%' AS a, 'abc' LIKE 'a%' AS b") == {"a": [0], "b": [1]}


def test_two_columns_of_one_name_are_refused(shop: Connection) -> None:
    with pytest.raises(ConnectorError, match="named a"):
        shop.fetch("SELECT 1 AS a, 2 AS a")


def test_columns_by_declared_type(shop: Connection) -> None:
    columns = shop.columns(("STORES",))
    assert columns is not None
    assert [(column.name, column.kind) for column in columns] == [
        ("store_id", "text"),
        ("area", "decimal"),
        ("opened_on", "date"),
        ("opened_at", "timestamp"),
        ("is_open", "boolean"),
        ("staff", "integer"),
        ("share", "float"),
        ("photo", "other"),
        ("note", "text"),
        ("twice", "integer"),
    ]
    assert columns[0] == Column("store_id", "VARCHAR(10)", "text", nullable=False)
    assert columns[1].nullable


@pytest.mark.parametrize(
    "written", [["nope"], ["other", "stores"], ["broken"], ["a", "b", "c"], []]
)
def test_no_such_table(shop: Connection, written: list[str]) -> None:
    assert shop.columns(written) is None


def test_a_quoted_name_that_is_no_column(shop: Connection) -> None:
    """SQLite takes it for a text, unless it is qualified or told not to (from Python 3.12 on)."""
    with pytest.raises(ConnectorError, match="nope"):
        shop.fetch('SELECT stores."nope" AS a FROM stores')
    if sys.version_info < (3, 12):
        assert shop.fetch('SELECT "nope" AS a FROM stores') == {"a": ["nope", "nope"]}
        return
    with pytest.raises(ConnectorError, match="nope"):
        shop.fetch('SELECT "nope" AS a FROM stores')


def test_schema_names(shop: Connection) -> None:
    assert shop.columns(("Main", "stores")) == shop.columns(("Stores",))


def test_describe_follows_declared_types_through_a_query(shop: Connection) -> None:
    columns = shop.describe(
        "WITH s AS (SELECT * FROM stores)"
        " SELECT opened_on AS d, is_open, area, area * 2 AS twice, count(*) OVER () AS n,"
        " store_id || '!' AS t, NULL AS z, sum(staff) OVER () AS staff FROM s; -- end"
    )
    assert [(column.name, column.kind) for column in columns] == [
        ("d", "date"),
        ("is_open", "boolean"),
        ("area", "decimal"),
        ("twice", "float"),
        ("n", "integer"),
        ("t", "text"),
        ("z", "other"),
        ("staff", "integer"),
    ]


def test_describe_leaves_nothing_behind(shop: Connection, path: Path) -> None:
    before = path.read_bytes()
    tables = shop.tables()
    shop.describe("SELECT 1 AS a")
    with pytest.raises(ConnectorError) as caught:
        shop.describe("SELECT * FROM nope")
    assert caught.value.kind == "missing_table"
    assert shop.tables() == tables
    assert shop.fetch("SELECT query_only AS q FROM pragma_query_only") == {"q": [1]}
    assert path.read_bytes() == before


def test_tables_and_catalog(shop: Connection) -> None:
    assert shop.tables() == ("Stores", "broken", "it's", "open stores")
    catalog = shop.catalog()
    assert catalog == json.loads(json.dumps(catalog))
    assert list(catalog["tables"]) == ["Stores", "it's", "open stores"]
    assert catalog["tables"]["open stores"] == [
        {"name": "store_id", "type": "VARCHAR(10)", "kind": "text", "nullable": True},
        {"name": "doubled", "type": "", "kind": "float", "nullable": True},
    ]


@pytest.mark.parametrize(
    ("sql", "kind", "named"),
    [
        ("SELECT * FROM nope", "missing_table", "nope"),
        ("SELECT nope FROM stores", "bad_sql", "nope"),
        ("SELECT load_extension('x')", "denied", "authorized"),
        ("DELETE FROM stores", "bad_sql", "DELETE"),
        ("PRAGMA query_only=OFF", "bad_sql", "PRAGMA"),
        ("ATTACH 'x.db' AS x", "bad_sql", "ATTACH"),
    ],
)
def test_errors_of_queries(shop: Connection, sql: str, kind: str, named: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        shop.fetch(sql)
    assert (caught.value.kind, named in caught.value.message) == (kind, True)
    assert shop.fetch("SELECT 1 AS a") == {"a": [1]}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM Stores",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "ATTACH '{0}' AS other",
        "ATTACH '{1}' AS other",
        "SELECT load_extension('x')",
    ],
)
def test_the_database_itself_refuses_too(path: Path, sql: str) -> None:
    """The second lock alone: straight to the driver, past the check of statements."""
    with closing(_open(path, 0.1)) as driver, pytest.raises(sqlite3.Error):
        driver.execute(sql.format(path, path.parent / "new.db"))


def test_a_change_by_another_program_is_seen(shop: Connection, path: Path) -> None:
    assert shop.columns(("late",)) is None
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("CREATE TABLE late (a DATE)")
    assert shop.columns(("late",)) == (Column("a", "DATE", "date", nullable=True),)


def test_a_log_of_a_writer_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "wal.db")) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t AS SELECT 1 AS a")
        writer.commit()
        with connect("sqlite:///wal.db", folder=tmp_path) as connection:
            assert connection.fetch("SELECT a FROM t") == {"a": [1]}
