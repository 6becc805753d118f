"""All diagnostics of a workspace: what reading found, and what every card and KPI means.

Formulas are checked by compiling them, with the periods in which something changes, so that a
check and a score can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.aggregation import Aggregation
from engine.benchmarks import check_benchmarks
from engine.card import Card
from engine.catalog import NOTHING_KNOWN, Catalog
from engine.context import Context
from engine.customs import check_customs
from engine.damage import consequences
from engine.effective import effective
from engine.example_facts import check_examples
from engine.facts import Problems
from engine.finding import find_entity
from engine.formula import Formulas
from engine.histories import columns_of
from engine.kind_checks import check_kinds
from engine.lineage import level_of
from engine.model import CardVersion, DataSet, Entity, History, PlanTable, Workspace, key_of
from engine.period_rows import TableCalendar, any_period
from engine.period_table import dated
from engine.periods import Moment, Period
from engine.plan import make_plan
from engine.policies import check_card_policies, check_overdue, check_policies
from engine.rows import Rows, is_computed
from engine.scopes import values_of
from engine.style import check_style
from engine.text_checks import check_texts
from engine.unit_checks import check_units, of_right_units
from engine.unused import check_unused
from engine.walk import walk
from engine.weights import in_unknown_order, start_of
from engine.widening import fits
from grammar import Diagnostic, in_order
from grammar import syntax as s

_SOME_DAY = date(2025, 1, 1)
ASKED = ("K0230", "K0545")
"""What only the period that is asked for can say: days that are in no table."""


def check(
    workspace: Workspace, catalog: Catalog = NOTHING_KNOWN, today: date | None = None
) -> tuple[Diagnostic, ...]:
    """Every fault, sorted by place, each once. Consequences of an unreadable file are left out.

    Without `today` nothing is said of reviews that are overdue.
    """
    workspace = dated(workspace, catalog)
    problems = Problems()
    _check_data(workspace, catalog, problems)
    _check_values(workspace, catalog, problems)
    cards: list[Card] = []
    for versions in workspace.cards.values():
        for version in versions:
            cards += _check_card(workspace, version, catalog, problems)
            if today is not None:
                check_overdue(version, today, problems)
    check_examples(workspace, problems, catalog)
    _check_kpis(workspace, catalog, problems)
    walked = walk(workspace)
    check_texts(workspace, walked, problems)
    check_kinds(workspace, problems)
    check_units(workspace, problems)  # last: what is at fault already has no unit to check
    check_unused(workspace, walked, problems)
    check_benchmarks(workspace, problems)
    check_policies(workspace, problems)
    check_style(workspace, cards, problems)
    check_customs(workspace, cards, problems)
    found = of_right_units((*workspace.diagnostics, *problems.found))
    shown = in_order(d for d in found if not d.follows and d.code not in ASKED)
    hidden = consequences(workspace, shown)
    return tuple(each for i, each in enumerate(shown) if i not in hidden)


def _check_data(workspace: Workspace, catalog: Catalog, problems: Problems) -> None:
    """Every column that a data section names, and every link."""
    aggregation = Aggregation(workspace, catalog, problems, _some_quarter(workspace))
    holders: list[Entity | DataSet | PlanTable] = [*workspace.entities.values()]
    holders += [*workspace.data.values(), *workspace.plans.values()]
    for holder in holders:
        if isinstance(holder, Entity) and holder.relation is None:
            _check_computed(holder, aggregation.rows(holder))
        if holder.relation is None or catalog.report(holder.relation, problems):
            continue
        rows = aggregation.rows(holder)
        for name in _columns_of(holder):
            rows.own(name)
        _check_links(workspace, holder, problems)
        for entity, name in _links_of(holder).items():
            if entity in workspace.entities:
                rows.check_link(holder, workspace.entities[entity], name)
        if isinstance(holder, Entity) and holder.history is not None:
            _check_history(holder, holder.history, aggregation)
        if isinstance(holder, Entity):
            for attribute in holder.attributes.values():
                rows.path(s.Path((attribute.name,), span=attribute.name.span))
            if holder.name_path is not None:
                rows.path(holder.name_path)
        elif isinstance(holder, DataSet):
            for column in holder.columns.values():
                rows.path(s.Path((column.name,), span=column.name.span))
            for condition in holder.only_where:
                rows.condition(condition, None)
            day = rows.path(holder.date) if holder.date is not None else None
            if day is not None and holder.date is not None:
                rows.is_date(day, holder.date.span)


def _check_computed(entity: Entity, rows: Rows) -> None:
    """An entity without a table has nobody to compute an attribute for."""
    for attribute in filter(is_computed, entity.attributes.values()):
        rows.path(s.Path((attribute.name,), span=attribute.name.span))


def _check_history(entity: Entity, past: History, aggregation: Aggregation) -> None:
    """The columns of an entity's history, and what they hold the keys of."""
    workspace, rows = aggregation.workspace, aggregation.rows(past)
    if aggregation.catalog.report(past.relation, aggregation.problems):
        return
    for name in columns_of(past):
        rows.own(name)
    rows.check_link(past, entity, past.by)
    for parent, name in past.links.items():
        if parent in workspace.entities:
            rows.check_link(past, workspace.entities[parent], name)


