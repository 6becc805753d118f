"""Atoms -> sheet: value, target, curve, weights, total, rank and grade of every entity.

The order of evaluation is that of the language page; every step keeps what the explanation needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine import values as v
from engine.absent import absent
from engine.adjusting import Adjusted, Adjusting, capped_grades
from engine.atoms import Atoms, Texts, claimed_days, texts
from engine.card import Measure
from engine.curves import Scored, apply_curve, attainment
from engine.distribution import distribute
from engine.due_dates import is_pending
from engine.evaluate import Evaluator, Known
from engine.exemptions import counted_days, touching
from engine.facts import Problems
from engine.numbers import Flags, Floats, round_half_away, snap
from engine.part_scores import TOTAL, named
from engine.peer_curves import PeerScores, peer_scores
from engine.peer_groups import groups_of
from engine.plan import MeasurePlan, Plan, TargetPlan
from engine.ranking import grades, rank_within
from engine.reasons import Codes, code, state
from engine.results import Result, choose, missing, present
from engine.samples import sample_of
from engine.sheet import MeasureScores, PerspectiveScores, Sheet

RULE = "rule"
ROLES = ("target", "floor", "stretch")


def score_atoms(plan: Plan, atoms: Atoms, problems: Problems) -> Sheet:
    """Score every entity of the card's population."""
    return _Scoring(plan, atoms, problems).sheet()


@dataclass(frozen=True)
class _Raw:
    """A measure before weights are dealt out."""

    plan: MeasurePlan
    value: Floats
    roles: Mapping[str, Floats]
    attainment: Floats
    score: Floats
    segment: NDArray[np.intp]
    state: Codes
    reason: Codes
    target_line: NDArray[np.intp]
    representative: Flags | None
    widened: Flags
    peers: PeerScores | None

    @property
    def measure(self) -> Measure:
        return self.plan.measure

    @property
    def included(self) -> Flags:
        """Carries weight: it has a score, its own or the one `when missing` gives."""
        carries: Flags = ~np.isnan(self.score)
        return carries


