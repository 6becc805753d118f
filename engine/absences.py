"""`when missing`, `when few` and `when no target`: what a measure without a score does."""

from __future__ import annotations

from engine.card import MissingRule
from engine.curve_lines import measured_span
from engine.facts import Facts, Problems
from engine.literals import score_of
from engine.mends import added
from grammar import syntax as s

_REASONS = {"few": "below_sample", "no_target": "no_target"}


def read_absences(
    facts: Facts, card: Facts, name: str, report_only: bool, problems: Problems
) -> tuple[MissingRule, dict[str, MissingRule]]:
    """What a missing value does, and by reason what else it does for some: each line of the measure
    takes the place of the card's. There is no default."""
    lines = {**card.named(s.WhenMissing, "absence"), **facts.named(s.WhenMissing, "absence")}
    rules = {
        absence: MissingRule(
            line.rule, score_of(line.score, problems) if line.score is not None else None
        )
        for absence, line in lines.items()
    }
    if "missing" not in rules and not report_only:
        fixes = added("when missing leave out", card.section)
        problems.report("K0508", measured_span(facts), fixes=fixes, measure=name)
    others = {reason: rules[each] for each, reason in _REASONS.items() if each in rules}
    return rules.get("missing", MissingRule("leave out")), others
