"""Scores inside conditions of rules: `score of financial`, `total`.

A bare name in a condition is a KPI. The score of a measure or perspective is named by `score of`,
since a measure is mostly called like its KPI.
"""

from __future__ import annotations

from engine import values as v
from engine.card import Card
from engine.context import Context
from engine.facts import Problems
from engine.mends import Fixes
from engine.model import Kpi, key_of
from engine.rule_lines import report_unknown_part
from grammar import Edit, Fix
from grammar import syntax as s

TOTAL = "total"
_SCORE_OF = "score of "


def known_in_rules(card: Card) -> tuple[str, ...]:
    """What the conditions of rules, and the points of bonuses, may name beside KPIs."""
    names = [each.name for each in card.perspectives] + [each.name for each in card.scored]
    return (TOTAL, "coverage", "days_active", *map(named, names))


def named(part: str) -> str:
    """How scoring calls the score of a measure or perspective."""
    return f"{_SCORE_OF}{key_of(part)}"


def known_value(path: s.Path, kpi: Kpi | None, problems: Problems) -> v.Known | None:
    """What scoring knows by a bare name; a KPI called `total` would be read as the total."""
    name = key_of(path.parts[0].text)
    if name == TOTAL and kpi is not None:
        both = {"first": "the card's total", "second": "a KPI"}
        labels = [(kpi.span, "other")]
        problems.report("K0747", path.span, both, labels=labels, name=path.span.text)
        return None
    return v.Known(name, measured=name == TOTAL)


def part_score(node: s.PartScore, context: Context, problems: Problems) -> v.Known | None:
    """`score of NAME`, before any rule; missing where the part has no score."""
    parts = [name.removeprefix(_SCORE_OF) for name in context.known if name.startswith(_SCORE_OF)]
    if not parts:
        problems.report("K0743", node.span, found=node.span.text)
        return None
    name = key_of(node.part.text)
    if name not in parts:
        report_unknown_part("measure or perspective", node.part, parts, problems)
        return None
    if parts.count(name) > 1:
        both = {"first": "a perspective", "second": "a measure"}
        problems.report("K0747", node.part.span, both, name=node.part.text)
        return None
    return v.Known(named(name), measured=True)


def is_part(path: s.Path, context: Context) -> bool:
    """Whether a bare name is that of a measure or perspective whose score could be meant."""
    return len(path.parts) == 1 and named(path.parts[0].text) in context.known


def scored(path: s.Path) -> Fixes:
    """`financial` as `score of financial`."""
    text = f"score of {path.span.text}"
    return (Fix(f"write `{text}`", (Edit(path.span, text),)),)
