"""URLs, and every way in which a database cannot be opened."""

import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from connectors import ConnectorError, File, connect


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database of each kind, and with files that are none."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as made:
        made.execute("CREATE TABLE stores AS SELECT 1 AS store_id")
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as lite:
        lite.execute("CREATE TABLE stores (store_id INTEGER)")
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("store_id,amount\n" * 500)
    (tmp_path / "sub").mkdir()
    return tmp_path


def failure(url: str, folder: Path) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        connect(url, folder=folder, timeout=2)
    return caught.value


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_relative_and_absolute_paths(scheme: str, folder: Path) -> None:
    for path in (f"shop.{scheme}", f"sub/../shop.{scheme}", folder / f"shop.{scheme}"):
        with connect(f"{scheme}:///{path}", folder=folder) as connection:
            assert connection.tables() == ("stores",)
            assert connection.dialect == scheme
            assert connection.name == f"{scheme}: shop.{scheme}"


@pytest.mark.parametrize("url", [None, "", "duckdb://", "duckdb:///:memory:"])
def test_duckdb_in_memory(url: str | None, folder: Path) -> None:
    with connect(url, folder=folder) as connection:
        assert connection.name == "duckdb: in memory"
        assert connection.tables() == ()
        assert list(connection.fetch("SELECT 1 AS a")["a"]) == [1]


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("absent.db", "absent", "no database file"),
        ("absent/absent.db", "absent", "no database file"),
        ("empty", "unsupported", "is empty"),
        ("sub", "unsupported", "is a folder"),
        ("text", "unsupported", "not a"),
    ],
)
def test_no_database(scheme: str, path: str, kind: str, message: str, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    error = failure(f"{scheme}:///{path}", folder)
    assert (error.kind, message in error.message) == (kind, True), error.message
    assert sorted(folder.rglob("*")) == before, "nothing is created"


def test_a_database_of_the_other_kind(folder: Path) -> None:
    assert failure("duckdb:///shop.sqlite", folder).kind == "unsupported"
    assert failure("sqlite:///shop.duckdb", folder).kind == "unsupported"


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert failure("duckdb:///shop.duckdb", folder).kind == "denied"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:s3cret@server/shop",
        "duckdb://anna:s3cret@server/shop",
        "sqlite://s3cret/shop.sqlite",
        "duckdb:///shop.duckdb?password=s3cret",
        "s3cret",
        "s3cret/shop.duckdb",
        "duckdb s3cret://",
        "duckdb://anna:s3cret@server:port/x",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_urls_that_are_not_understood(url: str, folder: Path) -> None:
    error = failure(url, folder)
    assert error.kind == "unsupported"
    for shown in (error.message, error.hint, str(error), repr(error), str(error.__cause__)):
        assert "s3cret" not in shown


def test_a_missing_driver(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    for name in [name for name in sys.modules if name.startswith("connectors.sqlite")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("connectors.sqlite", raising=False)
    error = failure("sqlite:///shop.sqlite", folder)
    assert (error.kind, "sqlite3" in error.message) == ("driver_missing", True)


@contextmanager
def other_process(code: str) -> Iterator[None]:
    """A process that holds what `code` opens until the block ends."""
    program = f"{code}\nprint('open', flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield
        process.kill()


def test_a_duckdb_file_open_for_writing_elsewhere(folder: Path) -> None:
    path = str(folder / "shop.duckdb")
    with other_process(f"import duckdb; c = duckdb.connect({path!r})"):
        assert failure("duckdb:///shop.duckdb", folder).kind == "locked"
    with duckdb.connect(path):  # and in this process
        assert failure("duckdb:///shop.duckdb", folder).kind == "locked"


def test_a_sqlite_file_that_is_being_written(folder: Path) -> None:
    path = str(folder / "shop.sqlite")
    code = f"import sqlite3; c = sqlite3.connect({path!r}); c.execute('BEGIN EXCLUSIVE')"
    with other_process(code), pytest.raises(ConnectorError) as caught:
        connect("sqlite:///shop.sqlite", folder=folder, timeout=1)
    assert caught.value.kind == "locked"


def test_a_duckdb_file_whose_writer_crashed(folder: Path) -> None:
    path = str(folder / "shop.duckdb")
    crash = (
        f"import duckdb, os; c = duckdb.connect({path!r});"
        "c.execute('INSERT INTO stores VALUES (2)'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", crash], check=False)
    assert (folder / "shop.duckdb.wal").exists()
    with connect("duckdb:///shop.duckdb", folder=folder) as connection:
        assert connection.fetch("SELECT sum(store_id) AS s FROM stores")["s"][0] == 3
    assert (folder / "shop.duckdb.wal").exists()


def test_two_connections_to_one_file_do_not_share_anything(folder: Path) -> None:
    (folder / "a.csv").write_text("x\n1\n")
    with (
        connect("duckdb:///shop.duckdb", folder=folder) as plain,
        connect("duckdb:///shop.duckdb", folder=folder, files=[File("a", "a.csv")]) as other,
    ):
        assert plain.tables() == ("stores",)
        assert other.tables() == ("a", "stores")
        assert plain.columns(("a",)) is None


@pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
def test_a_closed_connection_gives_the_file_free(scheme: str, folder: Path) -> None:
    connection = connect(f"{scheme}:///shop.{scheme}", folder=folder)
    connection.close()
    connection.close()
    with pytest.raises(ConnectorError, match="closed"):
        connection.tables()
    if scheme == "duckdb":
        with duckdb.connect(str(folder / "shop.duckdb")) as writer:
            writer.execute("CREATE TABLE more AS SELECT 1 AS x")


def test_errors_travel_between_processes(folder: Path) -> None:
    error = pickle.loads(pickle.dumps(failure("duckdb:///absent", folder)))
    assert (error.kind, str(error), bool(error.hint)) == ("absent", error.message, True)


def test_sqlite_reads_no_files(folder: Path) -> None:
    (folder / "a.csv").write_text("x\n1\n")
    with pytest.raises(ConnectorError, match=r"a\.csv") as caught:
        connect("sqlite:///shop.sqlite", folder=folder, files=[File("a", "a.csv")])
    assert caught.value.kind == "unsupported"
