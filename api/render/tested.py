"""What the examples of cards came to, for a terminal and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from api.render import figures
from api.render.words import counted
from engine.documents import diagnostic_document
from engine.examples import ExampleMeasure, ExampleResult

_HEADER = ("value", "target", "score", "weight", "points")


def shown(result: ExampleResult) -> Text:
    """A line for an example; below one that fails, the points of every measure."""
    head = Text.assemble(
        ("passed" if result.passed else "failed", "green" if result.passed else "bold red"),
        f"  {result.card}: {result.name}",
        f" ({result.period})" if result.period else "",
    )
    if result.passed:
        return head
    return Text("\n").join([head, *map(Text, _differences(result)), *map(Text, _table(result))])


def summary(results: Sequence[ExampleResult]) -> Text:
    """How many there are and how many fail."""
    if not results:
        return Text('There are no examples. Write one below a card: example "A good store".')
    failed = sum(not each.passed for each in results)
    return Text(f"{counted(len(results), 'example')}, {failed or 'none'} failed")


def as_document(results: Sequence[ExampleResult], language: str = "en") -> dict[str, Any]:
    """The results as JSON; expected and actual are null where there is nothing."""
    return {
        "passed": sum(each.passed for each in results),
        "failed": sum(not each.passed for each in results),
        "examples": [_document(each, language) for each in results],
    }


def _differences(result: ExampleResult) -> Iterator[str]:
    """Expected and actual, where they differ."""
    if not result.measures:
        yield "  not scored: see the diagnostics"
        return
    if not result.total_fits:
        total = _plain(result.total)
        yield f"  total: expected {_plain(result.expected_total)}, is {total}"
    if not result.grade_fits:
        yield f"  grade: expected {result.expected_grade}, is {result.grade or 'none'}"


def _plain(value: float | None) -> str:
    return "none" if value is None else figures.figure(value, 6)


def _table(result: ExampleResult) -> Iterator[str]:
    """A row for every measure, in the order of the card."""
    if not result.measures:
        return
    rows = [("measure", *_HEADER), *map(_row, result.measures)]
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        first = row[0] + " " * (widths[0] - cell_len(row[0]))
        others = (
            " " * (width - cell_len(cell)) + cell
            for cell, width in zip(row[1:], widths[1:], strict=True)
        )
        yield "    " + "  ".join((first, *others))


def _row(measure: ExampleMeasure) -> tuple[str, ...]:
    scored = measure.state == "scored"
    return (
        measure.name,
        figures.amount(measure.value, measure.unit) if scored else measure.state.replace("_", " "),
        figures.amount(measure.target, measure.unit),
        figures.figure(measure.score),
        figures.share(measure.weight),
        figures.figure(measure.points),
    )


def _document(result: ExampleResult, language: str) -> dict[str, Any]:
    return {
        "scorecard": result.card,
        "version": result.version,
        "name": result.name,
        "file": result.span.file,
        "line": result.span.line,
        "period": result.period,
        "passed": result.passed,
        "expected": {"total": result.expected_total, "grade": result.expected_grade},
        "actual": {"total": result.total, "grade": result.grade},
        "measures": {
            each.name: {
                "value": each.value,
                "target": each.target,
                "score": each.score,
                "effective_weight": each.weight,
                "points": each.points,
                "state": each.state,
            }
            for each in result.measures
        },
        "diagnostics": [diagnostic_document(each, language) for each in result.diagnostics],
    }
