"""A workspace that was checked before: what changed is parsed, and nothing else is loaded."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.session import Session
from engine import check
from grammar import Source, parser

EXAMPLE = Path(__file__).resolve().parents[2] / "scorecards"

OFFLINE = """
import sys
from typer.testing import CliRunner
from api.cli import app
result = CliRunner().invoke(app, ["check", "--offline", "-w", sys.argv[1]])
assert result.exit_code == 0, result.output
print(*sorted({"duckdb", "lark", "numpy", "sqlalchemy", "sqlglot"} & set(sys.modules)))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, read once; the cache is the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    copied = tmp_path / "workspace"
    shutil.copytree(EXAMPLE, copied, ignore=shutil.ignore_patterns(".steelyard"))
    assert check(Session(copied).workspace) == ()
    return copied


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on; it comes after `folder`."""
    names: list[str] = []
    parse = parser.parse

    def noting(source: Source) -> object:
        names.append(source.name)
        return parse(source)

    monkeypatch.setattr(parser, "parse", noting)
    return names


def test_nothing_changed(folder: Path, parsed: list[str]) -> None:
    assert check(Session(folder).workspace) == ()
    assert parsed == []


def test_one_file_changed(folder: Path, parsed: list[str]) -> None:
    file = folder / "kpis.scorecard"
    text = file.read_text("utf-8")
    file.write_text(text.replace("unit hours", "unit percent"), "utf-8")
    found = [(each.code, each.span and each.span.file) for each in check(Session(folder).workspace)]
    assert found == [("K0313", "kpis.scorecard")]
    assert parsed == ["kpis.scorecard"]
    file.write_text(text, "utf-8")
    assert check(Session(folder).workspace) == ()
    assert parsed == ["kpis.scorecard"]  # as it was, it is known


def test_a_file_at_another_place_is_known(folder: Path, parsed: list[str]) -> None:
    (folder / "below").mkdir()
    (folder / "clerk.scorecard").rename(folder / "below" / "card.scorecard")
    session = Session(folder)
    assert check(session.workspace) == ()
    (version,) = session.workspace.cards["clerk"]
    assert version.span.file == "below/card.scorecard"
    assert parsed == []


def test_nothing_is_written_into_the_workspace(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    check(Session(folder).workspace)
    assert sorted(folder.rglob("*")) == before


def test_what_a_check_of_unchanged_files_loads(folder: Path) -> None:
    path = os.pathsep.join([str(EXAMPLE.parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.stdout.strip()) == ("", "")
