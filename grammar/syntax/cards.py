"""Facts of scorecards, perspectives, measures, rules, grades, policies and examples."""

from __future__ import annotations

from decimal import Decimal

from grammar.syntax.base import DateLiteral, Name, Number, Path, Percent, PeriodLiteral, Text
from grammar.syntax.expressions import Expression
from grammar.syntax.node import Node, node

Moment = DateLiteral | PeriodLiteral


# ── facts of a scorecard ─────────────────────────────────────────────────────────────────────────


@node
class ForEntity(Node):
    entity: Name


@node
class Assign(Node):
    attribute: Name
    value: Text
    since: DateLiteral | None
    through: DateLiteral | None


@node
class Exempt(Node):
    entity: Name
    key: Text
    measure: Name | None
    since: DateLiteral
    through: DateLiteral
    reason: Text


@node
class Every(Node):
    cadence: str


@node
class Effective(Node):
    since: DateLiteral
    through: DateLiteral | None


@node
class BasedOn(Node):
    scorecard: Name


@node
class Purpose(Node):
    text: Text


@node
class ReviewBy(Node):
    date: DateLiteral


@node
class RoundTotal(Node):
    digits: Number


@node
class LimitTotal(Node):
    low: Expression
    high: Expression


@node
class RankWithin(Node):
    path: Path


@node
class BreakTies(Node):
    measure: Name


@node
class RankedWhen(Node):
    condition: Expression


@node
class NoTotalWhen(Node):
    condition: Expression


@node
class CombineByDays(Node):
    pass


@node
class GradesForced(Node):
    pass


# ── weights ──────────────────────────────────────────────────────────────────────────────────────


@node
class Weights(Node):
    form: str  # equal, comparison, total


@node
class Prefer(Node):
    over: Name
    under: Name
    strength: Strength


@node
class Strength(Node):
    value: Decimal
    word: str | None


@node
class Method(Node):
    name: str


@node
class RandomIndex(Node):
    name: Name


@node
class RoundWeights(Node):
    step: Percent


@node
class RequireConsistency(Node):
    limit: Number


@node
class Share(Node):
    form: str
    value: Decimal | None  # percent (a fraction), points, rest


@node
class Weight(Node):
    share: Share
    since: Moment | None


# ── facts of a measure ───────────────────────────────────────────────────────────────────────────


@node
class ScoreOf(Node):
    scorecard: Name
    descendants: Name
    weighted_by: Name | None


@node
class Curve(Node):
    shape: str
    form: str | None
    within: Path | None
    formula: Expression | None


@node
class Point(Node):
    reference: str
    value: Expression | None  # value, of_target, target, floor, stretch


@node
class At(Node):
    point: Point
    score: Expression


@node
class From(Node):
    point: Point
    score: Expression


@node
class Upto(Node):
    point: Point
    score: Expression


@node
class Otherwise(Node):
    score: Expression


@node
class WordScore(Node):
    word: Text
    score: Expression


@node
class Mean(Node):
    value: Expression


@node
class Spread(Node):
    value: Expression


@node
class Limit(Node):
    low: Expression
    high: Expression


@node
class WhenMissing(Node):
    absence: str
    rule: str
    score: Expression | None


@node
class AppliesWhen(Node):
    condition: Expression


@node
class ReportOnly(Node):
    pass


# ── facts of rules, bonus, penalty, grades, constants, policies, examples ───────────────────────


@node
class RuleWhen(Node):
    condition: Expression


@node
class CapTotal(Node):
    limit: Expression


@node
class CapPerspective(Node):
    perspective: Name
    limit: Expression


@node
class CapGrade(Node):
    grade: Name


@node
class TotalIs(Node):
    value: Expression


@node
class NotRanked(Node):
    pass


@node
class Points(Node):
    expression: Expression


@node
class ExtraLimit(Node):
    value: Expression


@node
class GradeFrom(Node):
    value: Expression


@node
class GradeOtherwise(Node):
    pass


@node
class Top(Node):
    share: Percent
    within: Path


@node
class Coefficient(Node):
    value: Expression


@node
class ConstantValue(Node):
    value: Expression
    since: Moment | None


@node
class AppliesTo(Node):
    scorecard: Name


@node
class RequireMeasureAtMost(Node):
    share: Percent


@node
class RequirePerspective(Node):
    perspective: Name
    share: Percent


@node
class RequireCount(Node):
    count: Number


@node
class RequireReview(Node):
    months: Number


@node
class Given(Node):
    subject: Name
    value: Expression | None


@node
class GivenTarget(Node):
    subject: Name
    value: Expression | None


@node
class OnPeriod(Node):
    period: Moment


@node
class ExpectTotal(Node):
    value: Expression


@node
class ExpectGrade(Node):
    grade: Name
