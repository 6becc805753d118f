"""Why an entity has its score: a tree whose points add up exactly to the total.

Every point of the total is on one leaf: the measures, then the adjustments, then the rounding.
Below a measure stand the numbers its value was made of, without points of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import scalars as r
from engine import values as v
from engine.benchmarks import benchmarks_of
from engine.card import CurvePoint
from engine.explained_attributes import made_of_rows
from engine.formula_inputs import formula_inputs
from engine.peer_figures import OF_VALUES, figures_of
from engine.plan import TargetPlan
from engine.reasons import STATES, name
from engine.sheet import MeasureScores, PerspectiveScores, Sheet, Step
from engine.stretches import stretches
from grammar import Span
from grammar import syntax as s
from grammar.phrases import phrase


@dataclass(frozen=True)
class Node:
    """One step. Numbers are None where they do not apply; percents and weights are fractions."""

    # total, perspective, measure, kpi, aggregate, scores, entity, target, part, input, window,
    # benchmark, gap, attribute, sample, peers, peer_figure, rule, adjustment, rounding, stretch (of
    # days), exemption
    kind: str
    name: str
    label: str
    value: float | None = None
    unit: str | None = None
    target: float | None = None
    attainment: float | None = None
    segment: str | None = None
    score: float | None = None
    weight: float | None = None
    effective_weight: float | None = None
    points: float | None = None
    rows: int | None = None
    skipped: int | None = None
    state: str | None = None
    reason: str | None = None
    file: str | None = None
    line: int | None = None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Adjustment:
    """A step from the weighted total to the total, before rounding."""

    kind: str
    name: str
    points_before: float
    points_after: float


@dataclass(frozen=True)
class Explanation:
    """The tree of one entity, with what its sentences need."""

    sheet: Sheet
    place: int  # index in the sheet
    tree: Node

    @property
    def key(self) -> str:
        return str(self.sheet.keys[self.place])


def explain(sheet: Sheet, key: str, language: str = "") -> Explanation | None:
    """The explanation of one entity; None where the card does not score it."""
    place = sheet.index.get(key)
    if place is None:
        return None
    return Explanation(sheet, place, _Tree(sheet, place, language).total())


def adjustments(sheet: Sheet, place: int) -> tuple[Adjustment, ...]:
    """What changed the weighted total of an entity."""
    if np.isnan(sheet.unrounded[place]):
        return ()
    return tuple(
        Adjustment(step.kind, name_of(step), float(step.before[place]), float(step.after[place]))
        for step in sheet.steps
        if step.before[place] != step.after[place]
    )


def part_used(line: TargetPlan) -> v.Part | None:
    """Which part of a longer target a line takes."""
    return line.value.part if isinstance(line.value, v.PlanValue) else None


def name_of(step: Step) -> str:
    return "limit total" if step.cause is None else step.cause.name


class _Tree:
    def __init__(self, sheet: Sheet, place: int, language: str) -> None:
        self.sheet = sheet
        self.place = place
        self.language = language
        self.card = sheet.plan.card
        self.workspace = sheet.plan.workspace

    def total(self) -> Node:
        sheet, place = self.sheet, self.place
        children = [*self._branches(), *self._adjustments(), *self._rules()]
        rounding = self._rounding()
        if rounding is not None:
            children.append(rounding)
        children += [*self._stretches(), *self._exemptions()]
        return Node(
            kind="total",
            name=self.card.name,
            label=self.card.source.label(self.language),
            value=number(sheet.total[place]),
            unit="points",
            points=number(sheet.total[place]),
            weight=1.0,
            state=None,
            reason=str(sheet.not_ranked[place]) or None,
            **_where(self.card.source.span),
            children=tuple(children),
        )

    def _branches(self) -> Iterator[Node]:
        if not self.card.perspectives:
            yield from map(self._measure, self.sheet.measures)
        for perspective in self.sheet.perspectives:
            own = [
                each
                for each in self.sheet.measures
                if each.plan.measure.perspective == perspective.perspective.name
            ]
            yield self._perspective(perspective, own)

    def _perspective(self, scores: PerspectiveScores, own: list[MeasureScores]) -> Node:
        perspective = scores.perspective
        children = tuple(map(self._measure, own))
        return Node(
            kind="perspective",
            name=perspective.name,
            label=perspective.label(self.language),
            score=number(scores.score[self.place]),
            weight=perspective.weight,
            effective_weight=number(scores.effective[self.place]),
            points=float(sum(child.points or 0.0 for child in children)),
            **_where(perspective.span),
            children=children,
        )

    # ── measures ─────────────────────────────────────────────────────────────────────────────

    def _measure(self, scores: MeasureScores) -> Node:
        measure, place = scores.plan.measure, self.place
        atoms = self._atoms(scores)
        report_only = measure.report_only
        return Node(
            kind="measure",
            name=measure.name,
            label=measure.label(self.language),
            value=number(scores.value[place]),
            unit=unit_text(measure.kpi.unit),
            target=number(scores.roles["target"][place]) if "target" in scores.roles else None,
            attainment=number(scores.attainment[place]),
            segment=self._say("segment", segment_text(scores, place) or "") or None,
            score=number(scores.score[place]),
            weight=None if report_only else measure.weight,
            effective_weight=None if report_only else number(scores.effective[place]),
            points=None if report_only else float(scores.points[place]),
            rows=atoms[0].rows if atoms else None,
            skipped=atoms[0].skipped if atoms else None,
            state=STATES[scores.state[place]],
            reason=name(int(scores.reason[place])),
            **_where(measure.span),
            children=(
                *self._targets(scores),
                *self._inputs(scores),
                *self._window(scores),
                *self._representative(scores),
                *self._compared_with(scores),
                *self._benchmarks(scores),
                *self._made_of(scores),
            ),
        )

    def _targets(self, scores: MeasureScores) -> Iterator[Node]:
        """The target line that decided."""
        line = int(scores.target_line[self.place])
        if line < 0 or "target" not in scores.plan.targets:
            return
        decided = scores.plan.targets["target"][line]
        value = number(scores.roles["target"][self.place])
        unit = unit_text(scores.plan.measure.kpi.unit)
        where = _where(decided.span)
        part = part_used(decided)
        found = [] if part is None else [self._part(part, where)]
        found += map(self._attribute, made_of_rows((decided.where,)))
        text = decided.span.text
        yield Node("target", "target", text, value, unit, children=tuple(found), **where)

    def _part(self, part: v.Part, where: dict[str, Any]) -> Node:
        """How much of the target of a longer period this one is."""
        how = "shares" if part.days is None else "days"
        return Node("part", how, part.of, number(float(part.share)), "percent", **where)

    def _inputs(self, scores: MeasureScores) -> Iterator[Node]:
        """The numbers that were put into the formula of the curve."""
        where = _where(scores.plan.measure.span)
        for called, amount in formula_inputs(scores, self.place):
            yield Node("input", called, self._say("node", called), value=amount + 0.0, **where)

    def _window(self, scores: MeasureScores) -> Iterator[Node]:
        """The longer window that was taken, and what there was of the sample: in the period, then
        in the window."""
        wide, needs = scores.window(self.place), scores.plan.measure.kpi.needs
        if wide is None or needs is None:
            return
        level = scores.plan.level
        found = (*self._compared(scores.plan.needs, level), *self._compared(wide.needs, level))
        label = self._say("node", f"over {wide.window}")
        yield Node("window", wide.window, label, children=found, **_where(needs.span))

    def _representative(self, scores: MeasureScores) -> Iterator[Node]:
        """The condition under which the value stands for everybody, and whether it is met."""
        asked = scores.plan.measure.kpi.representative
        if asked is None or scores.representative is None or np.isnan(scores.value[self.place]):
            return
        met = bool(scores.representative[self.place])
        wide, own = scores.window(self.place), scores.plan.representative
        yield Node(
            kind="sample",
            name="representative",
            label=asked.span.text,
            state="representative" if met else "not_representative",
            children=self._compared(wide.representative if wide else own, scores.plan.level),
            **_where(asked.span),
        )

    def _compared_with(self, scores: MeasureScores) -> Iterator[Node]:
        """The group of peers that the curve compares with, its size, and the figures used."""
        curve, found = scores.plan.measure.curve, figures_of(scores, self.place)
        if found is None or curve is None or curve.peers is None:
            return
        where, unit = _where(curve.peers.within.span), unit_text(scores.plan.measure.kpi.unit)
        scored = STATES[scores.state[self.place]] == "scored"
        yield Node(
            kind="peers",
            name=curve.form,
            label=self._say("node", ", ").join(
                filter(None, (curve.peers.within.span.text, found.group))
            ),
            rows=found.size,
            children=tuple(
                Node(
                    kind="peer_figure",
                    name=figure,
                    label=self._say("node", f"peers: {figure}"),
                    value=number(amount),
                    unit=unit if figure in OF_VALUES else None,
                    **where,
                )
                for figure, amount in (found.found if scored else {}).items()
            ),
            **where,
        )

    def _benchmarks(self, scores: MeasureScores) -> Iterator[Node]:
        """What others reach, and how far the value is from it."""
        kpi, value = scores.plan.measure.kpi, scores.value[self.place]
        unit = unit_text(kpi.unit)
        for each in benchmarks_of(kpi):
            where = _where(each.span)
            gap = number(value - each.value)
            label = self._say("node", "above or below the benchmark")
            found = () if gap is None else (Node("gap", "gap", label, gap, unit, **where),)
            yield Node(
                "benchmark", "benchmark", each.said, each.value, unit, children=found, **where
            )

    def _compared(self, condition: v.Predicate | None, level: str) -> tuple[Node, ...]:
        """The numbers that a condition compares."""
        found: dict[Node, None] = {}
        for node in v.walk(condition):
            for side in (node.left, node.right) if isinstance(node, v.Compares) else ():
                found.update(dict.fromkeys(self._parts(side, level)))
        return tuple(found)

    def _made_of(self, scores: MeasureScores) -> tuple[Node, ...]:
        """The KPIs and aggregates of the formula; one aggregate alone says nothing new."""
        nodes = self._parts(scores.made(self.place).value, scores.plan.level)
        return nodes if len(nodes) > 1 or any(node.children for node in nodes) else ()

    def _atoms(self, scores: MeasureScores) -> tuple[Node, ...]:
        nodes = self._parts(scores.made(self.place).value, scores.plan.level)
        return tuple(_leaves(nodes))

    def _parts(self, value: v.Value, level: str) -> tuple[Node, ...]:
        if isinstance(value, v.KpiValue):
            return (self._kpi(value, level),)
        if isinstance(value, v.Aggregate):
            return (self._aggregate(value, level),)
        if isinstance(value, v.AtLevel):
            return self._parts(value.value, value.level)
        if isinstance(value, v.Peers):
            return (self._peers(value, level),)
        if isinstance(value, v.ScoreOf):
            return (self._scores(value, level),)
        found: dict[Node, None] = {}
        for part in v.parts(value):
            if isinstance(part, v.Value):
                found.update(dict.fromkeys(self._parts(part, level)))
        return tuple(found)

    def _kpi(self, value: v.KpiValue, level: str) -> Node:
        kpi = self.workspace.kpis[value.kpi]
        amount, reason = self._at(value, level)
        label, window = kpi.label(self.language), self._say("window", value.window)
        return Node(
            kind="kpi",
            name=kpi.name,
            label=self._say("node", ", ").join(filter(None, (label, window))),
            value=amount,
            unit=unit_text(kpi.unit),
            reason=reason,
            **_where(kpi.span),
            children=self._parts(value.value, level),
        )

    def _aggregate(self, aggregate: v.Aggregate, level: str) -> Node:
        amount, reason = self._at(aggregate, level)
        row = self._row(level)
        counted, skipped = (0.0, 0.0)
        if row is not None:
            counted, skipped = (each[row] for each in self.sheet.evaluator.rows(aggregate, level))
        text, days = aggregate.origin.text, self._say("range", str(aggregate.range or ""))
        if aggregate.aligned is not None:
            back = f"{aggregate.aligned} days before, by Spring Festival"
            days = self._say("node", ", ").join((days, self._say("node", back)))
        return Node(
            kind="aggregate",
            name=aggregate.function,
            label=self._say("node", ", ").join(filter(None, (text, days))),
            value=amount,
            rows=int(counted),
            skipped=int(skipped),
            reason=reason,
            **_where(aggregate.origin),
            children=tuple(map(self._attribute, made_of_rows((aggregate,)))),
        )

    def _attribute(self, tally: r.Tally) -> Node:
        """An attribute that is a number of rows, and of which days these are."""
        days = self._say("range", str(tally.range or ""))
        label = self._say("node", ", ").join(filter(None, (tally.origin.text, days)))
        return Node("attribute", tally.name, label, **_where(tally.origin))

    def _peers(self, value: v.Peers, level: str) -> Node:
        """A figure of a group of peers, and how many of them it was made of."""
        row = self._row(level)
        amount, reason = self._at(value, level)
        size, group = (0, None) if row is None else self.sheet.evaluator.peer_group(value, row)
        return Node(
            kind="peers",
            name=value.name,
            label=self._say("node", ", ").join(filter(None, (value.origin.text, group))),
            value=amount,
            rows=size,
            reason=reason,
            children=self._parts(
                value.value if value.pooled is None or amount is None else value.pooled, level
            ),
            **_where(value.origin),
        )

    def _scores(self, value: v.ScoreOf, level: str) -> Node:
        """The totals that a mean is made of, and how much each of them counts."""
        found = self.sheet.evaluator.descendants(value)
        row = self._row(level)
        places = found.of(-2 if row is None else row)
        weights = found.weight[places]
        shares = weights / (np.nansum(weights) or 1.0)
        amount, reason = self._at(value, level)
        card = found.sheet.plan.card.source
        entity = found.sheet.plan.card.entity.label(self.language)
        count = int((~np.isnan(weights)).sum())
        return Node(
            kind="scores",
            name=card.name,
            label=self._say("node", ", ").join((card.label(self.language), entity)),
            value=amount,
            unit="points",
            rows=count,
            skipped=len(places) - count,
            reason=reason,
            **_where(value.origin),
            children=tuple(
                Node(
                    kind="entity",
                    name=str(found.sheet.keys[place]),
                    label=str(found.sheet.labels[place] or found.sheet.keys[place]),
                    value=number(found.sheet.total[place]),
                    unit="points",
                    weight=number(share),
                    reason=str(found.sheet.not_ranked[place]) or None,
                )
                for place, share in zip(places, shares, strict=True)
            ),
        )

    def _at(self, value: v.Value, level: str) -> tuple[float | None, str | None]:
        """The number of this entity (or of its ancestor on another level) and why it has none."""
        row = self._row(level)
        if row is None:
            return None, "not_assigned"
        result = self.sheet.evaluator.value(value, level)
        return number(result.values[row]), name(int(result.reasons[row]))

    def _row(self, level: str) -> int | None:
        member = int(self.sheet.members[self.place])
        if level == self.sheet.plan.home:
            return member
        data = self.sheet.atoms.levels[self.sheet.plan.home]
        row = int(data.parents[level][member]) if level in data.parents else 0
        return None if row < 0 else row

    # ── days ─────────────────────────────────────────────────────────────────────────────────

    def _stretches(self) -> Iterator[Node]:
        """Who the entity was on which days, where it or the card changed inside the period."""
        for each in stretches(self.sheet, self.place):
            facts = [f"{name} {value or '-'}" for name, value in each.facts]
            yield Node(
                kind="stretch",
                name="days",
                label=self._say("node", ", ").join([f"{each.first}..{each.last}", *facts]),
                value=float(each.days),
                unit="days",
                state="claimed" if each.claimed else "not_claimed",
                **_where(self.card.source.span),
            )

    def _exemptions(self) -> Iterator[Node]:
        """The lines that exempt the entity on days that the card claims."""
        for each in self.sheet.exemptions:
            if each.key == str(self.sheet.keys[self.place]):
                yield Node(
                    kind="exemption",
                    name=each.measure or self.card.name,
                    label=each.span.text,
                    state="exempt",
                    **_where(each.span),
                )

    # ── from points to total ─────────────────────────────────────────────────────────────────

    def _adjustments(self) -> Iterator[Node]:
        if np.isnan(self.sheet.unrounded[self.place]):
            return
        for step in self.sheet.steps:
            before, after = float(step.before[self.place]), float(step.after[self.place])
            reason = name(int(step.reasons[self.place])) if step.reasons is not None else None
            if before == after and reason is None:
                continue
            cause = step.cause
            yield Node(
                kind="adjustment",
                name=name_of(step),
                label=cause.label(self.language) if cause else self._say("node", "limit total"),
                points=after - before,
                reason=reason,
                **(_where(cause.span) if cause else self._line(s.LimitTotal)),
            )

    def _rules(self) -> Iterator[Node]:
        """Every rule: whether it fired, and the numbers that its condition compares."""
        for plan, verdict in zip(self.sheet.plan.rules, self.sheet.verdicts, strict=True):
            known, fired = bool(verdict.known[self.place]), bool(verdict.fired[self.place])
            yield Node(
                kind="rule",
                name=plan.rule.name,
                label=plan.rule.label(self.language),
                state="fired" if fired else "not_fired" if known else "not_evaluated",
                children=self._compared(plan.when, self.sheet.plan.home),
                **_where(plan.rule.span),
            )

    def _rounding(self) -> Node | None:
        total = self.sheet.total[self.place]
        if np.isnan(total):
            return None
        points = sum(float(m.points[self.place]) for m in self.sheet.measures)
        adjusted = sum(
            a.points_after - a.points_before for a in adjustments(self.sheet, self.place)
        )
        residue = float(total) - points - adjusted
        label = self._say("node", "rounding")
        return Node("rounding", "rounding", label, points=residue, **self._line(s.RoundTotal))

    def _say(self, kind: str, text: str) -> str:
        """A phrase of the tree in its language."""
        return str(phrase(kind, text, self.language))

    def _line(self, kind: type[s.Node]) -> dict[str, Any]:
        """Where the card says it."""
        facts = (fact for fact in self.card.source.section.facts if isinstance(fact, kind))
        fact = next(facts, None)
        return _where(fact.span if fact is not None else self.card.source.span)


def number(value: Any) -> float | None:
    """A float, None for NaN; -0.0 is 0.0."""
    return None if np.isnan(value) else float(value) + 0.0


def unit_text(unit: Any) -> str | None:
    if unit is None:
        return None
    if unit.name is None:
        return "percent"
    return f"{unit.name.text} per {unit.per.text}" if unit.per else str(unit.name.text)


def segment_text(scores: MeasureScores, place: int) -> str | None:
    """The part of the curve the value fell on, in the words of the card."""
    curve = scores.plan.measure.curve
    if curve is None or STATES[scores.state[place]] != "scored":
        return None
    segment = int(scores.segment[place])
    if curve.shape == "itself":
        return None
    if curve.shape == "formula":
        return f"formula {curve.form}"
    if curve.shape == "peers":
        return f"peers {curve.form}"
    if curve.shape == "attainment":
        return f"attainment {curve.form}" if curve.form != "direct" else "attainment"
    if curve.shape == "steps":
        return "otherwise" if segment < 0 else f"{curve.form} {curve.points[segment].text}"
    ordered = _in_order(curve.points, scores, place)
    if segment == 0:
        return f"below {ordered[0].text}"
    if segment >= len(ordered):
        return f"from {ordered[-1].text}"
    return f"{ordered[segment - 1].text} to {ordered[segment].text}"


def _in_order(
    points: tuple[CurvePoint, ...], scores: MeasureScores, place: int
) -> list[CurvePoint]:
    """The points by their place for this entity."""

    def at(point: CurvePoint) -> float:
        role = {"of_target": "target"}.get(point.reference, point.reference)
        if role == "value":
            return point.value
        base = float(scores.roles[role][place])
        return base * point.value if point.reference == "of_target" else base

    return sorted(points, key=at)


def _leaves(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if node.kind in ("aggregate", "scores"):
            yield node
            continue
        yield from _leaves(node.children)


def _where(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line}
