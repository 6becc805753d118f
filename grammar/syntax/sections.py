"""Sections and documents: a header line and the facts below it."""

from __future__ import annotations

from dataclasses import dataclass

from grammar.source import Source
from grammar.syntax.base import Name, Node, Number, Text
from grammar.syntax.cards import ScoreOf

Facts = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class CalendarSection(Node):
    facts: Facts


@dataclass(frozen=True, slots=True)
class EntitySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class DataSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class TargetsSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class KpiSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class ScorecardSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class PerspectiveSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class MeasureSection(Node):
    measured: Name | ScoreOf
    at: Name | None
    alias: Name | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class JudgeSection(Node):
    name: Text
    share: Number | None
    group: Name | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class RuleSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class BonusSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class PenaltySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class GradeSection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class PolicySection(Node):
    name: Name
    label: Text | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class ExampleSection(Node):
    name: Text
    facts: Facts


@dataclass(frozen=True, slots=True)
class ChangeSection(Node):
    kind: str
    name: Name
    facts: Facts


@dataclass(frozen=True, slots=True)
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
    | PolicySection
    | ExampleSection
    | ChangeSection
    | RemoveSection
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its sections in the order of the text."""

    source: Source
    sections: tuple[Section, ...]
