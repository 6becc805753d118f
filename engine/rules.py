"""Rules, bonuses and penalties of a card: on which condition, and what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from engine.model import Labels
from grammar import Span
from grammar import syntax as s
from grammar.records import record


@record
class Effect:
    """What a rule does where its condition holds.

    `kind`: cap_perspective, total_is, cap_total (with a `limit` in points), cap_grade, not_ranked.
    `name` is that of the perspective or grade.
    """

    kind: str
    limit: float = 0.0
    name: str = ""
    span: Span = field(compare=False, repr=False, kw_only=True)


@record
class Rule:
    """A condition, and what happens where it holds."""

    name: str
    labels: Labels
    when: s.Expression
    effects: tuple[Effect, ...]
    span: Span = field(compare=False, repr=False)

    def label(self, language: str = "") -> str:
        return self.labels.get(language) or self.labels.get("") or self.name

    def of(self, kind: str) -> Iterator[Effect]:
        return (effect for effect in self.effects if effect.kind == kind)


@record
class Extra:
    """A bonus or penalty: points from 0 to a limit, added to the total or subtracted from it."""

    kind: str  # bonus, penalty
    name: str
    labels: Labels
    points: s.Expression
    limit: float
    span: Span = field(compare=False, repr=False)

    def label(self, language: str = "") -> str:
        return self.labels.get(language) or self.labels.get("") or self.name
