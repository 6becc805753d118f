"""The canonical order of facts in a section.

The label comes first, then what a thing is and where its rows are, how it is computed and scored,
what happens where something is missing, who answers for it, and the note last. Facts of one kind
keep the author's order, which decides for target lines; points and steps ascend where their values
can be compared as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from grammar import syntax as s

# A tuple is one place: its facts stay among each other as they are.
_ORDER: tuple[type | tuple[type, ...], ...] = (
    s.Label,
    # a calendar
    s.FiscalYear,
    s.FiscalNamedByStart,
    s.WeeksStart,
    s.Timezone,
    s.PeriodsFrom,
    s.BusinessHours,
    s.Holiday,
    s.SpringFestivalAligned,
    # entities, data, targets
    s.Everything,
    s.Rows,
    s.ValuesOf,
    s.Key,
    s.NameIs,
    s.Attribute,
    s.BelongsTo,
    s.Active,
    s.History,
    s.Date,
    s.LinkKpi,
    (s.Link, s.LinkThrough),
    s.Group,
    s.PeriodColumn,
    s.ValueColumn,
    s.FloorColumn,
    s.StretchColumn,
    s.Column,
    # a constant
    s.ConstantValue,
    # a KPI
    s.Formula,
    s.UnitIs,
    s.Better,
    s.Needs,
    s.Representative,
    s.Benchmark,
    s.Objective,
    s.Drives,
    # a scorecard: who, when
    s.BasedOn,
    s.Purpose,
    s.ForEntity,
    s.Assign,
    s.OnlyWhere,
    s.Exempt,
    s.Every,
    s.Effective,
    s.ReviewBy,
    s.CombineByDays,
    s.ExpectsRows,
    s.Due,
    s.Owner,
    # a measure
    s.ReportOnly,
    s.AppliesWhen,
    s.Weight,
    s.Weights,
    s.Prefer,
    s.Method,
    s.RandomIndex,
    s.RoundWeights,
    s.RequireConsistency,
    s.TargetLine,
    s.AddsUp,
    s.Prorate,
    s.Curve,
    s.At,
    s.Upto,
    s.Otherwise,
    s.From,
    s.WordScore,
    s.Mean,
    s.Spread,
    s.Limit,
    s.WhenMissing,
    # a scorecard: the total
    s.LimitTotal,
    s.RoundTotal,
    s.RankWithin,
    s.BreakTies,
    s.RankedWhen,
    s.NoTotalWhen,
    s.GradesForced,
    # rules, bonus and penalty, grades
    s.RuleWhen,
    (s.CapTotal, s.CapPerspective, s.CapGrade, s.TotalIs, s.NotRanked),
    s.Points,
    s.ExtraLimit,
    (s.GradeFrom, s.GradeOtherwise),
    s.Top,
    s.Coefficient,
    # policies and examples
    s.AppliesTo,
    (s.RequireMeasureAtMost, s.RequirePerspective, s.RequireCount, s.RequireReview),
    s.OnPeriod,
    (s.Given, s.GivenTarget),
    (s.ExpectTotal, s.ExpectGrade),
    s.Note,
)
_RANK = {
    kind: rank
    for rank, kinds in enumerate(_ORDER)
    for kind in (kinds if isinstance(kinds, tuple) else (kinds,))
}


def ordered(facts: Iterable[s.Node]) -> list[s.Node]:
    """The facts of a section in canonical order."""
    found: list[s.Node] = []
    for kind, group in groupby(sorted(facts, key=lambda fact: _RANK[type(fact)]), key=type):
        lines = list(group)
        found.extend(_ascending(lines) if kind in _WITH_POINT else lines)
    return found


def _ascending(lines: list[s.Node]) -> list[s.Node]:
    """Lines with a point each; as they are where two points cannot be compared."""
    keyed = [(_amount(line.point), line) for line in lines if isinstance(line, _WITH_POINT)]
    scales = {scale for (scale, _), _ in keyed}
    if None in scales or len(scales) > 1:
        return lines
    return [line for _, line in sorted(keyed, key=lambda pair: pair[0][1])]


_WITH_POINT = (s.At, s.From, s.Upto)


def _amount(point: s.Point) -> tuple[str | None, Decimal]:
    """On which scale a point is given, and where on it; the target is 100% of itself."""
    if point.reference == "target":
        return "of_target", Decimal(1)
    match point.value:
        case s.Number(value):
            return f"{point.reference} number", value
        case s.Percent(value):
            return point.reference if point.reference == "of_target" else "percent", value
        case s.Money(unit, value) | s.Quantity(value, unit):
            return unit, value
    return None, Decimal(0)