class _Scoring:
    def __init__(self, plan: Plan, atoms: Atoms, problems: Problems) -> None:
        self.plan = plan
        self.card = plan.card
        self.atoms = atoms
        self.problems = problems
        self.level = plan.home
        self.data = atoms.levels[self.level]
        inner = {n: score_atoms(p, atoms.inner[n], problems) for n, p in plan.inner.items()}
        self.claimed = claimed_days(plan, self.data, plan.moment.until)
        self.counted, exempt = counted_days(self.card, self.data, self.claimed)
        scored = (self.claimed.days > 0) & ~exempt
        self.evaluator = Evaluator(plan, atoms, problems, scored, inner)

    def sheet(self) -> Sheet:
        keys = self.data.keys
        claimed, counted, members = self.claimed, self.counted, np.flatnonzero(self.claimed.days)
        self.exempt = {
            m.name: counted_days(self.card, self.data, claimed, m.name)[1][members]
            for m in self.card.measures
        }
        raw = [self._measure(each, members) for each in self.plan.measures]
        carrying = [each for each in raw if not each.measure.report_only]
        effective, outer = self._effective(carrying, len(members))
        measures = tuple(self._dealt(each, effective) for each in raw)
        perspectives = self._perspectives(measures, outer, len(members))
        before = self._before_rules(measures, len(members))
        coverage = self._coverage(measures, len(members))
        days = counted.days[members]
        active = present(days.astype(np.float64))
        known = {"coverage": present(coverage), "days_active": active}
        scores = self._scores(raw, perspectives, before, known, members)
        adjusted = Adjusting(self.plan, self.evaluator, members, scores).adjust(
            before, perspectives
        )
        unrounded = adjusted.total
        unrounded = np.where(self._no_total(carrying, known, members), np.nan, unrounded)
        total = self._rounded(unrounded)
        group = self._groups(members)
        not_ranked = self._not_ranked(total, known, members, adjusted.barred)
        tie = next((m.score for m in measures if m.name == self.card.break_ties), None)
        rank = rank_within(total, group, not_ranked == "", tie)
        return Sheet(
            plan=self.plan,
            atoms=self.atoms,
            evaluator=self.evaluator,
            members=members,
            keys=keys[members],
            labels=self.data.labels[members],
            claimed=claimed,
            counted=counted,
            exemptions=tuple(touching(self.card, self.data, claimed)),
            inactive=int(len(keys) - len(members)),
            measures=measures,
            perspectives=perspectives,
            before_rules=before,
            steps=adjusted.steps,
            verdicts=adjusted.verdicts,
            unrounded=unrounded,
            total=total,
            coverage=coverage,
            group=group,
            rank=rank,
            **self._graded(total, not_ranked, members, adjusted),
            not_ranked=not_ranked,
            diagnostics=tuple(self.problems.found),
        )

    # ── measures ─────────────────────────────────────────────────────────────────────────────

    def _measure(self, plan: MeasurePlan, members: NDArray[np.intp]) -> _Raw:
        """value → applicable → sample → target → attainment → curve → limit."""
        measure = plan.measure
        index = self._rows_of(plan.level, members)
        sample = sample_of(self.evaluator, plan)
        value, stands = sample.value.take(index), sample.representative
        known = self._targets(plan)
        roles = {role: result.take(index) for role, (result, _) in known.items()}
        lines = {role: _taken(line, index) for role, (_, line) in known.items()}
        states, reasons = self._state(plan, value, _at(sample.enough, index, True), members)
        numbers = {role: result.values for role, result in roles.items()}
        target = numbers.get("target", np.full(len(members), np.nan))
        curve = measure.curve
        score = np.full(len(members), np.nan)
        segment = np.zeros(len(members), dtype=np.intp)
        peers = self._peers(plan, sample.value.values, states, index)
        if curve is not None:
            scored = (
                apply_curve(curve, value.values, numbers, measure.kpi.better)
                if peers is None
                else Scored(peers.scores, peers.reasons, segment)
            )
            fits = states == state("scored")
            failed = fits & (scored.reasons != 0)
            states = np.where(failed, state("missing"), states).astype(np.int8)
            reasons = np.where(failed, scored.reasons, reasons).astype(np.int8)
            low, high = measure.limit or (-np.inf, np.inf)
            score = np.where(states == state("scored"), np.clip(scored.scores, low, high), np.nan)
            segment = scored.segment
            for where, rule in absent(measure, states, reasons):
                if rule.score is not None:
                    score = np.where(where, rule.score, score)
        with np.errstate(invalid="ignore"):
            reached = snap(attainment(curve, value.values, target))
        return _Raw(
            plan=plan,
            value=value.values,
            roles=numbers,
            attainment=np.where(np.isfinite(reached), reached, np.nan),
            score=score,
            segment=segment,
            state=states,
            reason=reasons,
            target_line=lines.get("target", np.full(len(members), -1, dtype=np.intp)),
            representative=None if stands is None else _at(stands, index, False),
            widened=_at(sample.widened, index, False),
            peers=peers,
        )

    def _peers(
        self, plan: MeasurePlan, values: Floats, states: Codes, index: NDArray[np.intp]
    ) -> PeerScores | None:
        """The place of every value among those that are to be scored, each entity of the measure's
        level once."""
        curve = plan.measure.curve
        if curve is None or curve.peers is None:
            return None
        data = self.atoms.levels[plan.level]
        pool = np.zeros(len(data), dtype=bool)
        pool[index[(states == state("scored")) & (index >= 0)]] = True
        groups = groups_of(data, plan.peers_within)
        return peer_scores(curve, plan.measure.kpi.better, values, groups, pool).take(index)

    def _rows_of(self, level: str, members: NDArray[np.intp]) -> NDArray[np.intp]:
        """For each member, its row (or its ancestor's) in the data of a level."""
        if level == self.level:
            return members
        parents = self.data.parents.get(level)
        return np.zeros(len(members), dtype=np.intp) if parents is None else parents[members]

    def _state(
        self,
        plan: MeasurePlan,
        value: Result,
        enough: Flags,
        members: NDArray[np.intp],
    ) -> tuple[Codes, Codes]:
        """State and reason before targets: exempt, applicable, pending, then data, then sample."""
        absent = np.isnan(value.values)
        states = np.where(absent, state("missing"), state("scored"))
        reasons = np.where(absent, value.reasons, 0)
        small = ~enough & ~absent
        states = np.where(small, state("missing"), states)
        reasons = np.where(small, code("below_sample"), reasons)
        if is_pending(self.plan, plan):
            states = np.full(len(members), state("pending"))
            reasons = np.full(len(members), code("not_due"))
        if plan.applies is not None:
            applies = self.evaluator.predicate(plan.applies, self.level).holds[members]
            states = np.where(applies, states, state("not_applicable"))
            reasons = np.where(applies, reasons, code("not_applicable"))
        exempt = self.exempt[plan.measure.name]
        states = np.where(exempt, state("not_applicable"), states)
        reasons = np.where(exempt, code("exempt"), reasons)
        return states.astype(np.int8), reasons.astype(np.int8)

    def _targets(self, plan: MeasurePlan) -> dict[str, tuple[Result, NDArray[np.intp]]]:
        """Target, floor and stretch of every entity of the measure's level, and which line decided.

        A line may use the roles that stand before it in target, floor, stretch, or after, as long
        as none waits for itself.
        """
        count = len(self.atoms.levels[plan.level])
        found: dict[str, tuple[Result, NDArray[np.intp]]] = {}
        waiting = [role for role in ROLES if plan.targets.get(role)]
        declared = [role for role in ROLES if role in plan.measure.targets and role not in waiting]
        for role in declared:
            found[role] = (missing(count, "no_target"), np.full(count, -1, dtype=np.intp))
        while waiting:
            ready = [r for r in waiting if _uses(plan.targets[r]) <= found.keys()]
            if not ready:
                ready = waiting[:1]
                absent = missing(count, "no_target")
                for role in _uses(plan.targets[ready[0]]) - found.keys():
                    found.setdefault(role, (absent, np.full(count, -1, dtype=np.intp)))
            for role in ready:
                known = {name: result for name, (result, _) in found.items()}
                found[role] = self._decide(plan, role, known)
                waiting.remove(role)
        return found

    def _decide(
        self, plan: MeasurePlan, role: str, known: Known
    ) -> tuple[Result, NDArray[np.intp]]:
        """The last line whose condition holds decides, even if it yields no value. A line that is
        written with another role follows that one, which is prorated already."""
        lines, level = plan.targets[role], plan.level
        count = len(self.atoms.levels[level])
        result = missing(count, "no_target")
        decided = np.full(count, -1, dtype=np.intp)
        part: Floats | float = 1.0
        if plan.measure.prorate:
            part = self.evaluator.part_active(level, plan.measure.name)
        for number, line in enumerate(lines):
            value = self.evaluator.value(line.value, level, known)
            if plan.measure.prorate and not _uses((line,)):
                value = Result(value.values * part, value.reasons)
            absent = np.isnan(value.values)
            value = choose(absent, missing(count, "no_target"), value)
            value = Result(snap(value.values), value.reasons)
            holds = np.ones(count, dtype=bool)
            if line.where is not None:
                holds = self.evaluator.predicate(line.where, level, known).holds
            result = choose(holds, value, result)
            decided = np.where(holds, number, decided)
        return result, decided

    # ── weights ──────────────────────────────────────────────────────────────────────────────

    def _effective(
        self, raw: list[_Raw], count: int
    ) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Effective shares of the total: what is left out goes to its siblings in proportion."""
        declared: dict[str | None, float] = {p.name: p.weight for p in self.card.perspectives}
        if not declared:
            declared[None] = 1.0
        names = list(declared)
        inner: dict[str | None, Floats] = {name: np.zeros(count) for name in names}
        for each in raw:
            inner[each.measure.perspective] += np.where(each.included, each.measure.share, 0.0)
        outer = {n: np.where(inner[n] > 0, declared[n], 0.0) for n in names}
        whole = np.sum(list(outer.values()), axis=0)
        shares = {n: outer[n] / np.where(whole > 0, whole, 1.0) for n in names}
        effective = {}
        for each in raw:
            group = inner[each.measure.perspective]
            share = np.where(each.included, each.measure.share, 0.0) / np.where(group > 0, group, 1)
            effective[each.measure.name] = shares[each.measure.perspective] * share
        return effective, {str(name): share for name, share in shares.items()}

    def _dealt(self, raw: _Raw, effective: Mapping[str, Floats]) -> MeasureScores:
        weight = effective.get(raw.measure.name, np.zeros(len(raw.value)))
        return MeasureScores(
            plan=raw.plan,
            value=raw.value,
            roles=raw.roles,
            attainment=raw.attainment,
            score=raw.score,
            segment=raw.segment,
            state=raw.state,
            reason=raw.reason,
            included=raw.included,
            effective=weight,
            points=np.where(raw.included, weight * np.where(raw.included, raw.score, 0.0), 0.0),
            target_line=raw.target_line,
            representative=raw.representative,
            widened=raw.widened,
            peers=raw.peers,
        )

    def _perspectives(
        self, measures: tuple[MeasureScores, ...], outer: Mapping[str, Floats], count: int
    ) -> tuple[PerspectiveScores, ...]:
        found = []
        for perspective in self.card.perspectives:
            share = outer[perspective.name]
            own = [m.points for m in measures if m.plan.measure.perspective == perspective.name]
            points = np.sum(own, axis=0) if own else np.zeros(count)
            score = np.where(share > 0, points / np.where(share > 0, share, 1.0), np.nan)
            found.append(PerspectiveScores(perspective, share, snap(score)))
        return tuple(found)

    # ── totals ───────────────────────────────────────────────────────────────────────────────

    def _before_rules(self, measures: tuple[MeasureScores, ...], count: int) -> Floats:
        """The weighted total: the sum of all points; none where nothing carries weight."""
        carrying = [m for m in measures if not m.plan.measure.report_only]
        if not carrying:
            return np.full(count, np.nan)
        points = np.sum([m.points for m in carrying], axis=0)
        some = np.sum([m.effective for m in carrying], axis=0) > 0
        return snap(np.where(some, points, np.nan))

    def _scores(
        self,
        raw: list[_Raw],
        perspectives: tuple[PerspectiveScores, ...],
        before: Floats,
        known: Known,
        members: NDArray[np.intp],
    ) -> Known:
        """What rules may name, before any of them: the total, and the scores of all parts."""
        found = {**known, TOTAL: present(before)}
        found |= {named(each.measure.name): present(each.score) for each in raw}
        found |= {named(each.perspective.name): present(each.score) for each in perspectives}
        return self._spread(found, members)

    def _rounded(self, unrounded: Floats) -> Floats:
        if self.card.digits is None:
            return unrounded
        return round_half_away(unrounded, self.card.digits)

    def _coverage(self, measures: tuple[MeasureScores, ...], count: int) -> Floats:
        """Declared weight of what was scored over that of what is applicable."""
        scored, applicable = np.zeros(count), np.zeros(count)
        for each in measures:
            weight = each.plan.measure.weight
            scored += np.where(each.state == state("scored"), weight, 0.0)
            applicable += np.where(each.state == state("not_applicable"), 0.0, weight)
        share = scored / np.where(applicable > 0, applicable, 1.0)
        return snap(np.where(applicable > 0, share, np.nan))

    def _no_total(self, raw: list[_Raw], known: Known, members: NDArray[np.intp]) -> Flags:
        """Where a missing measure, or the card's own condition, leaves no total."""
        without = np.zeros(len(members), dtype=bool)
        for each in raw:
            for where, rule in absent(each.measure, each.state, each.reason):
                if rule.rule == "no total":
                    without |= where
        if self.plan.no_total_when is not None:
            without |= self._holds(self.plan.no_total_when, known, members)
        return without

    def _holds(self, test: v.Predicate, known: Known, members: NDArray[np.intp]) -> Flags:
        """A condition of the card; what scoring knows is spread over the whole level."""
        spread = self._spread(known, members)
        holds: Flags = self.evaluator.predicate(test, self.level, spread).holds[members]
        return holds

    def _graded(
        self, total: Floats, not_ranked: Texts, members: NDArray[np.intp], adjusted: Adjusted
    ) -> dict[str, Any]:
        """Grades by threshold, then by share: decided so, or as a suggestion beside them."""
        scale = self.card.grades
        plain = capped_grades(grades(total, scale), scale, adjusted.verdicts)
        nothing = np.full(len(total), None, dtype=object)
        if self.plan.top_within is None:
            return {"grade": plain, "suggested": nothing, "seats": ()}
        groups = texts(self.data.attributes[self.plan.top_within.scalar])[members]
        shared = distribute(scale, total, groups, not_ranked == "")
        capped = capped_grades(shared.grade, scale, adjusted.verdicts)
        if self.card.grades_forced:
            return {"grade": capped, "suggested": nothing, "seats": shared.seats}
        return {"grade": plain, "suggested": capped, "seats": shared.seats}

    def _spread(self, known: Known, members: NDArray[np.intp]) -> Known:
        """Values of the members at their places in the whole level."""
        found = {}
        for name, result in known.items():
            values = np.full(len(self.data), np.nan)
            values[members] = result.values
            found[name] = present(values)
        return found

    def _groups(self, members: NDArray[np.intp]) -> Texts:
        if self.plan.rank_within is None:
            return np.full(len(members), None, dtype=object)
        return texts(self.data.attributes[self.plan.rank_within.scalar])[members]

    def _not_ranked(
        self, total: Floats, known: Known, members: NDArray[np.intp], barred: Texts
    ) -> Texts:
        """The reason why an entity has no rank; "" where it has one."""
        reasons = np.where(barred != "", RULE, "").astype(object)
        if self.plan.ranked_when is not None:
            fails = ~self._holds(self.plan.ranked_when, known, members)
            reasons[fails] = _condition_name(self.plan.ranked_when)
        if any(not m.measure.report_only for m in self.plan.measures):
            reasons[np.isnan(total)] = "no_total"
        return reasons


def _at(flags: Flags, index: NDArray[np.intp], outside: bool) -> Flags:
    """Of a level, for each member; `outside` is said of who belongs to nobody on it."""
    found: Flags = np.where(index < 0, outside, _taken(flags, index))
    return found


T = TypeVar("T", bound=np.generic)


def _taken(array: NDArray[T], index: NDArray[np.intp]) -> NDArray[T]:
    if not len(array):
        return np.zeros(len(index), dtype=array.dtype)
    return array[np.where(index < 0, 0, index)]


def _uses(lines: tuple[TargetPlan, ...]) -> set[str]:
    """The other roles that the lines of a role refer to."""
    nodes = [part for line in lines for part in (line.value, line.where) if part is not None]
    return {
        each.name for node in nodes for each in v.walk(node) if isinstance(each, v.Known)
    } & set(ROLES)


def _condition_name(test: v.Predicate) -> str:
    names = {each.name for each in v.walk(test) if isinstance(each, v.Known)}
    if names == {"coverage"}:
        return "coverage_below"
    return "days_below" if names == {"days_active"} else "condition_not_met"
