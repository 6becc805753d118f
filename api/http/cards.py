"""Scorecards as documents: all of them in short, and the rules of one as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from api.http.schemas import (
    Assignment,
    BenchmarkRules,
    CardList,
    CardRules,
    CardSummary,
    Curve,
    DatedValue,
    GradeRules,
    MeasureRules,
    PerspectiveRules,
    Rule,
    Version,
    Weights,
)
from engine.benchmarks import benchmarks_of
from engine.card import Card, Claim, Measure, MissingRule
from engine.dependencies import blocking
from engine.documents import weights_document
from engine.effective import effective
from engine.explanation import unit_text
from engine.facts import Facts, Problems
from engine.model import CardVersion, Kpi, Workspace
from engine.request import versions
from grammar import Refused
from grammar import syntax as s


def card_list(workspace: Workspace) -> CardList:
    """Every scorecard, also one that has errors, by name."""
    found = map(_summary, workspace.cards.values())
    return CardList(items=sorted(found, key=lambda card: card.name))


def card_rules(workspace: Workspace, name: str, today: date) -> CardRules:
    """The rules of the latest version. Raises Refused: also where it has errors, since weights
    that do not add up would be wrong numbers."""
    known = versions(workspace, name)
    latest, problems = known[-1], Problems()
    day = _day(latest, today)
    card = effective(workspace, latest, day, problems)
    refusals = blocking(workspace, latest, None, problems.found)
    if refusals or card is None:
        raise Refused(refusals)
    groups = weights_document(card)["groups"]
    return CardRules(
        **_summary(known).model_dump(),
        version=latest.version,
        on=day.isoformat(),
        assignments=[
            Assignment(
                attribute=each.attribute.span.text,
                values=[claim.value for claim in each.claims],
                dated=[_dated(claim) for claim in each.claims if claim.dated],
            )
            for each in card.assignments
        ],
        only_where=_rules(card.only_where),
        perspectives=_perspectives(card),
        measures=[_measure(measure) for measure in card.measures],
        weight_groups=[Weights.model_validate(group) for group in groups],
        round_total=card.digits,
        limit_total=list(card.limit_total) if card.limit_total else None,
        rank_within=card.rank_within.span.text if card.rank_within else None,
        break_ties=card.break_ties,
        ranked_when=_rule(card.ranked_when),
        no_total_when=_rule(card.no_total_when),
        grades=_grades(card),
    )


def _dated(claim: Claim) -> DatedValue:
    since, through = (day.isoformat() if day else None for day in (claim.since, claim.through))
    return DatedValue(value=claim.value, since=since, through=through)


def _day(version: CardVersion, today: date) -> date:
    """The day of the version that is nearest to today: its weights and targets may be dated."""
    if version.since is not None and today < version.since:
        return version.since
    if version.through is not None and today > version.through:
        return version.through
    return today


def _summary(known: tuple[CardVersion, ...]) -> CardSummary:
    latest = known[-1]
    facts = Facts(latest.section, Problems())
    entity, every = facts.one(s.ForEntity), facts.one(s.Every)
    return CardSummary(
        name=latest.name,
        label=latest.label(),
        labels=_translations(latest.labels),
        entity=entity.entity.text if entity else None,
        every=every.cadence if every else None,
        versions=[_version(each) for each in known],
    )


def _version(version: CardVersion) -> Version:
    return Version(
        version=version.version,
        since=version.since.isoformat() if version.since else None,
        through=version.through.isoformat() if version.through else None,
        file=version.span.file,
        line=version.span.line,
    )


def _perspectives(card: Card) -> list[PerspectiveRules]:
    return [
        PerspectiveRules(
            name=each.name,
            label=each.label(),
            labels=_translations(each.labels),
            weight=each.weight,
            file=each.span.file,
            line=each.span.line,
        )
        for each in card.perspectives
    ]


def _measure(measure: Measure) -> MeasureRules:
    return MeasureRules(
        name=measure.name,
        label=measure.label(),
        labels=_translations({**measure.kpi.labels, **measure.labels}),
        perspective=measure.perspective,
        at=measure.level.name,
        kpi=measure.kpi.name,
        formula=_rule(measure.kpi.formula),
        unit=unit_text(measure.kpi.unit),
        better=measure.kpi.better,
        objective=_objective(measure.kpi),
        drives=[fact.kpi.text for fact in _facts(measure.kpi) if isinstance(fact, s.Drives)],
        benchmarks=_benchmarks(measure.kpi),
        weight=None if measure.report_only else measure.weight,
        targets=_rules(line for lines in measure.targets.values() for line in lines),
        curve=_curve(measure),
        when_missing=_when_missing(measure),
        applies_when=_rule(measure.applies_when),
        file=measure.span.file,
        line=measure.span.line,
    )


def _facts(kpi: Kpi) -> s.Facts:
    facts: s.Facts = getattr(kpi.section, "facts", ())
    return facts


def _objective(kpi: Kpi) -> str | None:
    return next((fact.text.value for fact in _facts(kpi) if isinstance(fact, s.Objective)), None)


def _benchmarks(kpi: Kpi) -> list[BenchmarkRules]:
    return [
        BenchmarkRules(
            value=each.value,
            source=each.source,
            as_of=each.as_of.isoformat() if each.as_of else None,
            population=each.population,
            file=each.span.file,
            line=each.span.line,
        )
        for each in benchmarks_of(kpi)
    ]


def _curve(measure: Measure) -> Curve | None:
    curve = measure.curve
    if curve is None:
        return None
    return Curve(
        shape=curve.shape,
        form=curve.form or None,
        points=_rules(curve.points),
        otherwise=curve.otherwise,
        limit=list(measure.limit) if measure.limit else None,
        within=curve.peers.within.span.text if curve.peers else None,
        mean=curve.peers.mean if curve.peers else None,
        spread=curve.peers.spread if curve.peers else None,
    )


def _when_missing(measure: Measure) -> str:
    """`leave out`, and after it the reasons for which something else is said."""
    others = (f"{reason}: {_said(rule)}" for reason, rule in measure.absences.items())
    return "; ".join((_said(measure.missing), *others))


def _said(missing: MissingRule) -> str:
    return missing.rule if missing.score is None else f"{missing.rule} {missing.score:g}"


def _grades(card: Card) -> list[GradeRules]:
    return [
        GradeRules.model_validate(
            {
                "name": each.name,
                "label": each.labels.get("", each.name),
                "labels": _translations(each.labels),
                "from": each.least,
                "coefficient": each.coefficient,
                "file": each.span.file,
                "line": each.span.line,
            }
        )
        for each in card.grades
    ]


def _translations(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by language, without the text beside the name, which is of no stated language."""
    return {language: text for language, text in labels.items() if language}


def _rules(written: Iterable[object]) -> list[Rule]:
    return [rule for each in written if (rule := _rule(each)) is not None]


def _rule(written: object) -> Rule | None:
    """Anything with a span, as it stands in the text."""
    span = getattr(written, "span", None)
    if span is None:
        return None
    return Rule(text=span.text, file=span.file, line=span.line)
