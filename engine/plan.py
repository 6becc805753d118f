"""Card and period -> plan: what every measure needs, and how the database is asked for it.

A plan has one level for each entity that something is computed for (the scored one, and the
ancestors that `at` names). A level is a spine, one row per entity, and grain classes: all cells of
one (data set, window, row grain) are computed in one narrow pass, aggregated to the entity, before
anything is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engine import scalars as r
from engine import values as v
from engine.activity import Activity
from engine.card import Card, Measure, TargetRule
from engine.catalog import Catalog
from engine.claims import (
    Claims,
    Exempt,
    changing_days,
    is_dated,
    partly_exempt,
    population,
    reads_history,
)
from engine.context import Context
from engine.effective import effective
from engine.facts import Problems
from engine.formula import Formulas
from engine.grain import Cell, GrainClass, cells_of, classes
from engine.holders import activity
from engine.kinds import adds_up
from engine.model import CardVersion, Entity, Kpi, PlanTable, Workspace, holder_key, key_of
from engine.peers import grouping
from engine.periods import MONTHS, Moment, Period, Range
from engine.proration import refuse_finer
from engine.reach import Ambiguous, NoLink, chain
from engine.rows import Rows
from engine.rule_plan import ExtraPlan, RulePlan, after_measures, plan_extras, plan_rules
from engine.scopes import Feed, Scope, feeds_of, scopes_of, values_of
from engine.split_targets import longer_period, part_of
from engine.target_sums import SumPlan, plan_sums
from engine.widening import Widened, widen
from grammar import Span
from grammar import syntax as s


@dataclass(frozen=True)
class TargetPlan:
    """One target line: its value where its condition holds."""

    value: v.Value
    where: v.Predicate | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class MeasurePlan:
    """A measure with everything it needs, as values of its level."""

    measure: Measure
    level: str
    value: v.KpiValue
    needs: v.Predicate | None
    applies: v.Predicate | None  # about the scored entity
    targets: Mapping[str, tuple[TargetPlan, ...]]
    representative: v.Predicate | None = None
    peers_within: v.AttributeOf | None = None  # what is equal for the peers of `curve peers`
    widened: Widened | None = None  # where `needs` falls back to a longer window


@dataclass(frozen=True)
class Spine:
    """The entities of a level, one row each. `parents` lead to the keys of other levels.

    `changing`: the days of the period on which a line of the card begins or ends to claim somebody;
    None where nothing of the spine depends on the day. `named`: the attributes of whom the card
    scores that it asks for, by the names it uses."""

    entity: Entity
    key: r.Scalar
    name: r.Scalar | None
    activity: Activity
    parents: Mapping[str, r.Scalar]
    attributes: tuple[r.Scalar, ...]
    conditions: tuple[r.Condition, ...]
    changing: tuple[r.Constant, ...] | None = None
    named: Mapping[str, r.Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """What is computed for one entity."""

    name: str
    spine: Spine
    classes: tuple[GrainClass, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that scoring a card for a period takes."""

    workspace: Workspace = field(repr=False)
    card: Card
    moment: Moment
    as_of: date
    levels: tuple[Level, ...]
    measures: tuple[MeasurePlan, ...]
    feeds: tuple[Feed, ...]
    scopes: Mapping[str, Scope]
    values_of: Mapping[str, tuple[tuple[s.Relation, r.Scalar], ...]]
    rank_within: v.AttributeOf | None
    ranked_when: v.Predicate | None
    no_total_when: v.Predicate | None
    top_within: v.AttributeOf | None = None  # in which groups grades are shared out
    inner: Mapping[str, Plan] = field(default_factory=dict, repr=False)  # by the key of the card
    asked: Mapping[str, v.KpiValue] = field(default_factory=dict)  # by KPI: what another card asks
    rules: tuple[RulePlan, ...] = ()
    extras: tuple[ExtraPlan, ...] = ()
    sums: tuple[SumPlan, ...] = ()  # targets that should add up

    @property
    def period(self) -> Period:
        return self.moment.period

    @property
    def home(self) -> str:
        """The level of those who are scored, the first of all."""
        return key_of(self.card.entity.name)

    @property
    def claimed(self) -> Range:
        """The days of the period that the card claims, up to the last that is known."""
        return self.claimed_until(self.moment.until)

    def claimed_until(self, end: date) -> Range:
        """The days of the period before `end` on which this version of the card holds."""
        last = self.card.source.through
        return Range(self.period.start, end if last is None else min(end, last + timedelta(days=1)))

    @property
    def needed(self) -> tuple[object, ...]:
        """Every value and condition that is computed, the outermost of each."""
        tests = (self.rank_within, self.ranked_when, self.no_total_when, self.top_within)
        more = after_measures(self.rules, self.extras)
        return needed_by(self.measures, *tests, *self.asked.values(), *more)


