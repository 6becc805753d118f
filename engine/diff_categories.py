"""The category of every fact and section, and by which word a change names the fact."""

from __future__ import annotations

from typing import NamedTuple

from engine.changes import Category
from grammar import syntax as s


class Concern(NamedTuple):
    """What a change of a fact touches, and the keyword of the fact."""

    category: Category
    fact: str


_SCORE, _ELIGIBILITY, _TARGET, _WEIGHT, _CURVE, _STRUCTURE, _LABEL, _ = Category

FACTS: dict[type[s.Node], Concern] = {
    s.Label: Concern(_LABEL, "label"),
    s.Note: Concern(_LABEL, "note"),
    s.Owner: Concern(_LABEL, "owner"),
    s.OnlyWhere: Concern(_SCORE, "only where"),
    # a calendar
    s.FiscalYear: Concern(_SCORE, "fiscal year starts in"),
    s.FiscalNamedByStart: Concern(_SCORE, "fiscal year named by start"),
    s.WeeksStart: Concern(_SCORE, "weeks start on"),
    s.Timezone: Concern(_SCORE, "timezone"),
    s.PeriodsFrom: Concern(_SCORE, "periods from"),
    s.BusinessHours: Concern(_SCORE, "business hours"),
    s.Holiday: Concern(_SCORE, "holiday"),
    s.SpringFestivalAligned: Concern(_SCORE, "spring festival aligned"),
    # entities and data
    s.Rows: Concern(_SCORE, "table"),
    s.Everything: Concern(_SCORE, "everything"),
    s.ValuesOf: Concern(_SCORE, "values of"),
    s.Key: Concern(_SCORE, "key"),
    s.NameIs: Concern(_LABEL, "name"),
    s.Attribute: Concern(_SCORE, "attribute"),
    s.BelongsTo: Concern(_SCORE, "belongs to"),
    s.Active: Concern(_ELIGIBILITY, "active from"),
    s.History: Concern(_SCORE, "history"),
    s.Date: Concern(_SCORE, "date"),
    s.ExpectsRows: Concern(_SCORE, "expects rows"),
    s.Due: Concern(_SCORE, "due"),
    s.Link: Concern(_SCORE, "link"),
    s.LinkThrough: Concern(_SCORE, "link"),
    s.Group: Concern(_SCORE, "group"),
    s.Column: Concern(_SCORE, "column"),
    # tables of targets
    s.LinkKpi: Concern(_TARGET, "link kpi"),
    s.PeriodColumn: Concern(_TARGET, "period"),
    s.ValueColumn: Concern(_TARGET, "value"),
    s.FloorColumn: Concern(_TARGET, "floor"),
    s.StretchColumn: Concern(_TARGET, "stretch"),
    # a constant
    s.ConstantValue: Concern(_SCORE, "value"),
    # a KPI
    s.Formula: Concern(_SCORE, "formula"),
    s.UnitIs: Concern(_SCORE, "unit"),
    s.Better: Concern(_SCORE, "better"),
    s.Needs: Concern(_SCORE, "needs"),
    s.Representative: Concern(_LABEL, "representative"),
    s.Objective: Concern(_LABEL, "objective"),
    s.Benchmark: Concern(_LABEL, "benchmark"),
    s.Drives: Concern(_LABEL, "drives"),
    # a scorecard
    s.ForEntity: Concern(_ELIGIBILITY, "for"),
    s.Assign: Concern(_ELIGIBILITY, "assign"),
    s.Exempt: Concern(_ELIGIBILITY, "exempt"),
    s.Every: Concern(_ELIGIBILITY, "every"),
    s.Effective: Concern(_ELIGIBILITY, "effective"),
    s.BasedOn: Concern(_SCORE, "based on"),
    s.Purpose: Concern(_LABEL, "purpose"),
    s.ReviewBy: Concern(_LABEL, "review by"),
    s.RoundTotal: Concern(_SCORE, "round total"),
    s.LimitTotal: Concern(_SCORE, "limit total"),
    s.RankWithin: Concern(_SCORE, "rank within"),
    s.BreakTies: Concern(_SCORE, "break ties by"),
    s.RankedWhen: Concern(_ELIGIBILITY, "ranked when"),
    s.NoTotalWhen: Concern(_ELIGIBILITY, "no total when"),
    s.CombineByDays: Concern(_SCORE, "combine by days"),
    s.GradesForced: Concern(_SCORE, "grades forced"),
    # weights
    s.Weights: Concern(_WEIGHT, "weights"),
    s.Weight: Concern(_WEIGHT, "weight"),
    s.Prefer: Concern(_WEIGHT, "prefer"),
    s.Method: Concern(_WEIGHT, "method"),
    s.RandomIndex: Concern(_WEIGHT, "random index"),
    s.RoundWeights: Concern(_WEIGHT, "round weights"),
    s.RequireConsistency: Concern(_WEIGHT, "require consistency"),
    # a measure
    s.TargetLine: Concern(_TARGET, "target"),
    s.AddsUp: Concern(_STRUCTURE, "targets add up to"),
    s.Prorate: Concern(_TARGET, "prorate"),
    s.Curve: Concern(_CURVE, "curve"),
    s.At: Concern(_CURVE, "at"),
    s.From: Concern(_CURVE, "from"),
    s.Upto: Concern(_CURVE, "upto"),
    s.Otherwise: Concern(_CURVE, "otherwise"),
    s.WordScore: Concern(_CURVE, "word"),
    s.Mean: Concern(_CURVE, "mean"),
    s.Spread: Concern(_CURVE, "spread"),
    s.Limit: Concern(_CURVE, "limit"),
    s.WhenMissing: Concern(_SCORE, "when missing"),
    s.AppliesWhen: Concern(_ELIGIBILITY, "applies when"),
    s.ReportOnly: Concern(_SCORE, "report only"),
    # rules, bonus and penalty, grades
    s.RuleWhen: Concern(_SCORE, "when"),
    s.CapTotal: Concern(_SCORE, "cap total"),
    s.CapPerspective: Concern(_SCORE, "cap perspective"),
    s.CapGrade: Concern(_SCORE, "cap grade"),
    s.TotalIs: Concern(_SCORE, "total is"),
    s.NotRanked: Concern(_SCORE, "not ranked"),
    s.Points: Concern(_SCORE, "points"),
    s.ExtraLimit: Concern(_SCORE, "limit"),
    s.GradeFrom: Concern(_SCORE, "from"),
    s.GradeOtherwise: Concern(_SCORE, "otherwise"),
    s.Top: Concern(_SCORE, "top"),
    s.Coefficient: Concern(_LABEL, "coefficient"),
    # policies look at cards, examples at results: neither scores anybody
    s.AppliesTo: Concern(_STRUCTURE, "applies to"),
    s.RequireMeasureAtMost: Concern(_STRUCTURE, "require measure"),
    s.RequirePerspective: Concern(_STRUCTURE, "require perspective"),
    s.RequireCount: Concern(_STRUCTURE, "require at most"),
    s.RequireReview: Concern(_STRUCTURE, "require review"),
    s.Given: Concern(_LABEL, "given"),
    s.GivenTarget: Concern(_LABEL, "given target of"),
    s.OnPeriod: Concern(_LABEL, "on"),
    s.ExpectTotal: Concern(_LABEL, "expect total"),
    s.ExpectGrade: Concern(_LABEL, "expect grade"),
}

SECTIONS: dict[str, Category] = {
    "calendar": _SCORE,
    "entity": _SCORE,
    "data": _SCORE,
    "targets": _TARGET,
    "kpi": _SCORE,
    "constant": _SCORE,
    "policy": _STRUCTURE,
    "scorecard": _ELIGIBILITY,
    "perspective": _WEIGHT,
    "measure": _SCORE,
    "judge": _WEIGHT,
    "rule": _SCORE,
    "bonus": _SCORE,
    "penalty": _SCORE,
    "grade": _SCORE,
    "change": _SCORE,
    "remove": _SCORE,
    "example": _LABEL,
}
"""By kind, what it touches that a section is there or not."""


def concern_of(fact: s.Node, section: s.Section) -> Concern:
    """What a change of a fact touches, in the section that it stands in."""
    concern = FACTS[type(fact)]
    match section, fact:
        case s.ScorecardSection(), s.OnlyWhere():
            return concern._replace(category=_ELIGIBILITY)
        case s.TargetsSection(), _ if concern.category is _SCORE:
            return concern._replace(category=_TARGET)
        case _, s.TargetLine(role):
            return concern._replace(fact=role)
    return concern
