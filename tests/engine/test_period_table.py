"""`periods from TABLE`: 4-4-5 quarters of thirteen weeks, a year of 53, thirteen periods; what a
table may not say, and what leaves it."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from inspect import cleandoc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from connectors import File, connect
from engine import Workspace, check, score
from engine.catalog import NOTHING_KNOWN, read_catalog, stored_catalog
from engine.examples import run_examples
from engine.verbs import plan
from grammar import Diagnostic, Refused
from tests.support.small_workspaces import (
    codes,
    make_workspace,
    probe,
    refusal,
    score_card,
    shown,
)

DATA = """
    calendar
      periods from file "periods.csv"
    entity store
      file "stores.csv"
      key store_id
    data sales
      file "sales.csv"
      date day
      link store by store_id
      column amount unit CNY
"""
WEEKS_445 = (4, 4, 5) * 4
WEEKS_53 = (4, 4, 5) * 3 + (4, 4, 6)


def rows_of(first: date, *years: tuple[int, Iterable[int]]) -> str:
    """Rows of periods, given by their weeks, from a day on."""
    lines, day = ["period,starts_on,ends_on"], first
    for year, weeks in years:
        for number, count in enumerate(weeks, start=1):
            end = day + timedelta(weeks=count, days=-1)
            lines.append(f"{year}-P{number:02},{day},{end}")
            day = end + timedelta(days=1)
    return "\n".join(lines)


# 2023 has 53 weeks: 29 January 2023 to 3 February 2024; the quarters begin on
# 2023: 01-29, 04-30, 07-30, 10-29; 2024: 02-04, 05-05, 08-04, 11-03; 2025: 02-02, 05-04
RETAIL = rows_of(date(2023, 1, 29), (2023, WEEKS_53), (2024, WEEKS_445), (2025, WEEKS_445))
SALES = """
    store_id,day,amount
    S1,2023-10-28,1
    S1,2023-10-29,2
    S1,2024-02-03,4
    S1,2024-02-04,8
    S1,2024-05-04,16
    S1,2024-05-05,32
    S1,2024-08-03,64
    S1,2025-02-01,128
    S1,2025-02-02,256
    S1,2025-05-03,512
    S1,2025-05-04,1024
"""
FILES = tuple(File(f"{name}.csv", f"{name}.csv") for name in ("stores", "periods", "sales"))
CSV = {"stores": "store_id\nS1", "periods": RETAIL, "sales": SALES}
NET = "sum(sales.amount)"


def values(folder: Path, formulas: Iterable[str], period: str, every: str) -> list[object]:
    """What formulas yield for S1."""
    kpis = {f"x{n}": f"{formula} in CNY" for n, formula in enumerate(formulas)}
    found = probe(folder, DATA, kpis, CSV, period, card=f"for store\nevery {every}")
    return [found[name]["S1"] for name in kpis]


@pytest.mark.parametrize(
    ("every", "wanted"),
    [
        ("month", {"2024-P01": 8.0, "2024P3": 16.0, "2024-p04": 32.0}),  # P03 ends on 4 May
        ("quarter", {"2023Q4": 6.0, "2024Q1": 24.0, "2024q2": 96.0}),  # 2023Q4 has 14 weeks
        ("half", {"2024H1": 120.0}),
        ("year", {"2023": 7.0, "2024": 248.0}),
    ],
)
def test_the_rows_of_a_period(tmp_path: Path, every: str, wanted: dict[str, float]) -> None:
    text = f"{DATA.rstrip()}\n    kpi net\n      formula {NET}\n      unit CNY\n      better higher"
    text += f"\n    scorecard card\n      for store\n      every {every}"
    text += "\n    measure net\n      report only"
    workspace = make_workspace(tmp_path, text, CSV)
    found = {each: shown(score_card(workspace, "card", each), "net")["S1"] for each in wanted}
    assert found == wanted


@pytest.mark.parametrize(
    ("period", "every", "wanted"),
    [
        (
            "2024Q1",
            "quarter",
            {"previous period": 6.0, "last 3 months": 24.0, "last 7 days": 16.0},
        ),
        (
            "2024Q2",
            "quarter",
            {"2 periods ago": 6.0, "last 2 periods": 120.0, "year to date": 120.0},
        ),
        ("2025Q1", "quarter", {"same period last year": 24.0}),
        # the last period of 2023 has six weeks, and answers to the five of 2024
        ("2024-P12", "month", {"same period last year": 4.0}),
        ("2024-P01", "month", {"previous period": 4.0, "last 3 months": 12.0}),
        ("2025-P03", "month", {"year to date": 768.0}),
    ],
)
def test_windows_go_by_the_rows(
    tmp_path: Path, period: str, every: str, wanted: dict[str, float]
) -> None:
    formulas = [f"{NET} for {window}" for window in wanted]
    assert values(tmp_path, formulas, period, every) == list(wanted.values())


def test_growth_over_the_quarter_before_and_over_the_year(tmp_path: Path) -> None:
    kpis = {
        "net": f"{NET} in CNY",
        "grown": "growth(net) in percent",
        "grown_year": "growth(net over same period last year) in percent",
    }
    found = probe(tmp_path, DATA, kpis, CSV, "2025Q1")
    # 768 in 13 weeks; 128 in the 13 weeks before; 24 a year before
    assert found["grown"]["S1"] == 5.0
    assert found["grown_year"]["S1"] == 31.0


# ── what leaves the table, and what the table may not say ────────────────────────────────────────

CARD = """
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi grown
      formula growth(net over same period last year)
      unit percent
      better higher
    scorecard card
      for store
      every quarter
    measure net
      report only
    measure grown
      report only
