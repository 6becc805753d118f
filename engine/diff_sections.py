"""The sections of a workspace as a diff compares them: where each stands, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from engine.diff_facts import said_by
from engine.meaning import Meaning, unordered
from engine.model import CardVersion, Workspace, key_of
from engine.pairing import Pair, paired
from grammar import syntax as s

T = TypeVar("T")
Saying = Callable[[T, Meaning], Hashable]

DEFINITIONS = (
    s.CalendarSection,
    s.EntitySection,
    s.DataSection,
    s.TargetsSection,
    s.KpiSection,
    s.ConstantSection,
    s.PolicySection,
)
"""Sections that stand for themselves, in the order in which a diff shows them."""

# Where the order of sections says something: the best grade first.
ORDERED = (s.RuleSection, s.GradeSection)

_KINDS: dict[type[s.Node], str] = {
    s.CalendarSection: "calendar",
    s.EntitySection: "entity",
    s.DataSection: "data",
    s.TargetsSection: "targets",
    s.KpiSection: "kpi",
    s.ConstantSection: "constant",
    s.PolicySection: "policy",
    s.ScorecardSection: "scorecard",
    s.PerspectiveSection: "perspective",
    s.MeasureSection: "measure",
    s.JudgeSection: "judge",
    s.RuleSection: "rule",
    s.BonusSection: "bonus",
    s.PenaltySection: "penalty",
    s.GradeSection: "grade",
    s.ExampleSection: "example",
}


class Described(Protocol):
    """What can be told apart by kind and name, and compared by what it says."""

    @property
    def kind(self) -> str: ...

    @property
    def name(self) -> str: ...

    def key(self, meaning: Meaning) -> Hashable:
        """How it is found on the other side."""

    def body(self, meaning: Meaning) -> Hashable:
        """What it says, but for its name."""


@dataclass(frozen=True)
class Place:
    """A section; a part of a card also by its card, and a measure by the perspective above it."""

    section: s.Section
    card: CardVersion | None = None
    parent: s.Name | None = None

    @property
    def kind(self) -> str:
        match self.section:
            case s.ChangeSection(kind) | s.RemoveSection(kind):
                verb = "change" if isinstance(self.section, s.ChangeSection) else "remove"
                return f"{verb} {kind}"
        return _KINDS[type(self.section)]

    @property
    def name(self) -> str:
        match self.section:
            case s.CalendarSection():
                return ""
            case s.MeasureSection(measured, _, alias):
                name = alias or measured
                return name.text if isinstance(name, s.Name) else f"score of {name.scorecard.text}"
            case s.JudgeSection(name) | s.ExampleSection(name):
                return name.value
        written = self.section.name
        assert isinstance(written, s.Name)
        return written.text

    @property
    def label(self) -> s.Text | None:
        found: s.Text | None = getattr(self.section, "label", None)
        return found

    @property
    def is_only_shown(self) -> bool:
        """A measure that says `report only`."""
        if not isinstance(self.section, s.MeasureSection):
            return False
        return any(isinstance(fact, s.ReportOnly) for fact in self.section.facts)

    def key(self, meaning: Meaning) -> Hashable:
        match self.section:
            case s.MeasureSection(s.Name() as measured, _, None):
                return self.kind, meaning.name(("measure", "kpi"), measured), None
            case s.ChangeSection(kind, name) | s.RemoveSection(kind, name):
                return self.kind, meaning.name((kind,), name), None
        key = key_of(self.name)
        return self.kind, meaning.renames.get((self.kind, key), key), self._group(meaning)

    def body(self, meaning: Meaning) -> Hashable:
        return self.label, self.head(meaning), said_by(self.section, meaning)

    def head(self, meaning: Meaning) -> Hashable:
        """What the header says beside name and label."""
        match self.section:
            case s.MeasureSection():
                return tuple(meaning.field(self.section, each) for each in ("measured", "at"))
            case s.JudgeSection(_, share):
                return 1 if share is None else share.value, self._group(meaning)
        return None

    def _group(self, meaning: Meaning) -> Hashable:
        """Whose siblings a judge compares, those of the card if that is not said."""
        if not isinstance(self.section, s.JudgeSection):
            return None
        if self.section.group is not None:
            return meaning.name(("perspective", "scorecard"), self.section.group)
        card = key_of(self.card.name) if self.card else ""
        return meaning.renames.get(("scorecard", card), card)

    def above(self, meaning: Meaning) -> str:
        """The perspective that a measure stands in."""
        return meaning.name(("perspective",), self.parent) if self.parent else ""


@dataclass(frozen=True)
class WholeCard:
    """All versions of a card."""

    versions: tuple[CardVersion, ...]
    kind: str = "scorecard"

    @property
    def name(self) -> str:
        return self.versions[0].name

    def key(self, meaning: Meaning) -> Hashable:
        key = key_of(self.name)
        return meaning.renames.get((self.kind, key), key)

    def body(self, meaning: Meaning) -> Hashable:
        return tuple(said_by_version(version, meaning) for version in self.versions)


def said_by_version(version: CardVersion, meaning: Meaning) -> Hashable:
    """What a version of a card says, but for its name."""
    meaning = inside(version, meaning)
    parts = parts_of(version)
    said = unordered((part.key(meaning), part.above(meaning), part.body(meaning)) for part in parts)
    order = tuple(part.key(meaning) for part in parts if isinstance(part.section, ORDERED))
    return Place(version.section).body(meaning), said, order


def definitions(workspace: Workspace) -> list[Place]:
    """All sections but cards and their parts."""
    sections = [each for document in workspace.documents for each in document.sections]
    return [Place(each) for kind in DEFINITIONS for each in sections if isinstance(each, kind)]


def cards(workspace: Workspace) -> list[WholeCard]:
    """Every card as it is written: to change a base is one change, whoever is based on it."""
    return [WholeCard(_as_written(versions)) for versions in workspace.cards.values()]


def _as_written(versions: tuple[CardVersion, ...]) -> tuple[CardVersion, ...]:
    own = (version.origin or version for version in versions)
    return tuple({id(version): version for version in own}.values())


def parts_of(version: CardVersion) -> list[Place]:
    """The sections below a card, each measure with the perspective that it stands in."""
    return list(_parts(version))


def _parts(version: CardVersion) -> Iterator[Place]:
    parent: s.Name | None = None
    for section in version.parts:
        if isinstance(section, s.PerspectiveSection):
            parent = section.name
        inside = isinstance(section, s.MeasureSection)
        yield Place(section, version, parent if inside else None)


def inside(version: CardVersion, meaning: Meaning) -> Meaning:
    """The reading of a card: a measure without a name of its own is called like its KPI."""
    own = [p.measured for p in version.parts if isinstance(p, s.MeasureSection) and not p.alias]
    names = {key_of(each.text) for each in own if isinstance(each, s.Name)}
    renames = meaning.renames
    called = {("measure", n): renames["kpi", n] for n in names if ("kpi", n) in renames}
    return replace(meaning, renames={**renames, **called})


def matched(
    old: Iterable[T], new: Iterable[T], before: Meaning, after: Meaning, *alike: Saying[T]
) -> list[Pair[T]]:
    """The pairs of two sides by what each item says on its own side."""
    olds, news = list(old), list(new)
    reading = {id(each): before for each in olds} | {id(each): after for each in news}
    return paired(
        olds, news, *(lambda each, say=say: say(each, reading[id(each)]) for say in alike)
    )


def with_renamed(old: Sequence[Described], new: Sequence[Described], before: Meaning) -> Meaning:
    """The reading of the old side with the names added under which its sections stand on the new
    one, saying the same. What uses them may be found to say the same only then: so it is repeated.
    """
    after = Meaning(before.calendar)
    while True:
        known, kept = {e.key(after) for e in new}, {e.key(before) for e in old}
        gone = [e for e in old if e.kind in _KINDS.values() and e.key(before) not in known]
        come = [e for e in new if e.kind in _KINDS.values() and e.key(after) not in kept]
        found = {
            (one.kind, key_of(one.name)): key_of(other.name)
            for one, other in matched(gone, come, before, after, lambda e, m: (e.kind, e.body(m)))
            if one is not None and other is not None
        }
        if not found.keys() - before.renames.keys():
            return before
        before = replace(before, renames={**before.renames, **found})
