"""Workspace, card and day -> the card that holds: version, weights, measures, curves, grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from engine.absences import read_absences
from engine.attainable import check_grades, check_limit
from engine.card import Assignment, Card, Claim, Measure, Perspective, ScoreSource
from engine.comparisons import Group, Sibling
from engine.curve_lines import read_curve
from engine.exempt_lines import read_exemptions
from engine.facts import Facts, Problems
from engine.finding import did_you_mean, find_entity, find_kpi
from engine.grading import read_digits, read_forced, read_grades
from engine.inheritance import seen_from
from engine.literals import score_of
from engine.mends import below, renamed
from engine.model import CardVersion, Entity, Kpi, Workspace, key_of
from engine.period_rows import inside_period
from engine.proration import read_prorate
from engine.reach import Ambiguous, NoLink, chain
from engine.rule_checks import check_rules
from engine.rule_lines import read_extras, read_rules
from engine.score_sources import in_circles, read_source, score_kpi
from engine.target_lines import read_targets
from engine.target_sums import read_sums
from engine.total_shares import (
    is_of_total,
    looks_like_total,
    refuse_in_perspective,
    share_out_total,
)
from engine.weights import WeightGroup, share_out, start_of
from grammar import syntax as s
from grammar.suggest import quoted


def effective(
    workspace: Workspace, version: CardVersion, day: date, problems: Problems
) -> Card | None:
    """The card of one version on a day. None where a fault (reported) leaves nothing to score."""
    if not version.whole:  # reported at its `based on`
        return None
    own = Problems()
    card = _Reading(workspace, version, day, own).card()
    problems.found += seen_from(version, own.found)
    return card


@dataclass
class _Branch:
    """A perspective (or the card itself) with the measures and judges below it."""

    name: str
    facts: Facts
    section: s.PerspectiveSection | None
    measures: list[tuple[str, s.MeasureSection, Facts]] = field(default_factory=list)


class _Reading:
    def __init__(
        self, workspace: Workspace, version: CardVersion, day: date, problems: Problems
    ) -> None:
        self.workspace = workspace
        self.version = version
        self.day = day
        self.problems = problems
        self.facts = Facts(version.section, problems)

    def card(self) -> Card | None:
        if in_circles(self.workspace, self.version, self.problems):
            return None
        entity, every = self.facts.one(s.ForEntity), self.facts.one(s.Every)
        for missing, said in (("`for ENTITY`", entity), ("`every PERIOD`", every)):
            if said is None:
                self.problems.report(
                    "K0705", self.version.span, card=self.version.name, missing=missing
                )
        scored = find_entity(self.workspace, entity.entity, self.problems) if entity else None
        branches = self._branches()
        top, groups = self._groups(branches)
        grades = read_grades(self.version, self.problems)
        forced = read_forced(self.version, self.facts, self.problems)
        digits = read_digits(self.version, self.facts, grades, self.problems)
        limit = self._total_limit()
        names = [branch.name for branch in branches if branch.section]
        rules = read_rules(self.version, names, grades, self.problems)
        extras = read_extras(self.version, self.problems)
        perspectives = top.weights if top else {}
        measures = [
            measure
            for branch, group in zip(branches, groups, strict=True)
            for measure in self._measures(branch, scored, perspectives, group)
        ]
        found = [group for group in (top, *groups) if group is not None]
        self._check_end()
        if every is not None:
            self._check_dates(every.cadence)
        if scored is None or every is None:  # all else is checked nevertheless
            return None
        ties, within = self.facts.one(s.BreakTies), self.facts.one(s.RankWithin)
        ranked, no_total = self.facts.one(s.RankedWhen), self.facts.one(s.NoTotalWhen)
        card = Card(
            source=self.version,
            entity=scored,
            cadence=every.cadence,
            assignments=self._assignments(),
            only_where=tuple(f.condition for f in self.facts.every(s.OnlyWhere)),
            digits=digits,
            limit_total=limit,
            rank_within=within.path if within else None,
            break_ties=self._tie_breaker(ties, measures),
            ranked_when=ranked.condition if ranked else None,
            no_total_when=no_total.condition if no_total else None,
            perspectives=tuple(
                self._perspective(branch, perspectives) for branch in branches if branch.section
            ),
            measures=tuple(measures),
            grades=grades,
            groups=tuple(found),
            full_mark=next((g.full_mark for g in found if g.full_mark), None),
            grades_forced=forced,
            rules=rules,
            extras=extras,
            exemptions=read_exemptions(self.facts, scored, measures, self.problems),
            combined=self.facts.one(s.CombineByDays) is not None,
        )
        check_grades(card, self.problems)
        check_rules(card, self.problems)
        return card

    # ── structure ────────────────────────────────────────────────────────────────────────────

    def _branches(self) -> list[_Branch]:
        """The card itself, and its perspectives, each with its measures."""
        branches = [_Branch(self.version.name, self.facts, None)]
        names: dict[str, s.MeasureSection] = {}
        seen: dict[str, s.PerspectiveSection] = {}
        for part in self.version.parts:
            if isinstance(part, s.PerspectiveSection):
                first_of_name = seen.setdefault(key_of(part.name.text), part)
                if first_of_name is not part:
                    self.problems.report(
                        "K0202",
                        part.name.span,
                        labels=[(first_of_name.name.span, "first")],
                        name=part.name.text,
                    )
                facts = Facts(part, self.problems)
                branches.append(_Branch(part.name.text, facts, part))
            elif isinstance(part, s.MeasureSection):
                name = part.called.text
                first = names.setdefault(key_of(name), part)
                if first is not part:
                    self.problems.report(
                        "K0706",
                        part.measured.span,
                        labels=[(first.measured.span, "first")],
                        name=name,
                    )
                    continue
                branches[-1].measures.append((name, part, Facts(part, self.problems)))
        own, *perspectives = branches
        self._check_judges({key_of(branch.name) for branch in branches})
        if own.measures and perspectives:
            _, section, _ = own.measures[0]
            self.problems.report("K0704", section.measured.span, card=self.version.name)
        for branch in perspectives:
            if not branch.measures and branch.section is not None:
                self.problems.report("K0707", branch.section.name.span, name=branch.name)
        if not own.measures and not perspectives:
            self.problems.report(
                "K0705", self.version.span, card=self.version.name, missing="`measure` sections"
            )
        return branches

    def _groups(
        self, branches: list[_Branch]
    ) -> tuple[WeightGroup | None, list[WeightGroup | None]]:
        """The weights of the perspectives, and of the measures of each branch."""
        own, *perspectives = branches
        weighed = tuple(
            Sibling(b.name, b.section.name.span, tuple(b.facts.every(s.Weight)))
            for b in perspectives
            if b.section is not None
        )
        card = self._group(own, weighed)
        groups = [self._group(branch, _siblings(branch)) for branch in branches]
        weighty = [group for group in groups if group.siblings]
        calendar, problems = self.workspace.calendar, self.problems
        if is_of_total(card):
            top, found = share_out_total(card, weighty, self.day, calendar, problems)
        else:
            for group in groups[1:]:
                refuse_in_perspective(group, problems)
            if looks_like_total(card, weighty, self.day, calendar, problems):
                return None, [None for _ in branches]
            top = share_out(card, self.day, calendar, problems) if perspectives else None
            found = [share_out(group, self.day, calendar, problems) for group in weighty]
        dealt = {id(group): each for group, each in zip(weighty, found, strict=True)}
        return top, [dealt.get(id(group)) for group in groups]

    def _group(self, branch: _Branch, siblings: tuple[Sibling, ...]) -> Group:
        judges = self._judges(branch.name)
        required = self.facts.one(s.RequireConsistency)
        return Group(branch.name, branch.facts, siblings, judges, required)

    def _judges(self, parent: str) -> tuple[s.JudgeSection, ...]:
        """The judges of a group: `of financial`, or without a name those of the card."""
        judges = (part for part in self.version.parts if isinstance(part, s.JudgeSection))
        wanted = key_of(parent)
        card = key_of(self.version.name)
        return tuple(j for j in judges if key_of(j.group.text if j.group else card) == wanted)

    def _check_end(self) -> None:
        """A card that ends inside a period claims the days until then."""
        since, through = self.version.since, self.version.through
        line = self.facts.one(s.Effective)
        if line is not None and since is not None and through is not None and through < since:
            self.problems.report("K0715", line.span)

    def _check_judges(self, groups: set[str]) -> None:
        for part in self.version.parts:
            group = part.group if isinstance(part, s.JudgeSection) else None
            if group is not None and key_of(group.text) not in groups:
                known = quoted(sorted(groups))
                self.problems.report("K0203", group.span, name=group.text, known=known)

    def _check_dates(self, cadence: str) -> None:
        """A weight or target begins with a period of the card, never inside one."""
        for part in self.version.parts:
            for fact in getattr(part, "facts", ()):
                if isinstance(fact, s.Weight | s.TargetLine) and fact.since is not None:
                    start = start_of(fact.since, self.workspace.calendar, Problems())
                    if start is None:  # reported where it is read
                        continue
                    period = inside_period(self.workspace.calendar, cadence, start)
                    if period is not None:
                        following = period.end.isoformat()
                        self.problems.report("K0516", fact.since.span, next=following)

    def _perspective(self, branch: _Branch, weights: Mapping[str, Fraction]) -> Perspective:
        assert branch.section is not None
        return Perspective(
            name=branch.name,
            labels=branch.facts.labels(branch.section.label),
            weight=float(weights.get(branch.name, Fraction(0))),
            span=branch.section.name.span,
        )

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def _level(self, section: s.MeasureSection, scored: Entity) -> Entity | None:
        if section.at is None:
            return scored
        entity = find_entity(self.workspace, section.at, self.problems)
        if entity is None or entity is scored:
            return entity
        try:
            chain(self.workspace, scored, entity.name)
        except (NoLink, Ambiguous):
            self.problems.report("K0608", section.at.span, entity=scored.name, ancestor=entity.name)
            return None
        return entity

    def _assignments(self) -> tuple[Assignment, ...]:
        """Lines of one attribute are alternatives, each on its own days."""
        by_attribute: dict[str, list[s.Assign]] = {}
        for line in self.facts.every(s.Assign):
            if line.since and line.through and line.through.value < line.since.value:
                self.problems.report("K0715", line.span)
            by_attribute.setdefault(key_of(line.attribute.text), []).append(line)
        return tuple(
            Assignment(
                s.Path((lines[0].attribute,), span=lines[0].attribute.span),
                tuple(map(_claim, lines)),
            )
            for lines in by_attribute.values()
        )

    # ── measures ─────────────────────────────────────────────────────────────────────────────

    def _measures(
        self,
        branch: _Branch,
        scored: Entity | None,
        perspectives: Mapping[str, Fraction],
        group: WeightGroup | None,
    ) -> list[Measure]:
        outer = perspectives.get(branch.name, Fraction(0)) if branch.section else Fraction(1)
        found = []
        for name, section, facts in branch.measures:
            level = self._level(section, scored) if scored is not None else None
            kpi, source = self._measured(section, level)
            if kpi is None:
                continue
            share = group.share(name) if group is not None else Fraction(0)
            report_only = facts.one(s.ReportOnly) is not None
            if report_only:
                self._refuse_beside_report(facts, name)
            curve = None
            if not report_only:
                curve = read_curve(facts, kpi, name, self.workspace, self.day, self.problems)
            check_limit(facts, curve, name, self.problems)
            targets = read_targets(facts, kpi, self.workspace, self.problems)
            prorate = read_prorate(facts, kpi.name, self.workspace, self.problems)
            limit = self._limit(facts, report_only, name)
            missing, absences = read_absences(facts, self.facts, name, report_only, self.problems)
            if level is None:
                continue
            found.append(
                Measure(
                    name=name,
                    labels=facts.labels(None),
                    kpi=kpi,
                    level=level,
                    perspective=branch.name if branch.section else None,
                    weight=float(outer * share),
                    share=float(share),
                    targets=targets,
                    curve=curve,
                    limit=limit,
                    missing=missing,
                    absences=absences,
                    applies_when=a.condition if (a := facts.one(s.AppliesWhen)) else None,
                    report_only=report_only,
                    source=source,
                    prorate=prorate,
                    sums=read_sums(facts, name, kpi.name, self.workspace, self.problems),
                    span=section.measured.span,
                )
            )
        return found

    def _measured(
        self, section: s.MeasureSection, level: Entity | None
    ) -> tuple[Kpi | None, ScoreSource | None]:
        """The KPI of the catalogue, or the one that stands for the totals of another card."""
        if isinstance(section.measured, s.Name):
            return find_kpi(self.workspace, section.measured, self.problems), None
        every = self.facts.one(s.Every)
        cadence = every.cadence if every else None
        source = read_source(
            self.workspace, section.measured, level, cadence, self.day, self.problems
        )
        return (score_kpi(source.version) if source else None), source

    def _refuse_beside_report(self, facts: Facts, name: str) -> None:
        """A measure that is only reported has no weight, target or curve."""
        scored = (
            s.Weight,
            s.TargetLine,
            s.Prorate,
            s.Curve,
            s.At,
            s.From,
            s.Upto,
            s.Otherwise,
            s.Mean,
            s.Spread,
            s.Limit,
        )
        for fact in facts.all:
            if isinstance(fact, scored):
                self.problems.report("K0717", fact.span, measure=name)

    def _limit(self, facts: Facts, report_only: bool, name: str) -> tuple[float, float] | None:
        limit, curve = facts.one(s.Limit), facts.one(s.Curve)
        if limit is None:
            if curve is not None and curve.shape in ("attainment", "formula") and not report_only:
                fixes, shape = below("limit 0 to 120", curve.span), curve.shape
                self.problems.report("K0506", curve.span, fixes=fixes, measure=name, shape=shape)
            return None
        return self._bounds(limit)

    def _total_limit(self) -> tuple[float, float] | None:
        line = self.facts.one(s.LimitTotal)
        return None if line is None else self._bounds(line)

    def _bounds(self, line: s.Limit | s.LimitTotal) -> tuple[float, float]:
        low, high = score_of(line.low, self.problems), score_of(line.high, self.problems)
        if low >= high:
            self.problems.report("K0507", line.span, low=f"{low:g}", high=f"{high:g}")
        return low, high

    # ── totals ──────────────────────────────────────────────────────────────────────────────────

    def _tie_breaker(self, line: s.BreakTies | None, measures: list[Measure]) -> str | None:
        if line is None:
            return None
        by_name = {key_of(measure.name): measure.name for measure in measures}
        name = by_name.get(key_of(line.measure.text))
        parts = [p for p in self.version.parts if isinstance(p, s.MeasureSection)]
        written = {key_of(part.called.text) for part in parts}
        if name is None and key_of(line.measure.text) not in written:
            self.problems.report(
                "K0716",
                line.measure.span,
                name=line.measure.text,
                hint=did_you_mean(line.measure.text, list(by_name.values())),
                fixes=renamed(line.measure.span, by_name.values()),
            )
        return name


def _claim(line: s.Assign) -> Claim:
    since = line.since.value if line.since else None
    return Claim(line.value.value, since, line.through.value if line.through else None)


def _siblings(branch: _Branch) -> tuple[Sibling, ...]:
    """The measures of a branch that carry weight."""
    return tuple(
        Sibling(name, section.measured.span, tuple(facts.every(s.Weight)))
        for name, section, facts in branch.measures
        if facts.one(s.ReportOnly) is None
    )
