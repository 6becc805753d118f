"""The SQLAlchemy dialect by itself: results, transactions, pools."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import connectors.duckdb  # noqa: F401 registers the dialect


def test_parameters_and_results() -> None:
    engine = create_engine("duckdb://")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT :a + 1 AS a, :b AS b"), {"a": 1, "b": "?"})
        assert found.one()._asdict() == {"a": 2, "b": "?"}
        rows = connection.exec_driver_sql("SELECT range FROM range(5)")
        assert [rows.fetchone(), rows.fetchmany(2), rows.fetchall(), rows.fetchone()] == [
            (0,),
            [(1,), (2,)],
            [(3,), (4,)],
            None,
        ]
    engine.dispose()


def test_two_results_of_one_connection_are_both_whole() -> None:
    """The next statement would swallow the rest of the first, if it were not read at once."""
    engine = create_engine("duckdb://")
    with engine.connect() as connection:
        first = connection.exec_driver_sql("SELECT range FROM range(100000)")
        second = connection.exec_driver_sql("SELECT 'x'")
        assert (len(first.fetchall()), second.scalar()) == (100000, "x")
    engine.dispose()


def test_transactions(tmp_path: Path) -> None:
    engine = create_engine(f"duckdb:///{tmp_path / 'a.duckdb'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        connection.execute(text("INSERT INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
    with engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM t")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT sum(a) FROM t").scalar() == 3
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("SELECT nope")
        connection.rollback()
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 2
    engine.dispose()


def test_settings_come_from_the_url(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    writer = create_engine(f"duckdb:///{path}")
    with writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    writer.dispose()
    reader = create_engine(f"duckdb:///{path}?access_mode=read_only")
    with reader.connect() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.exec_driver_sql("DELETE FROM t")
    reader.dispose()
