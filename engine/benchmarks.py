"""What others reach: figures of a KPI from outside, shown beside the value, never scored.

Whoever wants a benchmark as a target writes it there: it is then the card's own decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.facts import Problems
from engine.literals import fits_unit, number
from engine.model import Kpi, Workspace
from grammar import Span
from grammar import syntax as s
from grammar.records import record

_FIGURES = s.Number | s.Percent | s.Money | s.Quantity


@record
class Benchmark:
    """`value` in the unit of the KPI; who found it, when, and of whom, as far as it is said."""

    value: float
    source: str
    as_of: date | None
    population: str | None
    span: Span

    @property
    def said(self) -> str:
        """Where the figure is from, as people read it."""
        more = [self.population, self.as_of.isoformat() if self.as_of else None]
        return ", ".join([self.source, *(each for each in more if each)])


def benchmarks_of(kpi: Kpi) -> Iterator[Benchmark]:
    """The benchmarks of a KPI that can be used: figures in its unit, with a source."""
    for line in _lines(kpi):
        if _is_sound(line, kpi, Problems()):
            yield Benchmark(
                number(line.value),
                line.source.value,
                line.as_of.value if line.as_of else None,
                line.population.value if line.population else None,
                line.span,
            )


def check_benchmarks(workspace: Workspace, problems: Problems) -> None:
    """Report what cannot be used: no figure (K0820), another unit, no source (K0821)."""
    for kpi in workspace.kpis.values():
        for line in _lines(kpi):
            _is_sound(line, kpi, problems)


def _lines(kpi: Kpi) -> Iterator[s.Benchmark]:
    yield from (f for f in getattr(kpi.section, "facts", ()) if isinstance(f, s.Benchmark))


def _is_sound(line: s.Benchmark, kpi: Kpi, problems: Problems) -> bool:
    if not isinstance(line.value, _FIGURES):
        problems.report("K0820", line.value.span, found=line.value.span.text)
        return False
    if not line.source.value.strip():
        problems.report("K0821", line.source.span, kpi=kpi.name)
        return False
    return fits_unit(line.value, kpi, problems)