"""


def checked(workspace: Workspace) -> list[Diagnostic]:
    """What `check` says with the columns and rows of the files; sales are never complete here."""
    with connect(None, folder=workspace.folder, files=FILES) as connection:
        found = check(workspace, read_catalog(workspace, connection, "the files"))
    return [each for each in found if each.is_error]


def made(folder: Path, periods: str = RETAIL, text: str = DATA + CARD) -> Workspace:
    return make_workspace(folder, text, {**CSV, "periods": periods})


def test_a_window_before_the_first_row_is_refused(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    (found,) = refusal(workspace, "card", "2023Q2")
    assert found.code == "K0230"
    assert found.span is not None
    assert found.span.text == "growth(net over same period last year)"
    assert (found.data["first"], found.data["last"]) == ("2023-P01", "2025-P12")
    assert shown(score_card(workspace, "card", "2024Q2"), "grown")["S1"] == "zero_base"


def test_an_attribute_of_days_before_the_first_row_is_refused(tmp_path: Path) -> None:
    attribute = "attribute before is sum(sales.amount) for previous period"
    text = (DATA + CARD).replace("key store_id", f"key store_id\n      {attribute}")
    text = text.replace("every quarter", "every quarter\n      only where before > 5")
    workspace = made(
        tmp_path, text=text.replace("growth(net over same period last year)", "net / net")
    )
    assert "S1" in shown(score_card(workspace, "card", "2024Q1"), "net")
    (found,) = refusal(workspace, "card", "2023Q1")
    assert found.code == "K0230"


@pytest.mark.parametrize("period", ["2022Q4", "2026Q1", "2026"])
def test_a_period_outside_the_table_is_refused(tmp_path: Path, period: str) -> None:
    (found,) = refusal(made(tmp_path), "card", period)
    assert found.code == "K0906"
    hint = "the periods of the table go from 2023-P01 to 2025-P12"
    assert found.data["hint"] == hint


def test_a_name_is_written_as_in_the_table(tmp_path: Path) -> None:
    """2025-07 would be July to a reader, and row 7 of a year from February is August."""
    text = (DATA + CARD).replace("every quarter", "every month")
    (found,) = refusal(made(tmp_path / "a", text=text), "card", "2025-07")
    assert found.data["hint"] == "the table calls its periods like 2025-P12"
    plain = RETAIL.replace("-P", "-")
    (found,) = refusal(made(tmp_path / "b", plain, text), "card", "2025-P07")
    assert found.data["hint"] == "the table calls its periods like 2025-12"


HEAD = "period,starts_on,ends_on\n2025-01,2025-01-01,2025-01-31\n"


@pytest.mark.parametrize(
    ("rows", "code", "why"),
    [
        ("2025-02,2025-02-02,2025-02-28", "K0229", "there are days between 2025-01 and 2025-02"),
        ("2025-02,2025-01-31,2025-02-28", "K0229", "2025-01 and 2025-02 overlap"),
        ("2025-03,2025-02-01,2025-02-28", "K0229", "2025-03 follows 2025-01"),
        ("2026-02,2025-02-01,2025-02-28", "K0229", "2026-02 follows 2025-01"),
        ("2025-1,2025-02-01,2025-02-28", "K0229", "2025-1 is there twice; 2025-1 follows 2025-01"),
        ("2025-02,2025-02-28,2025-02-01", "K0228", "2025-02 ends before it starts"),
        ("2025-02,2025-02-01,9999-12-31", "K0228", "2025-02 has no day: 9999-12-31"),
        ("2025-02,2025-02-30,2025-02-28", "K0228", "2025-02 has no day: 2025-02-30"),
        ("2025-02,,2025-02-28", "K0228", "2025-02 has an empty field"),
        ("February,2025-02-01,2025-02-28", "K0228", "February is not like 2025-07 or 2025-P07"),
        ("2025-00,2025-02-01,2025-02-28", "K0228", "2025-00 is not like 2025-07 or 2025-P07"),
    ],
)
def test_rows_that_are_no_calendar(tmp_path: Path, rows: str, code: str, why: str) -> None:
    (found,) = refusal(made(tmp_path, HEAD + rows), "card", "2025Q1")
    assert (found.code, str(found.data["why"])) == (code, why)
    assert found.span is not None
    assert found.span.text == 'file "periods.csv"'


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ("period,starts_on\n2025-01,2025-01-01", "K0227"),
        ("period,starts_on,ends_on\n2025-01,x,y", "K0228"),
        ("period,starts_on,ends_on", "K0228"),
    ],
)
def test_tables_that_are_no_calendar(tmp_path: Path, periods: str, code: str) -> None:
    assert codes(refusal(made(tmp_path, periods), "card", "2025Q1")) == [code]


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    text = (DATA + CARD).replace('periods from file "periods.csv"', "periods from fiscal_periods")
    assert codes(refusal(made(tmp_path, text=text), "card", "2025Q1")) == ["K0610"]


def test_a_calendar_of_its_own_years_beside_the_table(tmp_path: Path) -> None:
    text = (DATA + CARD).replace(
        "    calendar\n", "    calendar\n      fiscal year starts in April\n"
    )
    assert codes(refusal(made(tmp_path, text=text), "card", "2025Q1")) == ["K0232"]


# ── years of other than twelve rows ──────────────────────────────────────────────────────────────

THIRTEEN = rows_of(date(2024, 1, 1), (2024, (4,) * 13), (2025, (4,) * 13))


@pytest.mark.parametrize(
    ("every", "period", "code"),
    [("quarter", "2025Q1", "K0906"), ("half", "2025H1", "K0906"), ("week", "2025-W10", "K0231")],
)
def test_thirteen_rows_are_months_and_years_only(
    tmp_path: Path, every: str, period: str, code: str
) -> None:
    workspace = made(tmp_path, THIRTEEN, (DATA + CARD).replace("every quarter", f"every {every}"))
    (refused,) = refusal(workspace, "card", period)
    (found,) = checked(workspace)
    assert refused.code == code
    assert (found.code, found.data["every"], found.data["count"]) == ("K0231", every, 13)


def test_the_thirteenth_row_and_the_year(tmp_path: Path) -> None:
    card = "for store\nevery year"
    csv = {**CSV, "periods": THIRTEEN}
    kpis = {"a": f"{NET} in CNY", "b": f"{NET} for last 2 months in CNY"}
    found = probe(tmp_path / "a", DATA, kpis, csv, "2024", card=card)
    assert (found["a"]["S1"], found["b"]["S1"]) == (124.0, 0.0)
    found = probe(tmp_path / "b", DATA, kpis, csv, "2025-P02", card="for store\nevery month")
    assert (found["a"]["S1"], found["b"]["S1"]) == (384.0, 384.0)


def test_a_year_that_goes_on_after_the_table_is_not_scored(tmp_path: Path) -> None:
    periods = "\n".join(RETAIL.splitlines()[:-2])  # without P11 and P12 of 2025
    text = (DATA + CARD).replace("every quarter", "every year")
    workspace = made(tmp_path, periods, text)
    assert codes(refusal(workspace, "card", "2025")) == ["K0906"]
    assert shown(score_card(workspace, "card", "2024"), "net")["S1"] == 248.0


# ── targets, splits, running periods ─────────────────────────────────────────────────────────────

PLANNED = """
    targets plan
      file "plan.csv"
      link store by store_id
      period starts_on
      value goal
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    scorecard card
      for store
      every quarter
      when missing leave out
    measure net
      weight 100%
      target from plan
      curve attainment
      limit 0 to 1_000
