"""Every KPI of the example's catalogue has a value in the example's data, and a plausible one."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import copytree, ignore_patterns

import duckdb
import numpy as np
import pytest

from api.demo_data import MIN_LINES, build, to_sqlite
from connectors import Connection, connect
from engine import Sheet, load, score
from engine.holders import paths_in
from engine.lineage import data_of
from engine.model import Workspace, key_of
from engine.reach import reachable
from grammar import syntax as s
from tests.support.catalogue_sql import STORES

REPOSITORY = Path(__file__).resolve().parent.parent
PERIOD, AFTER = "2025Q3", date(2026, 1, 31)
NO_PARTS = {
    *("sales_growth", "sales_growth_yearly", "customer_growth", "capability_gain"),
    *("season_index", "forecast_bias", "mix_shift", "campaign_lift", "sales_over_region"),
    *("marketing_roi", "cost_benefit", "profit_rate", "budget_execution"),
    *("campaign_goal_attainment", "case_yield", "coupon_use", "points_redeemed"),
}
"""Percents that may be negative or above 100 %: changes, differences, and ratios of two amounts."""
ODD = 2
"""Stores at either end that the data made odd: net sales of zero and below."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The example, with one more card: every KPI that stores can have."""
    folder = tmp_path_factory.mktemp("catalogue") / "scorecards"
    copytree(REPOSITORY / "scorecards", folder, ignore=ignore_patterns(".steelyard"))
    example = load(folder)
    of_stores = [each.name for each in example.kpis.values() if _of_stores(example, each.name)]
    measures = "".join(f"measure {name}\n  report only\n" for name in of_stores)
    card = f'scorecard every_kpi "K"\n  for store\n  every quarter\n{measures}'
    (folder / "every_kpi.scorecard").write_text(card)
    return load(folder)


def _of_stores(workspace: Workspace, name: str) -> bool:
    data = data_of(workspace, workspace.kpis[name]) - {"benchmarks"}  # always `at company`
    return all("store" in reachable(workspace, workspace.data[each]) for each in data)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("data") / "demo.duckdb").path


@pytest.fixture(scope="module")
def source(demo: Path) -> Iterator[Connection]:
    with closing(connect(f"duckdb:///{demo}", folder=demo.parent)) as source:
        yield source


@pytest.fixture(scope="module")
def monitor(workspace: Workspace, source: Connection) -> Sheet:
    """What the company's card shows: nearly every KPI of the catalogue."""
    return score(workspace, "company_monitor", PERIOD, source, AFTER)


@pytest.fixture(scope="module")
def stores(workspace: Workspace, source: Connection) -> Sheet:
    return score(workspace, "every_kpi", PERIOD, source, AFTER)


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
    assert len(monitor.measures) > 240
    assert absent == []


def test_most_stores_have_a_value(stores: Sheet) -> None:
    absent = {each.name: float(np.isnan(each.value).mean()) for each in stores.measures}
    assert len(absent) > 230
    assert {name: share for name, share in absent.items() if share > 2 / 5} == {}


def test_most_of_the_staff_have_a_value(workspace: Workspace, source: Connection) -> None:
    staff = score(workspace, "staff_review", "2025H2", source, AFTER)
    absent = {each.name: float(np.isnan(each.value).mean()) for each in staff.measures}
    assert {name: share for name, share in absent.items() if share > 1 / 2} == {}


def test_values_are_those_of_hand_written_sql(stores: Sheet, demo: Path) -> None:
    """Where there is nothing, a count is 0 and a share missing: neither has a row in the SQL."""
    found = {each.name: dict(zip(stores.keys, each.value, strict=True)) for each in stores.measures}
    wrong = {}
    with duckdb.connect(str(demo), read_only=True) as connection:
        for name, sql in STORES.items():
            wanted = {k: v for k, v in connection.execute(sql).fetchall() if v is not None}
            for key, value in found[name].items():
                there = wanted.get(key)
                nothing = there is None and (value == 0 or np.isnan(value))
                if not nothing and (there is None or value != pytest.approx(float(there))):
                    wrong[name, key] = (value, there)
    assert wrong == {}


def test_sqlite_gives_the_same_numbers(workspace: Workspace, tmp_path: Path) -> None:
    small = build(tmp_path / "demo.duckdb", lines=MIN_LINES).path
    to_sqlite(small, tmp_path / "demo.sqlite")
    found = []
    for kind in ("duckdb", "sqlite"):
        with closing(connect(f"{kind}:///demo.{kind}", folder=tmp_path)) as source:
            sheet = score(workspace, "every_kpi", PERIOD, source, AFTER)
            found.append({each.name: each.value.tolist() for each in sheet.measures})
    one, other = found
    assert [
        name for name in one if not np.array_equal(one[name], other[name], equal_nan=True)
    ] == []


@pytest.mark.parametrize("sheet", ["monitor", "stores"])
def test_parts_of_a_whole_are_no_more_than_it(sheet: str, request: pytest.FixtureRequest) -> None:
    scored: Sheet = request.getfixturevalue(sheet)
    outside = {}
    for each in scored.measures:
        unit = scored.plan.workspace.kpis[key_of(each.name)].unit
        if unit is None or unit.span.text != "percent" or each.name in NO_PARTS:
            continue
        values = np.sort(each.value[~np.isnan(each.value)])
        values = values[ODD:-ODD] if sheet == "stores" else values
        if values[0] < 0 or values[-1] > 1:
            outside[each.name] = (values[0], values[-1])
    assert outside == {}


def test_every_kpi_says_what_it_is(monitor: Sheet) -> None:
    for kpi in monitor.plan.workspace.kpis.values():
        assert kpi.label("zh") != kpi.label(""), kpi.name
        assert kpi.unit is not None
        assert kpi.better is not None, kpi.name
