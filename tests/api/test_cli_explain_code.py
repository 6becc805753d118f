"""`steelyard explain-code`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.error_index import codes, page, page_text


def run(*arguments: str, within: Path) -> Result:
    return CliRunner().invoke(app, ["-w", str(within), "explain-code", *arguments])


@pytest.mark.parametrize("written", ["K0401", "k0401", "[K0401]", " K0401 "])
def test_page_of_a_code(tmp_path: Path, written: str) -> None:
    found = run(written, within=tmp_path)
    assert (found.exit_code, found.stdout) == (0, page_text(page("K0401", "en")))


def test_language_is_asked_for_or_that_of_the_workspace(tmp_path: Path) -> None:
    asked = run("K0401", "--language", "zh", within=tmp_path)
    (tmp_path / "steelyard.toml").write_text('language = "zh"\n', "utf-8")
    own = run("K0401", within=tmp_path)
    assert asked.stdout == own.stdout == page_text(page("K0401", "zh"))


def test_all_codes(tmp_path: Path) -> None:
    lines = run(within=tmp_path).stdout.splitlines()
    assert [line.partition("  ")[0] for line in lines] == list(codes())
    assert f"K0401  {page('K0401', 'en').title}" in lines


@pytest.mark.parametrize(
    ("written", "near"), [("K9401", "K0401"), ("K040", "K0401"), ("weights", "lists them all")]
)
def test_unknown_code_is_refused(tmp_path: Path, written: str, near: str) -> None:
    found = run(written, within=tmp_path)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "error[K0919]" in found.stderr
    assert near in found.stderr


def test_files_of_docs_are_written_again(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "K0000.md").write_text("of a code that is gone", "utf-8")
    made = CliRunner().invoke(app, ["dev", "errors", str(tmp_path)])
    assert made.exit_code == 0
    for language in ("en", "zh"):
        names = {path.name for path in (tmp_path / language).iterdir()}
        assert names == {"README.md", *(f"{code}.md" for code in codes())}
