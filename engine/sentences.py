"""An explanation in sentences that a person can check on a calculator."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from engine import values as v
from engine.benchmarks import benchmarks_of
from engine.explained_attributes import of_measure, of_sheet, reads_opening
from engine.explanation import Explanation, adjustments, part_used
from engine.peer_sentences import among_peers
from engine.printed import adding_up, percent, plain
from engine.reasons import STATES, name
from engine.references import sections_of
from engine.said_days import as_of_today, days_said
from engine.sheet import MeasureScores, Sheet
from engine.unit_names import unit_name
from engine.value_sentences import by_formula, taken_over
from grammar import syntax as s
from grammar.phrases import phrase


@cache
def texts(language: str) -> dict[str, Any]:
    """The templates of one language; English where a language lacks one, or is not known."""
    path = files("engine").joinpath("texts", f"{language}.toml")
    own = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    if language == "en":
        return own
    english = texts("en")
    return english | own | {"reasons": english["reasons"] | own.get("reasons", {})}


def sentences(explanation: Explanation, language: str = "en") -> Iterator[str]:
    """Total, points, what is unusual, in this order."""
    yield from _Sentences(explanation, language).all()


class _Sentences:
    def __init__(self, explanation: Explanation, language: str) -> None:
        self.sheet: Sheet = explanation.sheet
        self.place = explanation.place
        self.language = language
        self.texts = texts(language)

    def all(self) -> Iterator[str]:
        yield self._total()
        if self.sheet.plan.moment.running:
            yield self._say("provisional", as_of=self.sheet.plan.as_of.isoformat())
        yield from days_said(self.sheet, self.place, self.language, self._say)
        yield from self._made_of()
        yield from self._to_total()
        for scores in self.sheet.measures:
            if not scores.plan.measure.report_only and STATES[scores.state[self.place]] != "scored":
                yield self._unscored(scores)
        yield from self._among_peers()
        yield from self._prorated()
        yield from self._split()
        yield from self._aligned()
        yield from self._attributes()
        yield from self._opening()
        for scores in self.sheet.measures:
            yield from taken_over(scores, self.place, self._label, self._say, self.language)
        yield from self._not_representative()
        yield from self._beside_benchmarks()
        yield from self._distributed()
        yield from self._not_ranked()
        yield from self._for_information()
        yield from as_of_today(self.sheet.plan, self._say)

    def _say(self, key: str, **data: object) -> str:
        return str(self.texts[key]).format(**data)

    def _count(self, noun: str, count: int) -> str:
        """`1 digit`, `2 digits`"""
        return self._say(f"{noun}_one" if count == 1 else noun, count=count)

    def _total(self) -> str:
        sheet, place = self.sheet, self.place
        label = str(sheet.labels[place] or sheet.keys[place])
        period = sheet.plan.period.name
        if np.isnan(sheet.total[place]):
            return self._say("total_none", label=label, period=period)
        return self._say(
            "total",
            label=label,
            total=self._points(sheet.total[place]),
            period=period,
            grade=self._grade(),
            rank=self._rank(),
        )

    def _grade(self) -> str:
        """With its coefficient, where the card says one."""
        grade = self.sheet.grade[self.place]
        if not grade:
            return ""
        factor = self.sheet.coefficients.get(grade)
        beside = "" if factor is None else self._say("coefficient", coefficient=plain(factor, 6))
        return self._say("grade", grade=grade, coefficient=beside)

    def _rank(self) -> str:
        sheet, place = self.sheet, self.place
        if not sheet.rank[place]:
            return ""
        peers = (sheet.rank > 0) & (sheet.group == sheet.group[place])
        group = sheet.group[place]
        inside = self._say("group", group=group) if group is not None else ""
        return self._say("rank", rank=sheet.rank[place], ranked=int(peers.sum()), group=inside)

    def _made_of(self) -> Iterator[str]:
        """Where the points came from; the figures as printed add up to the sum as printed."""
        carrying = [
            m
            for m in self.sheet.measures
            if m.included[self.place] and not m.plan.measure.report_only
        ]
        if not carrying:
            return
        whole = float(self.sheet.before_rules[self.place])
        points = adding_up([float(m.points[self.place]) for m in carrying], whole)
        parts = [
            self._say("part", points=plain(p), measure=self._label(m), detail=self._detail(m))
            for p, m in zip(points, carrying, strict=True)
        ]
        yield self._say("made_of", parts=self._say("between_parts").join(parts))
        yield self._say("together", points=plain(whole))

    def _detail(self, scores: MeasureScores) -> str:
        place, measure = self.place, scores.plan.measure
        found = []
        if not np.isnan(scores.value[place]):
            found.append(self._say("detail_value", value=self._value(scores, scores.value[place])))
        found.extend(self._against_target(scores))
        found.append(self._say("detail_score", score=plain(scores.score[place])))
        found.extend(by_formula(scores, place, self._say, self.language))
        declared, effective = percent(measure.weight), percent(scores.effective[place])
        changed = abs(scores.effective[place] - measure.weight) > 1e-9
        key = "detail_weight_changed" if changed else "detail_weight"
        found.append(self._say(key, weight=effective, declared=declared))
        return self._say("between_details").join(found)

    def _against_target(self, scores: MeasureScores) -> Iterator[str]:
        """The target, and how much of it was reached where that is what it says."""
        place, measure = self.place, scores.plan.measure
        if "target" not in scores.roles or np.isnan(scores.attainment[place]):
            return
        target = self._value(scores, scores.roles["target"][place])
        attainment = percent(scores.attainment[place])
        curve = measure.curve
        if curve is not None and curve.form in ("inverse", "mirrored"):
            yield self._say("detail_attainment", attainment=attainment, target=target)
        elif measure.kpi.better == "higher":
            yield self._say("detail_target", attainment=attainment, target=target)
        else:
            yield self._say("detail_target_alone", target=target)

    def _to_total(self) -> Iterator[str]:
        sheet, place = self.sheet, self.place
        for each in adjustments(sheet, place):
            yield self._say(
                each.kind,
                name=self._called(each.name),
                points=plain(abs(each.points_after - each.points_before)),
                before=plain(each.points_before),
                after=plain(each.points_after),
            )
        yield from self._unevaluated()
        digits = sheet.plan.card.digits
        exact, total = sheet.unrounded[place], sheet.total[place]
        if digits is not None and not np.isnan(total) and exact != total:
            yield self._say(
                "rounding",
                digits=self._count("digits", digits),
                exact=plain(exact, digits + 4),
                total=self._points(total),
            )

    def _called(self, name: str) -> str:
        """The label of a rule, bonus or penalty."""
        causes = {step.cause.name: step.cause for step in self.sheet.steps if step.cause}
        return causes[name].label(self.language) if name in causes else name

    def _unevaluated(self) -> Iterator[str]:
        """Rules whose conditions miss a value, and bonuses without points."""
        for verdict in self.sheet.verdicts:
            rule = verdict.rule.label(self.language)
            if not verdict.known[self.place]:
                yield self._say("rule_unknown", name=rule)
            elif verdict.fired[self.place]:
                for effect in verdict.rule.of("cap_grade"):
                    yield self._say("cap_grade", name=rule, grade=effect.name)
        for step in self.sheet.steps:
            if step.cause is not None and step.reasons is not None and step.reasons[self.place]:
                reason = self.texts["reasons"][name(int(step.reasons[self.place])) or "no_values"]
                yield self._say(
                    "extra_missing", name=step.cause.label(self.language), reason=reason
                )

    def _unscored(self, scores: MeasureScores) -> str:
        place, measure = self.place, scores.plan.measure
        has_value = not np.isnan(scores.value[place])
        shown = self._value(scores, scores.value[place]) if has_value else ""
        data = {
            "measure": self._label(scores),
            "reason": self._reason(scores),
            "value": self._say("value_shown", value=shown) if has_value else "",
            "weight": percent(measure.weight),
            "score": plain(scores.score[place]),
        }
        if name(int(scores.reason[place])) == "exempt":
            return self._say("exempt", **data | {"reason": self._exemption(scores)})
        if STATES[scores.state[place]] == "pending":
            return self._say("pending", **data)
        if STATES[scores.state[place]] == "not_applicable":
            return self._say("not_applicable", **data)
        absence = measure.absence(name(int(scores.reason[place])) or "")
        rule = {"score": "missing_score", "no total": "missing_no_total"}
        return self._say(rule.get(absence.rule, "missing"), **data)

    def _attributes(self) -> Iterator[str]:
        """Attributes that are made of rows, each once: what they are, and of which days."""
        found = dict.fromkeys(of_sheet(self.sheet))
        for scores in self.sheet.measures:
            found.update(dict.fromkeys(of_measure(scores, self.place)))
        for line, days in dict.fromkeys((each.origin.text, each.range) for each in found):
            shown = phrase("range", str(days), self.language) if days is not None else ""
            key = "attribute" if days is not None else "attribute_undated"
            yield self._say(key, line=line, days=shown)

    def _reason(self, scores: MeasureScores) -> str:
        """Why it has no score. The best value among peers is said to be what it is, no target."""
        reason = name(int(scores.reason[self.place])) or "no_values"
        if scores.peers is not None and reason == "target_not_positive":
            return self._say("best_not_positive")
        return str(self.texts["reasons"][reason])

    def _among_peers(self) -> Iterator[str]:
        for scores in self.sheet.measures:
            if STATES[scores.state[self.place]] == "scored":
                yield from among_peers(scores, self.place, self._label, self._value, self._say)

    def _opening(self) -> Iterator[str]:
        """When the business is open, where that was counted."""
        if not any(map(reads_opening, self.sheet.measures)):
            return
        sections = sections_of(self.sheet.plan.workspace, s.CalendarSection)
        facts = [fact for section in sections for fact in section.facts]
        lines = [f"`{f.span.text}`" for f in facts if isinstance(f, s.BusinessHours)]
        shown = self._say("between_lines").join(lines)
        holidays = sum(isinstance(fact, s.Holiday) for fact in facts)
        more = self._say("and_holidays", count=holidays) if holidays else ""
        yield self._say("opening", lines=shown, holidays=more)

    def _not_representative(self) -> Iterator[str]:
        """Values that count although they do not stand for everybody."""
        for scores in self.sheet.measures:
            asked, flags = scores.plan.measure.kpi.representative, scores.representative
            if asked is None or flags is None or np.isnan(scores.value[self.place]):
                continue
            if not flags[self.place]:
                yield self._say(
                    "not_representative", measure=self._label(scores), asked=asked.span.text
                )

    def _beside_benchmarks(self) -> Iterator[str]:
        """What others reach, for every value that there is."""
        for scores in self.sheet.measures:
            value = scores.value[self.place]
            for each in benchmarks_of(scores.plan.measure.kpi):
                if not np.isnan(value):
                    side = "above" if value > each.value else "below"
                    key = "benchmark_met" if value == each.value else f"benchmark_{side}"
                    yield self._say(
                        key,
                        measure=self._label(scores),
                        value=self._value(scores, value),
                        benchmark=self._value(scores, each.value),
                        gap=self._gap(scores, abs(value - each.value)),
                        source=each.said,
                    )

    def _gap(self, scores: MeasureScores, gap: float) -> str:
        """A difference of percents is one of percentage points."""
        unit = scores.plan.measure.kpi.unit
        if unit is None or unit.name is None:
            return self._say("percentage_points", count=plain(gap * 100))
        return self._value(scores, gap)

    def _exemption(self, scores: MeasureScores) -> str:
        """What the card gives as the reason of an exemption."""
        key = str(self.sheet.keys[self.place])
        for each in self.sheet.exemptions:
            if each.key == key and each.measure in (None, scores.name):
                return each.reason
        return str(self.texts["reasons"]["exempt"])

    def _prorated(self) -> Iterator[str]:
        """Which targets are those of a part of the period."""
        sheet = self.sheet
        for scores in sheet.measures:
            row = self._row_of(scores)
            if not scores.plan.measure.prorate or row is None:
                continue
            part = float(sheet.evaluator.part_active(scores.plan.level, scores.name)[row])
            if part < 1:
                whole = sheet.plan.period.days
                days = self._count("days", round(part * whole))
                yield self._say("prorated", measure=self._label(scores), days=days, whole=whole)

    def _split(self) -> Iterator[str]:
        """Which targets are parts of longer ones, and how large."""
        for scores in self.sheet.measures:
            line = int(scores.target_line[self.place])
            if line < 0 or "target" not in scores.plan.targets:
                continue
            part = part_used(scores.plan.targets["target"][line])
            if part is None or np.isnan(scores.roles["target"][self.place]):
                continue
            data = {"measure": self._label(scores), "longer": part.of}
            if part.days is None:
                yield self._say("split_shares", share=percent(float(part.share)), **data)
            else:
                days = self.sheet.plan.period.days
                yield self._say("split_days", days=days, whole=part.days, **data)

    def _aligned(self) -> Iterator[str]:
        """Which days are those of a year before, where they are counted from Spring Festival."""
        for scores in self.sheet.measures:
            found = v.aggregates(scores.plan.value)
            for back, days in dict.fromkeys((a.aligned, str(a.range)) for a in found if a.aligned):
                range_ = phrase("range", days, self.language)
                yield self._say("aligned", measure=self._label(scores), days=back, range=range_)

    def _row_of(self, scores: MeasureScores) -> int | None:
        """Where the entity, or its ancestor on the level of a measure, is in the data."""
        member = int(self.sheet.members[self.place])
        own = self.sheet.plan.home
        if scores.plan.level == own:
            return member
        parents = self.sheet.atoms.levels[own].parents.get(scores.plan.level)
        row = 0 if parents is None else int(parents[member])
        return None if row < 0 else row

    def _distributed(self) -> Iterator[str]:
        """The grade by share, and a border at which totals tie."""
        suggested = self.sheet.suggested[self.place]
        if suggested is not None:
            yield self._say("suggested", grade=suggested)
        grade = suggested or self.sheet.grade[self.place]
        within = self.sheet.plan.top_within
        if within is None or self.sheet.not_ranked[self.place]:
            return
        member = self.sheet.members[self.place]
        group = str(self.sheet.atoms.levels[within.level].attributes[within.scalar][member])
        for each in self.sheet.seats:
            if (each.group, each.grade) == (group, grade) and each.given > each.seats:
                yield self._say(
                    "seats_tied", group=group, grade=grade, seats=each.seats, given=each.given
                )

    def _not_ranked(self) -> Iterator[str]:
        reason = str(self.sheet.not_ranked[self.place])
        if reason:
            yield self._say(
                f"not_ranked_{reason}",
                rules=self._barring(),
                coverage=percent(self.sheet.coverage[self.place]),
                days=self._count("days", int(self.sheet.days[self.place])),
            )

    def _barring(self) -> str:
        """The rules that keep it from being ranked."""
        barring = [
            verdict.rule.label(self.language)
            for verdict in self.sheet.verdicts
            if verdict.fired[self.place] and any(verdict.rule.of("not_ranked"))
        ]
        return self._say("between_parts").join(barring)

    def _for_information(self) -> Iterator[str]:
        parts = [
            self._say("shown", measure=self._label(m), value=self._value(m, m.value[self.place]))
            for m in self.sheet.measures
            if m.plan.measure.report_only and not np.isnan(m.value[self.place])
        ]
        if parts:
            yield self._say("for_information", parts=self._say("between_parts").join(parts))

    def _label(self, scores: MeasureScores) -> str:
        return scores.plan.measure.label(self.language)

    def _points(self, value: float) -> str:
        digits = self.sheet.plan.card.digits
        return plain(value) if digits is None else f"{value:.{digits}f}"

    def _value(self, scores: MeasureScores, value: float) -> str:
        unit = scores.plan.measure.kpi.unit
        if unit is None or unit.name is None:
            return percent(value)
        per = self._say("per", unit=unit_name(unit.per.text, self.language)) if unit.per else ""
        written = unit.name.text
        key = "money" if written.isupper() and len(written) == 3 else "quantity"
        return self._say(key, number=plain(value), unit=unit_name(written, self.language), per=per)
