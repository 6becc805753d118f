"""The tutorials are executed: every command of a transcript prints what the page shows.

A block with a NAME, ```scorecard NAME or ```csv NAME, is a file that the reader saves under that
name; a block ```console holds commands after `$ ` and, below each, all that it prints. A line `...`
stands for any number of lines. `cd` is followed; everything else must be the program. One tutorial
is followed with a process for each command, the others within this one, which starts sooner.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

REPOSITORY = Path(__file__).resolve().parent.parent
TUTORIALS = sorted((REPOSITORY / "docs" / "tutorial").glob("*.md"))
BLOCK = re.compile(r"^```(\S+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Run = Callable[[list[str], Path], tuple[int, str]]  # the exit code, and all that is printed
COMMAND = re.compile(r"^\$ ", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A file to save, or a command with what it prints."""

    command: str = ""
    printed: str = ""
    file: str = ""
    text: str = ""


def steps(page: str) -> Iterator[Step]:
    for kind, name, body in BLOCK.findall(page):
        if kind == "console":
            for each in COMMAND.split(body)[1:]:
                command, _, printed = each.partition("\n")
                yield Step(command=command, printed=printed)
        elif name:
            yield Step(file=name, text=body)


class Reader:
    """Somebody who follows a tutorial in an empty folder."""

    def __init__(self, home: Path, run: Run) -> None:
        self.folder = home
        self.run = run

    def take(self, step: Step) -> None:
        if step.file:
            (self.folder / step.file).write_text(step.text, "utf-8")
            return
        program, *arguments = shlex.split(step.command)
        if program == "cd":
            self.folder = self.folder / arguments[0]
            return
        assert program == "steelyard", step.command
        code, printed = self.run(arguments, self.folder)
        assert code in (0, 1), printed
        assert looks_like(printed, step.printed), step.command


def in_a_process(arguments: list[str], within: Path) -> tuple[int, str]:
    own = {name: it for name, it in os.environ.items() if not name.startswith("STEELYARD")}
    answer = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=within,
        env={**own, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return answer.returncode, answer.stdout


def in_this_process(arguments: list[str], within: Path) -> tuple[int, str]:
    own = {name: None for name in os.environ if name.startswith("STEELYARD")}
    with chdir(within):
        runner = CliRunner(env={**own, "COLUMNS": "100"})
        answer = runner.invoke(app, arguments, catch_exceptions=False)
    return answer.exit_code, answer.output


def looks_like(printed: str, shown: str) -> bool:
    """Equal, but for lines `...` that stand for any others. What differs is printed."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(f"{line}\n")
        for line in shown.rstrip("\n").split("\n")
    )
    if re.fullmatch(pattern, printed.rstrip("\n") + "\n"):
        return True
    print(f"--- printed\n{printed}\n--- shown\n{shown}")
    return False


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.name)
def test_tutorial(path: Path, tmp_path: Path) -> None:
    reader = Reader(tmp_path, in_a_process if path.name == "why-checked.md" else in_this_process)
    found = list(steps(path.read_text("utf-8")))
    started = {"init"} if path.name.startswith("first-card") else set()
    assert started | {"check", "test", "score"} <= {
        step.command.split()[1] for step in found if step.command.startswith("steelyard ")
    }
    for step in found:
        reader.take(step)


def test_what_is_shown_is_compared() -> None:
    assert looks_like("a\nb\nc\n", "a\n...\nc\n")
    assert looks_like("a\n", "a\n...")
    assert not looks_like("a\nb\n", "a\n")
    assert not looks_like("a\n", "b\n")


def test_the_tutorials_that_there_are() -> None:
    names = {path.name for path in TUTORIALS}
    assert {"first-card.md", "first-card.zh.md", "why-checked.md", "why-checked.zh.md"} <= names
