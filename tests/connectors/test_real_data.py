"""Data sets of others, as files and as databases."""

import shutil
from pathlib import Path

import duckdb
import pytest

from connectors import File, connect


@pytest.mark.parametrize("name", ["superstore", "northwind", "crm_sales", "telco_churn"])
def test_csv_and_parquet_say_the_same(shared: Path, name: str) -> None:
    """Every table of a data set: as many rows and columns from CSV as from Parquet."""
    folder = shared / "data" / name
    both = [
        File(f"{path.stem}{path.suffix}", path.relative_to(folder).as_posix())
        for path in sorted([*folder.glob("csv/*.csv"), *folder.glob("parquet/*.parquet")])
    ]
    with connect(None, folder=folder, files=both) as connection:
        counts = {
            file.name: (
                connection.fetch(f'SELECT count(*) AS n FROM "{file.name}"')["n"][0],
                len(connection.columns((file.name,)) or ()),
            )
            for file in both
        }
    csv = {name.removesuffix(".csv"): n for name, n in counts.items() if name.endswith(".csv")}
    assert csv == {
        name.removesuffix(".parquet"): n for name, n in counts.items() if name.endswith(".parquet")
    }
    assert csv


def test_chinook_in_both_databases(shared: Path, tmp_path: Path) -> None:
    source = shared / "data" / "chinook"
    shutil.copy(source / "chinook.sqlite", tmp_path / "chinook.sqlite")
    with duckdb.connect(str(tmp_path / "chinook.duckdb")) as made:
        for path in source.glob("parquet/*.parquet"):
            made.read_parquet(str(path)).create(path.stem)
    sql = (
        "SELECT CustomerId AS c, COUNT(*) AS n, SUM(Total) AS t FROM Invoice"
        " GROUP BY CustomerId ORDER BY CustomerId"
    )
    with (
        connect("sqlite:///chinook.sqlite", folder=tmp_path) as lite,
        connect("duckdb:///chinook.duckdb", folder=tmp_path) as duck,
    ):
        assert {name.lower() for name in duck.tables()} <= {name.lower() for name in lite.tables()}
        ours, theirs = lite.fetch(sql), duck.fetch(sql)
        assert list(ours["c"]) == list(theirs["c"])
        assert list(ours["n"]) == list(theirs["n"])
        assert list(ours["t"]) == pytest.approx(list(theirs["t"]), rel=1e-9)
        assert len(ours["c"]) == 59
        dates = [column for column in lite.columns(("invoice",)) or () if "Date" in column.name]
        assert [column.kind for column in dates] == ["timestamp"]
