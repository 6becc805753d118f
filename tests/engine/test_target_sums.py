"""Targets of stores that should make that of their region, and of the company."""

from pathlib import Path

import pytest

from engine import Sheet, check
from grammar import Diagnostic
from tests.support.small_databases import ENGINES, score_over
from tests.support.small_workspaces import codes, make_workspace, shown

TEXT = """
    entity company
      everything
    entity region
      table regions
      key region_id
    entity store
      table stores
      key store_id
      belongs to region by region_id
    data sales
      table sales
      date day
      link store by store_id
    targets plan
      table plan
      link kpi by kpi
      link store by store_id
      link region by region
      period starts_on every {every}
      value goal
    targets group_plan
      table group_plan
      link kpi by kpi
      link company by code
      period starts_on every year
      value goal
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi mean
      formula average(sales.amount)
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
      when missing leave out
    measure net
      weight 100%
      target from plan
      {line}
      curve attainment
      limit 0 to 200
"""
FILES = {
    "regions": "region_id\nEast\nWest\nNorth",
    "stores": "store_id,region_id\nS1,East\nS2,East\nS3,West\nS4,North\nS5,",
    "sales": "store_id,day,amount\nS1,2025-07-01,100",
    # East: 100.5 + 200.5 for 301. West: 300 for 290. North: 40, of which nobody knows the sum.
    # The rows of S1 say another region, where it is not, and count where it is.
    "plan": """
        kpi,store_id,region,starts_on,goal
        net,S1,West,2025-07-01,100.5
        net,S2,East,2025-07-01,200.5
        net,S3,,2025-07-01,300
        net,S4,,2025-07-01,40
        net,S5,,2025-07-01,1000
        net,S9,,2025-07-01,1000
        net,,East,2025-07-01,301
        net,,West,2025-07-01,290
        net,,,2025-07-01,1640
        net,,West,2025-10-01,5
        mean,,West,2025-07-01,5
        mean,S3,West,2025-07-01,5
        net,S3,West,2025-10-01,5
        net,S3,West,2025-04-01,5
    """,
    "group_plan": "kpi,code,starts_on,goal\nnet,G,2025-01-01,1641",
}
TYPES = {"amount": "DOUBLE", "goal": "DOUBLE", "day": "DATE", "starts_on": "DATE"}


def text(line: str, every: str = "quarter") -> str:
    return TEXT.replace("{line}", line).replace("{every}", every)


def scored(folder: Path, engine: str, line: str, files: dict[str, str] = FILES) -> Sheet:
    return score_over(folder, engine, text(line), files, TYPES)


def said(found: tuple[Diagnostic, ...]) -> dict[str, tuple[object, ...]]:
    names = ("made", "own", "gap")
    return {str(d.data["key"]): tuple(d.data.get(n) for n in names) for d in found}


@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(tmp_path: Path, engine: str) -> None:
    sheet = scored(tmp_path, engine, "targets add up to region")
    assert said(sheet.diagnostics) == {
        "West": ("300", "290", "10 too much"),
        "North": ("40", None, None),
    }
    assert sorted(codes(list(sheet.diagnostics))) == ["K0552", "K0553"]
    assert shown(sheet, "net", "target") == dict(
        zip(("S1", "S2", "S3", "S4", "S5"), (100.5, 200.5, 300, 40, 1000), strict=True)
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_what_everything_belongs_to(tmp_path: Path, engine: str) -> None:
    """All stores, also S5 of no region, and not S9, which there is not. The company's own row is
    the one that names no store and no region."""
    sheet = scored(tmp_path, engine, "targets add up to company")
    assert said(sheet.diagnostics) == {"company": ("1,641", "1,640", "1 too much")}


def test_the_parents_own_may_stand_in_another_plan(tmp_path: Path) -> None:
    line = "targets add up to company from group_plan"
    found = scored(tmp_path, "duckdb", line).diagnostics
    assert said(found) == {"company": ("1,641", None, None)}  # its row is of January
    files = FILES | {"group_plan": "kpi,code,starts_on,goal\nnet,G,2025-07-01,1642.25"}
    found = scored(tmp_path / "b", "duckdb", line, files).diagnostics
    assert said(found) == {"company": ("1,641", "1,642.25", "1.25 too little")}


def test_within_a_share_of_the_parents_own(tmp_path: Path) -> None:
    for share, found in (("3%", ["North"]), ("3.4%", ["North"]), ("3.5%", ["North"])):
        sheet = scored(tmp_path / share, "duckdb", f"targets add up to region within {share}")
        near = float(share[:-1]) / 100 * 290 >= 10
        assert sorted(said(sheet.diagnostics)) == sorted(found if near else [*found, "West"])


def test_a_message_in_both_languages(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "duckdb", "目标值合计等于 region 允许偏差 0%")
    (found,) = (each for each in sheet.diagnostics if each.code == "K0552")
    assert found.message() == (
        "`net`: the targets below region West make 300, its own is 290: 10 too much"
    )
    assert found.message("zh") == "`net`：region West 下级的目标值合计 300，它自己的是 290：多 10"
    assert found.span is not None
    assert found.span.text == "目标值合计等于 region 允许偏差 0%"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (text("targets add up to region\ntargets add up to company from group_plan"), set()),
        (text("targets add up to region").replace("measure net", "measure mean"), {"K0550"}),
        (text("targets add up to region").replace("target from plan", "target 5"), {"K0551"}),
        (text("targets add up to district"), {"K0210"}),
        (text("targets add up to region from plans"), {"K0212"}),
        (text("targets add up to region from group_plan"), {"K0606"}),
        (text("targets add up to region").replace("link region by region", ""), {"K0606"}),
    ],
)
def test_what_is_refused(tmp_path: Path, changed: str, found: set[str]) -> None:
    errors = [d for d in check(make_workspace(tmp_path, changed)) if d.is_error]
    assert set(codes(errors)) == found
