"""Facts and headers in canonical form, by templates that read like the lines of the grammar.

In a template, <construct> is its words, a name is the field of that name, and what stands in
square brackets is left out where one of its fields is absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from grammar import names
from grammar import syntax as s
from grammar.print_expressions import ExpressionPrinter
from grammar.print_literals import number, percent, text
from grammar.print_pieces import COMMA, Piece, name
from grammar.words import words

_HEADERS: dict[type, str] = {
    s.CalendarSection: "<calendar>",
    s.EntitySection: "<entity> name [label]",
    s.DataSection: "<data> name [label]",
    s.TargetsSection: "<targets> name [label]",
    s.KpiSection: "<kpi> name [label]",
    s.ScorecardSection: "<scorecard> name [label]",
    s.PerspectiveSection: "<perspective> name [label]",
    s.MeasureSection: "<measure> measured [<measure_at> at] [<measure_as> alias]",
    s.JudgeSection: "<judge> name [<judge_share> share] [<judge_of> group]",
    s.RuleSection: "<rule> name [label]",
    s.BonusSection: "<bonus> name [label]",
    s.PenaltySection: "<penalty> name [label]",
    s.GradeSection: "<grade> name [label]",
    s.ConstantSection: "<constant> name [label]",
    s.PolicySection: "<policy> name [label]",
    s.ExampleSection: "<example> name",
    s.ChangeSection: "<change_{kind}> name",
    s.RemoveSection: "<remove_{kind}> name",
}

_FACTS: dict[type, str] = {
    s.Label: "<label> language text",
    s.Note: "<note> text",
    s.Owner: "<owner> text",
    s.OnlyWhere: "<only_where> condition",
    # a calendar
    s.FiscalNamedByStart: "<fiscal_named_by_start>",
    s.Timezone: "<timezone> zone",
    s.PeriodsFrom: "<periods_from> relation",
    s.BusinessHours: "<business_hours> start <clock_to> end <open_on> days",
    s.Holiday: "<holiday> first [<through_date> last]",
    s.SpringFestivalAligned: "<spring_festival_aligned>",
    # entities, data, targets
    s.Table: "path",
    s.Query: "<query> text",
    s.File: "<file> pattern",
    s.Everything: "<everything>",
    s.ValuesOf: "<values_of> paths",
    s.Key: "<key> column",
    s.NameIs: "<name> path",
    s.Attribute: "<attribute> name [<is> formula] [<from_history> from_history] "
    "[<personal> personal]",
    s.BelongsTo: "<belongs_to> entity <by> column [<from_history> from_history]",
    s.Active: "<active> <from_column> since [until]",
    s.History: "<history> relation <by> key <from_column> since until",
    s.Date: "<date> path [<in_zone> zone]",
    s.ExpectsRows: "<expects_rows> <feed_{every}>",
    s.Due: "<due> delay <after_period>",
    s.Link: "<link> entity <by> column",
    s.LinkThrough: "<link> entity <through_entity> through",
    s.Group: "<group> name <by> columns <group_of> entities",
    s.Column: "<column> name [<is> formula] [<unit> unit]",
    s.LinkKpi: "<link_kpi> <by> column",
    s.PeriodColumn: "<period_column> column [<every> <{every}>]",
    s.ValueColumn: "<value_column> column",
    s.FloorColumn: "<floor> column",
    s.StretchColumn: "<stretch> column",
    # a KPI
    s.Formula: "<formula> expression",
    s.UnitIs: "<unit> unit",
    s.Needs: "<needs> condition [<else_over> widened]",
    s.ConstantValue: "<constant_value> value [<from_date> since]",
    s.Representative: "<representative> condition",
    s.Objective: "<objective> text",
    s.Benchmark: "<benchmark> value <benchmark_source> source [<benchmark_on> as_of] "
    "[<benchmark_of> population]",
    s.Drives: "<drives> kpi",
    # a scorecard
    s.ForEntity: "<for_entity> entity",
    s.Assign: "<assign> attribute value [<from_date> since] [<through_date> through]",
    s.Exempt: "<exempt> entity key [<measure> measure] <from_date> since <through_date> through "
    "<exempt_reason> reason",
    s.Every: "<every> <{cadence}>",
    s.Effective: "<effective> <from_date> since [<through_date> through]",
    s.BasedOn: "<based_on> scorecard",
    s.Purpose: "<purpose> text",
    s.ReviewBy: "<review_by> date",
    s.RoundTotal: "<round_total> digits",
    s.LimitTotal: "<limit_total> low <limit_to> high",
    s.RankWithin: "<rank_within> path",
    s.BreakTies: "<break_ties> measure",
    s.RankedWhen: "<ranked_when> condition",
    s.NoTotalWhen: "<no_total_when> condition",
    s.CombineByDays: "<combine_by_days>",
    s.GradesForced: "<grades_forced>",
    # weights
    s.Weight: "<weight> share [<from_date> since]",
    s.Method: "<method> <{name}>",
    s.RandomIndex: "<random_index> name",
    s.RoundWeights: "<round_weights> step",
    s.RequireConsistency: "<require_consistency> limit",
    # a measure
    s.FromPlan: "<taken_from> plan",
    s.SplitByDays: "<split_by_days>",
    s.SplitByShares: "<split_by_shares> shares",
    s.AddsUp: "<adds_up> entity [<taken_from> plan] [<adds_up_within> within]",
    s.Prorate: "<prorate>",
    s.At: "<point_at> point <score> score",
    s.From: "<step_from> point <score> score",
    s.Upto: "<step_upto> point <score> score",
    s.Otherwise: "<otherwise> <score> score",
    s.WordScore: "<word> word <score> score",
    s.Mean: "<mean> value",
    s.Spread: "<spread> value",
    s.Limit: "<limit> low <limit_to> high",
    s.AppliesWhen: "<applies_when> condition",
    s.ReportOnly: "<report_only>",
    # rules, bonus and penalty, grades
    s.RuleWhen: "<rule_when> condition",
    s.CapTotal: "<cap_total> limit",
    s.CapPerspective: "<cap_perspective> perspective limit",
    s.CapGrade: "<cap_grade> grade",
    s.TotalIs: "<total_is> value",
    s.NotRanked: "<not_ranked>",
    s.Points: "<points> expression",
    s.ExtraLimit: "<extra_limit> value",
    s.GradeFrom: "<grade_from> value",
    s.GradeOtherwise: "<otherwise>",
    s.Top: "<top> share <within> within",
    s.Coefficient: "<coefficient> value",
    # policies and examples
    s.AppliesTo: "<applies_to> scorecard",
    s.RequireMeasureAtMost: "<require_measure_at_most> share",
    s.RequirePerspective: "<require_perspective> perspective <at_least> share",
    s.RequireCount: "<require_at_most> count <measures>",
    s.RequireReview: "<require_review> months <months>",
    s.OnPeriod: "<on_period> period",
    s.ExpectTotal: "<expect_total> value",
    s.ExpectGrade: "<expect_grade> grade",
}

# Lines that Chinese says in another way.
_CHINESE: dict[type, str] = {s.RequireCount: "<require_count> count"}

_WEIGHTS = {
    "equal": "weights_equal",
    "comparison": "weights_by_comparison",
    "total": "weights_of_total",
}
_CURVES = {
    "linear": "<curve_linear>",
    "steps": "<curve_steps>",
    "attainment": "<curve_attainment>",
    "peers": "<curve_peers> <{form}> <within> within",
    "formula": "<curve_formula> formula",
    "words": "<curve_words>",
}
_ABSENCES = {"missing": "when_missing", "few": "when_few", "no_target": "when_no_target"}
_RULES = {"leave out": "<leave_out>", "no total": "<no_total>", "score": "<score> score"}

_PART = re.compile(r"<(?P<construct>[^>]+)>|(?P<bracket>[\[\]])|(?P<field>\w+)")


@dataclass(frozen=True, slots=True)
class _Part:
    """A construct, a field, or parts that stand together or not at all."""

    construct: str = ""
    field: str = ""
    optional: tuple[_Part, ...] = ()


@cache
def _parts(template: str) -> tuple[_Part, ...]:
    found: list[_Part] = []
    start = 0
    for match in _PART.finditer(template):
        if match["bracket"] == "[":
            start = len(found)
        elif match["bracket"]:
            found[start:] = [_Part(optional=tuple(found[start:]))]
        else:
            found.append(_Part(match["construct"] or "", match["field"] or ""))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FactPrinter(ExpressionPrinter):
    """Whole lines in one language; headers are those of the English printer."""

    def header(self, section: s.Section) -> Iterator[Piece]:
        return self._filled(section, _HEADERS[type(section)])

    def fact(self, node: s.Node) -> Iterator[Piece]:
        match node:
            case s.Rows(relation):  # elsewhere a table stands without the word
                yield from (self.word("table"),) * isinstance(relation, s.Table)
                yield from self.fact(relation)
            case s.FiscalYear(month):
                known = self._known("calendar", month.text)
                numbered = known != month.text and known.endswith("月")  # `1月` is no name
                yield self.word("fiscal_starts")
                yield Piece(known) if numbered else name(known)
            case s.WeeksStart(day):
                yield from (self.word("weeks_start"), name(self._known("calendar", day.text)))
            case s.Clock(minutes):
                yield Piece(f"{minutes // 60:02}:{minutes % 60:02}")
            case s.Weekdays(first, last):
                yield name(self._known("calendar", first.text))
                if last is not None:
                    yield from (self.word("day_to"), name(self._known("calendar", last.text)))
            case s.Better(direction):
                word = "nearest" if direction == "target" else direction
                yield from (self.word("better"), self.word(word))
            case s.Weights(form):
                yield self.word(_WEIGHTS[form])
            case s.Prefer():
                yield from self._preference(node)
            case s.TargetLine():
                yield from self._target_line(node)
            case s.Curve(shape, form):
                yield from self._filled(node, _CURVES[shape])
                if shape == "attainment" and form in ("inverse", "mirrored"):
                    yield self.word(form)
            case s.WhenMissing(absence, rule):
                yield self.word(_ABSENCES[absence])
                yield from self._filled(node, _RULES[rule])
            case s.Given(subject, value):
                yield from (self.word("given"), name(subject.text), *self._given(value))
            case s.GivenTarget(subject, value):
                yield from (self.word("given_target"), name(subject.text), *self._given(value))
            case _:
                yield from self._filled(node, self._template(type(node)))

    def _template(self, kind: type) -> str:
        return _CHINESE.get(kind, _FACTS[kind]) if self.language == "zh" else _FACTS[kind]

    def _filled(self, node: s.Node, template: str) -> Iterator[Piece]:
        for part in _parts(template):
            if not part.optional:
                yield from self._part(node, part)
            elif all(getattr(node, field) for field in _fields(part.optional)):
                for each in part.optional:
                    yield from self._part(node, each)

    def _part(self, node: s.Node, part: _Part) -> Iterator[Piece]:
        if part.construct:
            chosen = re.sub(r"\{(\w+)\}", lambda field: getattr(node, field[1]), part.construct)
            yield self.word(chosen)
        else:
            yield from self._field(getattr(node, part.field))

    def _field(self, value: object) -> Iterator[Piece]:
        match value:
            case bool():  # its words say it
                return
            case s.Name():
                yield name(value.text)
            case s.Path():
                yield from self.path(value)
            case s.Text(content):
                yield text(content)
            case s.PeriodLiteral(period):
                yield Piece(period)
            case tuple():
                for place, each in enumerate(value):
                    yield from (COMMA,) * bool(place)
                    yield from self._field(each)
            case s.Unit():
                yield from self._unit(value)
            case s.Until(column, inclusive):
                construct = "through_column" if inclusive else "before_column"
                yield from (self.word(construct), name(column.text))
            case s.Share():
                yield from self._share(value)
            case s.Point():
                yield from self._point(value)
            case s.ScoreOf():
                yield from self._score_of(value)
            case s.Table() | s.Query() | s.File() | s.FromPlan():
                yield from self.fact(value)
            case s.SplitByDays() | s.SplitByShares() | s.Clock() | s.Weekdays():
                yield from self.fact(value)
            case _ if isinstance(value, s.Window):
                yield from self.window(value)
            case _ if isinstance(value, s.Expression):
                yield from self.expression(value)

    def _known(self, kind: str, written: str) -> str:
        """The word of the language for a name that has a meaning of its own."""
        return names.chinese(kind, written) if self.language == "zh" else written

    def _unit(self, unit: s.Unit) -> Iterator[Piece]:
        if unit.name is None:
            yield self.word("unit_percent")
            if unit.form != "plain":
                yield self.word(f"as_{unit.form}")
            return
        yield name(self._known("units", unit.name.text))
        if unit.per is not None:
            yield from (self.word("unit_per"), name(self._known("units_per", unit.per.text)))

    def _share(self, share: s.Share) -> Iterator[Piece]:
        if share.value is None:
            yield self.word("rest")
        elif share.form == "percent":
            yield percent(share.value, share)
        else:
            yield from (number(share.value, share, self.language), self.word("weight_points"))

    def _preference(self, fact: s.Prefer) -> Iterator[Piece]:
        equal = fact.strength.word == "equally" and self.language == "zh"
        yield from (self.word("prefer"), name(fact.over.text))
        yield from (self.word("prefer_and" if equal else "prefer_over"), name(fact.under.text))
        yield from self._strength(fact.strength)

    def _strength(self, strength: s.Strength) -> Iterator[Piece]:
        """A word, where the language has one for it."""
        if strength.word and words().spellings(strength.word, self.language):
            yield self.word(strength.word)
            return
        if self.language == "zh":
            yield self.word("scale")
        yield number(strength.value, strength, self.language)

    def _target_line(self, line: s.TargetLine) -> Iterator[Piece]:
        yield from (self.word(line.role), *self._field(line.value))
        if line.where is not None:
            yield from self.gaps.between(line.value.span.end, line.where.span.start)
            yield from (self.word("where"), *self.expression(line.where))
        if line.since is not None:
            yield from (self.word("from_date"), *self._field(line.since))
        if line.split is not None:
            yield from self._field(line.split)
        if line.for_display:
            yield self.word("for_display")

    def _point(self, point: s.Point) -> Iterator[Piece]:
        if point.value is None:
            yield self.word(f"point_{point.reference}")
        elif point.reference == "value":
            yield from self.expression(point.value)
        elif self.language == "zh":
            yield from (self.word("of_target_first"), *self.expression(point.value))
        else:
            yield from (*self.expression(point.value), self.word("of_target"))

    def _score_of(self, score: s.ScoreOf) -> Iterator[Piece]:
        yield from (self.word("score_of"), name(score.scorecard.text))
        yield from (self.word("score_from"), name(score.descendants.text))
        if score.weighted_by is None:
            yield self.word("score_average")
        else:
            yield from (self.word("score_weighted_by"), name(score.weighted_by.text))

    def _given(self, value: s.Expression | None) -> Iterator[Piece]:
        if value is None:
            yield self.word("missing")
        else:
            yield from self.expression(value)


def _fields(parts: tuple[_Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.field:
            yield part.field
        yield from re.findall(r"\{(\w+)\}", part.construct)
