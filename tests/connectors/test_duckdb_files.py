"""Declared files: what they look like in SQL, and that SQL reaches no other."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from connectors import Connection, ConnectorError, File, connect
from connectors.duckdb_instance import Instance


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with data files, beside a folder that is not part of it."""
    made = tmp_path / "work"
    (made / "data").mkdir(parents=True)
    (made / "data" / "sales_1.csv").write_text("store,amount\nS1,1.5\nS2,2\n")
    (made / "data" / "sales_2.csv").write_text("store,amount\nS1,4\n")
    (made / "data" / "secret.csv").write_text("store,amount\nS9,9\n")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "far.csv").write_text("store,amount\nS7,7\n")
    shutil.copy(tmp_path / "outside" / "far.csv", tmp_path / "outside" / "private.csv")
    duckdb.sql("SELECT 'S3' AS store, 3 AS amount").write_parquet(str(made / "data" / "p.parquet"))
    return made


def opened(folder: Path, *files: File) -> Connection:
    return connect(None, folder=folder, files=files)


def total(folder: Path, file: File) -> float:
    with opened(folder, file) as connection:
        return float(connection.fetch(f'SELECT sum(amount) AS s FROM "{file.name}"')["s"][0])


def refusal(folder: Path, *files: File) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        opened(folder, *files)
    return caught.value


@pytest.mark.parametrize(
    ("pattern", "amount"),
    [
        ("data/sales_1.csv", 3.5),
        ("data/sales_*.csv", 7.5),
        ("**/sales_?.csv", 7.5),
        ("data/p.parquet", 3),
        ("../outside/far.csv", 7),
        ("../outside/f*.csv", 7),
        ("data/../data/sales_2.csv", 4),
    ],
)
def test_a_pattern_is_a_table(folder: Path, pattern: str, amount: float) -> None:
    assert total(folder, File("sales", pattern)) == amount


def test_an_absolute_pattern(folder: Path) -> None:
    assert total(folder, File("far", str(folder.parent / "outside" / "far.*"))) == 7


@pytest.mark.parametrize("name", ["a [2025].csv", "a*.csv", "it's.csv", "b\\s.csv", "销售 %d.csv"])
def test_any_file_name_will_do(folder: Path, name: str) -> None:
    (folder / name).write_text("amount\n5\n")
    (folder / "a 2.csv").write_text("amount\n100\n")
    assert total(folder, File("odd name", name)) == 5


def test_options_reach_the_reader(folder: Path) -> None:
    (folder / "odd.txt").write_text("S1;'a;b';1,5\n")
    options = {"delim": ";", "quote": "'", "header": False, "decimal_separator": ",", "skip": 0}
    with opened(folder, File("odd", "odd.txt", options)) as connection:
        assert [column.kind for column in connection.describe("SELECT * FROM odd")] == [
            "text",
            "text",
            "float",
        ]
        assert list(connection.fetch("SELECT column1 AS c FROM odd")["c"]) == ["a;b"]


def test_declared_files_are_in_the_catalogue(folder: Path) -> None:
    with opened(folder, File("Sales", "data/sales_*.csv")) as connection:
        assert connection.tables() == ("Sales",)
        columns = connection.columns(("sales",))
        assert columns is not None
        assert [(column.name, column.kind) for column in columns] == [
            ("store", "text"),
            ("amount", "float"),
        ]
        assert list(connection.catalog()["tables"]) == ["Sales"]


def test_a_file_hides_a_table_of_its_name(folder: Path) -> None:
    with duckdb.connect(str(folder / "shop.duckdb")) as made:
        made.execute("CREATE TABLE sales AS SELECT 1 AS amount")
    files = [File("sales", "data/sales_1.csv")]
    with connect("duckdb:///shop.duckdb", folder=folder, files=files) as connection:
        assert connection.fetch("SELECT sum(amount) AS s FROM sales")["s"][0] == 3.5
        assert connection.fetch("SELECT sum(amount) AS s FROM shop.main.sales")["s"][0] == 1


@pytest.mark.parametrize("pattern", ["data/nope.csv", "data/nope_*.csv", "data", "nope/*.csv"])
def test_a_pattern_without_files(folder: Path, pattern: str) -> None:
    error = refusal(folder, File("sales", pattern))
    assert (error.kind, pattern in error.message) == ("file_not_found", True)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (File("a", "data/*"), "not all CSV"),
        (File("a", "data/x.xlsx"), "not all CSV"),
        (File("a", "data/x.parquet"), "cannot be read"),
        (File("a", "data/sales_1.csv", {"no_such_option": 1}), "no_such_option"),
        (File("a", "data/sales_1.csv", {"delim = ';', x": 1}), "option"),
    ],
)
def test_files_that_cannot_be_read(folder: Path, file: File, message: str) -> None:
    (folder / "data" / "x.xlsx").write_bytes(b"PK")
    (folder / "data" / "x.parquet").write_bytes(b"no parquet at all")
    error = refusal(folder, file)
    assert error.kind == "unsupported"
    assert message in error.message
    assert file.pattern in error.message


def test_files_that_change_while_they_are_open(folder: Path) -> None:
    total = "SELECT sum(amount) AS s FROM sales"
    path = folder / "data" / "sales_1.csv"
    with opened(folder, File("sales", "data/sales_1.csv")) as connection:
        path.write_text("amount,store\n10.25,S1\n")
        assert connection.fetch(total)["s"][0] == 10.25
        path.write_text("store\nS1\n")
        with pytest.raises(ConnectorError, match="amount"):
            connection.fetch(total)
        path.unlink()
        with pytest.raises(ConnectorError, match=r"sales_1\.csv") as caught:
            connection.fetch(total)
        assert caught.value.kind == "file_not_found"


