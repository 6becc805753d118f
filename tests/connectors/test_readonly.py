"""Which statements may reach a database at all."""

import logging

import pytest

from connectors import ConnectorError
from connectors.readonly import require_select

READS = [
    "SELECT 1",
    "select 1;",
    "SELECT 1 -- ; DROP TABLE t",
    "/* kpi net_sales kpis.scorecard:12 */ SELECT 'DELETE FROM t; COPY' AS a",
    "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
    "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a WHERE x < 3) SELECT x FROM a",
    "SELECT 1 UNION ALL SELECT 2 ORDER BY 1",
    "(SELECT 1) EXCEPT (SELECT 2)",
    "VALUES (1, 'a'), (2, 'b')",
    "WITH a(x) AS (VALUES (1)) SELECT x FROM a",
]
DUCKDB_READS = [
    "FROM sales SELECT store_id",
    "SELECT sum(x) FILTER (WHERE y) FROM t QUALIFY row_number() OVER (ORDER BY x) = 1",
    "SELECT * FROM read_csv('declared.csv')",
    "SELECT * FROM range(10)",
]
OTHERS = [
    "",
    "  -- nothing",
    ";",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE t",
    "DELETE FROM t",
    "WITH a AS (SELECT 1) DELETE FROM t",
    "WITH a AS (DELETE FROM t RETURNING x) SELECT x FROM a",
    "WITH a AS (DROP TABLE t) SELECT 1",
    "INSERT INTO t SELECT 1",
    "UPDATE t SET a = 1",
    "CREATE TABLE t AS SELECT 1",
    "DROP TABLE t",
    "SELECT 1 INTO t",
    "COPY t TO 'out.csv'",
    "ATTACH 'other.db' AS other",
    "DETACH other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA query_only=OFF",
    "SET TimeZone='Asia/Shanghai'",
    "RESET TimeZone",
    "USE other",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "DESCRIBE t",
    "BEGIN",
    "VACUUM",
    "CHECKPOINT",
    "EXPORT DATABASE 'out'",
    "SELECT * FROM enable_logging('QueryLog')",
    "SELECT * FROM t, main.Force_Checkpoint()",
    "SELECT * FROM query('SELECT 1')",
    "SELECT (SELECT max(x) FROM arrow_scan(1, 2, 3))",
]
GARBAGE = ["SELEC 1", "SELECT (1", "SELECT 'open", "SELECT FROM WHERE GROUP"]


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
@pytest.mark.parametrize("sql", READS)
def test_reads_pass(sql: str, dialect: str) -> None:
    require_select(sql, dialect)


@pytest.mark.parametrize("sql", DUCKDB_READS)
def test_reads_of_duckdb_pass(sql: str) -> None:
    require_select(sql, "duckdb")


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
@pytest.mark.parametrize("sql", [*OTHERS, *GARBAGE])
def test_all_else_is_refused(sql: str, dialect: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(ConnectorError) as caught:
        require_select(sql, dialect)
    assert caught.value.kind == "bad_sql"
    assert not caplog.records, "the parser's own warnings are no message for people"


def test_the_place_of_a_syntax_error_is_named_without_terminal_codes() -> None:
    with pytest.raises(ConnectorError, match=r"line 2, column \d+") as caught:
        require_select("SELECT a\nFROM (SELECT 1", "duckdb")
    assert "\x1b" not in caught.value.message
