"""`steelyard fmt`: which files it writes, what it says, and what it leaves alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app

PLAIN = "kpi a\n  formula sum(d.x)\n  unit CNY\n"
ROUGH = "kpi a\n unit CNY\nformula  sum( d.x )\r\n"
CHINESE = "kpi a\n  公式 合计(d.x)\n  单位 元\n"
BROKEN = "kpi b\n  formula (\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "steelyard.toml").write_text("")
    (tmp_path / "plain.scorecard").write_text(PLAIN, newline="")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rough.scorecard").write_text(ROUGH, newline="")
    return tmp_path


def fmt(workspace: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["-w", str(workspace), "fmt", *map(str, arguments)])


def texts(workspace: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.rglob("*.scorecard")}


def test_all_files_of_the_workspace(workspace: Path) -> None:
    done = fmt(workspace)
    assert done.exit_code == 0
    assert done.stdout == "formatted more/rough.scorecard\n"
    assert "1 of 2 files changed." in done.stderr
    assert set(texts(workspace).values()) == {PLAIN.encode()}
    assert fmt(workspace).stdout == ""


def test_check_writes_nothing(workspace: Path) -> None:
    before = texts(workspace)
    done = fmt(workspace, "--check")
    assert done.exit_code == 1
    assert done.stdout == "would change more/rough.scorecard\n"
    assert texts(workspace) == before
    fmt(workspace)
    assert fmt(workspace, "--check").exit_code == 0


def test_named_files_and_folders(workspace: Path) -> None:
    rough = workspace / "more" / "rough.scorecard"
    done = fmt(workspace, rough, workspace / "more")
    assert done.stdout == f"formatted {rough}\n"
    assert "1 of 1 file changed." in done.stderr


def test_the_language_of_the_workspace_and_another(workspace: Path) -> None:
    (workspace / "steelyard.toml").write_text('language = "zh"\n')
    fmt(workspace)
    assert set(texts(workspace).values()) == {CHINESE.encode()}
    assert fmt(workspace, "--check").exit_code == 0
    fmt(workspace, "--language", "en")
    assert set(texts(workspace).values()) == {PLAIN.encode()}


def test_settings_that_cannot_be_read_do_not_choose_english(workspace: Path) -> None:
    (workspace / "steelyard.toml").write_text('language = "fr"\n')
    before = texts(workspace)
    done = fmt(workspace)
    assert done.exit_code == 1
    assert "K0902" in done.stderr
    assert texts(workspace) == before


def test_a_broken_file_stays_and_the_others_are_formatted(workspace: Path) -> None:
    (workspace / "broken.scorecard").write_text(BROKEN)
    (workspace / "latin.scorecard").write_bytes("kpi é\n".encode("latin-1"))
    done = fmt(workspace)
    assert done.exit_code == 1
    assert "error[K01" in done.stderr
    assert "broken.scorecard:2:" in done.stderr
    assert "2 could not be formatted" in done.stderr
    assert texts(workspace)["broken.scorecard"] == BROKEN.encode()
    assert texts(workspace)["rough.scorecard"] == PLAIN.encode()


def test_permissions_and_links_stay(workspace: Path) -> None:
    rough = workspace / "more" / "rough.scorecard"
    rough.chmod(0o640)
    link = workspace / "link.scorecard"
    link.symlink_to(rough)
    fmt(workspace, link)
    assert link.is_symlink()
    assert rough.read_text() == PLAIN
    assert stat.S_IMODE(rough.stat().st_mode) == 0o640


def test_no_file_at_all(tmp_path: Path) -> None:
    done = fmt(tmp_path)
    assert done.exit_code == 1
    assert "K0110" in done.stderr