def needed_by(measures: Iterable[MeasurePlan], *others: object) -> tuple[object, ...]:
    """The values and conditions of measures, and others that there may be."""
    found = [*others]
    for each in measures:
        found += [each.value, each.needs, each.applies]
        found += [each.representative, each.peers_within]
        found += each.widened.parts if each.widened is not None else ()
        for lines in each.targets.values():
            found += [part for line in lines for part in (line.value, line.where)]
    return tuple(each for each in found if each is not None)


def tallies_of_levels(levels: Iterable[Level]) -> tuple[r.Tally, ...]:
    """Every number of the rows of an entity that something is computed with."""
    parts: list[object] = []
    for level in levels:
        parts += [level.spine.name, *level.spine.parents.values(), level.spine.attributes]
        parts += [level.spine.conditions, *(grain.cells for grain in level.classes)]
    return r.tallies_of(parts)


def make_plan(
    workspace: Workspace,
    card: Card,
    period: Period,
    as_of: date,
    catalog: Catalog,
    problems: Problems,
) -> Plan:
    """The plan of a card for a period as it stands on a day.

    What cannot be planned is left out and reported; a plan with reported errors is not run.
    """
    moment = workspace.calendar.moment(period, as_of)
    return _Planner(workspace, card, moment, as_of, catalog, problems).plan(())


