"""Workspace, card and day -> the card that holds: version, weights, measures, curves, grades."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from engine.card import Assignment, Card, Grade, Measure, MissingRule, Perspective, TargetRule
from engine.curve_lines import read_curve
from engine.facts import Facts, Problems
from engine.model import CardVersion, Entity, Kpi, Workspace, key_of
from engine.reach import Ambiguous, NoLink, chain
from engine.rows import did_you_mean
from engine.weights import Group, Sibling, WeightGroup, share_out, start_of
from grammar import syntax as s


def effective(
    workspace: Workspace, version: CardVersion, day: date, problems: Problems
) -> Card | None:
    """The card of one version on a day. None where a fault (reported) leaves nothing to score."""
    return _Reading(workspace, version, day, problems).card()


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
        entity, every = self.facts.one(s.ForEntity), self.facts.one(s.Every)
        if entity is None or every is None:
            missing = "`for ENTITY`" if entity is None else "`every PERIOD`"
            self.problems.report(
                "K0705", self.version.span, card=self.version.name, missing=missing
            )
            return None
        scored = self._entity(entity.entity)
        branches = self._branches()
        groups = self._groups(branches)
        if scored is None:
            return None
        grades = self._grades()
        digits = self._digits(grades)
        limit = self.facts.one(s.LimitTotal)
        shares = {group.parent: group.weights for group in groups}
        top = shares.get(self.version.name, {})
        measures = [
            measure
            for branch in branches
            for measure in self._measures(branch, scored, top, shares.get(branch.name, {}))
        ]
        ties, within = self.facts.one(s.BreakTies), self.facts.one(s.RankWithin)
        ranked, no_total = self.facts.one(s.RankedWhen), self.facts.one(s.NoTotalWhen)
        return Card(
            source=self.version,
            entity=scored,
            cadence=every.cadence,
            assignments=self._assignments(),
            only_where=tuple(f.condition for f in self.facts.every(s.OnlyWhere)),
            digits=digits,
            limit_total=(_number(limit.low), _number(limit.high)) if limit else None,
            rank_within=within.path if within else None,
            break_ties=self._tie_breaker(ties, measures),
            ranked_when=ranked.condition if ranked else None,
            no_total_when=no_total.condition if no_total else None,
            perspectives=tuple(
                self._perspective(branch, top) for branch in branches if branch.section
            ),
            measures=tuple(measures),
            grades=grades,
            groups=tuple(groups),
            full_mark=next((g.full_mark for g in groups if g.full_mark), None),
        )

    # ── structure ────────────────────────────────────────────────────────────────────────────

    def _branches(self) -> list[_Branch]:
        """The card itself, and its perspectives, each with its measures."""
        branches = [_Branch(self.version.name, self.facts, None)]
        names: dict[str, s.MeasureSection] = {}
        for part in self.version.parts:
            if isinstance(part, s.PerspectiveSection):
                facts = Facts(part, self.problems)
                branches.append(_Branch(part.name.text, facts, part))
            elif isinstance(part, s.MeasureSection) and isinstance(part.measured, s.Name):
                name = (part.alias or part.measured).text
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

    def _groups(self, branches: list[_Branch]) -> list[WeightGroup]:
        """The weight groups: perspectives of the card, measures of each branch."""
        own, *perspectives = branches
        groups = []
        if perspectives:
            siblings = tuple(
                Sibling(b.name, b.section.name.span, tuple(b.facts.every(s.Weight)))
                for b in perspectives
                if b.section is not None
            )
            groups.append(Group(own.name, own.facts, siblings, self._judges(own.name)))
        for branch in branches:
            weighed = tuple(
                Sibling(name, section.measured.span, tuple(facts.every(s.Weight)))
                for name, section, facts in branch.measures
                if facts.one(s.ReportOnly) is None
            )
            if weighed:
                groups.append(Group(branch.name, branch.facts, weighed, self._judges(branch.name)))
        found = (
            share_out(group, self.day, self.workspace.calendar, self.problems) for group in groups
        )
        return [group for group in found if group is not None]

    def _judges(self, parent: str) -> tuple[s.JudgeSection, ...]:
        """The judges of a group: `of financial`, or without a name those of the card."""
        judges = (part for part in self.version.parts if isinstance(part, s.JudgeSection))
        wanted = key_of(parent)
        card = key_of(self.version.name)
        return tuple(j for j in judges if key_of(j.group.text if j.group else card) == wanted)

    def _perspective(self, branch: _Branch, shares: object) -> Perspective:
        assert branch.section is not None and isinstance(shares, dict | object)
        weights = shares if isinstance(shares, dict) else {}
        return Perspective(
            name=branch.name,
            labels=branch.facts.labels(branch.section.label),
            weight=float(weights.get(branch.name, Fraction(0))),
            span=branch.section.name.span,
        )

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def _entity(self, name: s.Name) -> Entity | None:
        entity = self.workspace.entities.get(key_of(name.text))
        if entity is None:
            known = [each.name for each in self.workspace.entities.values()]
            self.problems.report(
                "K0210",
                name.span,
                name=name.text,
                hint=did_you_mean(name.text, known),
                follows=bool(self.workspace.unread),
            )
        return entity

    def _kpi(self, name: s.Name) -> Kpi | None:
        kpi = self.workspace.kpis.get(key_of(name.text))
        if kpi is None:
            known = [each.name for each in self.workspace.kpis.values()]
            self.problems.report(
                "K0201",
                name.span,
                name=name.text,
                hint=did_you_mean(name.text, known),
                follows=bool(self.workspace.unread),
            )
        return kpi

    def _level(self, section: s.MeasureSection, scored: Entity) -> Entity | None:
        if section.at is None:
            return scored
        entity = self._entity(section.at)
        if entity is None or entity is scored:
            return entity
        try:
            chain(self.workspace, scored, entity.name)
        except (NoLink, Ambiguous):
            self.problems.report("K0608", section.at.span, entity=scored.name, ancestor=entity.name)
            return None
        return entity

    def _assignments(self) -> tuple[Assignment, ...]:
        """Lines of one attribute are alternatives; dated lines hold if they hold all period."""
        by_attribute: dict[str, list[s.Assign]] = {}
        for line in self.facts.every(s.Assign):
            if line.since is not None or line.through is not None:
                self.problems.report("K0109", line.span, construct="`assign` with dates", hint="")
            by_attribute.setdefault(key_of(line.attribute.text), []).append(line)
        return tuple(
            Assignment(
                s.Path((lines[0].attribute,), span=lines[0].attribute.span),
                tuple(line.value.value for line in lines),
            )
            for lines in by_attribute.values()
        )

    # ── measures ─────────────────────────────────────────────────────────────────────────────

    def _measures(
        self, branch: _Branch, scored: Entity, top: object, shares: object
    ) -> list[Measure]:
        perspectives = top if isinstance(top, dict) else {}
        siblings = shares if isinstance(shares, dict) else {}
        outer = perspectives.get(branch.name, Fraction(0)) if branch.section else Fraction(1)
        found = []
        for name, section, facts in branch.measures:
            assert isinstance(section.measured, s.Name)
            kpi, level = self._kpi(section.measured), self._level(section, scored)
            if kpi is None or level is None:
                continue
            share = siblings.get(name, Fraction(0))
            report_only = facts.one(s.ReportOnly) is not None
            found.append(
                Measure(
                    name=name,
                    labels=facts.labels(None),
                    kpi=kpi,
                    level=level,
                    perspective=branch.name if branch.section else None,
                    weight=float(outer * share),
                    share=float(share),
                    targets=self._targets(facts),
                    curve=None if report_only else read_curve(facts, kpi, name, self.problems),
                    limit=self._limit(facts, report_only, name),
                    missing=self._missing(facts, report_only, name),
                    applies_when=a.condition if (a := facts.one(s.AppliesWhen)) else None,
                    report_only=report_only,
                    span=section.measured.span,
                )
            )
        return found

    def _targets(self, facts: Facts) -> dict[str, tuple[TargetRule, ...]]:
        rules: dict[str, list[TargetRule]] = {}
        for line in facts.every(s.TargetLine):
            plan = None
            if isinstance(line.value, s.FromPlan):
                plan = self.workspace.plans.get(key_of(line.value.plan.text))
                if plan is None:
                    known = [each.name for each in self.workspace.plans.values()]
                    self.problems.report(
                        "K0212",
                        line.value.plan.span,
                        name=line.value.plan.text,
                        hint=did_you_mean(line.value.plan.text, known),
                        follows=bool(self.workspace.unread),
                    )
                    continue
            value = None if isinstance(line.value, s.FromPlan) else line.value
            since = start_of(line.since, self.workspace.calendar, self.problems)
            rules.setdefault(line.role, []).append(
                TargetRule(value, plan, line.where, since, line.span)
            )
        return {role: tuple(lines) for role, lines in rules.items()}

    def _limit(self, facts: Facts, report_only: bool, name: str) -> tuple[float, float] | None:
        limit, curve = facts.one(s.Limit), facts.one(s.Curve)
        if limit is None:
            if curve is not None and curve.shape == "attainment" and not report_only:
                self.problems.report("K0506", curve.span, measure=name)
            return None
        low, high = _number(limit.low), _number(limit.high)
        if low >= high:
            self.problems.report("K0507", limit.span, low=f"{low:g}", high=f"{high:g}")
        return low, high

    def _missing(self, facts: Facts, report_only: bool, name: str) -> MissingRule:
        """The measure's own `when missing`, else the card's; there is no default."""
        own = next((f for f in facts.every(s.WhenMissing) if f.absence == "missing"), None)
        line = own or next(
            (f for f in self.facts.every(s.WhenMissing) if f.absence == "missing"), None
        )
        if line is None:
            if not report_only:
                self.problems.report("K0508", facts.section.span, measure=name)
            return MissingRule("leave out")
        return MissingRule(line.rule, _number(line.score) if line.score is not None else None)

    # ── totals ───────────────────────────────────────────────────────────────────────────────

    def _grades(self) -> tuple[Grade, ...]:
        grades: list[Grade] = []
        for part in self.version.parts:
            if not isinstance(part, s.GradeSection):
                continue
            facts = Facts(part, self.problems)
            least, otherwise = facts.one(s.GradeFrom), facts.one(s.GradeOtherwise)
            if (least is None) == (otherwise is None):
                self.problems.report("K0709", part.name.span, grade=part.name.text)
                continue
            value = _number(least.value) if least else None
            grades.append(Grade(part.name.text, facts.labels(part.label), value, part.name.span))
        self._check_grades(grades)
        return tuple(grades)

    def _check_grades(self, grades: list[Grade]) -> None:
        """Best first, each below the one before, and exactly one `otherwise`, last."""
        if not grades:
            return
        for above, grade in zip(grades, grades[1:], strict=False):
            dead = above.least is None or (grade.least is not None and grade.least >= above.least)
            if dead:
                self.problems.report(
                    "K0710", grade.span, labels=[(above.span, "above")], grade=grade.name
                )
        if grades[-1].least is not None:
            self.problems.report("K0711", grades[-1].span, card=self.version.name)

    def _digits(self, grades: tuple[Grade, ...]) -> int | None:
        line = self.facts.one(s.RoundTotal)
        if line is None:
            if grades:
                self.problems.report("K0712", self.version.span, card=self.version.name)
            return None
        digits = int(line.digits.value)
        if digits != line.digits.value or not 0 <= digits <= 6:
            self.problems.report("K0713", line.digits.span, found=str(line.digits.value))
            return None
        return digits

    def _tie_breaker(self, line: s.BreakTies | None, measures: list[Measure]) -> str | None:
        if line is None:
            return None
        by_name = {key_of(measure.name): measure.name for measure in measures}
        name = by_name.get(key_of(line.measure.text))
        if name is None:
            self.problems.report(
                "K0201",
                line.measure.span,
                name=line.measure.text,
                hint=did_you_mean(line.measure.text, list(by_name.values())),
                follows=False,
            )
        return name


def _number(node: s.Expression) -> float:
    """A signed literal of the grammar as a float; percents are fractions."""
    assert isinstance(node, s.Number | s.Percent | s.Money | s.Quantity)
    return float(node.value)
