"""The `exempt` lines of a card: who is left out of it or of a measure, from when to when, why."""

from __future__ import annotations

from collections.abc import Iterable

from engine.card import Exemption, Measure
from engine.facts import Facts, Problems
from engine.model import Entity, key_of
from grammar import syntax as s
from grammar.suggest import quoted


def read_exemptions(
    facts: Facts, scored: Entity, measures: Iterable[Measure], problems: Problems
) -> tuple[Exemption, ...]:
    """The `exempt` lines of a card. A line about another entity or no measure is reported (K0203),
    one that ends before it begins too (K0715)."""
    names = {key_of(measure.name): measure.name for measure in measures}
    found = []
    for line in facts.every(s.Exempt):
        measure = line.measure
        if key_of(line.entity.text) != key_of(scored.name):
            _unknown(line.entity, [scored.name], problems)
        elif measure is not None and key_of(measure.text) not in names:
            _unknown(measure, names.values(), problems)
        elif line.through.value < line.since.value:
            problems.report("K0715", line.span)
        else:
            found.append(
                Exemption(
                    key=line.key.value,
                    measure=names[key_of(measure.text)] if measure else None,
                    since=line.since.value,
                    through=line.through.value,
                    reason=line.reason.value,
                    span=line.span,
                )
            )
    return tuple(found)


def _unknown(name: s.Name, known: Iterable[str], problems: Problems) -> None:
    problems.report("K0203", name.span, name=name.text, known=quoted(known))
