"""What the examples of cards came to, for a terminal and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from api.render import figures
from api.render.words import counted, say
from engine.documents import diagnostic_document
from engine.examples import ExampleMeasure, ExampleResult

_HEADER = ("measure", "value", "target", "score", "weight", "points")


def shown(result: ExampleResult, language: str = "en") -> Text:
    """A line for an example; below one that fails, the points of every measure."""
    verdict, style = ("passed", "green") if result.passed else ("failed", "bold red")
    period = say(" ({period})", language, period=result.period) if result.period else ""
    name = say("{card}: {name}", language, card=result.card, name=result.name)
    head = Text.assemble((say(verdict, language), style), f"  {name}{period}")
    if result.passed:
        return head
    below = (*_differences(result, language), *_table(result, language))
    return Text("\n").join([head, *map(Text, below)])


def summary(results: Sequence[ExampleResult], language: str = "en") -> Text:
    """How many there are and how many fail."""
    if not results:
        none = 'There are no examples. Write one below a card: example "A good store".'
        return Text(say(none, language))
    failed = sum(not each.passed for each in results)
    examples = counted(len(results), "example", language)
    said = "{examples}, {failed} failed" if failed else "{examples}, none failed"
    return Text(say(said, language, examples=examples, failed=failed))


def as_document(results: Sequence[ExampleResult], language: str = "en") -> dict[str, Any]:
    """The results as JSON; expected and actual are null where there is nothing."""
    return {
        "passed": sum(each.passed for each in results),
        "failed": sum(not each.passed for each in results),
        "examples": [_document(each, language) for each in results],
    }


def _differences(result: ExampleResult, language: str) -> Iterator[str]:
    """Expected and actual, where they differ."""
    if not result.measures:
        yield say("  not scored: see the diagnostics", language)
        return
    none = say("none", language)
    if not result.total_fits:
        expected, actual = (_plain(n, none) for n in (result.expected_total, result.total))
        said = "  total: expected {expected}, is {actual}"
        yield say(said, language, expected=expected, actual=actual)
    if not result.grade_fits:
        said = "  grade: expected {expected}, is {actual}"
        yield say(said, language, expected=result.expected_grade, actual=result.grade or none)


def _plain(value: float | None, none: str) -> str:
    return none if value is None else figures.figure(value, 6)


def _table(result: ExampleResult, language: str) -> Iterator[str]:
    """A row for every measure, in the order of the card, by the names that the example uses."""
    if not result.measures:
        return
    header = tuple(say(each, language) for each in _HEADER)
    rows = [header, *(_row(each, language) for each in result.measures)]
    widths = [max(cell_len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        first = row[0] + " " * (widths[0] - cell_len(row[0]))
        others = (
            " " * (width - cell_len(cell)) + cell
            for cell, width in zip(row[1:], widths[1:], strict=True)
        )
        yield "    " + "  ".join((first, *others))


def _row(measure: ExampleMeasure, language: str) -> tuple[str, ...]:
    scored = measure.state == "scored"
    value = figures.amount(measure.value, measure.unit, language)
    return (
        measure.name,
        value if scored else say(measure.state.replace("_", " "), language),
        figures.amount(measure.target, measure.unit, language),
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
