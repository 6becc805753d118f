"""The facts of one section on both sides -> what was added, removed, changed or put elsewhere.

A fact is known by its keyword and the name it is about; what may stand several times without a name
(points of a curve, target lines, conditions) goes with the line that is most like it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from engine.changes import Kind
from engine.diff_categories import Concern, concern_of
from engine.meaning import Meaning, unordered
from engine.pairing import out_of_order, paired
from grammar import syntax as s

# By class the fields that say what a fact is about.
_NAMES: dict[type[s.Node], tuple[str, ...]] = {
    s.Label: ("language",),
    s.Attribute: ("name",),
    s.BelongsTo: ("entity",),
    s.Link: ("entity",),
    s.LinkThrough: ("entity",),
    s.Group: ("name",),
    s.Column: ("name",),
    s.Drives: ("kpi",),
    s.Assign: ("attribute",),
    s.Exempt: ("entity", "key", "measure"),
    s.WordScore: ("word",),
    s.WhenMissing: ("absence",),
    s.CapPerspective: ("perspective",),
    s.AppliesTo: ("scorecard",),
    s.RequirePerspective: ("perspective",),
    s.Given: ("subject",),
    s.GivenTarget: ("subject",),
}
# By class the fields by which two lines are alike, if they are not equal.
_LIKE: dict[type[s.Node], tuple[str, ...]] = {
    s.Weight: ("since",),
    s.TargetLine: ("where", "since"),
    s.At: ("point",),
    s.From: ("point",),
    s.Upto: ("point",),
}


@dataclass(frozen=True)
class FactChange:
    """One fact on both sides; None where it is not there."""

    kind: Kind
    concern: Concern
    old: s.Node | None
    new: s.Node | None


@dataclass(frozen=True)
class _Line:
    """A fact as one side reads it."""

    fact: s.Node
    concern: Concern
    meaning: Meaning
    rows: bool

    @cached_property
    def said(self) -> Hashable:
        return self.concern.fact, self.meaning.of(self.fact, self.rows)

    @cached_property
    def about(self) -> Hashable:
        if isinstance(self.fact, s.Prefer):  # the pair, whichever of both is preferred
            pair = (self.meaning.field(self.fact, each) for each in ("over", "under"))
            return self.concern.fact, frozenset(pair)
        return self.concern.fact, self._fields(_NAMES)

    @cached_property
    def like(self) -> Hashable:
        return self.about, self._fields(_LIKE)

    def _fields(self, names: dict[type[s.Node], tuple[str, ...]]) -> Hashable:
        kind = type(self.fact)
        return tuple(self.meaning.field(self.fact, each) for each in names.get(kind, ()))


def said_by(section: s.Section, meaning: Meaning) -> Hashable:
    """What the facts of a section say together: equal where `fact_changes` finds nothing."""
    lines = _lines(section, meaning)
    targets = [line for line in lines if isinstance(line.fact, s.TargetLine)]
    targets.sort(key=lambda line: line.concern.fact)
    others = unordered(line.said for line in lines if not isinstance(line.fact, s.TargetLine))
    return others, tuple(line.said for line in targets)


def fact_changes(
    old: s.Section, new: s.Section, before: Meaning, after: Meaning
) -> Iterator[FactChange]:
    """What is different in the facts of a section, in the order of the new side."""
    olds, news = _lines(old, before), _lines(new, after)
    pairs = paired(
        olds,
        news,
        lambda line: line.said,
        lambda line: line.like,
        lambda line: line.about,
    )
    for one, other in pairs:
        if one is None or other is None or one.said != other.said:
            yield _change(Kind.between(one, other), one, other)
    yield from _moved(olds, [(a, b) for a, b in pairs if a is not None and b is not None])


def _moved(olds: list[_Line], pairs: list[tuple[_Line, _Line]]) -> Iterator[FactChange]:
    """Target lines whose order is another one: the last that holds decides."""
    lines = [pair for pair in pairs if isinstance(pair[1].fact, s.TargetLine)]
    lines.sort(key=lambda pair: pair[1].concern.fact)
    for _, role in groupby(lines, key=lambda pair: pair[1].concern.fact):
        for one, other in out_of_order(olds, role):
            yield _change(Kind.MOVED, one, other)


def _change(kind: Kind, old: _Line | None, new: _Line | None) -> FactChange:
    line = new or old
    assert line is not None
    return FactChange(kind, line.concern, old.fact if old else None, new.fact if new else None)


def _lines(section: s.Section, meaning: Meaning) -> list[_Line]:
    facts: s.Facts = getattr(section, "facts", ())
    rows = isinstance(section, s.EntitySection | s.DataSection | s.TargetsSection)
    return [_Line(fact, concern_of(fact, section), meaning, rows) for fact in facts]
