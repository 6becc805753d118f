"""`check --watch`: again after every save, until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.watching import saves, snapshot

ROOT = Path(__file__).parents[2]


def test_a_save_is_seen_and_a_quiet_look_waits(tmp_path: Path) -> None:
    card = tmp_path / "a.scorecard"
    card.write_text("one")
    waits: list[float] = []

    def save_at_the_third_look(pause: float) -> None:
        waits.append(pause)
        if len(waits) == 3:
            card.write_text("other")

    seen = saves(tmp_path, 0.3, save_at_the_third_look)
    next(seen)
    assert waits == []
    next(seen)
    assert waits == [0.3, 0.3, 0.3]


def test_what_is_written_while_a_check_runs_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.scorecard").write_text("one")
    seen = saves(tmp_path, 0.3, lambda _: pytest.fail("it waited"))
    next(seen)
    (tmp_path / "b.scorecard").write_text("new")
    next(seen)
    (tmp_path / "b.scorecard").unlink()
    next(seen)


def test_only_what_a_check_reads_counts(tmp_path: Path) -> None:
    for name in ("a.scorecard", "steelyard.toml", "catalog.json", "below/b.scorecard"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    for name in ("notes.txt", ".a.scorecard.1.tmp", ".b.scorecard", ".git/c.scorecard"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "nowhere.scorecard").symlink_to(tmp_path / "absent")
    names = {Path(each).relative_to(tmp_path).as_posix() for each in snapshot(tmp_path)}
    assert names == {"a.scorecard", "steelyard.toml", "catalog.json", "below/b.scorecard"}


@pytest.mark.parametrize("other", [["--fix"], ["--format", "json"]])
def test_watch_only_looks_and_prints_text(other: list[str], tmp_path: Path) -> None:
    arguments = ["check", "--watch", *other, "-w", str(tmp_path)]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_errors_do_not_end_it_and_ctrl_c_does_quietly(tmp_path: Path) -> None:
    own = tmp_path / "own"
    keep = shutil.ignore_patterns(".steelyard", "catalog.json")
    shutil.copytree(ROOT / "scorecards", own, ignore=keep)
    card = own / "store_quarterly.scorecard"
    right = card.read_text("utf-8")
    card.write_text(right.replace("  for store\n", "  for stroe\n"), "utf-8")
    output, errors = tmp_path / "output", tmp_path / "errors"
    command = [sys.executable, "-m", "api.cli", "check", "--offline", "--watch", "-w", str(own)]
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            command, stdout=out, stderr=err, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        try:
            _wait(output, "K0210")
            card.write_text(right, "utf-8")
            _wait(output, "No problems")
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
    said = errors.read_text("utf-8")
    assert said.count("──") >= 4  # a line with the time before each of two checks
    assert "Traceback" not in said
    assert "Aborted" not in said


def _wait(file: Path, text: str) -> None:
    """Until the program has said it; a minute is more than any machine needs."""
    for _ in range(600):
        if text in file.read_text("utf-8", "replace"):
            return
        time.sleep(0.1)
    pytest.fail(f"{text!r} was not said: {file.read_text('utf-8', 'replace')}")
