"""Rounds, medians and the page of results, for every benchmark."""

from __future__ import annotations

import gc
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one thing over some rounds: by the clock, and of the processor."""

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.wall)

    @property
    def busy(self) -> float:
        """The median of processor time, which other work on the machine disturbs less."""
        return median(self.processor)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results; `bar` is what DESIGN asks for, empty where it asks for nothing."""

    what: str
    timing: Timing
    bar: str = ""
    lines: int = 0  # for a rate in lines a second


def timed(rounds: int, run: Callable[[], object], prepare: Callable[[], object] = int) -> Timing:
    """Time a function in this process; `prepare` runs before each round and is not timed."""
    wall, processor = [], []
    for _ in range(rounds):
        prepare()
        gc.collect()  # what the round before has left is not of this one
        clock, busy = perf_counter(), process_time()
        run()
        processor.append(process_time() - busy)
        wall.append(perf_counter() - clock)
    return Timing(tuple(wall), tuple(processor))


def command(
    rounds: int,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    prepare: Callable[[], object] = int,
) -> Timing:
    """Time the command line in processes of its own, from start to end."""
    wall, processor = [], []
    for _ in range(rounds):
        prepare()
        before, clock = _of_children(), perf_counter()
        subprocess.run(
            [sys.executable, "-m", "api.cli", *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,  # a workspace with faults ends with 1
        )
        wall.append(perf_counter() - clock)
        processor.append(_of_children() - before)
    return Timing(tuple(wall), tuple(processor))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: Sequence[Row]) -> str:
    """The results as a table of Markdown."""
    head = ("what", "median", "processor", "fastest", "lines/s", "bar")
    body = [_cells(row) for row in rows]
    lines = (f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *body))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    timing = row.timing
    rate = f"{row.lines / timing.median:,.0f}" if row.lines else ""
    times = (f"{each:.3f} s" for each in (timing.median, timing.busy, min(timing.wall)))
    return (row.what, *times, rate, row.bar)


def machine(packages: Sequence[str]) -> str:
    """One line that says on what and when something was measured."""
    versions = ", ".join(f"{each} {version(each)}" for each in packages)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    python = f"Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}: {python}, {versions}, {system}"


def write_results(page: Path, title: str, text: str) -> None:
    """Put a section of results into the page in place of the one of the same title."""
    before = page.read_text("utf-8") if page.is_file() else "# Measured\n"
    start = before.find(f"\n## {title}\n")
    end = before.find("\n## ", start + 1) if start >= 0 else -1
    head = before if start < 0 else before[:start]
    tail = "" if end < 0 else before[end:]
    page.write_text(f"{head.rstrip()}\n\n## {title}\n\n{text.strip()}\n{tail}", "utf-8")