def _check_values(workspace: Workspace, catalog: Catalog, problems: Problems) -> None:
    entities = [entity for entity in workspace.entities.values() if entity.values]
    aggregation = Aggregation(workspace, catalog, problems, _some_quarter(workspace))
    values_of(workspace, entities, aggregation.rows, problems)


def _some_quarter(workspace: Workspace) -> Moment:
    period = any_period(workspace.calendar, "quarter", _SOME_DAY)
    return workspace.calendar.moment(period, period.end)


def _links_of(holder: Entity | DataSet | PlanTable) -> Mapping[str, s.Name]:
    """The columns that hold the keys of entities, those of a history left out."""
    if not isinstance(holder, Entity):
        return holder.links
    past = holder.history.links if holder.history is not None else {}
    return {entity: name for entity, name in holder.parents.items() if entity not in past}


def _columns_of(holder: Entity | DataSet | PlanTable) -> Iterator[s.Name]:
    """The columns that the facts of a section name directly."""
    if isinstance(holder, Entity):
        if holder.key is not None:
            yield holder.key
        yield from _links_of(holder).values()
        if holder.active is not None:
            yield holder.active.since
            if holder.active.until is not None:
                yield holder.active.until
        return
    yield from _links_of(holder).values()
    if isinstance(holder, PlanTable):
        yield from (c for c in (holder.kpi_column, holder.period) if c is not None)
        yield from holder.columns.values()


def _check_links(
    workspace: Workspace, holder: Entity | DataSet | PlanTable, problems: Problems
) -> None:
    for fact in getattr(holder.section, "facts", ()):
        if isinstance(fact, s.Link | s.BelongsTo | s.LinkThrough):
            find_entity(workspace, fact.entity, problems)
            if isinstance(fact, s.LinkThrough) and fact.through is not None:
                find_entity(workspace, fact.through, problems)


def _check_card(
    workspace: Workspace, version: CardVersion, catalog: Catalog, problems: Problems
) -> list[Card]:
    """The card in every period in which one of its dated facts begins to hold."""
    cards: list[Card] = []
    for day in sorted(_days(workspace, version)):
        before = len(problems.errors)
        card = effective(workspace, version, day, problems)
        if card is None:
            return cards
        if len(problems.errors) == before:
            check_card_policies(workspace, card, day, problems)
            cards.append(card)
        for period in _periods(workspace, card.cadence, day):
            make_plan(workspace, card, period, period.end, catalog, problems)
    return cards


def _days(workspace: Workspace, version: CardVersion) -> set[date]:
    days = {version.since or _SOME_DAY}
    facts = [fact for part in version.parts for fact in getattr(part, "facts", ())]
    if in_unknown_order(facts, workspace.calendar):
        return days
    for part in version.parts:
        for fact in getattr(part, "facts", ()):
            since = getattr(fact, "since", None)
            if isinstance(fact, s.TargetLine | s.Weight) and since is not None:
                start = start_of(since, workspace.calendar, Problems())
                if start is not None:
                    days.add(start)
    return days


def _periods(workspace: Workspace, cadence: str, day: date) -> tuple[Period, ...]:
    """The period in which a day lies, and where it is not its first the next one too; of a table
    those that it has, and its last, of which windows are more likely to be in it."""
    calendar = workspace.calendar
    near = calendar.around(cadence, day)
    alone = near and near[0].start == day and not isinstance(calendar, TableCalendar)
    return near[:1] if alone else near


def _check_kpis(workspace: Workspace, catalog: Catalog, problems: Problems) -> None:
    """KPIs that no card uses are compiled too, for an entity that their data reach."""
    moment = _some_quarter(workspace)
    formulas = Formulas(workspace, catalog, problems, moment)
    measured = _measured(workspace)
    for name, kpi in workspace.kpis.items():
        level = None if name in measured else level_of(workspace, kpi, formulas.has)
        if level is None or kpi.formula is None:
            continue
        context = Context(level, moment)
        formulas.kpi(kpi, context, kpi.span)
        if kpi.needs is not None:
            formulas.predicate(kpi.needs.condition, context)
            fits(workspace, kpi, problems)
        if kpi.representative is not None:
            formulas.predicate(kpi.representative, context)


def _measured(workspace: Workspace) -> set[str]:
    """The KPIs that are checked with a card."""
    parts = (p for versions in workspace.cards.values() for v in versions for p in v.parts)
    names = (p.measured for p in parts if isinstance(p, s.MeasureSection))
    return {key_of(name.text) for name in names if isinstance(name, s.Name)}
