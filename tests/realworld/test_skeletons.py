"""`init --from` over databases that others designed: the skeleton is checked and its card scored.

The tables are loaded as they are, with the publisher's names; none of them has declared keys.
"""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.skeleton import skeleton
from api.skeleton.card import read
from connectors import connect

# The card that each set begins with: who or what its rows lead to.
CARDS = {
    "adventureworks": "sales_territory_quarter",
    "chinook": "customer_quarter",
    "crm_sales": "sales_team_quarter",
    "foodmart": "store_quarter",
    "global_electronics": "store_quarter",
    "ibm_hr_attrition": "department_quarter",
    "incident_log": "assignment_group_quarter",
    "northwind": "employee_quarter",
    "olist_sample": "seller_quarter",
    "online_retail": "country_quarter",
    "superstore": "region_quarter",
    "telco_churn": "contract_quarter",
}

Database = Callable[[str], Path]


@pytest.fixture(scope="module")
def database(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A DuckDB file with the tables of a data set."""

    def make(name: str) -> Path:
        path = tmp_path_factory.mktemp(name) / f"{name}.duckdb"
        with duckdb.connect(str(path)) as connection:
            for file in sorted((shared / "data" / name / "parquet").glob("*.parquet")):
                rows = connection.from_parquet(str(file))
                rows.create(f'"{file.stem}"')
        return path

    return make


def scored(folder: Path, url: str, language: str, card: str) -> int:
    """Make a workspace, check it, score its card in the period that is offered; how many items."""

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
        return done.stdout

    said = run("init", str(folder), "--from", url, "--language", language)
    found = json.loads(run("-w", str(folder), "check", "--format", "json"))["diagnostics"]
    assert {each["severity"] for each in found} <= {"hint"}, found
    line = next(line for line in said.splitlines() if f" score {card} --period " in line)
    sheet = json.loads(
        run("-w", str(folder), *line.split(" -w ")[1].split()[1:], "--format", "json")
    )
    assert sum(each["rank"] is not None for each in sheet["items"]) > 1
    return len(sheet["items"])


@pytest.mark.parametrize("name", CARDS)
def test_a_skeleton_of_each_set(
    database: Database, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STEELYARD_URL", raising=False)
    language = "zh" if len(name) % 2 else "en"
    assert scored(tmp_path / "new", f"duckdb:///{database(name)}", language, CARDS[name]) > 1


def test_a_file_of_sqlite(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STEELYARD_URL", raising=False)
    url = f"sqlite:///{shared / 'data' / 'chinook' / 'chinook.sqlite'}"
    assert scored(tmp_path / "new", url, "en", "customer_quarter") == 59


def test_what_is_guessed_of_northwind(database: Database, tmp_path: Path) -> None:
    with connect(f"duckdb:///{database('northwind')}", folder=tmp_path) as source:
        workspace = read(skeleton(source, "en", date(2026, 1, 1)).files)
    keys = {name: each.key.text for name, each in workspace.entities.items() if each.key}
    assert keys == {
        "category": "CategoryID",
        "customer": "CustomerID",
        "employee": "EmployeeID",
        "order": "OrderID",
        "product": "ProductID",
        "region": "RegionID",
        "shipper": "ShipperID",
        "supplier": "SupplierID",
        "territory": "TerritoryID",
    }
    links = {name: set(each.links) for name, each in workspace.data.items()}
    assert links == {
        "employee_territories": {"employee", "territory"},
        "order_details": {"order", "product"},
        "orders": {"customer", "employee"},
    }
    parents = {name: set(each.parents) for name, each in workspace.entities.items() if each.parents}
    assert parents == {
        "order": {"customer", "employee"},
        "product": {"category", "supplier"},
        "territory": {"region"},
    }
