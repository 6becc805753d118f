"""The benches run, on little work: nothing here says how fast anything is."""

from pathlib import Path

from bench.check import Sizes, rows
from bench.harness import Row, Timing, table, write_results
from bench.workloads import formula_heavy, with_faults
from engine import check, load

LITTLE = Sizes(rounds=1, lines=(60,), faulty_lines=60, faults=4)


def test_check_is_measured(tmp_path: Path) -> None:
    found = list(rows(tmp_path, LITTLE))
    assert [row.bar for row in found if row.bar] == ["≤ 0.6 s", "≥ 4,000 lines/s", "< 0.5 s"]
    assert all(row.timing.median > 0 for row in found)


def test_the_heavy_workspace_has_no_fault(tmp_path: Path) -> None:
    lines = formula_heavy(tmp_path, 400)
    assert 300 < lines < 500
    assert [each for each in check(load(tmp_path)) if each.is_error] == []


def test_faults_are_planted(tmp_path: Path) -> None:
    with_faults(tmp_path, 200, 10)
    found = [each for each in check(load(tmp_path)) if each.is_error]
    assert len({each.span and each.span.line for each in found}) >= 10


def test_results_of_one_title_take_the_place_of_the_last(tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    for title, text in (("check", "old"), ("score", "kept"), ("check", "new")):
        write_results(page, title, text)
    assert page.read_text("utf-8") == "# Measured\n\n## check\n\nnew\n\n## score\n\nkept\n"


def test_a_row_says_median_and_rate() -> None:
    row = Row("reading", Timing((1.0, 4.0, 2.0), (0.5, 0.5, 0.5)), "fast", lines=1000)
    assert table([row]).splitlines()[-1] == (
        "| reading | 2.000 s | 0.500 s | 1.000 s | 500 | fast |"
    )
