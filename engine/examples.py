"""Run the examples of cards: one made-up entity with what is given, scored like any other.

No database is asked and no scoring rule is written here. The plan of the card is made as for a
score; then the given numbers take the place of their KPIs, whatever would come from rows or plans
is missing, and the entity is scored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.catalog import NOTHING_KNOWN, Catalog
from engine.example_facts import Example, examples_of, read_example
from engine.example_plan import one_entity, with_given
from engine.explanation import number, unit_text
from engine.facts import Problems
from engine.model import CardVersion, Workspace, key_of
from engine.numbers import compare, round_half_away
from engine.period_table import dated
from engine.reasons import STATES
from engine.request import versions
from engine.scoring import score_atoms
from engine.sheet import MeasureScores, Sheet
from engine.verbs import plan
from grammar import Diagnostic, Refused, Span, in_order
from grammar import syntax as s


@dataclass(frozen=True, slots=True)
class ExampleMeasure:
    """A measure in an example: `weight` is its effective share of the total, `points` that times
    its score; percents are fractions."""

    name: str
    label: str
    unit: str | None
    value: float | None
    target: float | None
    score: float | None
    weight: float
    points: float
    state: str


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What an example expected and what came out; no measures where it could not be run, which
    the diagnostics explain. An expected total or grade is None where the example has none."""

    card: str
    version: str
    name: str
    span: Span
    period: str | None
    expected_total: float | None
    total: float | None
    expected_grade: str | None
    grade: str | None
    total_fits: bool
    grade_fits: bool
    measures: tuple[ExampleMeasure, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def passed(self) -> bool:
        """It was run without errors, and all that it expects came out."""
        errors = any(each.is_error for each in self.diagnostics)
        return not errors and self.total_fits and self.grade_fits


def run_examples(
    workspace: Workspace, card: str | None = None, catalog: Catalog = NOTHING_KNOWN
) -> tuple[ExampleResult, ...]:
    """Run the examples of one card, or of all. Raises Refused (K0905) for an unknown card.

    `catalog` tells the columns of tables, for conditions about columns that no `attribute` names.
    """
    workspace = dated(workspace, catalog)
    known = [versions(workspace, card)] if card is not None else list(workspace.cards.values())
    return tuple(
        _run(workspace, version, section, catalog)
        for each in known
        for version in each
        for section in examples_of(version)
    )


def _run(
    workspace: Workspace, version: CardVersion, section: s.ExampleSection, catalog: Catalog
) -> ExampleResult:
    problems = Problems()
    example = read_example(workspace, version, section, problems, catalog)
    period = example.period
    if problems.errors or period is None:
        return _result(version, example, None, in_order(problems.found))
    try:
        made = plan(workspace, version.name, period, date.max, catalog)  # all is due
    except Refused as refusal:
        return _result(version, example, None, refusal.diagnostics)
    given = with_given(made, example)
    sheet = score_atoms(given, one_entity(given, example, catalog), problems)
    return _result(version, example, sheet, in_order(problems.found))


def _result(
    version: CardVersion,
    example: Example,
    sheet: Sheet | None,
    diagnostics: Iterable[Diagnostic],
) -> ExampleResult:
    grade = sheet.grade[0] if sheet is not None else None
    expected = example.grade.text if example.grade is not None else None
    return ExampleResult(
        card=version.name,
        version=version.version,
        name=example.name,
        span=example.span,
        period=example.period.name if example.period is not None else None,
        expected_total=example.total,
        total=number(sheet.total[0]) if sheet is not None else None,
        expected_grade=expected,
        grade=grade,
        total_fits=sheet is not None and _total_fits(sheet, example),
        grade_fits=expected is None or (grade is not None and key_of(grade) == key_of(expected)),
        measures=tuple(map(_shown, sheet.measures)) if sheet is not None else (),
        diagnostics=tuple(diagnostics),
    )


def _total_fits(sheet: Sheet, example: Example) -> bool:
    """A total that the card does not round is compared to the decimals that are written."""
    if example.total is None:
        return True
    total = sheet.total
    if sheet.plan.card.digits is None:
        total = round_half_away(total, example.decimals)
    return bool(compare(total, "=", example.total)[0])


def _shown(scores: MeasureScores) -> ExampleMeasure:
    measure = scores.plan.measure
    target = scores.roles.get("target")
    return ExampleMeasure(
        name=measure.name,
        label=measure.label(),
        unit=unit_text(measure.kpi.unit),
        value=number(scores.value[0]),
        target=number(target[0]) if target is not None else None,
        score=number(scores.score[0]),
        weight=float(scores.effective[0]),
        points=float(scores.points[0]) + 0.0,
        state=STATES[int(scores.state[0])],
    )
