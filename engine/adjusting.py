"""From the weighted total to the total: rules, limit, bonuses and penalties, in the page's order.

Conditions and points see everything as it was before any rule. All rules that fire apply together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.atoms import Texts
from engine.card import Grade
from engine.evaluate import Evaluator, Known, Verdict
from engine.numbers import Flags, Floats, snap
from engine.plan import Plan
from engine.rule_plan import ExtraPlan, RulePlan
from engine.sheet import PerspectiveScores, RuleVerdict, Step

LIMIT = "limit"


@dataclass(frozen=True)
class Adjusted:
    """One element per entity. `total`: before rounding, with every step taken; `barred`: the
    first rule that keeps an entity from being ranked, "" for none."""

    steps: tuple[Step, ...]
    verdicts: tuple[RuleVerdict, ...]
    total: Floats
    barred: Texts


class Adjusting:
    """Adjusts the totals of the members of one sheet. `known`: values before any rule."""

    def __init__(
        self,
        plan: Plan,
        evaluator: Evaluator,
        members: NDArray[np.intp],
        known: Known,
    ) -> None:
        self.plan = plan
        self.card = plan.card
        self.evaluator = evaluator
        self.members = members
        self.known = known
        self.level = plan.home

    def adjust(self, before: Floats, perspectives: tuple[PerspectiveScores, ...]) -> Adjusted:
        verdicts = tuple(self._verdict(each) for each in self.plan.rules)
        steps: list[Step] = []
        total = before
        for step in self._steps(before, {p.perspective.name: p for p in perspectives}, verdicts):
            steps.append(step)
            total = step.after
        return Adjusted(tuple(steps), verdicts, total, self._barred(verdicts))

    def _verdict(self, plan: RulePlan) -> RuleVerdict:
        found: Verdict = self.evaluator.predicate(plan.when, self.level, self.known)
        return RuleVerdict(plan.rule, found.holds[self.members], found.known[self.members])

    # ── steps ────────────────────────────────────────────────────────────────────────────────

    def _steps(
        self,
        before: Floats,
        perspectives: Mapping[str, PerspectiveScores],
        verdicts: tuple[RuleVerdict, ...],
    ) -> Iterator[Step]:
        total = before
        for step in self._caps_of_perspectives(total, perspectives, verdicts):
            yield step
            total = step.after
        if self.card.limit_total is not None:
            step = Step(LIMIT, None, total, np.clip(total, *self.card.limit_total))
            yield step
            total = step.after
        for plan in self.plan.extras:
            step = self._extra(plan, total)
            yield step
            total = step.after
        for kind in ("total_is", "cap_total"):
            for step in self._ruled(kind, total, verdicts):
                yield step
                total = step.after

    def _caps_of_perspectives(
        self,
        total: Floats,
        perspectives: Mapping[str, PerspectiveScores],
        verdicts: tuple[RuleVerdict, ...],
    ) -> Iterator[Step]:
        """Of several caps of one perspective the lowest holds: each lowers what is left."""
        scores = {name: each.score for name, each in perspectives.items()}
        for verdict in verdicts:
            for effect in verdict.rule.of("cap_perspective"):
                part = perspectives[effect.name]
                score = scores[effect.name]
                capped = np.where(verdict.fired, np.minimum(score, effect.limit), score)
                scores[effect.name] = capped
                lost = np.where(np.isnan(score), 0.0, (score - capped) * part.effective)
                after = snap(total - lost)
                yield Step("cap_perspective", verdict.rule, total, after)
                total = after

    def _extra(self, plan: ExtraPlan, total: Floats) -> Step:
        """Points between 0 and the limit; missing ones add nothing."""
        found = self.evaluator.value(plan.points, self.level, self.known)
        points = found.values[self.members]
        inside = snap(np.clip(np.where(np.isnan(points), 0.0, points), 0.0, plan.extra.limit))
        sign = 1.0 if plan.extra.kind == "bonus" else -1.0
        reasons = np.where(np.isnan(points), found.reasons[self.members], 0).astype(np.int8)
        return Step(plan.extra.kind, plan.extra, total, snap(total + sign * inside), reasons)

    def _ruled(self, kind: str, total: Floats, verdicts: tuple[RuleVerdict, ...]) -> Iterator[Step]:
        """The lowest `total is` of the rules that fire; the lowest `cap total`."""
        lowest = np.full(len(total), np.inf)
        for verdict in verdicts:
            for effect in verdict.rule.of(kind):
                lowest = np.where(verdict.fired, np.minimum(lowest, effect.limit), lowest)
        for verdict in verdicts:
            for effect in verdict.rule.of(kind):
                decides = verdict.fired & (lowest == effect.limit) & ~np.isnan(total)
                if kind == "cap_total":
                    decides &= total > effect.limit
                after = np.where(decides, effect.limit, total)
                yield Step(kind, verdict.rule, total, after)
                total = after

    def _barred(self, verdicts: tuple[RuleVerdict, ...]) -> Texts:
        found: Texts = np.full(len(self.members), "", dtype=object)
        for verdict in reversed(verdicts):
            if any(verdict.rule.of("not_ranked")):
                found[verdict.fired] = verdict.rule.name
        return found


def capped_grades(
    grades: Texts, scale: tuple[Grade, ...], verdicts: tuple[RuleVerdict, ...]
) -> Texts:
    """No better than the worst grade to which a rule that fires caps it."""
    place = {grade.name: i for i, grade in enumerate(scale)}
    found = grades.copy()
    for verdict in verdicts:
        for effect in verdict.rule.of("cap_grade"):
            better: Flags = np.array(
                [grade is not None and place[grade] < place[effect.name] for grade in found],
                dtype=bool,
            )
            found[verdict.fired & better] = effect.name
    return found
