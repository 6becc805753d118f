"""`policy`: what every card of the house (or those that are named) has to keep.

A policy scores nobody: what breaks it is an error of a check, at the line that breaks it, and keeps
no card from being scored.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, date
from fractions import Fraction

from engine.called import called
from engine.card import Card, Measure
from engine.facts import Problems
from engine.finding import report_unknown
from engine.inheritance import seen_from
from engine.model import CardVersion, Workspace, key_of
from engine.references import sections_of
from engine.weights import percent, start_of
from grammar import Span
from grammar import syntax as s

_CLOSE = 1e-9  # a share that is off by less is a third that was rounded


def check_policies(workspace: Workspace, problems: Problems) -> None:
    """Cards that are not there, and a hint where a policy does not say why it is."""
    cards = called(versions[0] for versions in workspace.cards.values())
    for policy in sections_of(workspace, s.PolicySection):
        if not any(isinstance(fact, s.Note) for fact in policy.facts):
            problems.report("K0809", policy.name.span, name=policy.name.text)
        for fact in policy.facts:
            if isinstance(fact, s.AppliesTo) and key_of(fact.scorecard.text) not in workspace.cards:
                name = fact.scorecard
                unread = bool(workspace.unread)
                report_unknown("K0802", name.span, name.text, cards, problems, unread)


def facts_for(workspace: Workspace, version: CardVersion) -> Iterator[s.Node]:
    """What is required of a card; a policy that names no card looks at all of them."""
    for policy in sections_of(workspace, s.PolicySection):
        named = {key_of(f.scorecard.text) for f in policy.facts if isinstance(f, s.AppliesTo)}
        if not named or key_of(version.name) in named:
            yield from policy.facts


def check_card_policies(workspace: Workspace, card: Card, day: date, problems: Problems) -> None:
    """Report what a card, as it holds on a day, does not keep."""
    version, own = card.source, Problems()
    for fact in facts_for(workspace, version):
        match fact:
            case s.RequireMeasureAtMost(share):
                _check_measures(workspace, card, float(share.value), fact, day, own)
            case s.RequirePerspective(name, share):
                _check_perspective(workspace, card, name, float(share.value), fact, day, own)
            case s.RequireCount(count):
                _check_count(card, count, fact, own)
            case s.RequireReview(months):
                _check_review(version, months, fact, own)
    problems.found += seen_from(version, own.found)


def weighed(card: Card) -> list[Measure]:
    return [each for each in card.measures if not each.report_only]


def _check_measures(
    workspace: Workspace, card: Card, most: float, fact: s.Node, day: date, problems: Problems
) -> None:
    for measure in weighed(card):
        if measure.weight > most + _CLOSE:
            section = next(
                part
                for part in card.source.parts
                if isinstance(part, s.MeasureSection) and part.called.text == measure.name
            )
            problems.report(
                "K0803",
                _weight_line(workspace, section, day) or measure.span,
                name=measure.name,
                found=_percent(measure.weight),
                most=_percent(most),
                at=str(fact.span),
            )


def _check_perspective(
    workspace: Workspace,
    card: Card,
    name: s.Name,
    least: float,
    fact: s.Node,
    day: date,
    problems: Problems,
) -> None:
    if not weighed(card):
        return
    wanted = key_of(name.text)
    weight = next((p.weight for p in card.perspectives if key_of(p.name) == wanted), 0.0)
    if weight < least - _CLOSE:
        sections = (p for p in card.source.parts if isinstance(p, s.PerspectiveSection))
        section = next((p for p in sections if key_of(p.name.text) == wanted), None)
        place = card.source.span
        if section is not None:
            place = _weight_line(workspace, section, day) or section.name.span
        problems.report(
            "K0804",
            place,
            name=name.text,
            card=card.source.name,
            found=_percent(weight),
            least=_percent(least),
            at=str(fact.span),
        )


def _check_count(card: Card, count: s.Number, fact: s.Node, problems: Problems) -> None:
    measures = weighed(card)
    if len(measures) > count.value:
        problems.report(
            "K0805",
            measures[int(count.value)].span,
            card=card.source.name,
            found=len(measures),
            most=f"{count.value:f}",
            at=str(fact.span),
        )


def _check_review(version: CardVersion, months: s.Number, fact: s.Node, problems: Problems) -> None:
    """From the day on which a version begins, its review is at most so many months away."""
    line = _review(version)
    data = {"card": version.name, "months": f"{months.value:f}", "at": str(fact.span)}
    if line is None:
        problems.report("K0806", version.span, data)
    elif version.since is not None and line.date.value > _later(version.since, int(months.value)):
        last = _later(version.since, int(months.value)).isoformat()
        problems.report("K0807", line.date.span, data, last=last)


def check_overdue(version: CardVersion, today: date, problems: Problems) -> None:
    """A warning where a review should have taken place while the card was in force."""
    line = _review(version)
    ended = version.through is not None and version.through < today
    if line is not None and line.date.value < today and not ended:
        own = Problems()
        own.report("K0808", line.date.span, card=version.name, day=line.date.value.isoformat())
        problems.found += seen_from(version, own.found)


def _review(version: CardVersion) -> s.ReviewBy | None:
    facts = version.section.facts
    return next((fact for fact in facts if isinstance(fact, s.ReviewBy)), None)


def _later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _weight_line(workspace: Workspace, section: s.Section, day: date) -> Span | None:
    """Where the share is written that holds on a day."""
    found: tuple[date, Span] | None = None
    for fact in getattr(section, "facts", ()):
        if isinstance(fact, s.Weight):
            since = start_of(fact.since, workspace.calendar, Problems())
            if since is not None and since <= day and (found is None or since >= found[0]):
                found = since, fact.share.span
    return found[1] if found else None


def _percent(share: float) -> str:
    return percent(Fraction(share))
