"""How long `steelyard check` takes: the first time, unchanged, with faults, and on the example."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Row, command, machine, table, timed, write_results
from bench.workloads import formula_heavy, with_faults
from engine import check, load

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "scorecards"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: a bench takes these, a test of the bench far less."""

    rounds: int = 5
    lines: tuple[int, ...] = (4_000, 10_000)
    faulty_lines: int = 500
    faults: int = 20


@dataclass(frozen=True, slots=True)
class Bench:
    """Measures in a folder of its own; the user's cache is neither read nor written."""

    folder: Path
    rounds: int

    def started(
        self, what: str, workspace: Path, bar: str = "", *, seen: bool, lines: int = 0
    ) -> Row:
        """The command from its start to its end; `seen`: it has checked these files before."""
        prepare = int if seen else self._forget
        timing = command(self.rounds, _arguments(workspace), self._environment(), prepare)
        return Row(f"{what}, {'unchanged' if seen else 'not seen before'}", timing, bar, lines)

    def running(self, what: str, workspace: Path, bar: str, lines: int) -> Row:
        """Reading and checking in a process that has done it before, without the cache."""
        timing = timed(self.rounds, lambda: check(load(workspace)))
        return Row(f"{what}, in a running process", timing, bar, lines)

    def warm_up(self, workspace: Path) -> None:
        """Compile the program, build the parser's tables, compile the patterns of its lexer."""
        command(1, _arguments(workspace), self._environment())
        check(load(workspace))

    def _environment(self) -> dict[str, str]:
        return {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": str(HERE.parent),
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }

    def _forget(self) -> None:
        shutil.rmtree(self.folder / "cache" / "steelyard" / "files", ignore_errors=True)


def _arguments(workspace: Path) -> list[str]:
    return ["check", "--offline", "-w", str(workspace)]


def rows(folder: Path, sizes: Sizes) -> Iterator[Row]:
    """All that is measured, in an empty folder."""
    bench = Bench(folder, sizes.rounds)
    example = shutil.copytree(EXAMPLE, folder / "example", ignore=lambda *_: {".steelyard"})
    bench.warm_up(example)
    yield bench.started("the example", example, seen=False)
    yield bench.started("the example", example, "≤ 0.6 s", seen=True)
    for size in sizes.lines:
        workspace = folder / f"heavy{size}"
        lines = formula_heavy(workspace, size)
        what = f"{lines:,} lines of formulas"
        yield bench.running(what, workspace, "≥ 4,000 lines/s", lines)
        yield bench.started(what, workspace, seen=False, lines=lines)
        yield bench.started(what, workspace, seen=True, lines=lines)
    faulty = folder / "faulty"
    lines = with_faults(faulty, sizes.faulty_lines, sizes.faults)
    what = f"{lines} lines with {sizes.faults} faults"
    yield bench.running(what, faulty, "< 0.5 s", lines)
    yield bench.started(what, faulty, seen=False)
    yield bench.started(what, faulty, seen=True)


def results(sizes: Sizes) -> str:
    """The section of the page: on what it was measured, and the table."""
    with TemporaryDirectory() as name:
        found = table(list(rows(Path(name), sizes)))
    return f"{machine(('lark', 'typer'))}. Medians of {sizes.rounds} rounds.\n\n{found}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=Sizes().rounds)
    busy = os.getloadavg()[0] > 1
    text = results(Sizes(rounds=parser.parse_args().rounds))
    write_results(HERE / "results.md", "check", text)
    sys.stdout.write(f"{text}\n")
    if busy:
        sys.stdout.write("The machine had other work: measure again when it is quiet.\n")


if __name__ == "__main__":
    main()