"""
MONTHLY = """
    store_id,starts_on,goal
    S1,2024-02-04,10
    S1,2024-03-20,20
    S1,2024-05-04,30
    S1,2024-05-05,40
"""


def goal(folder: Path, text: str, plan: str, period: str, periods: str = RETAIL) -> object:
    workspace = make_workspace(folder, DATA + text, {**CSV, "periods": periods, "plan": plan})
    return shown(score_card(workspace, "card", period), "net", "target")["S1"]


def test_plan_rows_lie_in_the_rows_of_the_calendar(tmp_path: Path) -> None:
    assert goal(tmp_path, PLANNED, MONTHLY, "2024Q1") == 60.0  # 4 May is of P03, 5 May of P04


def test_a_year_of_thirteen_rows_needs_thirteen_targets(tmp_path: Path) -> None:
    days = [date(2025, 1, 1) + timedelta(weeks=4 * n) for n in range(13)]
    plan = "store_id,starts_on,goal\n" + "\n".join(f"S1,{day},{n}" for n, day in enumerate(days))
    yearly = PLANNED.replace("every quarter", "every year")
    monthly = yearly.replace("period starts_on", "period starts_on every month")
    assert goal(tmp_path / "a", yearly, plan, "2025", THIRTEEN) == 78.0
    assert goal(tmp_path / "b", monthly, plan, "2025", THIRTEEN) == 78.0
    short = plan.rpartition("\n")[0]
    assert goal(tmp_path / "c", monthly, short, "2025", THIRTEEN) == "no_target"


def test_splits_go_by_the_rows(tmp_path: Path) -> None:
    year = "store_id,starts_on,goal\nS1,2023-06-01,371"
    yearly = PLANNED.replace("period starts_on", "period starts_on every year")
    days = yearly.replace("from plan", "from plan split by days")
    shares = yearly.replace("from plan", "from plan split by shares 20%, 25%, 25%, 30%")
    assert goal(tmp_path / "a", days, year, "2023Q4") == 98.0  # 14 of 53 weeks
    assert goal(tmp_path / "b", shares, year, "2023Q4") == pytest.approx(371 * 0.3)
    monthly = shares.replace("every quarter", "every month")
    thirteen = monthly.replace("20%, 25%, 25%, 30%", ", ".join(["7%"] * 12 + ["16%"]))
    plan = "store_id,starts_on,goal\nS1,2025-06-01,100"
    assert goal(tmp_path / "c", thirteen, plan, "2025-P13", THIRTEEN) == 16.0


def test_a_target_begins_with_a_row(tmp_path: Path) -> None:
    dated = PLANNED.replace("target from plan", "target 10\n      target 20 from 2024-02-04")
    inside = dated.replace("2024-02-04", "2024-02-01")
    named = dated.replace("2024-02-04", "2024Q1")
    assert goal(tmp_path / "a", dated, MONTHLY, "2024Q1") == 20.0
    assert goal(tmp_path / "b", named, MONTHLY, "2024Q1") == 20.0
    assert goal(tmp_path / "c", named, MONTHLY, "2023Q4") == 10.0
    workspace = make_workspace(tmp_path / "d", DATA + inside, {**CSV, "plan": MONTHLY})
    (found,) = refusal(workspace, "card", "2024Q1")
    assert (found.code, found.data["next"]) == ("K0516", "2024-02-04")


def test_a_running_period_is_compared_with_as_many_days_of_the_same_row(tmp_path: Path) -> None:
    kpis = {"year": f"{NET} for same period last year in CNY"}
    # 2025-02-02 is the first day; a year before that is 2024-02-04, not 2024-02-02
    found = probe(tmp_path, DATA, kpis, CSV, "2025Q1", date(2025, 2, 2))
    assert found["year"]["S1"] == 8.0


# ── the sources of the table ─────────────────────────────────────────────────────────────────────


def test_a_query_of_numbers_for_names(tmp_path: Path) -> None:
    query = (
        "SELECT CAST(replace(period, '-P', '') AS INTEGER) AS period, starts_on, ends_on "
        "FROM 'periods.csv'"
    )
    text = (DATA + CARD).replace('file "periods.csv"', f'query "{query}"')
    workspace = make_workspace(tmp_path, text, CSV)
    with connect(None, folder=tmp_path, files=FILES) as connection:
        sheet = score(workspace, "card", "2025Q1", connection, date(2030, 1, 1))
    assert shown(sheet, "net")["S1"] == 768.0


def test_a_table_of_sqlite(tmp_path: Path) -> None:
    text = DATA.replace('file "periods.csv"', "[fiscal periods]") + CARD
    for name in ("stores", "sales"):
        text = text.replace(f'file "{name}.csv"', f"table {name}")
    workspace = make_workspace(tmp_path, text)
    with sqlite3.connect(tmp_path / "shop.db") as database:
        for name, table in (
            ("stores", "stores"),
            ("sales", "sales"),
            ("periods", "fiscal periods"),
        ):
            lines = [line.strip().split(",") for line in cleandoc(CSV[name]).splitlines()]
            columns = ", ".join(lines[0]).replace("amount", "amount REAL")
            database.execute(f'CREATE TABLE "{table}" ({columns})')
            marks = ", ".join("?" for _ in lines[0])
            database.executemany(f'INSERT INTO "{table}" VALUES ({marks})', lines[1:])
    database.close()
    with connect("sqlite:///shop.db", folder=tmp_path) as connection:
        sheet = score(workspace, "card", "2025Q1", connection, date(2030, 1, 1))
    assert shown(sheet, "net")["S1"] == 768.0
    assert shown(sheet, "grown")["S1"] == 31.0


# ── without a database ───────────────────────────────────────────────────────────────────────────

OFFLINE = (
    DATA
    + """
    targets plan
      file "plan.csv"
      link store by store_id
      period starts_on every year
      value goal
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    scorecard card
      for store
      every month
      effective from 2024-02-04 through 2026-01-31
      when missing leave out
    measure net
      weight 100% from 2024-02-04
      weight 90% from 2024-P02
      weight 100% from 2024-P03
      target 10
      target 20 from 2024-06-30
      target 30 from 2024-P06
      target from plan from 2025-P13 split by shares 40%, 60%
      curve attainment
      limit 0 to 120
    example "a month"
      on 2024-P13
      given net 5
      expect total 50
