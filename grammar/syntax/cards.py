"""Facts of scorecards, perspectives, measures, rules, grades, policies and examples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grammar.syntax.base import DateLiteral, Name, Node, Number, Path, Percent, PeriodLiteral, Text
from grammar.syntax.expressions import Expression

Moment = DateLiteral | PeriodLiteral


# ── facts of a scorecard ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ForEntity(Node):
    entity: Name


@dataclass(frozen=True, slots=True)
class Assign(Node):
    attribute: Name
    value: Text
    since: DateLiteral | None
    through: DateLiteral | None


@dataclass(frozen=True, slots=True)
class Exempt(Node):
    entity: Name
    key: Text
    measure: Name | None
    since: DateLiteral
    through: DateLiteral
    reason: Text


@dataclass(frozen=True, slots=True)
class Every(Node):
    cadence: str


@dataclass(frozen=True, slots=True)
class Effective(Node):
    since: DateLiteral
    through: DateLiteral | None


@dataclass(frozen=True, slots=True)
class BasedOn(Node):
    scorecard: Name


@dataclass(frozen=True, slots=True)
class Purpose(Node):
    text: Text


@dataclass(frozen=True, slots=True)
class ReviewBy(Node):
    date: DateLiteral


@dataclass(frozen=True, slots=True)
class RoundTotal(Node):
    digits: Number


@dataclass(frozen=True, slots=True)
class LimitTotal(Node):
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class RankWithin(Node):
    path: Path


@dataclass(frozen=True, slots=True)
class BreakTies(Node):
    measure: Name


@dataclass(frozen=True, slots=True)
class RankedWhen(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class NoTotalWhen(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class CombineByDays(Node):
    pass


@dataclass(frozen=True, slots=True)
class GradesForced(Node):
    pass


# ── weights ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Weights(Node):
    form: str  # equal, comparison, total


@dataclass(frozen=True, slots=True)
class Prefer(Node):
    over: Name
    under: Name
    strength: Strength


@dataclass(frozen=True, slots=True)
class Strength(Node):
    value: Decimal
    word: str | None


@dataclass(frozen=True, slots=True)
class Method(Node):
    name: str


@dataclass(frozen=True, slots=True)
class RandomIndex(Node):
    name: Name


@dataclass(frozen=True, slots=True)
class RoundWeights(Node):
    step: Percent


@dataclass(frozen=True, slots=True)
class RequireConsistency(Node):
    limit: Number


@dataclass(frozen=True, slots=True)
class Share(Node):
    form: str
    value: Decimal | None  # percent (a fraction), points, rest


@dataclass(frozen=True, slots=True)
class Weight(Node):
    share: Share
    since: Moment | None


# ── facts of a measure ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ScoreOf(Node):
    scorecard: Name
    descendants: Name
    weighted_by: Name | None


@dataclass(frozen=True, slots=True)
class FromPlan(Node):
    plan: Name


@dataclass(frozen=True, slots=True)
class TargetLine(Node):
    role: str
    value: Expression | FromPlan
    where: Expression | None
    since: Moment | None
    split_by_days: bool
    for_display: bool


@dataclass(frozen=True, slots=True)
class Prorate(Node):
    pass


@dataclass(frozen=True, slots=True)
class Curve(Node):
    shape: str
    form: str | None
    within: Path | None
    formula: Expression | None


@dataclass(frozen=True, slots=True)
class Point(Node):
    reference: str
    value: Expression | None  # value, of_target, target, floor, stretch


@dataclass(frozen=True, slots=True)
class At(Node):
    point: Point
    score: Expression


@dataclass(frozen=True, slots=True)
class From(Node):
    point: Point
    score: Expression


@dataclass(frozen=True, slots=True)
class Upto(Node):
    point: Point
    score: Expression


@dataclass(frozen=True, slots=True)
class Otherwise(Node):
    score: Expression


@dataclass(frozen=True, slots=True)
class WordScore(Node):
    word: Text
    score: Expression


@dataclass(frozen=True, slots=True)
class Mean(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class Spread(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class Limit(Node):
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class WhenMissing(Node):
    absence: str
    rule: str
    score: Expression | None


@dataclass(frozen=True, slots=True)
class AppliesWhen(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class ReportOnly(Node):
    pass


# ── facts of rules, bonus, penalty, grades, policies, examples ───────────────────────────────────


@dataclass(frozen=True, slots=True)
class RuleWhen(Node):
    condition: Expression


@dataclass(frozen=True, slots=True)
class CapTotal(Node):
    limit: Expression


@dataclass(frozen=True, slots=True)
class CapPerspective(Node):
    perspective: Name
    limit: Expression


@dataclass(frozen=True, slots=True)
class CapGrade(Node):
    grade: Name


@dataclass(frozen=True, slots=True)
class TotalIs(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class NotRanked(Node):
    pass


@dataclass(frozen=True, slots=True)
class Points(Node):
    expression: Expression


@dataclass(frozen=True, slots=True)
class ExtraLimit(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class GradeFrom(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class GradeOtherwise(Node):
    pass


@dataclass(frozen=True, slots=True)
class Top(Node):
    share: Percent
    within: Path


@dataclass(frozen=True, slots=True)
class AppliesTo(Node):
    scorecard: Name


@dataclass(frozen=True, slots=True)
class RequireMeasureAtMost(Node):
    share: Percent


@dataclass(frozen=True, slots=True)
class RequirePerspective(Node):
    perspective: Name
    share: Percent


@dataclass(frozen=True, slots=True)
class RequireCount(Node):
    count: Number


@dataclass(frozen=True, slots=True)
class RequireReview(Node):
    months: Number


@dataclass(frozen=True, slots=True)
class Given(Node):
    subject: Name
    value: Expression | None


@dataclass(frozen=True, slots=True)
class GivenTarget(Node):
    subject: Name
    value: Expression | None


@dataclass(frozen=True, slots=True)
class OnPeriod(Node):
    period: Moment


@dataclass(frozen=True, slots=True)
class ExpectTotal(Node):
    value: Expression


@dataclass(frozen=True, slots=True)
class ExpectGrade(Node):
    grade: Name
