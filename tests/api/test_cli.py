"""The commands: what they print, on which stream, with which exit code."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands.demo import copy_example, last_closed
from api.commands.serve import is_loopback
from api.session import CATALOG_FILE, Session
from connectors import connect
from engine import explain, load
from engine.documents import (
    diagnostics_document,
    explanation_document,
    sheet_document,
    weights_document,
)
from engine.effective import effective
from engine.facts import Problems
from engine.numbers import round_half_away
from tests.support.served import CATALOGUE
from tests.support.served import copy_example as copy_with_data

AS_OF = date(2025, 12, 31)
CARD = ("store_quarterly", "--period", "2025Q3", "--as-of", AS_OF.isoformat())
"""A request with one answer for ever."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with data. Tests that write take `own`."""
    return copy_with_data(tmp_path_factory.mktemp("cli") / "scorecards", leave_out=CATALOGUE)


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    shutil.copytree(workspace, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture(scope="module")
def session(workspace: Path) -> Iterator[Session]:
    with closing(Session(workspace)) as opened:
        yield opened


def run(*arguments: str | Path, code: int = 0, width: int = 100) -> Result:
    found = CliRunner(env={"COLUMNS": str(width)}).invoke(app, [str(each) for each in arguments])
    assert found.exit_code == code, f"{found.output}\n{found.exception!r}"
    return found


def answer(*arguments: str | Path, code: int = 0) -> Any:
    """The one JSON document of standard output."""
    return json.loads(run(*arguments, "--format", "json", code=code).stdout)


def codes(document: Any) -> list[str]:
    return [each["code"] for each in document["diagnostics"]]


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


# ── where the workspace is ──────────────────────────────────────────────────────────────────────


def test_workspace_before_or_after_the_command(workspace: Path) -> None:
    found = load(workspace)
    said = f"{len(found.documents)} files, {len(found.cards)} scorecards, {len(found.kpis)} KPIs"
    for arguments in (("-w", workspace, "check"), ("check", "--workspace", workspace)):
        assert run(*arguments).stdout == f"No problems in {said}.\n"
    for place in range(3):
        words: list[str | Path] = ["dev", "card", "clerk"]
        words[place:place] = ["-w", workspace]
        assert run(*words).stdout.startswith("Card\n")


def test_workspace_of_the_command_wins(workspace: Path, tmp_path: Path) -> None:
    run("-w", tmp_path, "check", "-w", workspace)


def test_workspace_is_found_upward(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workspace / "notes").mkdir(exist_ok=True)
    monkeypatch.chdir(workspace / "notes")
    assert "store_quarterly" in run("weights", "store_quarterly").stdout


def test_workspace_is_the_folder_scorecards_below(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace.parent)
    run("check")


@pytest.mark.parametrize(
    "arguments",
    [("score", "clerk", "--period", "2025Q3"), ("weights", "clerk"), ("check",)],
)
def test_folder_without_scorecards_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert codes(answer("-w", tmp_path / "nowhere", *arguments, code=1)) == ["K0110"]


# ── check ───────────────────────────────────────────────────────────────────────────────────────


def test_check_says_which_catalogue(own: Path) -> None:
    assert "the database (duckdb: demo.duckdb)" in run("check", "-w", own).stderr
    assert "without a catalogue" in run("check", "-w", own, "--offline").stderr
    run("catalog", "-w", own)
    assert "of catalog.json" in run("check", "-w", own, "--offline").stderr
    (own / ".steelyard" / "demo.duckdb").unlink()
    without_database = run("check", "-w", own).stderr
    assert "The database does not answer" in without_database
    assert "of catalog.json" in without_database


@pytest.fixture
def faulty(own: Path) -> Path:
    replace(own / "store_quarterly.scorecard", "weight 20%", "weight 25%")
    return own


def test_check_text(faulty: Path) -> None:
    found = run("check", "-w", faulty, code=1)
    assert found.stdout.startswith("error[K0401]: the weights in financial add up to 105%")
    assert "--> store_quarterly.scorecard:36:10\n" in found.stdout
    assert found.stdout.endswith("\n\n1 error\n")


def test_check_json_is_the_diagnostics(faulty: Path) -> None:
    from engine import check

    with closing(Session(faulty)) as session:
        expected = diagnostics_document(check(session.workspace, session.catalog()))
    assert answer("check", "-w", faulty, code=1) == json.loads(json.dumps(expected))
    assert codes(expected) == ["K0401"]


def test_check_formats_of_code_hosts(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(faulty.parent)
    github = run("check", "-w", faulty, "--format", "github", code=1).stdout
    assert github.startswith("::error file=own/store_quarterly.scorecard,line=36,col=10,")
    log = json.loads(run("check", "-w", faulty, "--format", "sarif", code=1).stdout)
    (result,) = log["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "own/store_quarterly.scorecard"


def test_check_without_faults_is_empty(workspace: Path) -> None:
    assert answer("check", "-w", workspace) == {"diagnostics": []}
    assert run("check", "-w", workspace, "--format", "github").stdout == ""


def test_check_of_warnings_alone_is_fine(own: Path) -> None:
    line = "prefer customer over service slightly"
    replace(own / "store_quarterly.scorecard", line, f"{line}\n  {line}")
    found = run("check", "-w", own)
    assert "warning[K0414]" in found.stdout
    assert found.stdout.endswith("1 warning\n")


def test_check_goes_on_where_the_settings_are_wrong(faulty: Path) -> None:
    (faulty / "steelyard.toml").write_text("language = ", "utf-8")
    assert codes(answer("check", "-w", faulty, code=1)) == ["K0902", "K0401"]


def test_check_verbose_lists_what_was_read(workspace: Path) -> None:
    found = run("check", "-w", workspace, "--verbose").stderr
    assert "file kpis.scorecard\n" in found
    assert "scorecard clerk from 2025-01-01 (clerk.scorecard:4)\n" in found
    assert "kpi average_basket in CNY per basket, ratio (kpis.scorecard:" in found
    assert "kpi net_sales in CNY, flow (kpis.scorecard:" in found
    assert "kpi recommenders in percent, ratio (kpis.scorecard:" in found


# ── score ───────────────────────────────────────────────────────────────────────────────────────


def test_score_json_is_the_sheet(workspace: Path, session: Session) -> None:
    for card in ("store_quarterly", "store_manager", "clerk"):
        expected = sheet_document(session.score(card, "2025Q3", AS_OF))
        found = answer("score", card, *CARD[1:], "-w", workspace)
        assert found == json.loads(json.dumps(expected))


def test_score_of_some_keeps_their_ranks(workspace: Path) -> None:
    everybody = answer("score", *CARD, "-w", workspace)
    wanted = {item["key"]: item for item in everybody["items"][2:4]}
    keys = [*wanted, everybody["not_ranked"][0]["key"]]
    once = answer("score", *CARD, "--only", *keys, "-w", workspace)
    repeated = answer("score", *CARD, *(w for k in keys for w in ("--only", k)), "-w", workspace)
    assert once == repeated
    assert {item["key"]: item for item in once["items"]} == wanted
    assert [item["key"] for item in once["not_ranked"]] == keys[2:]


def test_score_table_has_everybody_with_the_digits_of_the_card(workspace: Path) -> None:
    document = answer("score", *CARD, "-w", workspace)
    lines = run("score", *CARD, "-w", workspace).stdout.splitlines()
    assert lines[0] == "Store quarterly scorecard, 2025Q3 (as of 2025-12-31)"
    for item in document["items"]:
        (line,) = [line for line in lines if f" {item['key']} " in line]
        cells = line.split()
        assert cells[:3] == [item["rank_group"], str(item["rank"]), item["key"]]
        assert f"{item['total']:.1f}" in cells
        assert item["label"] in line
    for item in document["not_ranked"]:
        (line,) = [line for line in lines if f" {item['key']} " in line]
        assert item["reason"].replace("_", " ") in line
    counted = f"{len(document['items'])} ranked, {len(document['not_ranked'])} not ranked"
    assert lines[-1] == f"{counted}, {document['not_active']} not active in the period."


def test_score_table_aligns_chinese(workspace: Path) -> None:
    """Every total ends in the same cell, counted as a terminal shows them."""
    from rich.cells import cell_len

    table = run("score", *CARD, "-w", workspace).stdout.split("Not ranked")[0].splitlines()
    rows = [line for line in table if " S0" in line]
    grades = {cell_len(line[: max(line.find(f" {g}  ") for g in "ABC")]) for line in rows}
    assert len(rows) > 20
    assert len(grades) == 1


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (40, ["grade", "coverage"]),
        (100, ["coverage", "financial", "customer", "service"]),
        (240, ["coverage", "net_sales", "gross_profit", "sales_growth", "gross_margin"]),
    ],
)
def test_score_table_shows_what_fits(workspace: Path, width: int, columns: list[str]) -> None:
    head = run("score", *CARD, "-w", workspace, width=width).stdout.splitlines()[2].split()
    assert head[:6] == ["region", "rank", "key", "store", "total", "grade"]
    at = head.index(columns[0])
    assert head[at : at + len(columns)] == columns


def test_score_of_a_running_period_says_so(workspace: Path) -> None:
    found = run("score", *CARD[:3], "--as-of", "2025-08-31", "-w", workspace)
    first = found.stdout.splitlines()[0]
    assert first.endswith("(as of 2025-08-31, provisional: the period is still running)")


def test_score_csv_is_the_sheet(workspace: Path) -> None:
    document = answer("score", *CARD, "-w", workspace)
    found = run("score", *CARD, "-w", workspace, "--format", "csv")
    assert found.stdout_bytes.startswith(b"\xef\xbb\xbfkey,label,")
    text = found.stdout_bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    items = [*document["items"], *document["not_ranked"]]
    assert [row["key"] for row in rows] == [item["key"] for item in items]
    for row, item in zip(rows, items, strict=True):
        assert row["total"] == ("" if item["total"] is None else repr(item["total"]))
        for name, measure in item["measures"].items():
            for part, value in measure.items():
                assert row[f"{name}.{part}"] == ("" if value is None else str(value))
    assert "as of 2025-12-31" in found.stderr


def test_warnings_stand_beside_the_result(own: Path) -> None:
    line = "prefer customer over service slightly"
    replace(own / "store_quarterly.scorecard", line, f"{line}\n  {line}")
    found = run("weights", "store_quarterly", "-w", own, "--format", "json")
    assert json.loads(found.stdout)["scorecard"] == "store_quarterly"
    assert "warning[K0414]" in found.stderr


# ── what is refused ─────────────────────────────────────────────────────────────────────────────

REFUSED = [
    (("score", "store_quarterli", "--period", "2025Q3"), "K0905", "store_quarterly"),
    (("score", "store_quarterly", "--period", "2025-07"), "K0906", "every quarter"),
    (("score", "store_quarterly", "--period", "soon"), "K0906", "2025Q3"),
    (("score", "store_quarterly", "--period", "2019Q1"), "K0907", "2025-01-01"),
    (("score", *CARD, "--only", "S0001"), "K0908", "S001"),
    (("score", *CARD[:3], "--as-of", "2025-02-30"), "K0909", "year-month-day"),
    (("explain", "nobody", "S001", "--period", "2025Q3"), "K0905", "clerk"),
    (("explain", "store_quarterly", "S0001", *CARD[1:]), "K0908", "S001"),
    (("weights", "store_manger"), "K0905", "store_manager"),
    (("weights", "store_manager", "--period", "2025-07"), "K0906", "every quarter"),
]


@pytest.mark.parametrize(("arguments", "code", "hint"), REFUSED)
def test_request_that_has_no_answer(
    workspace: Path, arguments: tuple[str, ...], code: str, hint: str
) -> None:
    document = answer(*arguments, "-w", workspace, code=1)
    assert codes(document) == [code]
    assert hint in document["diagnostics"][0]["help"]
    text = run(*arguments, "-w", workspace, code=1)
    assert text.stdout == ""
    assert text.stderr.startswith(f"error[{code}]: ")


def test_request_is_judged_before_the_database_is_asked(own: Path) -> None:
    (own / ".steelyard" / "demo.duckdb").unlink()
    assert codes(answer("score", "nobody", *CARD[1:], "-w", own, code=1)) == ["K0905"]
    absent = answer("score", *CARD, "-w", own, code=1)
    assert codes(absent) == ["K0901"]
    assert "steelyard demo" in absent["diagnostics"][0]["help"]


def test_name_in_place_of_a_key_is_understood(workspace: Path, session: Session) -> None:
    sheet = session.score("store_quarterly", "2025Q3", AS_OF)
    name = str(sheet.labels[0])
    document = answer("explain", CARD[0], name, *CARD[1:], "-w", workspace, code=1)
    assert document["diagnostics"][0]["help"] == f"Did you mean {sheet.keys[0]}?"


def test_every_unknown_key_is_named(workspace: Path) -> None:
    found = answer("score", *CARD, "--only", "S001", "X1", "X2", "-w", workspace, code=1)
    assert codes(found) == ["K0908", "K0908"]


def test_fault_of_one_card_does_not_stop_the_others(faulty: Path) -> None:
    assert codes(answer("score", *CARD, "-w", faulty, code=1)) == ["K0401"]
    assert codes(answer("weights", "store_quarterly", "-w", faulty, code=1)) == ["K0401"]
    answer("score", "clerk", *CARD[1:], "-w", faulty)
    answer("weights", "clerk", "-w", faulty)


def test_fault_of_the_program_is_no_traceback(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("of the test")

    monkeypatch.setattr(Session, "score", fail)
    document = answer("score", *CARD, "-w", workspace, code=1)
    assert codes(document) == ["K0913"]
    assert "ZeroDivisionError: of the test" in document["diagnostics"][0]["message"]
    monkeypatch.setenv("STEELYARD_DEBUG", "1")
    found = CliRunner().invoke(app, ["score", *CARD, "-w", str(workspace)])
    assert isinstance(found.exception, ZeroDivisionError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("score",),
        ("score", "clerk"),
        ("explain", "clerk", "--period", "2025Q3"),
        ("check", "--format", "xml"),
        ("scores",),
        ("explain", "clerk", "E1", "--period", "2025Q3", "--language", "fr"),
        ("demo", "--rows", "many"),
        ("serve", "--port", "70000"),
    ],
)
def test_wrong_syntax_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    found = run(*arguments, code=2)
    assert found.stdout == ""
    assert "Usage:" in found.stderr


# ── explain, weights, sql ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "zh"])
def test_explain_json_is_the_explanation(workspace: Path, session: Session, language: str) -> None:
    sheet = session.score("store_quarterly", "2025Q3", AS_OF)
    for key in ("S001", "S021", "S036"):
        explanation = explain(sheet, key, language)
        assert explanation is not None
        expected = explanation_document(explanation, language)
        found = answer("explain", CARD[0], key, *CARD[1:], "--language", language, "-w", workspace)
        assert found == json.loads(json.dumps(expected))


def test_explain_text(workspace: Path) -> None:
    document = answer("explain", CARD[0], "S036", *CARD[1:], "-w", workspace)
    found = run("explain", CARD[0], "S036", *CARD[1:], "-w", workspace, width=2000).stdout
    lines = found.splitlines()
    assert lines[: len(document["sentences"])] == document["sentences"]
    for perspective in document["tree"]["children"]:
        if perspective["kind"] != "perspective":
            continue
        points = f"{float(round_half_away(perspective['points'], 2)):g} points"
        assert any(perspective["label"] in each and points in each for each in lines)
        for measure in perspective["children"]:
            where = f"{measure['file']}:{measure['line']}"
            assert any(measure["label"] in each and each.endswith(where) for each in lines)
    assert "[partial base]" in found
    assert "(declared " in found


def test_explain_is_folded_to_the_terminal(workspace: Path) -> None:
    from rich.cells import cell_len

    found = run("explain", CARD[0], "S001", *CARD[1:], "-w", workspace, width=80).stdout
    assert max(map(cell_len, found.splitlines())) <= 80


def test_weights_need_no_database(tmp_path: Path) -> None:
    copy_example(tmp_path)
    document = answer("weights", "store_quarterly", "-w", tmp_path)
    session = Session(tmp_path)
    (version,) = session.workspace.cards["store_quarterly"]
    card = effective(session.workspace, version, date(2025, 7, 1), Problems())
    assert card is not None
    assert document == json.loads(json.dumps(weights_document(card)))
    (financial,) = [group for group in document["groups"] if group["parent"] == "financial"]
    assert financial["weights"]["net_sales"] == 0.4


def test_weights_text(tmp_path: Path) -> None:
    copy_example(tmp_path)
    found = run("weights", "store_quarterly", "-w", tmp_path).stdout
    assert "store_quarterly, by comparison\n  financial   53.96%\n" in found
    assert "  λmax 3.0092, CI 0.0046, CR 0.0088: ok\n" in found
    assert "random index alonso_lamata 0.5247" in found
    assert "  gross_profit      20%\n" in found


def test_weights_of_judgements_that_do_not_agree(tmp_path: Path) -> None:
    copy_example(tmp_path)
    card = tmp_path / "store_quarterly.scorecard"
    replace(card, "financial over service moderately", "service over financial moderately")
    found = run("weights", "store_quarterly", "-w", tmp_path)
    assert ": revise\n" in found.stdout
    assert "Reconsider `prefer " in found.stdout
    assert "warning[K0407]" in found.stderr


VERSIONS = """\
entity store
  table stores
  key id

data sales
  table sales
  date day
  link store by store
  expects rows every day

kpi a
  formula count(sales)
  unit rows
  better higher

kpi b
  formula sum(sales.x)
  unit points
  better higher

"""
VERSION = """\
scorecard card
  for store
  every quarter
  effective from {since} through {through}
  when missing leave out

measure a
  weight {a}%
  target 1
  curve attainment
  limit 0 to 120

measure b
  weight {b}%
  target 1
  curve attainment
  limit 0 to 120

"""


@pytest.mark.parametrize(
    ("period", "share"), [(["--period", "2024Q4"], 0.3), (["--period", "2025Q1"], 0.6), ([], 0.6)]
)
def test_weights_of_a_version(tmp_path: Path, period: list[str], share: float) -> None:
    """Without a period, the version of today: here there is none, so the last."""
    old = VERSION.format(since="2024-01-01", through="2024-12-31", a=30, b=70)
    new = VERSION.format(since="2025-01-01", through="2025-12-31", a=60, b=40)
    (tmp_path / "card.scorecard").write_text(VERSIONS + old + new, "utf-8")
    document = answer("weights", "card", *period, "-w", tmp_path)
    assert document["groups"][0]["weights"]["a"] == share


def test_sql_runs_as_it_is_printed(workspace: Path, session: Session) -> None:
    text = run("sql", *CARD, "-w", workspace).stdout
    statements = [part for part in text.split(";\n") if part.strip()]
    assert len(statements) >= 2
    for statement in statements:
        assert session.source.fetch(statement)
    assert "/* sales, 2025-07-01..2025-09-30, by rows: kpi net_sales kpis.scorecard:6" in text


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_sql_of_a_dialect_needs_no_database(tmp_path: Path, dialect: str) -> None:
    copy_example(tmp_path)
    text = run("sql", *CARD, "--dialect", dialect, "-w", tmp_path).stdout
    statements = [each for each in sqlglot.parse(text, dialect=dialect) if each is not None]
    assert len(statements) >= 2


def test_sql_of_an_unknown_dialect(workspace: Path) -> None:
    found = run("sql", *CARD, "--dialect", "cobol", "-w", workspace, code=1)
    assert found.stdout == ""
    assert "error[K0910]: cobol" in found.stderr
    assert "duckdb, sqlite" in found.stderr


SHOPS = """\
data sales
  file "sales.csv"
  date day

entity shop "Shop"
  values of sales.shop

kpi revenue "Revenue"
  formula sum(sales.amount)
  unit CNY
  better higher

scorecard revenue_only "Revenue"
  for shop
  every quarter

measure revenue
  report only
"""


def test_card_that_only_shows_values(tmp_path: Path) -> None:
    (tmp_path / "shops.scorecard").write_text(SHOPS, "utf-8")
    rows = "day,shop,amount\n2025-07-01,A,10\n2025-08-01,B,1200\n"
    (tmp_path / "sales.csv").write_text(rows, "utf-8")
    request = ("revenue_only", "--period", "2025Q3", "--as-of", "2025-12-31", "-w", tmp_path)
    assert run("score", *request).stdout.split() == [
        *"Revenue, 2025Q3 (as of 2025-12-31) key shop revenue".split(),
        "─" * 18,
        *"A A 10 B B 1,200 2 shown without a score.".split(),
    ]
    explained = run("explain", request[0], "B", *request[1:]).stdout
    assert "Revenue: no total" in explained
    assert "Revenue: CNY 1,200, for information" in explained
    assert "without weights" in run("weights", "revenue_only", "-w", tmp_path).stdout
    assert "catalog.json: 1 table, 3 columns" in run("catalog", "-w", tmp_path).stdout


# ── catalog, serve, dev ─────────────────────────────────────────────────────────────────────────


def test_catalog_is_stable_and_found_by_check(own: Path) -> None:
    assert "35 tables" in run("catalog", "-w", own).stdout
    first = (own / CATALOG_FILE).read_bytes()
    assert first.endswith(b"}\n")
    assert list(json.loads(first)["tables"]) == sorted(json.loads(first)["tables"])
    run("catalog", "-w", own)
    assert (own / CATALOG_FILE).read_bytes() == first
    assert [path.name for path in own.glob(".*.tmp")] == []
    replace(own / "kpis.scorecard", "sum(sales.amount where", "sum(sales.amounts where")
    assert "K0605" in codes(answer("check", "-w", own, "--offline", code=1))


def test_catalog_that_cannot_be_written(own: Path) -> None:
    (own / CATALOG_FILE).mkdir()
    found = run("catalog", "-w", own, code=1)
    assert "error[K0911]: " in found.stderr
    assert [path.name for path in own.glob(".*.tmp")] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_serve_listens_on_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.com", ""])
def test_serve_refuses_other_machines(workspace: Path, host: str) -> None:
    found = run("serve", "--host", host, "-w", workspace, code=1)
    assert "error[K0912]" in found.stderr


@pytest.mark.parametrize("stage", ["tokens", "tree"])
def test_dev_of_text(own: Path, stage: str) -> None:
    found = run("dev", stage, own / "kpis.scorecard", "-w", own).stdout
    assert "net_sales" in found
    assert "Span" not in found
    everything = run("dev", stage, "-w", own).stdout
    assert everything.count("# ") >= 5
    assert "store_quarterly" in everything


@pytest.mark.parametrize("stage", ["tokens", "tree"])
def test_dev_of_wrong_text(own: Path, stage: str) -> None:
    (own / "kpis.scorecard").write_text("kpi a\n  formula sum(\n", "utf-8")
    found = run("dev", stage, "-w", own, code=1)
    assert "kpis.scorecard:2" in found.stderr


def test_dev_of_a_card(workspace: Path) -> None:
    card = run("dev", "card", "store_quarterly", "--period", "2025Q3", "-w", workspace).stdout
    assert "weight: 0.21584" in card
    plan = run("dev", "plan", *CARD, "-w", workspace).stdout
    assert "period: Period(name=2025Q3, cadence=quarter, start=2025-07-01, end=2025-10-01)" in plan
    sql = run("dev", "sql", *CARD, "--dialect", "sqlite", "-w", workspace).stdout
    assert sql.startswith("-- level store\n--   g1_1: Cell\n")
    assert 'SUM(CASE WHEN d."is_return" = 0' in sql


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("steelyard ")
    for command in ("demo", "check", "score", "explain", "weights", "sql", "catalog", "serve"):
        page = run(command, "--help").stdout
        assert f"$ steelyard {command}" in page or "$ steelyard -w" in page


# ── demo ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_demo_in_an_empty_folder(empty: Path) -> None:
    found = run("demo", "--rows", "20000")
    copied = {path.name for path in (empty / "scorecards").iterdir()}
    assert {"steelyard.toml", "kpis.scorecard", ".steelyard", ".gitignore"} <= copied
    assert found.stdout.startswith("Store quarterly scorecard, 2025Q4 (as of ")
    regions = [line.split()[0] for line in found.stdout.splitlines() if " S0" in line]
    assert [regions.count(each) for each in ("East", "North", "South", "West")] == [3, 3, 3, 3]
    assert "has a total of" in found.stdout
    advice = found.stdout.split("What to try next:\n")[1].splitlines()
    commands = [line.split()[1:] for line in advice if line.startswith("  steelyard ")]
    assert len(commands) == 3
    for command in commands:
        run(*command)


def test_demo_never_overwrites_what_people_wrote(empty: Path) -> None:
    copy_example(empty / "scorecards")
    mine = empty / "scorecards" / "kpis.scorecard"
    mine.write_text(mine.read_text("utf-8") + "# mine\n", "utf-8")
    (empty / "scorecards" / "data.scorecard").touch()
    written = (path for path in (empty / "scorecards").rglob("*") if path.is_file())
    before = {path: path.read_bytes() for path in written}
    run("demo", "--rows", "20000")
    run("-w", "scorecards", "demo", "--rows", "20000")
    assert {path: path.read_bytes() for path in before} == before


def test_demo_refuses_a_folder_of_other_scorecards(empty: Path) -> None:
    (empty / "scorecards").mkdir()
    (empty / "scorecards" / "mine.scorecard").write_text(VERSIONS, "utf-8")
    found = run("demo", code=1)
    assert "error[K0914]: scorecards holds other scorecards" in found.stderr
    assert [path.name for path in (empty / "scorecards").iterdir()] == ["mine.scorecard"]


def test_demo_says_what_keeps_its_scorecards_from_being_read(empty: Path) -> None:
    (empty / "scorecards").mkdir()
    (empty / "scorecards" / "mine.scorecard").write_text("kpi\n", "utf-8")
    found = run("demo", code=1).stderr
    assert "error[K0914]" in found
    assert "mine.scorecard:1" in found


def test_demo_goes_where_it_is_told(empty: Path) -> None:
    found = run("demo", "--rows", "20000", "-w", empty / "there")
    assert (empty / "there" / ".steelyard" / "demo.duckdb").is_file()
    assert not (empty / "scorecards").exists()
    assert f"  steelyard -w {empty / 'there'} score " in found.stdout


def test_demo_of_too_little_data_is_wrong_syntax(empty: Path) -> None:
    assert "at least 20000" in run("demo", "--rows", "100", code=2).stderr
    assert not (empty / "scorecards" / ".steelyard").exists()


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 11, 24), "2025Q4"),
        (date(2025, 12, 31), "2025Q3"),
        (date(2026, 1, 1), "2025Q4"),
        (date(2025, 7, 1), "2025Q2"),
    ],
)
def test_last_closed_quarter(session: Session, today: date, period: str) -> None:
    assert last_closed(session.workspace, session.source, today).name == period


def test_last_closed_quarter_of_data_that_end_within_one(tmp_path: Path) -> None:
    copy_example(tmp_path)
    with duckdb.connect(str(tmp_path / "sales.duckdb")) as database:
        database.execute("CREATE TABLE sales AS SELECT TIMESTAMP '2025-09-29 23:00' AS sold_at")
    with connect("duckdb:///sales.duckdb", folder=tmp_path) as source:
        found = last_closed(Session(tmp_path).workspace, source, date(2026, 1, 1))
    assert found.name == "2025Q2"
