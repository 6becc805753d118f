"""What the command line prints, as text: diagnostics, code hosts, spreadsheets, numbers."""

from __future__ import annotations

import csv
import io
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from api.error_index import page
from api.render import figures
from api.render.annotations import workflow_commands
from api.render.characters import visible
from api.render.diagnostics import count, diagnostic_text, diagnostics_text
from api.render.grid import Column, Grid, least_width
from api.render.sarif import sarif
from api.render.spreadsheet import spreadsheet
from api.render.stages import outline
from grammar import Diagnostic, Edit, Fix, Label, Source, Span
from grammar import syntax as s

CARD = Source(
    "华东/门店.scorecard",
    "measure 净销售额\n  权重 40%\n\n\nmeasure 客户留存率\n\t权重 35%   # 客户\n",
)
SUM = {"parent": "财务", "total": "75%", "gap": "25% too little", "first": "净销售额"}


def span(source: Source, text: str, nth: int = 0) -> Span:
    """The nth place where a text stands."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def wrong_sum(*labels: Label, fixes: tuple[Fix, ...] = ()) -> Diagnostic:
    return Diagnostic("K0401", span(CARD, "40%"), SUM, labels, fixes)


def unknown(source: Source, text: str) -> Diagnostic:
    return Diagnostic("K0203", span(source, text), {"name": text, "known": "b"})


def plain(diagnostic: Diagnostic) -> str:
    return "\n".join(line.rstrip() for line in diagnostic_text(diagnostic).plain.splitlines())


# ── diagnostics ─────────────────────────────────────────────────────────────────────────────────


def test_carets_stand_under_what_they_mean() -> None:
    """Chinese characters are two cells wide, a tab four; the excerpt skips lines between."""
    fix = Fix("write 65%", (Edit(span(CARD, "40%"), "65%"),))
    found = plain(wrong_sum(Label(span(CARD, "35%"), "客户留存率"), fixes=(fix,)))
    assert found == cleandoc(
        """
        error[K0401]: the weights in 财务 add up to 75%; they must be exactly 100% (25% too little)
         --> 华东/门店.scorecard:2:6
          |
        2 |   权重 40%
          |        ^^^
        ...
        6 |     权重 35%   # 客户
          |          --- 客户留存率
          = help: Correct one of the weights, or write `weight rest` for one of them.
          = fix: write 65%
        """
    )


def test_marks_on_wide_characters_are_as_wide() -> None:
    assert plain(unknown(CARD, "净销售额")).splitlines()[3:5] == [
        "1 | measure 净销售额",
        "  |         ^^^^^^^^",
    ]


def test_two_marks_on_one_line_have_a_line_each() -> None:
    source = Source("a.scorecard", "prefer a over a 3\n")
    first, second = span(source, "a", 0), span(source, "a", 1)
    found = plain(Diagnostic("K0411", second, {"parent": "card"}, (Label(first, "first"),)))
    assert found.splitlines()[3:6] == [
        "1 | prefer a over a 3",
        "  |               ^",
        "  |        - first",
    ]


def test_label_in_another_file_has_its_own_excerpt() -> None:
    other = Source("other.scorecard", "\n" * 99 + "kpi net_sales\n")
    diagnostic = Diagnostic(
        "K0202",
        span(CARD, "净销售额"),
        {"name": "净销售额"},
        (Label(span(other, "net_sales"), "first"),),
    )
    assert plain(diagnostic).splitlines()[1:9] == [
        "   --> 华东/门店.scorecard:1:9",
        "    |",
        "  1 | measure 净销售额",
        "    |         ^^^^^^^^",
        "   ::: other.scorecard:100:5",
        "    |",
        "100 | kpi net_sales",
        "    |     --------- first",
    ]


def test_long_line_is_cut_around_the_mark() -> None:
    source = Source("long.scorecard", "很长" * 200 + " here " + "更长" * 200)
    line, carets = plain(unknown(source, "here")).splitlines()[3:5]
    assert line.startswith("1 | …")
    assert line.endswith("…")
    assert len(line) < 120
    before = line[: line.index("here")]
    cells = sum(2 if c in "很长" else 1 for c in before)
    assert carets == "  |" + " " * (cells - 3) + "^^^^"


def test_end_of_the_file_has_a_caret() -> None:
    source = Source("end.scorecard", "kpi a\n")
    at_end = Span(source, len(source.text), len(source.text))
    diagnostic = Diagnostic("K0203", at_end, {"name": "", "known": "b"})
    assert plain(diagnostic).splitlines()[1:5] == [
        " --> end.scorecard:2:1",
        "  |",
        "2 |",
        "  | ^",
    ]


def test_mark_over_several_lines_ends_with_the_first() -> None:
    source = Source("lines.scorecard", "kpi a\n  unit CNY\n")
    diagnostic = Diagnostic("K0203", Span(source, 4, 12), {"name": "a", "known": "b"})
    assert plain(diagnostic).splitlines()[3:5] == ["1 | kpi a", "  |     ^"]


def test_diagnostic_without_a_place_has_no_excerpt() -> None:
    diagnostic = Diagnostic("K0909", None, {"found": "soon"})
    assert plain(diagnostic) == cleandoc(
        """
        error[K0909]: `soon` is not a date
          = help: Write it as year-month-day, for example 2025-09-30.
        """
    )


def test_fourth_label_is_named_but_not_shown() -> None:
    labels = [Label(span(CARD, each), each) for each in ("measure", "权重", "35%", "客户留存率")]
    found = plain(wrong_sum(*labels))
    assert "--- 35%" in found
    assert "- 客户留存率" not in found
    assert "= also: 华东/门店.scorecard:5" in found


def test_a_line_cannot_steer_the_terminal() -> None:
    source = Source("red.scorecard", "kpi \x1b[31mred\u202eder\n")
    found = plain(unknown(source, "red"))
    assert "3 | kpi" not in found
    assert "1 | kpi �[31mred�der" in found
    assert "\x1b" not in found


def test_diagnostics_of_a_file_are_shown_up_to_a_number() -> None:
    source = Source("many.scorecard", "x\n" * 60)
    many = [
        Diagnostic("K0203", Span(source, 2 * i, 2 * i + 1), {"name": "x", "known": "b"})
        for i in range(60)
    ]
    found = diagnostics_text([*many, unknown(CARD, "客户留存率")]).plain
    assert found.count("error[K0203]") == 51
    assert "... and 10 more in many.scorecard" in found


def test_count() -> None:
    warning = Diagnostic("K0414", span(CARD, "40%"))
    error = wrong_sum()
    assert count([error]) == "1 error"
    assert count([warning, error, error, warning]) == "2 errors, 2 warnings"


# ── code hosts ──────────────────────────────────────────────────────────────────────────────────


def test_workflow_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = workflow_commands([wrong_sum()], tmp_path / "cards")
    assert found == (
        "::error file=cards/华东/门店.scorecard,line=2,col=6,endColumn=9,title=K0401::"
        "the weights in 财务 add up to 75%25; they must be exactly 100%25 (25%25 too little)%0A"
        "Correct one of the weights, or write `weight rest` for one of them.\n"
    )


def test_workflow_command_escapes_what_separates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    source = Source("a,b:c%.scorecard", "one\ntwo\n")
    over_lines = Diagnostic("K0414", Span(source, 0, 6))
    nowhere = Diagnostic("K0909", None, {"found": "x"})
    first, second = workflow_commands([over_lines, nowhere], tmp_path).splitlines()
    assert first.startswith("::warning file=a%2Cb%3Ac%25.scorecard,line=1,endLine=2,title=K0414::")
    assert second.startswith("::error title=K0909::`x` is not a date")


def test_sarif(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    fix = Fix("write 65%", (Edit(span(CARD, "40%"), "65%"),))
    warning = Diagnostic("K0414", None)
    labelled = wrong_sum(Label(span(CARD, "35%"), "客户留存率"), fixes=(fix,))
    log = sarif([warning, labelled], tmp_path / "cards", "1.2.3")
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("steelyard", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["K0401", "K0414"]
    assert driver["rules"][0]["shortDescription"] == {"text": page("K0401", "en").title}
    first, second = run["results"]
    assert (first["ruleIndex"], first["level"], first["locations"]) == (1, "warning", [])
    assert (second["ruleIndex"], second["level"]) == (0, "error")
    assert second["message"]["text"].startswith("the weights in 财务 add up to 75%")
    place: dict[str, Any] = second["locations"][0]["physicalLocation"]
    uri = "cards/%E5%8D%8E%E4%B8%9C/%E9%97%A8%E5%BA%97.scorecard"
    region = {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 9}
    assert place == {"artifactLocation": {"uri": uri}, "region": region}
    assert second["relatedLocations"][0]["message"] == {"text": "客户留存率"}
    (change,) = second["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "65%"}}]


# ── spreadsheets ────────────────────────────────────────────────────────────────────────────────


def sheet_item(**more: Any) -> dict[str, Any]:
    measure = dict.fromkeys(
        "value target attainment score weight effective_weight points state reason "
        "representative window".split()
    )
    entity = dict.fromkeys(
        "rank rank_group total total_unrounded total_before_rules grade coverage".split()
    )
    return {"key": "S1", "label": "店", **entity, "measures": {"sales": measure}, **more}


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_spreadsheet_is_what_excel_reads() -> None:
    text = spreadsheet({"items": [sheet_item(total=86.5)], "not_ranked": []})
    assert text.startswith("\ufeffkey,label,rank,")
    assert text.count("\r\n") == text.count("\n") == 2
    (row,) = rows_of(text)
    assert (row["key"], row["label"], row["total"], row["sales.value"]) == ("S1", "店", "86.5", "")


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_spreadsheet_runs_no_text(label: str) -> None:
    (row,) = rows_of(spreadsheet({"items": [sheet_item(label=label)], "not_ranked": []}))
    assert row["label"] == f"'{label}"


def test_spreadsheet_keeps_negative_numbers() -> None:
    measure = sheet_item()["measures"]["sales"] | {"value": -3.5}
    sheet = {"items": [sheet_item(measures={"sales": measure})], "not_ranked": []}
    assert rows_of(spreadsheet(sheet))[0]["sales.value"] == "-3.5"


def test_spreadsheet_lists_the_unranked_with_their_reason() -> None:
    sheet = {"items": [sheet_item()], "not_ranked": [sheet_item(key="S2", reason="no_total")]}
    assert [(row["key"], row["reason"]) for row in rows_of(spreadsheet(sheet))] == [
        ("S1", ""),
        ("S2", "no_total"),
    ]


def test_spreadsheet_of_nobody_has_its_head() -> None:
    text = spreadsheet({"items": [], "not_ranked": []})
    assert text.count("\r\n") == 1
    assert text.endswith("coverage,reason\r\n")


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def test_grid_aligns_folds_and_parts() -> None:
    columns = [
        Column("name", lambda item: item["name"], is_number=False),
        Column("total", lambda item: item["total"]),
        Column("why", lambda item: item["why"], is_number=False, folds=True),
    ]
    long = "retention (zero_base), satisfaction (no_rows)"
    items = [
        {"region": "East", "name": "门店", "total": "86.5", "why": ""},
        {"region": "West", "name": "S1", "total": "101.0", "why": long},
    ]
    grid = Grid(columns, items, lambda item: item["region"])
    assert grid.width == least_width(columns) - len("why") + len(long)
    narrow = Console(width=20, file=io.StringIO())
    assert grid.text(narrow).plain.splitlines() == [
        "name  total  why",
        "─" * (4 + 2 + 5 + 2 + 30),
        "门店   86.5",
        "",
        "S1    101.0  retention (zero_base),",
        "             satisfaction (no_rows)",
    ]
    assert long in grid.text(Console(width=100, file=io.StringIO())).plain


# ── numbers, names, stages ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.125, "percent", "12.5%"),
        (1234.5, "CNY", "CNY 1,234.5"),
        (620.0, "CNY per basket", "CNY 620 per basket"),
        (4.2, "points", "4.2 points"),
        (3.0, None, "3"),
        (None, "CNY", "–"),
    ],
)
def test_amount(value: float | None, unit: str | None, text: str) -> None:
    assert figures.amount(value, unit) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(80.0, 1, "80.0"), (80.25, 0, "80"), (1080.5, 2, "1,080.50"), (80.126, None, "80.13")],
)
def test_total_has_the_digits_of_its_card(value: float, digits: int | None, text: str) -> None:
    assert figures.total(value, digits) == text


def test_visible_keeps_every_script() -> None:
    assert visible("Xi'an钟楼店 𠮷田 café\u200d") == "Xi'an钟楼店 𠮷田 café\u200d"
    assert visible("a\nb\x07", keep="\n") == "a\nb�"


def test_outline_breaks_what_is_long() -> None:
    here = Span(CARD, 0, 1)
    name = s.Name("净销售额", span=here)
    path = s.Path((name, s.Name("x" * 90, span=here)), span=here)
    assert outline(name) == "Name(text=净销售额)\n"
    assert outline(path) == (
        f"Path\n  parts:\n    - Name(text=净销售额)\n    - Name\n      text: {'x' * 90}\n"
    )


def test_outline_leaves_out_what_is_empty_or_another_stage() -> None:
    label = Label(span(CARD, "40%"), "first")
    assert outline(label, without=(Span,)) == "Label(text=first)\n"
    assert outline(Label(label.span, ""), without=(Span,)) == "Label()\n"
    assert outline({"": False, "a": 0}) == '{""=False, a=0}\n'
