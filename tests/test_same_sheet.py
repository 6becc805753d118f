"""The same sheet from every database: DuckDB with decimals, dates and booleans, SQLite without.

Whatever is snapped (values, scores, totals), ranks, grades, states and reasons are identical; what
an explanation shows of the rows themselves agrees to 1e-9.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.demo_data import build, to_sqlite
from connectors import Connection, connect
from engine import Workspace, explain, load, score
from engine.documents import explanation_document, sheet_document
from tests.support import plain_demo
from tests.support.documents import Document, by_key, differences
from tests.support.plain_cards import STORE_QUARTERLY
from tests.support.plain_rows import Quarter, Row, Tables
from tests.support.plain_scores import sheet

SCORECARDS = Path(__file__).resolve().parent.parent / "scorecards"
CARDS = ("store_quarterly", "clerk", "store_manager")
RUNS = {
    "closed": ("2025Q3", date(2025, 12, 31)),
    "running": ("2025Q3", date(2025, 8, 14)),
    "first of its card": ("2025Q1", date(2025, 4, 1)),
    "after the last row": ("2026Q1", date(2026, 2, 10)),
}

Connections = Mapping[str, Connection]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    build(path, lines=30_000)
    to_sqlite(path, path.with_suffix(".sqlite"))
    return path


@pytest.fixture(scope="module")
def connections(demo: Path) -> Iterator[Connections]:
    opened = {
        "duckdb": connect(f"duckdb:///{demo}", folder=SCORECARDS),
        "sqlite": connect(f"sqlite:///{demo.with_suffix('.sqlite')}", folder=SCORECARDS),
    }
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(SCORECARDS)


@pytest.mark.parametrize(("period", "as_of"), RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("card", CARDS)
def test_both_databases_give_one_sheet(
    card: str, period: str, as_of: date, workspace: Workspace, connections: Connections
) -> None:
    one, other = (
        sheet_document(score(workspace, card, period, source, as_of))
        for source in connections.values()
    )
    assert one["items"] or one["not_ranked"]
    assert one == other


@pytest.mark.parametrize("card", CARDS)
def test_both_databases_give_one_explanation(
    card: str, workspace: Workspace, connections: Connections
) -> None:
    one, other = (
        explanations(workspace, card, "2025Q3", source) for source in connections.values()
    )
    assert len(one) > 30
    assert list(differences(one, other, 1e-9)) == []


def explanations(
    workspace: Workspace, card: str, period: str, source: Connection
) -> dict[str, Document]:
    """The trees and sentences of the first 60 entities."""
    scored = score(workspace, card, period, source, date(2025, 12, 31))
    found = [explain(scored, str(key)) for key in scored.keys[:60]]
    return {each.key: explanation_document(each) for each in found if each is not None}


# ── the calendar's time zone ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("as_of", [date(2025, 8, 14), date(2026, 3, 31)], ids=str)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Adak"])
def test_timestamps_in_utc_are_of_the_local_day(
    zone: str, as_of: date, demo: Path, connections: Connections, tmp_path: Path
) -> None:
    """The sales of a day are those of midnight to midnight where the calendar is, on each database.

    Compared with the plain computation over rows whose timestamps were converted one by one.
    """
    workspace = load(in_utc(zone, tmp_path))
    tables = plain_demo.read(demo)
    local: list[Row] = [{**row, "sold_at": moved(row, zone)} for row in tables.rows["sales"]]
    stores = plain_demo.entities(Tables({**tables.rows, "sales": local}))["store"]
    expected = by_key(sheet(STORE_QUARTERLY, stores, Quarter(2025, 3, as_of)))
    for source in connections.values():
        found = sheet_document(score(workspace, "store_quarterly", "2025Q3", source, as_of))
        assert list(differences(expected, by_key(found), 1e-9)) == []


def test_the_zone_matters(demo: Path) -> None:
    """Some sales are of another day there, so the test above could have failed."""
    rows = plain_demo.read(demo).rows["sales"]
    for zone in ("Asia/Shanghai", "America/Adak"):
        days = [(row["sold_at"].date(), moved(row, zone).date()) for row in rows]
        assert sum(one != other for one, other in days) > len(days) / 100


def in_utc(zone: str, folder: Path) -> Path:
    """A copy of the example whose sales are dated in UTC, with the calendar in `zone`."""
    copy = folder / "scorecards"
    shutil.copytree(SCORECARDS, copy, ignore=shutil.ignore_patterns(".steelyard"))
    text = (copy / "data.scorecard").read_text("utf-8")
    for old, new in {
        '"Asia/Shanghai"': f'"{zone}"',
        "date sold_at": 'date sold_at in "UTC"',
    }.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (copy / "data.scorecard").write_text(text, "utf-8")
    return copy


def moved(row: Row, zone: str) -> datetime:
    moment: datetime = row["sold_at"].replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
