"""A scorecard as it holds on a day: every name resolved, every weight a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from fractions import Fraction

from engine import values as v
from engine.model import CardVersion, Entity, Kpi, Labels, PlanTable
from engine.periods import Range, through
from engine.rules import Extra, Rule
from engine.weights import WeightGroup
from grammar import Span
from grammar import syntax as s
from grammar.records import record


@record
class Claim:
    """A value of an attribute, from one day through another where the line says so."""

    value: str
    since: date | None = None
    through: date | None = None

    @property
    def dated(self) -> bool:
        return self.since is not None or self.through is not None


@record
class Assignment:
    """`assign ATTRIBUTE "value"`; lines of one attribute are alternatives."""

    attribute: s.Path
    claims: tuple[Claim, ...]


@record
class CurvePoint:
    """A score at a value, a share of the target, or the target, floor or stretch itself."""

    reference: str  # value, of_target, target, floor, stretch
    value: float
    score: float
    text: str
    span: Span = field(compare=False, repr=False)


@record
class PeerScale:
    """With whom a value is compared by `curve peers`, and the scale of a zscore: the score of the
    mean, and the points of one deviation."""

    within: s.Path
    mean: float | None = None
    spread: float | None = None


@record
class Curve:
    """`linear`: straight lines between points. `steps`: from (or upto) a point on.
    `attainment`: 100 times the direct, inverse or mirrored ratio to the target. `peers`: by the
    place among the values of others. `formula`: of plain numbers, the actual value and its targets.
    `itself`: the value is a score already.

    `form`: of attainment direct, inverse, mirrored; of steps from, upto; of peers percentile,
    zscore, minmax, best; a formula as it is written."""

    shape: str
    form: str
    points: tuple[CurvePoint, ...] = ()
    otherwise: float | None = None
    formula: v.Value | None = None
    peers: PeerScale | None = None


@record
class TargetRule:
    """One target line: it decides from `since` on, where its condition holds."""

    value: s.Expression | None
    plan: PlanTable | None
    where: s.Expression | None
    since: date
    span: Span = field(compare=False, repr=False)
    split: s.Split | None = None  # a part of a longer target of the plan


@record
class TargetSum:
    """`targets add up to ENTITY`, whose own ones are in `plan`, or in that of the targets."""

    parent: Entity
    plan: PlanTable | None
    tolerance: Fraction
    span: Span = field(compare=False, repr=False)


@record
class ScoreSource:
    """`measure score of CARD from ENTITY`: the totals of a card of entities that belong to the
    scored one, averaged, or weighted by a KPI of theirs."""

    version: CardVersion
    entity: Entity
    weighted_by: Kpi | None


@record
class MissingRule:
    """What a missing value does: `leave out`, `score` (with a number) or `no total`."""

    rule: str
    score: float | None = None


@record
class Measure:
    """A KPI in a card. `weight` is its share of the whole card, `share` that of its group.

    `source`: whose totals it takes, for a measure that stands for scores; its `kpi` is then made
    for it (points, better higher).
    """

    name: str
    labels: Labels
    kpi: Kpi
    level: Entity
    perspective: str | None
    weight: float
    share: float
    targets: Mapping[str, tuple[TargetRule, ...]]  # by role: target, floor, stretch
    curve: Curve | None
    limit: tuple[float, float] | None
    missing: MissingRule
    absences: Mapping[str, MissingRule]  # by reason, where `when few` or `when no target` differ
    applies_when: s.Expression | None
    report_only: bool
    span: Span = field(compare=False, repr=False)
    source: ScoreSource | None = None
    prorate: bool = False
    sums: tuple[TargetSum, ...] = ()

    def label(self, language: str = "") -> str:
        return self.labels.get(language) or self.kpi.label(language)

    def absence(self, reason: str) -> MissingRule:
        """What a value that is missing for this reason does."""
        return self.absences.get(reason, self.missing)


@record
class Exemption:
    """`exempt ENTITY "key" …`: from the whole card where `measure` is None."""

    key: str
    measure: str | None
    since: date
    through: date
    reason: str
    span: Span = field(compare=False, repr=False)

    @property
    def days(self) -> Range:
        return through(self.since, self.through)


@record
class Perspective:
    name: str
    labels: Labels
    weight: float
    span: Span = field(compare=False, repr=False)

    def label(self, language: str = "") -> str:
        return self.labels.get(language) or self.labels.get("") or self.name


@record
class Grade:
    """A grade from a total on; `otherwise` has none. Best first. `top`: its share of the ranked
    entities of a group, which is a value of `within`. `coefficient`: what pay takes from
    it; it stands beside the grade and has no part in any score."""

    name: str
    labels: Labels
    least: float | None
    span: Span = field(compare=False, repr=False)
    top: Fraction | None = None
    within: s.Path | None = None
    coefficient: float | None = None


@record
class Card:
    """One version of a scorecard on the first day of a period."""

    source: CardVersion
    entity: Entity
    cadence: str
    assignments: tuple[Assignment, ...]
    only_where: tuple[s.Expression, ...]
    digits: int | None
    limit_total: tuple[float, float] | None
    rank_within: s.Path | None
    break_ties: str | None
    ranked_when: s.Expression | None
    no_total_when: s.Expression | None
    perspectives: tuple[Perspective, ...]
    measures: tuple[Measure, ...]
    grades: tuple[Grade, ...]
    groups: tuple[WeightGroup, ...]
    full_mark: Fraction | None = None
    grades_forced: bool = False
    rules: tuple[Rule, ...] = ()
    extras: tuple[Extra, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    combined: bool = False  # with results of other cards in the same period, by days

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def scored(self) -> tuple[Measure, ...]:
        """The measures that carry weight."""
        return tuple(measure for measure in self.measures if not measure.report_only)