class _Planner:
    def __init__(
        self,
        workspace: Workspace,
        card: Card,
        moment: Moment,
        as_of: date,
        catalog: Catalog,
        problems: Problems,
    ) -> None:
        self.workspace = workspace
        self.card = card
        self.moment = moment
        self.as_of = as_of
        self.problems = problems
        self.catalog = catalog
        self.formulas = Formulas(workspace, catalog, problems, moment)
        plain = Context(card.entity, moment)
        self.only_where = [self.formulas.of_entity(each, plain) for each in card.only_where]
        self.claims: dict[tuple[Exempt, ...], Claims] = {}
        self.context = replace(plain, claims=self._claims())

    def plan(self, askers: Iterable[tuple[Entity, Kpi | None]]) -> Plan:
        """`askers`: for whom other cards take the totals of this one, and what weighs them."""
        card = self.card
        above = list(askers)
        asked = {key_of(kpi.name): self._asked(kpi) for _, kpi in above if kpi is not None}
        measures = [m for m in map(self._measure, card.measures) if m is not None]
        total = replace(self.context, known=("coverage", "days_active"))
        within = (
            self.formulas.attribute(card.rank_within, self.context) if card.rank_within else None
        )
        ranked = self.formulas.predicate(card.ranked_when, total) if card.ranked_when else None
        no_total = (
            self.formulas.predicate(card.no_total_when, total) if card.no_total_when else None
        )
        path = next((grade.within for grade in card.grades if grade.within), None)
        top_within = self.formulas.attribute(path, self.context) if path else None
        rules = plan_rules(card, self.formulas, self.context)
        extras = plan_extras(card, self.formulas, self.context)
        weights = {name: value for name, value in asked.items() if value is not None}
        more = (*weights.values(), *after_measures(rules, extras))
        needed = needed_by(measures, within, ranked, no_total, top_within, *more)
        names = [m.level for m in measures]
        levels = self._levels(needed, [*names, *(key_of(entity.name) for entity, _ in above)])
        self._refuse_pools(levels, needed)
        tallies = tallies_of_levels(levels)
        holders = {grain.holder for level in levels for grain in level.classes}
        holders |= {tally.holder for tally in tallies}
        rows = self.formulas.aggregation.rows
        entities = [level.spine.entity for level in levels]
        days = self.moment.range
        last = r.Constant(days.last)
        return Plan(
            workspace=self.workspace,
            card=card,
            moment=self.moment,
            as_of=self.as_of,
            levels=levels,
            measures=tuple(measures),
            feeds=feeds_of(self.workspace, needed, tallies),
            scopes=scopes_of(self.workspace, holders, lambda each: rows(each, last)),
            values_of=values_of(
                self.workspace, entities, lambda each: rows(each, days), self.problems
            ),
            rank_within=within,
            ranked_when=ranked,
            no_total_when=no_total,
            top_within=top_within,
            inner=self._inner(),
            asked=weights,
            rules=rules,
            extras=extras,
            sums=plan_sums(measures, self.formulas.aggregation),
        )

    def _refuse_pools(self, levels: tuple[Level, ...], needed: Iterable[object]) -> None:
        """Rows of peers are taken together by who they are all period (K0345)."""
        changing = {each.name for each in levels if each.spine.changing is not None}
        pooled = (n for root in needed for n in v.walk(root) if isinstance(n, v.Peers) and n.pooled)
        for node in pooled:
            name = next((each for each in (node.level, levels[0].name) if each in changing), None)
            if name is not None:
                entity = self.workspace.entities[name].name
                self.problems.report("K0345", node.origin, entity=entity)

    # ── other cards ──────────────────────────────────────────────────────────────────────────

    def _inner(self) -> dict[str, Plan]:
        """The plans of the cards whose totals are taken, each once."""
        askers: dict[str, list[tuple[Entity, Kpi | None]]] = {}
        cards: dict[str, CardVersion] = {}
        for measure in self.card.measures:
            if measure.source is not None:
                name = key_of(measure.source.version.name)
                cards[name] = measure.source.version
                askers.setdefault(name, []).append((measure.level, measure.source.weighted_by))
        found = {}
        for name, version in cards.items():
            card = effective(self.workspace, version, self.moment.period.start, self.problems)
            if card is not None:
                planner = _Planner(
                    self.workspace, card, self.moment, self.as_of, self.catalog, self.problems
                )
                found[name] = planner.plan(askers[name])
        return found

    def _asked(self, kpi: Kpi) -> v.KpiValue | None:
        return self.formulas.kpi(kpi, self.context, kpi.span)

    def _claims(self, measure: str | None = None) -> Claims | None:
        """Which rows count for the card, or for one of its measures; None where all do."""
        card, days = self.card, self.moment.period.range
        exempt, last = partly_exempt(card, days, measure), card.source.through
        ends = last is not None and last < days.last
        pasts = any(each.history for each in self.workspace.entities.values())
        if not (exempt or ends or pasts or is_dated(card)):
            return None
        return self.claims.setdefault(exempt, Claims(card, self.only_where, days, exempt))

    # ── measures ─────────────────────────────────────────────────────────────────────────────

    def _measure(self, measure: Measure) -> MeasurePlan | None:
        claims = self._claims(measure.name)
        context = replace(self.context, level=measure.level, claims=claims)
        value = self._value(measure, context)
        needs = measure.kpi.needs
        sample = self.formulas.predicate(needs.condition, context) if needs else None
        asks = measure.kpi.representative
        stands_for = self.formulas.predicate(asks, context) if asks is not None else None
        applies = None
        if measure.applies_when is not None:
            applies = self.formulas.predicate(measure.applies_when, self.context)
        targets = {
            role: tuple(
                line for rule in rules if (line := self._target(measure, role, rule, context))
            )
            for role, rules in measure.targets.items()
        }
        if value is None:
            return None
        return MeasurePlan(
            measure=measure,
            level=key_of(measure.level.name),
            value=value,
            needs=sample,
            applies=applies,
            targets=targets,
            representative=stands_for,
            peers_within=self._peers_within(measure, context),
            widened=widen(measure.kpi, self.formulas, context),
        )

    def _peers_within(self, measure: Measure, context: Context) -> v.AttributeOf | None:
        peers = measure.curve.peers if measure.curve is not None else None
        path = grouping(self.workspace, peers.within) if peers is not None else None
        return None if path is None else self.formulas.attribute(path, context)

    def _value(self, measure: Measure, context: Context) -> v.KpiValue | None:
        source = measure.source
        if source is None:
            return self.formulas.kpi(measure.kpi, context, measure.span)
        level = key_of(measure.level.name)
        weight = key_of(source.weighted_by.name) if source.weighted_by else None
        names = (key_of(source.version.name), level, key_of(source.entity.name), weight)
        return v.KpiValue(
            key_of(measure.kpi.name), level, "", v.ScoreOf(*names, origin=measure.span)
        )

    def _target(
        self, measure: Measure, role: str, rule: TargetRule, context: Context
    ) -> TargetPlan | None:
        """A line that holds from a later day than the period's first is not part of it."""
        if rule.since > self.moment.period.start:
            return None
        where = self.formulas.predicate(rule.where, context) if rule.where else None
        if rule.where is not None and where is None:
            return None
        known = tuple(each for each in ("target", "floor", "stretch") if each != role)
        whole = replace(context, moment=Moment(self.moment.period, self.moment.period.end))
        value: v.Value | None
        if rule.plan is not None:
            value = self._from_plan(measure, role, rule, rule.plan, context.level)
        else:
            assert rule.value is not None
            value = self.formulas.value(rule.value, replace(whole, known=known))
        return None if value is None else TargetPlan(value, where, rule.span)

    def _from_plan(
        self, measure: Measure, role: str, rule: TargetRule, plan: PlanTable, level: Entity
    ) -> v.PlanValue | None:
        span = rule.span
        column = plan.columns.get(role)
        if column is None or plan.period is None:
            self.problems.report("K0213", span, plan=plan.name, role=role)
            return None
        if rule.split is None:
            self._check_step(measure, plan, span)
        rows = self.formulas.aggregation.rows(plan)
        key, day, value = rows.key(level, span), rows.own(plan.period), rows.own(column)
        kpi = rows.own(plan.kpi_column) if plan.kpi_column else None
        conditions = [rows.condition(each, None) for each in plan.only_where]
        if key is None or day is None or value is None or (plan.kpi_column and kpi is None):
            return None
        period = self.moment.period
        whole: Period | None = period
        part = None
        if rule.split is not None:
            whole = longer_period(self.workspace, measure, rule, period, self.problems)
            part = part_of(self.workspace, whole, rule, period, self.problems)
            if part is None:
                return None
        assert whole is not None
        whole_period = Range(whole.start, whole.end)
        name = r.Constant(measure.kpi.name)
        only_kpi = r.Compare(kpi, "=", name) if kpi is not None else None
        return v.PlanValue(
            level=key_of(level.name),
            plan=holder_key(plan),
            kpi=measure.kpi.name,
            role=role,
            key=key,
            day=day,
            value=value,
            where=r.all_of(only_kpi, *conditions),
            range=whole_period,
            months=self.workspace.calendar.months_of(whole_period),
            every=plan.every,
            prorated=measure.prorate,
            origin=span,
            part=part,
        )

    def _check_step(self, measure: Measure, plan: PlanTable, span: Span) -> None:
        """A plan that says how long its periods are: longer ones are not split, and shorter ones
        are only added up for a KPI that adds up."""
        cadence = self.moment.period.cadence
        if plan.every is None or plan.every == cadence:
            return
        names = {"plan": plan.name, "kpi": measure.kpi.name}
        if MONTHS[plan.every] > MONTHS.get(cadence, 0):
            self.problems.report("K0519", span, names, every=plan.every, cadence=cadence)
        elif not adds_up(self.workspace, measure.kpi.name):
            self.problems.report("K0518", span, names)
        elif measure.prorate:
            refuse_finer(measure.kpi.name, span, self.problems)

    # ── levels ───────────────────────────────────────────────────────────────────────────────

    def _levels(self, needed: Iterable[object], measured: Iterable[str]) -> tuple[Level, ...]:
        cells: dict[str, dict[Cell, None]] = {}
        attributes: dict[str, dict[r.Scalar, str]] = {}
        names = dict.fromkeys([key_of(self.card.entity.name), *measured])
        for root in needed:
            for node in v.walk(root):
                if isinstance(node, v.Aggregate | v.PlanValue):
                    cells.setdefault(node.level, {}).update(dict.fromkeys(cells_of(node)))
                    names.setdefault(node.level)
                elif isinstance(node, v.AttributeOf):
                    attributes.setdefault(node.level, {}).setdefault(node.scalar, node.name)
                    names.setdefault(node.level)
                elif isinstance(node, v.AtLevel):
                    names.setdefault(node.level)
        levels = []
        for name in names:
            spine = self._spine(name, attributes.get(name, {}), list(names))
            if spine is not None:
                levels.append(Level(name, spine, classes(cells.get(name, {}))))
        return tuple(levels)

    def _spine(
        self, name: str, attributes: Mapping[r.Scalar, str], levels: list[str]
    ) -> Spine | None:
        entity = self.workspace.entities[name]
        rows = self.formulas.aggregation.rows(entity)
        key = rows.own_key(entity)
        if key is None:
            return None
        today = self.formulas.aggregation.rows(entity, r.Constant(self.moment.range.last))
        parents = self._parents(entity, rows, levels)
        claimed = entity is self.card.entity
        conditions = population(self.card, self.only_where, rows) if claimed else ()
        dated = (claimed and is_dated(self.card)) or reads_history(
            (conditions, tuple(attributes), tuple(parents.values()))
        )
        return Spine(
            entity=entity,
            key=key,
            name=today.path(entity.name_path) if entity.name_path else None,
            activity=activity(entity, rows),
            parents=parents,
            attributes=tuple(attributes),
            conditions=conditions,
            changing=self._changing(claimed) if dated else None,
            named=self._named(rows, attributes) if claimed else {},
        )

    def _changing(self, claimed: bool) -> tuple[r.Constant, ...]:
        return changing_days(self.card, self.moment.range) if claimed else ()

    def _named(self, rows: Rows, attributes: Mapping[r.Scalar, str]) -> dict[str, r.Scalar]:
        """What the `assign` lines of the card ask for, and what else it reads."""
        found: dict[str, r.Scalar] = {}
        for each in self.card.assignments:
            scalar = rows.path(each.attribute)
            if scalar is not None:
                found[each.attribute.span.text] = scalar
        return found | {name: scalar for scalar, name in attributes.items()}

    def _parents(self, entity: Entity, rows: Rows, levels: list[str]) -> dict[str, r.Scalar]:
        """The keys of the other levels to which this entity belongs."""
        parents: dict[str, r.Scalar] = {}
        for name in levels:
            other = self.workspace.entities[name]
            if other is entity:
                continue
            try:
                chain(self.workspace, entity, other.name)
            except (NoLink, Ambiguous):
                continue
            key = rows.key(other, entity.span)
            if key is not None:
                parents[name] = key
        return parents
