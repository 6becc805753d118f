"""Random syntax trees: a strategy for every class of node, within what the grammar can say.

Spans take no part in equality, so all nodes share an empty one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from grammar import Source, Span, names
from grammar import syntax as s
from grammar.words import words

SOURCE = Source("random.scorecard", "")
SPAN = Span(SOURCE, 0, 0)

Strategy = SearchStrategy[Any]


BUILT: set[object] = set()  # the classes that have a strategy


def node(cls: Callable[..., Any], *fields: Strategy) -> Strategy:
    BUILT.add(cls)
    return st.builds(cls, *fields, span=st.just(SPAN))


def maybe(strategy: Strategy) -> Strategy:
    return st.none() | strategy


def among(text: str) -> Strategy:
    return st.sampled_from(text.split())


# ── names and literals ───────────────────────────────────────────────────────────────────────────

PHRASES = sorted({phrase for row in words().rows for phrase in words().spellings(row)})
WORDS = sorted({word for phrase in PHRASES for word in phrase.split()})
ALIASES = {
    kind: {other for others in table.values() for other in others}
    for kind, table in names.table().items()
}
KNOWN = sorted({name for table in names.table().values() for name in table})


def _letters(excluded: str) -> SearchStrategy[str]:
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters=excluded)
    return st.text(alphabet, max_size=8)


def _as_name(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


NAME_TEXTS = (
    among("store region sales amount kpi_1 净销售额 é Ǆ CNY FY2025Q1")
    | st.sampled_from(WORDS)
    | st.sampled_from(PHRASES)
    | st.sampled_from([*KNOWN, *(each for kind in ALIASES.values() for each in sorted(kind))])
    | st.sampled_from(["Order Amount", "a#b", 'a"b', "a[b", "", "2025", "TARGET", "Ｎ", "ſcore"])
    | _letters("]\n").map(_as_name)
)


def name_but(*kinds: str) -> Strategy:
    """A name that is not another word for one with a meaning of its own."""
    taken = set().union(*(ALIASES[kind] for kind in kinds))
    return node(s.Name, NAME_TEXTS.filter(lambda text: text not in taken))


name = node(s.Name, NAME_TEXTS)
path = node(s.Path, st.lists(name, min_size=1, max_size=3).map(tuple))
text = node(
    s.Text, _letters("\n”") | _letters('\n"') | among("# a//b 门店").map(lambda each: f"“{each}")
)
amount = st.decimals(0, 10**12, places=0) | st.decimals(0, 10**6, places=4)
share = st.decimals(0, 1000, places=3).map(lambda value: value / 100)
number = node(s.Number, amount)
percent = node(s.Percent, share)
clock = node(s.Clock, st.integers(0, 24 * 60 + 59))
day = node(s.DateLiteral, st.dates(date(1900, 1, 1), date(2999, 12, 31)))
period = node(
    s.PeriodLiteral, among("2025 2025Q3 2025-07 2025H1 2025-W32 FY2025 FY2025Q1 FY2026H2 FY2025-07")
)
moment = day | period
truth = node(s.Truth, st.booleans())
units = among("hours days minutes points pp")


def _signed(values: SearchStrategy[Decimal]) -> SearchStrategy[Decimal]:
    return values | values.map(lambda value: -value)


signed = (
    node(s.Number, _signed(amount))
    | node(s.Percent, _signed(share))
    | node(s.Money, among("CNY USD EUR"), _signed(amount))
    | node(s.Quantity, _signed(amount), units)
)
LITERALS = {s.Number: signed, s.Text: text, s.DateLiteral: day, s.Truth: truth}

# ── windows and expressions ──────────────────────────────────────────────────────────────────────

WINDOWS = {
    s.PreviousPeriod: node(s.PreviousPeriod),
    s.SamePeriodLastYear: node(s.SamePeriodLastYear),
    s.PeriodsAgo: node(s.PeriodsAgo, number),
    s.LastStretch: node(
        s.LastStretch,
        number | st.just(s.Number(Decimal(1), span=SPAN)),
        among("periods months days"),
    ),
    s.YearToDate: node(s.YearToDate),
    s.AllTime: node(s.AllTime),
}
window = st.one_of(*WINDOWS.values())

_NUMERIC = (s.Number, s.Percent, s.Money, s.Quantity)
_function = st.builds(
    lambda first, others: s.Path((first, *others), span=SPAN),
    name_but("functions", "yearly_growth")
    | node(s.Name, among("sum growth unique first last percentile min")),
    st.lists(name, max_size=1),
)


def clauses_of(inner: Strategy) -> dict[type, Strategy]:
    return {
        s.Where: node(s.Where, inner),
        s.Having: node(s.Having, inner),
        s.Per: node(s.Per, path),
        s.Over: node(s.Over, window),
        s.Within: node(s.Within, path),
        s.WeightedBy: node(s.WeightedBy, inner),
        s.Anywhere: node(s.Anywhere),
        s.Pooled: node(s.Pooled),
        s.AllowPartialBase: node(s.AllowPartialBase),
        s.InBusinessTime: node(s.InBusinessTime),
    }


def composed_of(inner: Strategy) -> dict[type, Strategy]:
    """Every expression with parts, by its class."""
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    clause = st.one_of(*clauses_of(inner).values())
    return {
        s.Call: node(
            s.Call,
            _function,
            st.lists(inner, max_size=2).map(tuple),
            st.lists(clause, max_size=3).map(tuple),
        ),
        # A sign before a number is a part of the number.
        s.Sign: node(s.Sign, among("+ -"), inner.filter(lambda e: not isinstance(e, _NUMERIC))),
        s.Arithmetic: node(s.Arithmetic, inner, among("+ - * /"), inner),
        s.Comparison: node(s.Comparison, inner, among("= <> < <= > >="), inner),
        s.Among: node(s.Among, inner, some, st.booleans()),
        s.InPeriod: node(s.InPeriod, inner),
        s.Between: node(s.Between, inner, inner, inner),
        s.IsMissing: node(s.IsMissing, inner, st.booleans()),
        s.Matches: node(s.Matches, inner, among("contains starts_with"), inner),
        s.Not: node(s.Not, inner),
        s.And: node(s.And, some),
        s.Or: node(s.Or, some),
        s.If: node(s.If, inner, inner, inner),
        s.Windowed: node(s.Windowed, inner, window),
        s.AtEntity: node(s.AtEntity, inner, name),
    }


_part_score = node(s.PartScore, name)
_atom = st.one_of(path, _part_score, *LITERALS.values())
expression: Strategy = st.recursive(
    _atom, lambda inner: st.one_of(*composed_of(inner).values()), max_leaves=8
)

# Every expression at the top, with small ones inside.
EXPRESSIONS: dict[type, Strategy] = {
    s.Path: path,
    s.PartScore: _part_score,
    s.Money: node(s.Money, among("CNY USD"), _signed(amount)),
    s.Percent: node(s.Percent, _signed(share)),
    s.Quantity: node(s.Quantity, _signed(amount), units),
    **LITERALS,
    **composed_of(expression),
}

# ── facts ────────────────────────────────────────────────────────────────────────────────────────

relation = node(s.Table, path) | node(s.Query, text) | node(s.File, text)
until = node(s.Until, name, st.booleans())
unit = node(s.Unit, st.none(), st.none(), among("plain fraction number")) | node(
    s.Unit, name_but("units"), maybe(name_but("units_per")), st.just("plain")
)
calendar_name = name_but("calendar") | node(s.Name, among("January May December Monday Sunday"))
label, note = node(s.Label, name, text), node(s.Note, text)
owner, only_where = node(s.Owner, text), node(s.OnlyWhere, expression)

_WORDS = {
    "equally": 1,
    "slightly": 2,
    "moderately": 3,
    "strongly": 5,
    "very_strongly": 7,
    "extremely": 9,
}
strength = node(s.Strength, amount, st.none()) | st.sampled_from(
    [s.Strength(Decimal(value), word, span=SPAN) for word, value in _WORDS.items()]
)
prefer = node(s.Prefer, name, name, strength)
share_node = (
    node(s.Share, st.just("percent"), share)
    | node(s.Share, st.just("points"), amount)
    | node(s.Share, st.just("rest"), st.none())
)
weights = [
    node(s.Weights, among("equal comparison total")),
    prefer,
    node(s.Method, among("eigenvector geometric")),
    node(s.RandomIndex, name),
    node(s.RoundWeights, percent),
]
cadence = among("month quarter half year week")
point = node(s.Point, among("value of_target"), signed) | node(
    s.Point, among("target floor stretch"), st.none()
)
curve = (
    node(s.Curve, among("linear steps words"), st.none(), st.none(), st.none())
    | node(s.Curve, st.just("attainment"), among("direct inverse mirrored"), st.none(), st.none())
    | node(s.Curve, st.just("peers"), among("percentile zscore minmax best"), path, st.none())
    | node(s.Curve, st.just("formula"), st.none(), st.none(), expression)
)
when_missing = node(
    s.WhenMissing,
    among("missing few no_target"),
    st.sampled_from(["leave out", "no total"]),
    st.none(),
) | node(s.WhenMissing, among("missing few no_target"), st.just("score"), signed)
split = node(s.SplitByDays) | node(
    s.SplitByShares, st.lists(percent, min_size=1, max_size=4).map(tuple)
)
target_line = node(
    s.TargetLine,
    among("target floor stretch"),
    expression | node(s.FromPlan, name),
    maybe(expression),
    maybe(moment),
    maybe(split),
    st.booleans(),
)
measure_facts = [
    label,
    node(s.Weight, share_node, maybe(moment)),
    target_line,
    node(s.AddsUp, name, maybe(name), maybe(percent)),
    node(s.Prorate),
    curve,
    node(s.At, point, signed),
    node(s.From, point, signed),
    node(s.Upto, point, signed),
    node(s.Otherwise, signed),
    node(s.WordScore, text, signed),
    node(s.Mean, signed),
    node(s.Spread, signed),
    node(s.Limit, signed, signed),
    when_missing,
    node(s.AppliesWhen, expression),
    node(s.ReportOnly),
    note,
]
perspective_facts = [label, node(s.Weight, share_node, maybe(moment)), *weights, note]
rule_facts = [
    label,
    node(s.RuleWhen, expression),
    node(s.CapTotal, signed),
    node(s.CapPerspective, name, signed),
    node(s.CapGrade, name),
    node(s.TotalIs, signed),
    node(s.NotRanked),
    note,
]
extra_facts = [label, node(s.Points, expression), node(s.ExtraLimit, signed), note]
grade_facts = [
    label,
    node(s.GradeFrom, signed),
    node(s.GradeOtherwise),
    node(s.Top, percent, path),
    node(s.Coefficient, signed),
    note,
]
given_value = maybe(signed | text | day | truth)

# The facts of every section, as in the grammar.
FACTS: dict[type, list[Strategy]] = {
    s.CalendarSection: [
        node(s.FiscalYear, calendar_name),
        node(s.FiscalNamedByStart),
        node(s.WeeksStart, calendar_name),
        node(s.Timezone, text),
        node(s.PeriodsFrom, relation),
        node(
            s.BusinessHours,
            clock,
            clock,
            day | node(s.Weekdays, calendar_name, maybe(calendar_name)),
        ),
        node(s.Holiday, day, maybe(day)),
        node(s.SpringFestivalAligned),
        note,
    ],
    s.EntitySection: [
        label,
        node(s.Rows, relation),
        node(s.Everything),
        node(s.ValuesOf, st.lists(path, min_size=1, max_size=3).map(tuple)),
        node(s.Key, name),
        node(s.NameIs, path),
        node(s.Attribute, name, maybe(expression), st.booleans(), st.booleans()),
        node(s.BelongsTo, name, name, st.booleans()),
        node(s.Active, name, maybe(until)),
        node(s.History, relation, name, name, until),
        note,
    ],
    s.DataSection: [
        label,
        node(s.Rows, relation),
        node(s.Date, path, maybe(text)),
        node(s.ExpectsRows, among("day week month")),
        node(s.Due, expression),
        node(s.Link, name, name),
        node(s.LinkThrough, name, name),
        node(
            s.Group,
            name,
            st.lists(name, min_size=1, max_size=2).map(tuple),
            st.lists(name, min_size=1, max_size=2).map(tuple),
        ),
        node(s.Column, name, maybe(expression), maybe(unit)),
        only_where,
        note,
    ],
    s.TargetsSection: [
        label,
        node(s.Rows, relation),
        node(s.Link, name, name),
        node(s.LinkKpi, name),
        node(s.PeriodColumn, name, maybe(cadence)),
        node(s.ValueColumn, name),
        node(s.FloorColumn, name),
        node(s.StretchColumn, name),
        only_where,
        note,
    ],
    s.KpiSection: [
        label,
        node(s.Formula, expression),
        node(s.UnitIs, unit),
        node(s.Better, among("higher lower target neither")),
        node(s.Needs, expression, maybe(window)),
        node(s.Representative, expression),
        owner,
        node(s.Objective, text),
        node(s.Benchmark, expression, text, maybe(day), maybe(text)),
        node(s.Drives, name),
        note,
    ],
    s.ScorecardSection: [
        label,
        node(s.ForEntity, name),
        node(s.Assign, name, text, maybe(day), maybe(day)),
        only_where,
        node(s.Exempt, name, text, maybe(name), day, day, text),
        node(s.Every, cadence),
        node(s.Effective, day, maybe(day)),
        node(s.BasedOn, name),
        node(s.Purpose, text),
        owner,
        node(s.ReviewBy, day),
        node(s.RoundTotal, number),
        node(s.LimitTotal, signed, signed),
        node(s.RankWithin, path),
        node(s.BreakTies, name),
        node(s.RankedWhen, expression),
        node(s.NoTotalWhen, expression),
        node(s.CombineByDays),
        node(s.GradesForced),
        *weights,
        when_missing,
        node(s.RequireConsistency, number),
        note,
    ],
    s.PerspectiveSection: perspective_facts,
    s.MeasureSection: measure_facts,
    s.JudgeSection: [prefer, note],
    s.RuleSection: rule_facts,
    s.BonusSection: extra_facts,
    s.PenaltySection: extra_facts,
    s.GradeSection: grade_facts,
    s.ConstantSection: [
        label,
        node(s.ConstantValue, expression, maybe(moment)),
        owner,
        note,
    ],
    s.PolicySection: [
        label,
        node(s.AppliesTo, name),
        node(s.RequireMeasureAtMost, percent),
        node(s.RequirePerspective, name, percent),
        node(s.RequireCount, number),
        node(s.RequireReview, number),
        note,
    ],
    s.ExampleSection: [
        node(s.Given, name, given_value),
        node(s.GivenTarget, name, given_value),
        node(s.OnPeriod, moment),
        node(s.ExpectTotal, signed),
        node(s.ExpectGrade, name),
        note,
    ],
}
_CHANGED = {
    "measure": measure_facts,
    "perspective": perspective_facts,
    "rule": rule_facts,
    "bonus": extra_facts,
    "penalty": extra_facts,
    "grade": grade_facts,
}

# ── sections and documents ───────────────────────────────────────────────────────────────────────


def _some(facts: list[Strategy]) -> Strategy:
    return st.lists(st.one_of(*facts), max_size=4).map(tuple)


_measured = name | node(s.ScoreOf, name, name, maybe(name))
_HEADERS: dict[type, tuple[Strategy, ...]] = {
    s.CalendarSection: (),
    s.MeasureSection: (_measured, maybe(name), maybe(name)),
    s.JudgeSection: (text, maybe(number), maybe(name)),
    s.ExampleSection: (text,),
}
SECTIONS: dict[type, Strategy] = {
    **{
        cls: node(cls, *_HEADERS.get(cls, (name, maybe(text))), _some(facts))
        for cls, facts in FACTS.items()
    },
    s.ChangeSection: st.one_of(
        *(node(s.ChangeSection, st.just(kind), name, _some(f)) for kind, f in _CHANGED.items())
    ),
    s.RemoveSection: node(s.RemoveSection, st.sampled_from(sorted(_CHANGED)), name),
}


def document_of(*sections: s.Section) -> s.Document:
    return s.Document(SOURCE, sections)


documents = st.lists(st.one_of(*SECTIONS.values()), min_size=1, max_size=4).map(
    lambda sections: document_of(*sections)
)