"""
)


def test_what_cannot_be_known_without_rows_is_not_said(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, OFFLINE)
    assert codes([each for each in check(workspace) if each.is_error]) == []


def test_nothing_is_planned_without_rows(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, OFFLINE)
    with pytest.raises(Refused) as refused:
        plan(workspace, "card", "2024-P13", date(2030, 1, 1), NOTHING_KNOWN)
    assert codes(list(refused.value.diagnostics)) == ["K0233"]
    (example,) = run_examples(workspace)
    assert codes(list(example.diagnostics)) == ["K0233"]


def test_rows_are_kept_in_a_catalogue(tmp_path: Path) -> None:
    text = DATA.replace('file "periods.csv"', "fiscal_periods") + CARD
    workspace = make_workspace(tmp_path, text)
    rows = [line.split(",") for line in RETAIL.splitlines()[1:]]
    columns = [{"name": each, "kind": "date"} for each in ("period", "starts_on", "ends_on")]
    kept = {
        "tables": {"fiscal_periods": columns},
        "periods": {"from": "fiscal_periods", "rows": rows},
    }
    catalog = stored_catalog(workspace, kept, "catalog.json")
    assert plan(workspace, "card", "2024Q1", date(2030, 1, 1), catalog).period.days == 91
    kept["periods"]["from"] = "another_table"
    assert not stored_catalog(workspace, kept, "catalog.json").periods


def test_the_command_writes_the_rows_down(tmp_path: Path) -> None:
    make_workspace(tmp_path, DATA + CARD, CSV)
    done = CliRunner().invoke(app, ["-w", str(tmp_path), "catalog"])
    assert done.exit_code == 0, done.output
    kept = json.loads((tmp_path / "catalog.json").read_text("utf-8"))["periods"]
    assert kept["from"] == 'file "periods.csv"'
    assert kept["rows"][0] == ["2023-P01", "2023-01-29", "2023-02-25"]
    done = CliRunner().invoke(app, ["-w", str(tmp_path), "score", "card", "--period", "2025Q1"])
    assert "768" in done.output
    # from here on there is no database: the rows of the catalogue are the calendar
    (tmp_path / "periods.csv").unlink()
    (tmp_path / "steelyard.toml").write_text(
        '[connection]\nurl = "duckdb:///none.duckdb"\n', "utf-8"
    )
    done = CliRunner().invoke(app, ["-w", str(tmp_path), "sql", "card", "--period", "2024Q4"])
    assert "2024-11-03" in done.output
