"""The SQL of small cards, as reviewed: the same values from DuckDB and SQLite.

Each text in tests/fixtures/sql holds a card, the values it must yield from `data.sql`, and (but for
those in `values`) the statements. After a change that is meant, STEELYARD_WRITE_SQL=1 writes the
statements again; the values are never written.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

import engine.lower
from connectors import Connection, connect
from engine import Workspace, load, score
from engine.catalog import read_catalog
from engine.lower import lower
from engine.lower_checks import lower_feeds, lower_histories
from engine.verbs import plan
from tests.support.small_workspaces import items, shown

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "sql"
REVIEWED = sorted(path.name for path in FIXTURES.glob("*.txt"))
ONLY_VALUES = sorted(f"values/{path.name}" for path in FIXTURES.glob("values/*.txt"))
PERIOD, AS_OF = "2025Q3", date(2025, 12, 31)
DIALECTS = ("duckdb", "sqlite")
MARK = "-- "


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Connection]]:
    """The rows of data.sql in both databases."""
    folder = tmp_path_factory.mktemp("sql")
    statements = (FIXTURES / "data.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(folder / "data.duckdb")) as made:
        made.execute(statements)
    with closing(sqlite3.connect(folder / "data.sqlite")) as lite:
        lite.executescript(statements)
    found = {name: connect(f"{name}:///data.{name}", folder=folder) for name in DIALECTS}
    yield found
    for connection in found.values():
        connection.close()


def parts(case: str) -> dict[str, str]:
    """The parts of a text by their marks; the card itself has none."""
    found: dict[str, str] = {}
    name = ""
    for line in (FIXTURES / case).read_text(encoding="utf-8").splitlines():
        if line.startswith(MARK):
            name = line.removeprefix(MARK)
        else:
            found[name] = f"{found.get(name, '')}{line}\n"
    return {key: text.strip() for key, text in found.items()}


def workspace_of(case: str, folder: Path) -> Workspace:
    data = (FIXTURES / "data.scorecard").read_text(encoding="utf-8")
    (folder / "data.scorecard").write_text(data, encoding="utf-8")
    (folder / "card.scorecard").write_text(parts(case)[""] + "\n", encoding="utf-8")
    return load(folder)


def statements(workspace: Workspace, connection: Connection) -> dict[str, str]:
    """Every statement of the card's plan, by what it is for."""
    catalog = read_catalog(workspace, connection, "the database")
    made = plan(workspace, "card", PERIOD, AS_OF, catalog)
    dialect = connection.dialect
    found = {}
    for query in lower(made, dialect):
        found[f"{dialect}, {query.level}"] = query.sql
        if query.stays is not None:
            found[f"{dialect}, {query.level} inside the period"] = query.stays.sql
    for past in lower_histories(made, dialect):
        found[f"{dialect}, history of {past.entity}"] = past.overlapping
    for feed in lower_feeds(made, dialect):
        found[f"{dialect}, first day of {feed.data}"] = feed.first
        if feed.days is not None:
            found[f"{dialect}, days of {feed.data}"] = feed.days
    return found


def values_of(text: str) -> dict[str, dict[str, float | str]]:
    """Lines `MEASURE [target]: KEY = 1.5, KEY = no_rows`."""
    found: dict[str, dict[str, float | str]] = {}
    for line in text.splitlines():
        name, pairs = line.split(": ")
        found[name] = {}
        for pair in pairs.split(", "):
            key, value = pair.split(" = ")
            found[name][key] = value if value[0].isalpha() else float(value)
    return found


@pytest.mark.parametrize("case", REVIEWED)
def test_statements_are_as_reviewed(
    case: str, tmp_path: Path, databases: dict[str, Connection]
) -> None:
    workspace, reviewed = workspace_of(case, tmp_path), parts(case)
    made: dict[str, str] = {}
    for connection in databases.values():
        made |= statements(workspace, connection)
    if os.environ.get("STEELYARD_WRITE_SQL") == "1":
        kept = f"{reviewed['']}\n\n{MARK}values\n{reviewed['values']}\n"
        sql = "".join(f"\n{MARK}{name}\n{text}\n" for name, text in made.items())
        (FIXTURES / case).write_text(kept + sql, encoding="utf-8")
        reviewed = parts(case)
    assert made == {name: text for name, text in reviewed.items() if name not in ("", "values")}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("case", [*REVIEWED, *ONLY_VALUES])
def test_values_are_those_computed_by_hand(
    case: str, dialect: str, tmp_path: Path, databases: dict[str, Connection]
) -> None:
    sheet = score(workspace_of(case, tmp_path), "card", PERIOD, databases[dialect], AS_OF)
    wanted = values_of(parts(case)["values"])
    found = {name: shown(sheet, *name.split()) for name in wanted}
    assert found == wanted


@pytest.mark.parametrize("limit", ["MAX_CLASSES", "MAX_CELLS"])
def test_a_level_may_take_several_statements(
    limit: str, tmp_path: Path, databases: dict[str, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite joins 64 tables at most: its statements hold fewer, and the numbers are the same."""
    workspace = workspace_of("values/formulas.txt", tmp_path)
    whole = statements(workspace, databases["sqlite"])
    before = items(score(workspace, "card", PERIOD, databases["sqlite"], AS_OF))
    monkeypatch.setattr(engine.lower, limit, 1)
    made = plan(workspace, "card", PERIOD, AS_OF, read_catalog(workspace, databases["sqlite"], ""))
    assert len(lower(made, "sqlite")) == sum(len(each.classes) for each in made.levels)
    assert len(lower(made, "sqlite")) > len(whole)
    assert items(score(workspace, "card", PERIOD, databases["sqlite"], AS_OF)) == before


def test_there_are_cases() -> None:
    assert len(REVIEWED) >= 4
    assert ONLY_VALUES
