"""An `example` of a card as written: what is given, for which period, and what is expected.

Every name is checked here; what an example gives is scored elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine import values as v
from engine.catalog import NOTHING_KNOWN, Catalog
from engine.context import Context
from engine.facts import Facts, Problems
from engine.finding import did_you_mean, report_unknown
from engine.formula import Formulas
from engine.literals import fits_unit, number, score_of
from engine.mends import renamed
from engine.model import CardVersion, Entity, Kpi, Workspace, key_of
from engine.period_rows import any_period
from engine.periods import Moment, Period, UnknownPeriod
from engine.score_sources import score_kpi
from grammar import Span
from grammar import syntax as s
from grammar.suggest import quoted

_SOME_DAY = date(2025, 1, 1)

Amounts = Mapping[str, float | None]
"""By name in lower case: a number in the unit of its KPI, None for `missing`."""
Attribute = float | str | date | None


@dataclass(frozen=True)
class Example:
    """What an example says. `values` and `targets` are by the name of a measure or a KPI, in
    lower case; `attributes` by the name as written; `decimals` are those of the total."""

    name: str
    span: Span
    period: Period | None
    values: Amounts
    targets: Amounts
    attributes: tuple[tuple[s.Name, Attribute], ...]
    total: float | None
    decimals: int
    grade: s.Name | None


def examples_of(version: CardVersion) -> tuple[s.ExampleSection, ...]:
    """The examples below a card, in the order of the text."""
    return tuple(part for part in version.parts if isinstance(part, s.ExampleSection))


def check_examples(workspace: Workspace, problems: Problems, catalog: Catalog) -> None:
    """Report what is wrong with the examples of every card."""
    for versions in workspace.cards.values():
        for version in versions:
            for section in examples_of(version):
                read_example(workspace, version, section, problems, catalog)


def read_example(
    workspace: Workspace,
    version: CardVersion,
    section: s.ExampleSection,
    problems: Problems,
    catalog: Catalog = NOTHING_KNOWN,
) -> Example:
    """An example; what is wrong with it is reported and left out."""
    return _Reading(workspace, version, section, problems, catalog).example()


class _Reading:
    def __init__(
        self,
        workspace: Workspace,
        version: CardVersion,
        section: s.ExampleSection,
        problems: Problems,
        catalog: Catalog,
    ) -> None:
        self.workspace = workspace
        self.version = version
        self.section = section
        self.problems = problems
        self.catalog = catalog
        self.facts = Facts(section, problems)
        self.card = Facts(version.section, Problems())
        self.measures = _measures(version)
        self.every = every.cadence if (every := self.card.one(s.Every)) else "quarter"

    def example(self) -> Example:
        total, grade = self.facts.one(s.ExpectTotal), self.facts.one(s.ExpectGrade)
        if total is None and grade is None:
            self.problems.report("K0721", self.section.name.span)
        given = self.facts.named(s.Given, "subject")
        amounts = {k: line for k, line in given.items() if self._kpi(k) is not None}
        return Example(
            name=self.section.name.value,
            span=self.section.name.span,
            period=self._period(),
            values={k: self._amount(k, line) for k, line in amounts.items()},
            targets={
                k: self._amount(k, line)
                for k, line in self.facts.named(s.GivenTarget, "subject").items()
                if self._has_target(k, line.subject)
            },
            attributes=tuple(
                (line.subject, self._attribute(line))
                for k, line in given.items()
                if k not in amounts and self._is_attribute(line.subject)
            ),
            total=score_of(total.value, self.problems) if total else None,
            decimals=_decimals(total.value) if total else 0,
            grade=self._grade(grade) if grade else None,
        )

    # ── what is given ────────────────────────────────────────────────────────────────────────

    def _kpi(self, name: str) -> Kpi | None:
        """The KPI of a measure, else the KPI itself."""
        measure = self.measures.get(name)
        if measure is not None and isinstance(measure.measured, s.ScoreOf):
            taken = self.workspace.cards.get(key_of(measure.measured.scorecard.text))
            return score_kpi(taken[-1]) if taken else None
        if measure is not None and isinstance(measure.measured, s.Name):
            name = key_of(measure.measured.text)
        return self.workspace.kpis.get(name)

    def _amount(self, name: str, line: s.Given | s.GivenTarget) -> float | None:
        """A number in the unit of its KPI; None for `missing`, and for what is reported."""
        kpi = self._kpi(name)
        if kpi is None or line.value is None:
            return None
        if not isinstance(line.value, s.Number | s.Percent | s.Money | s.Quantity):
            found = line.value.span.text
            self.problems.report("K0722", line.value.span, name=line.subject.text, found=found)
            return None
        return number(line.value) if fits_unit(line.value, kpi, self.problems) else None

    def _has_target(self, name: str, written: s.Name) -> bool:
        """Whether a measure of that name or KPI has target lines, which are then replaced."""
        for key, measure in self.measures.items():
            measured = measure.measured
            names = (key, key_of(measured.text) if isinstance(measured, s.Name) else key)
            if name in names and _has_target_line(measure):
                return True
        known = [each for each in self._names(with_target=True) if key_of(each) != name]
        unread = bool(self.workspace.unread)
        report_unknown("K0723", written.span, written.text, known, self.problems, unread)
        return False

    def _is_attribute(self, name: s.Name) -> bool:
        entity = self._entity()
        if entity is None:  # reported at the card
            return False
        calendar = self.workspace.calendar
        year = any_period(calendar, "year", _SOME_DAY)
        moment = calendar.moment(year, year.end)
        if attribute_of(self.workspace, self.catalog, entity, name, moment):
            return True
        kpis = [kpi.name for kpi in self.workspace.kpis.values()]
        attributes = [attribute.name.text for attribute in entity.attributes.values()]
        known = [*self._names(), *kpis, *attributes]
        unread = bool(self.workspace.unread)
        report_unknown("K0720", name.span, name.text, known, self.problems, unread)
        return False

    def _attribute(self, line: s.Given) -> Attribute:
        match line.value:
            case s.Text(text):
                return text
            case s.Truth(truth):
                return "true" if truth else "false"
            case s.DateLiteral(day):
                return day
            case s.Number() | s.Percent() | s.Money() | s.Quantity():
                return number(line.value)
        return None

    def _entity(self) -> Entity | None:
        scored = self.card.one(s.ForEntity)
        return self.workspace.entities.get(key_of(scored.entity.text)) if scored else None

    def _names(self, *, with_target: bool = False) -> list[str]:
        """The names of the measures, or of those that have a target."""
        shown = [m for m in self.measures.values() if _has_target_line(m) or not with_target]
        return [each.called.text for each in shown]

    # ── when, and what is expected ───────────────────────────────────────────────────────────

    def _period(self) -> Period | None:
        """The period asked for, else the first one of the version; None where it is reported."""
        calendar, line = self.workspace.calendar, self.facts.one(s.OnPeriod)
        if line is None:
            near = calendar.around(self.every, self.version.since or _SOME_DAY)
            holding = (each for each in near if self.version.holds_on(each.start))
            return next(holding, near[-1] if near else None)
        hint = "the version above holds on no first day of it"
        try:
            if isinstance(line.period, s.DateLiteral):
                found = calendar.containing(self.every, line.period.value)
            else:
                found = calendar.parse(line.period.text, self.every)
        except UnknownPeriod as error:
            hint = error.hint
        else:
            if self.version.holds_on(found.start) or calendar.assumed:
                return found
        self.problems.report("K0724", line.period.span, period=line.period.span.text, hint=hint)
        return None

    def _grade(self, line: s.ExpectGrade) -> s.Name | None:
        grades = [p.name.text for p in self.version.parts if isinstance(p, s.GradeSection)]
        if key_of(line.grade.text) in map(key_of, grades):
            return line.grade
        hint = f"There are: {quoted(grades)}." if grades else "The card has no grades."
        self.problems.report(
            "K0725",
            line.grade.span,
            name=line.grade.text,
            hint=did_you_mean(line.grade.text, grades) or hint,
            fixes=renamed(line.grade.span, grades),
        )
        return None


def attribute_of(
    workspace: Workspace, catalog: Catalog, entity: Entity, name: s.Name, moment: Moment
) -> v.AttributeOf | None:
    """What a condition about that name reads at the level of an entity; None for no attribute."""
    formulas = Formulas(workspace, catalog, Problems(), moment)
    context = Context(entity, moment)
    return formulas.attribute(s.Path((name,), span=name.span), context)


def _has_target_line(measure: s.MeasureSection) -> bool:
    return any(isinstance(f, s.TargetLine) and f.role == "target" for f in measure.facts)


def _measures(version: CardVersion) -> dict[str, s.MeasureSection]:
    """The measures of a card by name in lower case."""
    found: dict[str, s.MeasureSection] = {}
    for part in version.parts:
        if isinstance(part, s.MeasureSection):
            found.setdefault(key_of(part.called.text), part)
    return found


def _decimals(value: s.Expression) -> int:
    """The decimals of a number as written."""
    exponent = value.value.as_tuple().exponent if isinstance(value, s.Number) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0
