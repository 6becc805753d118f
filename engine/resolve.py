"""Documents -> workspace: sections become definitions, one namespace for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from engine.business_hours import read_business_hours
from engine.constants import read_constant
from engine.facts import Facts, Problems, header_line
from engine.histories import read_history
from engine.inheritance import inherit
from engine.model import (
    Active,
    CardVersion,
    DataSet,
    Definition,
    Entity,
    Kpi,
    PlanTable,
    Workspace,
    key_of,
)
from engine.periods import Calendar
from engine.unsupported import report_unsupported
from grammar import Diagnostic, Edit, Fix, Span
from grammar import syntax as s
from grammar.suggest import quoted

D = TypeVar("D", bound=Definition)

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


def resolve(
    folder: Path,
    documents: tuple[s.Document, ...],
    diagnostics: tuple[Diagnostic, ...],
    unread: tuple[str, ...],
) -> Workspace:
    """The workspace of the documents. Faults found are added to `diagnostics`."""
    problems = Problems()
    sections = [section for document in documents for section in document.sections]
    report_unsupported(sections, problems)
    for section in sections:
        Facts(section, problems).check_repeats()

    def definitions(kind: type[s.Node]) -> list[Facts]:
        return [Facts(section, problems) for section in sections if isinstance(section, kind)]

    calendars = definitions(s.CalendarSection)
    calendar = _calendar(calendars, problems)
    constants = [read_constant(each, calendar) for each in definitions(s.ConstantSection)]
    workspace = Workspace(
        folder=folder,
        documents=documents,
        calendar=calendar,
        constants=_unique(constants, problems),
        entities=_unique(map(_entity, definitions(s.EntitySection)), problems),
        data=_unique(map(_data, definitions(s.DataSection)), problems),
        plans=_unique(map(_plan, definitions(s.TargetsSection)), problems),
        kpis=_unique(map(_kpi, definitions(s.KpiSection)), problems),
        cards=inherit(_cards(documents, problems), bool(unread), problems),
        diagnostics=(),
        unread=unread,
        periods=calendars[0].one(s.PeriodsFrom) if calendars else None,
    )
    return replace(workspace, diagnostics=(*diagnostics, *problems.found))


def _unique(found: Iterable[D], problems: Problems) -> dict[str, D]:
    """By name; a second definition of a name is an error and the first one holds."""
    by_name: dict[str, D] = {}
    for definition in found:
        first = by_name.setdefault(key_of(definition.name), definition)
        if first is not definition:
            problems.report(
                "K0202", definition.span, labels=[(first.span, "first")], name=definition.name
            )
    return by_name


def _calendar(sections: list[Facts], problems: Problems) -> Calendar:
    calendar = Calendar()
    for number, facts in enumerate(sections):
        if number:
            first = header_line(sections[0].section)
            line = header_line(facts.section)
            problems.report("K0202", line, labels=[(first, "first")], name="calendar")
            continue
        fiscal, weeks, zone = (
            facts.one(s.FiscalYear),
            facts.one(s.WeeksStart),
            facts.one(s.Timezone),
        )
        calendar = Calendar(
            fiscal_month=_position(fiscal.month, _MONTHS, problems) + 1 if fiscal else 1,
            named_by_start=facts.one(s.FiscalNamedByStart) is not None,
            first_weekday=_position(weeks.day, _DAYS, problems) if weeks else 0,
            timezone=_zone(zone, problems),
            assumed=facts.one(s.PeriodsFrom) is not None,
            business=read_business_hours(facts, problems),
            spring_aligned=facts.one(s.SpringFestivalAligned) is not None,
        )
        _check_years(facts, problems)
    return calendar


def _check_years(facts: Facts, problems: Problems) -> None:
    """A table of periods says itself where years begin and what they are called."""
    table = facts.one(s.PeriodsFrom)
    for line in (facts.one(s.FiscalYear), facts.one(s.FiscalNamedByStart)):
        if table is not None and line is not None:
            problems.report("K0232", line.span, labels=[(table.span, "periods")])


def _position(name: s.Name, known: list[str], problems: Problems) -> int:
    if name.text.lower() in known:
        return known.index(name.text.lower())
    problems.report("K0203", name.span, name=name.text, known=quoted(w.title() for w in known))
    return 0


def _zone(fact: s.Timezone | None, problems: Problems) -> str | None:
    return _known_zone(fact.zone, problems) if fact is not None else None


def _known_zone(text: s.Text, problems: Problems) -> str | None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text.value)
    except (KeyError, ValueError, OSError):
        problems.report("K0203", text.span, name=text.value, known="`Asia/Shanghai`, `UTC`, …")
        return None
    return text.value


def _entity(facts: Facts) -> Entity:
    section = facts.section
    assert isinstance(section, s.EntitySection)
    rows, key, name = facts.one(s.Rows), facts.one(s.Key), facts.one(s.NameIs)
    active, values = facts.one(s.Active), facts.one(s.ValuesOf)
    entity = Entity(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        relation=rows.relation if rows else None,
        key=key.column if key else None,
        name_path=name.path if name else None,
        attributes=facts.named(s.Attribute, "name"),
        parents={k: f.column for k, f in facts.named(s.BelongsTo, "entity").items()},
        active=_active(active) if active else None,
        values=values.paths if values else (),
        everything=facts.one(s.Everything) is not None,
        history=read_history(facts),
    )
    if entity.relation is not None and entity.key is None:
        facts.problems.report("K0601", section.name.span, entity=entity.name)
    return entity


def _active(fact: s.Active) -> Active:
    until = fact.until
    return Active(fact.since, until.column if until else None, until.inclusive if until else True)


def _data(facts: Facts) -> DataSet:
    section = facts.section
    assert isinstance(section, s.DataSection)
    rows, day, expects = facts.one(s.Rows), facts.one(s.Date), facts.one(s.ExpectsRows)
    if rows is None:
        facts.problems.report("K0602", section.name.span, holder=section.name.text)
    return DataSet(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        relation=rows.relation if rows else None,
        date=day.path if day else None,
        zone=_known_zone(day.zone, facts.problems) if day and day.zone else None,
        links={k: f.column for k, f in facts.named(s.Link, "entity").items()},
        through={k: f.through for k, f in facts.named(s.LinkThrough, "entity").items()},
        columns=facts.named(s.Column, "name"),
        only_where=tuple(f.condition for f in facts.every(s.OnlyWhere)),
        expects=expects.every if expects else None,
        groups={k: f.columns for k, f in facts.named(s.Group, "name").items()},
        due=_due(facts),
    )


def _due(facts: Facts) -> int | None:
    """The number of days of the `due` line, at most ten years."""
    line = facts.one(s.Due)
    if line is None:
        return None
    match line.delay:
        case s.Quantity(value, "days") if value == int(value) and 0 <= value <= 3660:
            return int(value)
    span = line.delay.span
    facts.problems.report("K0302", span, found=span.text, wanted="a number of days")
    return None


def _plan(facts: Facts) -> PlanTable:
    section = facts.section
    assert isinstance(section, s.TargetsSection)
    rows, kpi, period = facts.one(s.Rows), facts.one(s.LinkKpi), facts.one(s.PeriodColumn)
    roles = {
        "target": facts.one(s.ValueColumn),
        "floor": facts.one(s.FloorColumn),
        "stretch": facts.one(s.StretchColumn),
    }
    plan = PlanTable(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        relation=rows.relation if rows else None,
        kpi_column=kpi.column if kpi else None,
        links={k: f.column for k, f in facts.named(s.Link, "entity").items()},
        period=period.column if period else None,
        every=period.every if period else None,
        columns={role: fact.column for role, fact in roles.items() if fact is not None},
        only_where=tuple(f.condition for f in facts.every(s.OnlyWhere)),
    )
    for missing, present in (
        ("`table`, `query` or `file`", plan.relation),
        ("`link`", plan.links),
        ("`period`", plan.period),
        ("`value`", plan.columns.get("target")),
    ):
        if not present:
            facts.problems.report("K0603", section.name.span, plan=plan.name, missing=missing)
    return plan


def _kpi(facts: Facts) -> Kpi:
    section = facts.section
    assert isinstance(section, s.KpiSection)
    formula, unit = facts.one(s.Formula), facts.one(s.UnitIs)
    better, needs = facts.one(s.Better), facts.one(s.Needs)
    if formula is None:
        facts.problems.report("K0204", section.name.span, kpi=section.name.text, missing="formula")
    if unit is None:
        facts.problems.report("K0204", section.name.span, kpi=section.name.text, missing="unit")
    return Kpi(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        formula=formula.expression if formula else None,
        unit=unit.unit if unit else None,
        better=better.direction if better else None,
        needs=needs,
        representative=r.condition if (r := facts.one(s.Representative)) else None,
    )


def _cards(
    documents: tuple[s.Document, ...], problems: Problems
) -> dict[str, tuple[CardVersion, ...]]:
    """Card sections attach to the scorecard above them in the same file."""
    versions: dict[str, list[CardVersion]] = {}
    for document in documents:
        header: s.ScorecardSection | None = None
        parts: list[s.Section] = []
        for section in (*document.sections, None):
            if isinstance(section, s.CARD_PARTS):
                if header is None:
                    problems.report("K0702", _name_of(section), section=_keyword(section))
                parts.append(section)
                continue
            if header is not None:
                _check_order(header, parts, problems)
                version = _card(header, tuple(parts), problems)
                versions.setdefault(key_of(version.name), []).append(version)
            header = section if isinstance(section, s.ScorecardSection) else None
            parts = []
    return {name: _in_time(found, problems) for name, found in versions.items()}


def _name_of(section: s.Section) -> Span:
    """The name in a header, else the header."""
    name = getattr(section, "name", None) or getattr(section, "measured", None)
    return name.span if isinstance(name, s.Node) else header_line(section)


def _keyword(section: s.Section) -> str:
    return section.span.text.split(maxsplit=1)[0]


def _check_order(header: s.ScorecardSection, parts: list[s.Section], problems: Problems) -> None:
    """Between a measure and what it belongs to stand measures and judges alone."""
    parent, between = header.name.text, None
    for part in parts:
        if isinstance(part, s.PerspectiveSection) or _opens(part):
            parent, between = _name_of(part).text, None
        elif isinstance(part, s.MeasureSection) and between is not None:
            problems.report(
                "K0714",
                _name_of(part),
                labels=[(header_line(between), "between")],
                name=_name_of(part).text,
                section=_keyword(between),
                parent=parent,
            )
            between = None
        elif not (
            isinstance(part, s.MeasureSection | s.JudgeSection) or _is_change_of_measure(part)
        ):
            between = between or part


def _opens(part: s.Section) -> bool:
    """Measures below `change perspective` are new ones of it."""
    return isinstance(part, s.ChangeSection) and part.kind == "perspective"


def _is_change_of_measure(part: s.Section) -> bool:
    return isinstance(part, s.RemoveSection | s.ChangeSection) and part.kind == "measure"


def _card(
    section: s.ScorecardSection, parts: tuple[s.Section, ...], problems: Problems
) -> CardVersion:
    facts = Facts(section, problems)
    effective = facts.one(s.Effective)
    return CardVersion(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        since=effective.since.value if effective else None,
        through=effective.through.value if effective and effective.through else None,
        parts=parts,
    )


def _in_time(versions: list[CardVersion], problems: Problems) -> tuple[CardVersion, ...]:
    """Versions of one card by their first day; they may not overlap.

    An open version ends where the next begins only if it says so: the language asks for it.
    """
    ordered = sorted(versions, key=lambda v: v.version)
    for earlier, later in pairwise(ordered):
        ends = earlier.through
        if ends is None or later.since is None or ends >= later.since:
            labels = [(earlier.span, "other")]
            fixes = _ended(earlier, later)
            problems.report("K0703", later.span, labels=labels, fixes=fixes, card=later.name)
    return tuple(ordered)


def _ended(earlier: CardVersion, later: CardVersion) -> tuple[Fix, ...]:
    """Let an open version end on the day before the next one begins."""
    lines = (fact for fact in earlier.section.facts if isinstance(fact, s.Effective))
    line = next(lines, None)
    if line is None or line.through or later.since is None or line.since.value >= later.since:
        return ()
    ends = later.since - timedelta(days=1)
    return (
        Fix(
            f"end it on {ends}", (Edit(line.since.span, f"{line.since.span.text} through {ends}"),)
        ),
    )
