"""Every KPI of the example's catalogue has a value in the example's data."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from api.demo_data.duckdb_file import build
from connectors import connect
from engine import Sheet, load, score
from engine.holders import paths_in
from engine.model import key_of
from grammar import syntax as s

REPOSITORY = Path(__file__).resolve().parent.parent
PERIOD, AFTER = "2025Q3", date(2026, 1, 31)


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheet]:
    """What the company's card shows: every KPI of the catalogue."""
    path = tmp_path_factory.mktemp("data") / "demo.duckdb"
    build(path)
    workspace = load(REPOSITORY / "scorecards")
    with closing(connect(f"duckdb:///{path}", folder=workspace.folder)) as source:
        yield score(workspace, "company_monitor", PERIOD, source, AFTER)


def test_every_kpi_is_watched_or_scored() -> None:
    workspace = load(REPOSITORY / "scorecards")
    measured = {
        key_of(part.measured.text)
        for versions in workspace.cards.values()
        for version in versions
        for part in version.parts
        if isinstance(part, s.MeasureSection) and isinstance(part.measured, s.Name)
    }
    used = {
        key_of(path.parts[0].text)
        for kpi in workspace.kpis.values()
        for path in paths_in(kpi.formula)
        if len(path.parts) == 1
    }
    assert set(workspace.kpis) - measured - used == set()


def test_every_watched_kpi_has_a_value(monitor: Sheet) -> None:
    absent = [each.name for each in monitor.measures if np.isnan(each.value).any()]
    assert len(monitor.measures) > 80
    assert absent == []


def test_every_kpi_says_what_it_is(monitor: Sheet) -> None:
    for kpi in monitor.plan.workspace.kpis.values():
        assert kpi.label("zh") != kpi.label(""), kpi.name
        assert kpi.unit is not None
        assert kpi.better is not None, kpi.name
