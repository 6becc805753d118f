"""Sections and documents: a header line and the facts below it."""

from __future__ import annotations

from dataclasses import dataclass

from grammar.source import Source, Span
from grammar.syntax.base import Name, Number, Text
from grammar.syntax.cards import ScoreOf
from grammar.syntax.node import Node, node

Facts = tuple[Node, ...]


@node
class CalendarSection(Node):
    facts: Facts


@node
class EntitySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class DataSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class TargetsSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class KpiSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class ScorecardSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class PerspectiveSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class MeasureSection(Node):
    measured: Name | ScoreOf
    at: Name | None
    alias: Name | None
    facts: Facts

    @property
    def called(self) -> Name:
        """Its name in the card: as it says, else that of its KPI or of the card it takes from."""
        measured = self.measured
        return self.alias or (measured if isinstance(measured, Name) else measured.scorecard)


@node
class JudgeSection(Node):
    name: Text
    share: Number | None
    group: Name | None
    facts: Facts


@node
class RuleSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class BonusSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class PenaltySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class GradeSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class ConstantSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class PolicySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@node
class ExampleSection(Node):
    name: Text
    facts: Facts


@node
class ChangeSection(Node):
    kind: str
    name: Name
    facts: Facts


@node
class RemoveSection(Node):
    kind: str
    name: Name


Section = (
    CalendarSection
    | EntitySection
    | DataSection
    | TargetsSection
    | KpiSection
    | ScorecardSection
    | PerspectiveSection
    | MeasureSection
    | JudgeSection
    | RuleSection
    | BonusSection
    | PenaltySection
    | GradeSection
    | ConstantSection
    | PolicySection
    | ExampleSection
    | ChangeSection
    | RemoveSection
)


# The sections that attach to the scorecard above them.
CARD_PARTS = (
    PerspectiveSection,
    MeasureSection,
    JudgeSection,
    RuleSection,
    BonusSection,
    PenaltySection,
    GradeSection,
    ExampleSection,
    ChangeSection,
    RemoveSection,
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its sections in the order of the text.

    `damage` are the lines that could not be read: what is missing there is missing for that reason.
    """

    source: Source
    sections: tuple[Section, ...]
    damage: tuple[Span, ...] = ()

    def region(self, section: Section) -> Span:
        """Where a section stands: from its header to the next one."""
        following = [s.span.start for s in self.sections if s.span.start > section.span.start]
        return Span(self.source, section.span.start, min(following, default=len(self.source.text)))

    def damaged(self, section: Section) -> bool:
        """Whether a line of a section could not be read."""
        region = self.region(section)
        return any(region.contains(place) for place in self.damage)
