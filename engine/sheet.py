"""The result of scoring a card for a period: arrays with one element per entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine import values as v
from engine.atoms import Atoms, Texts
from engine.card import Exemption, Perspective
from engine.distribution import Seats
from engine.evaluate import Evaluator
from engine.numbers import Flags, Floats
from engine.peer_curves import PeerScores
from engine.plan import MeasurePlan, Plan
from engine.reasons import Codes
from engine.rules import Extra, Rule
from engine.stays import Days, FromThrough, Stays
from engine.widening import Widened
from grammar import Diagnostic


@dataclass(frozen=True)
class MeasureScores:
    """One measure of the card for every entity.

    `included`: carries weight in this entity's total, scored or with the score that `when missing`
    gives. `effective` is the share of the total after left-out weight went to the siblings;
    `points` = effective times score.
    """

    plan: MeasurePlan
    value: Floats
    roles: Mapping[str, Floats]  # target, floor, stretch where the card has them
    attainment: Floats
    score: Floats
    segment: NDArray[np.intp]
    state: Codes
    reason: Codes
    included: Flags
    effective: Floats
    points: Floats
    target_line: NDArray[np.intp]  # which target line decided, -1 for none
    representative: Flags | None  # None where the KPI does not ask
    widened: Flags  # the value is that of the longer window of `needs … else over`
    peers: PeerScores | None = None  # where the curve compares with others

    @property
    def name(self) -> str:
        return self.plan.measure.name

    def window(self, place: int) -> Widened | None:
        """The longer window that was taken for an entity."""
        return self.plan.widened if self.widened[place] else None

    def made(self, place: int) -> v.KpiValue:
        """What its value is made of, in the window that was taken."""
        wide = self.window(place)
        return self.plan.value if wide is None else wide.value


@dataclass(frozen=True)
class PerspectiveScores:
    perspective: Perspective
    effective: Floats
    score: Floats


@dataclass(frozen=True)
class RuleVerdict:
    """Where a rule fires, and where its condition could be evaluated at all."""

    rule: Rule
    fired: Flags
    known: Flags


@dataclass(frozen=True)
class Step:
    """One step from the weighted total to the total.

    `kind`: cap_perspective, limit, bonus, penalty, total_is, cap_total; `cause` is the rule, bonus
    or penalty, None for the card's own limit. `reasons`: why a bonus or penalty has no points.
    """

    kind: str
    cause: Rule | Extra | None
    before: Floats
    after: Floats
    reasons: Codes | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything that was computed, with what explains it.

    `members`: index of each entity in the level's data, those active in the period. Totals are
    NaN where there is none; `not_ranked` gives the reason, "" for a ranked entity.
    """

    plan: Plan = field(repr=False)
    atoms: Atoms = field(repr=False)
    evaluator: Evaluator = field(repr=False)
    members: NDArray[np.intp]
    keys: Texts
    labels: Texts
    claimed: Stays  # of every entity of the level
    counted: Stays  # without the days of an exemption
    exemptions: tuple[Exemption, ...]
    inactive: int
    measures: tuple[MeasureScores, ...]
    perspectives: tuple[PerspectiveScores, ...]
    before_rules: Floats
    steps: tuple[Step, ...]
    verdicts: tuple[RuleVerdict, ...]
    unrounded: Floats
    total: Floats
    coverage: Floats
    group: Texts
    rank: NDArray[np.int64]
    grade: Texts
    suggested: Texts  # by share, where that is only a suggestion
    seats: tuple[Seats, ...]
    not_ranked: Texts
    diagnostics: tuple[Diagnostic, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Place of each entity by its key."""
        return {str(key): i for i, key in enumerate(self.keys)}

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Entities as a ranking lists them: by group, rank, then key order."""
        groups = np.array([str(g or "") for g in self.group], dtype=object)
        codes = np.unique(groups.astype(str), return_inverse=True)[1] if len(groups) else groups
        return np.lexsort((np.arange(len(self)), self.rank, codes)).astype(np.intp)

    @cached_property
    def coefficients(self) -> Mapping[str | None, float | None]:
        """What pay takes from a grade, by its name; empty where the card says nothing of it."""
        return {each.name: each.coefficient for each in self.plan.card.grades}

    @property
    def assigned_from(self) -> Days:
        return self.counted.since[self.members]

    @property
    def assigned_through(self) -> Days:
        return self.counted.through[self.members]

    @property
    def days(self) -> NDArray[np.int64]:
        """How many days of each entity count."""
        return self.counted.days[self.members]

    def stays(self, place: int) -> tuple[FromThrough, ...]:
        """The days on which the card claims an entity, first and last of each stretch."""
        return self.claimed.of(int(self.members[place]))