def test_eight_threads_read_files(folder: Path) -> None:
    with opened(folder, File("sales", "data/sales_*.csv")) as connection:
        sql = "SELECT sum(amount) AS s FROM sales"
        with ThreadPoolExecutor(8) as threads:
            sums = list(threads.map(lambda _: connection.fetch(sql)["s"][0], range(64)))
    assert sums == [7.5] * 64


def test_a_parquet_file_that_is_gone(folder: Path) -> None:
    with opened(folder, File("sales", "data/p.parquet")) as connection:
        (folder / "data" / "p.parquet").unlink()
        with pytest.raises(ConnectorError, match=r"p\.parquet") as caught:
            connection.fetch("SELECT sum(amount) AS s FROM sales")
        assert caught.value.kind == "file_not_found"


def test_files_without_rows(folder: Path) -> None:
    (folder / "head.csv").write_text("store,amount\n")
    with opened(folder, File("head", "head.csv")) as connection:
        assert len(connection.fetch("SELECT store FROM head")["store"]) == 0
    (folder / "nothing.csv").touch()
    assert refusal(folder, File("nothing", "nothing.csv")).kind == "unsupported"


def test_links_do_not_lead_out(folder: Path) -> None:
    outside = folder.parent / "outside"
    (folder / "data" / "sales_9.csv").symlink_to(outside / "private.csv")
    (folder / "linked").symlink_to(outside)
    (outside / "link.csv").symlink_to(folder / "data" / "secret.csv")
    for pattern in (
        "data/sales_9.csv",
        "data/sales_*.csv",
        "linked/*.csv",
        "../outside/link.csv",
        str(outside / "*.csv"),
    ):
        error = refusal(folder, File("sales", pattern))
        assert (error.kind, pattern in error.message) == ("denied", True)


def test_links_inside_are_files(folder: Path) -> None:
    (folder / "latest.csv").symlink_to(folder / "data" / "sales_2.csv")
    assert total(folder, File("sales", "latest.csv")) == 4


@pytest.mark.parametrize(
    "path",
    [
        "{0}/data/secret.csv",
        "{0}/data/*.csv",
        "{0}/data/s*.csv",
        "{0}/data/sales_1.csv/../secret.csv",
        "{0}/data/../data/secret.csv",
        "data/secret.csv",
        "/etc/passwd",
        "{0}/../outside/private.csv",
    ],
)
def test_no_other_file_can_be_read(folder: Path, path: str) -> None:
    files = [File("sales", "data/sales_*.csv"), File("far", "../outside/far.csv")]
    place = path.format(folder)
    with opened(folder, *files) as connection:
        for sql in (
            f"SELECT * FROM read_csv('{place}')",
            f"SELECT * FROM '{place}'",
            f"SELECT * FROM read_text('{place}')",
            f"SELECT * FROM read_blob(['{folder}/data/sales_1.csv', '{place}'])",
            f"SELECT * FROM glob('{place}')",
            f"SELECT * FROM sniff_csv('{place}')",
        ):
            with pytest.raises(ConnectorError) as caught:
                connection.fetch(sql)
            # A path that is no file by itself may be answered as a missing table.
            assert caught.value.kind in ("denied", "missing_table", "unreachable"), sql
        assert connection.fetch("SELECT sum(amount) AS s FROM sales")["s"][0] == 7.5


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1 AS a) TO '{0}/data/out.csv'",
        "COPY (SELECT 1 AS a) TO '{0}/data/sales_1.csv'",
        "EXPORT DATABASE '{0}/out'",
        "ATTACH '{0}/out.duckdb' AS out",
        "ATTACH '{0}/shop.duckdb' AS again (READ_WRITE)",
        "CREATE TABLE shop.main.t AS SELECT 1 AS a",
        "DROP TABLE stores",
        "INSTALL httpfs",
        "LOAD '{0}/x.duckdb_extension'",
        "SET enable_external_access=true",
        "SET GLOBAL allowed_paths=['/etc/passwd']",
        "RESET lock_configuration",
        "SET lock_configuration=false",
        "SET TimeZone='Asia/Shanghai'",
        "PRAGMA threads=1",
        "PRAGMA enable_profiling='json'",
    ],
)
def test_the_database_itself_refuses_too(folder: Path, sql: str) -> None:
    """The second lock alone: straight to the driver, past the check of statements."""
    with duckdb.connect(str(folder / "shop.duckdb")) as made:
        made.execute("CREATE TABLE stores AS SELECT 1 AS store_id")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    instance = Instance(folder / "shop.duckdb", [File("sales", "data/sales_1.csv")], folder)
    session = instance.session()
    with pytest.raises(duckdb.Error):
        session.driver.execute(sql.format(folder))
    session.close()
    instance.close()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_session_is_utc_and_loads_nothing(folder: Path) -> None:
    names = "TimeZone autoinstall_known_extensions autoload_known_extensions".split()
    asked = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    with opened(folder) as connection:
        found = connection.fetch(f"SELECT {asked}")
        assert [str(found[name][0]) for name in names] == ["UTC", "False", "False"]
