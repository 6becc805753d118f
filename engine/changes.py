"""Differences of meaning as data: what changed, how much it matters, where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grammar import Span


class Category(StrEnum):
    """What a change touches, in order of severity: who has to look at it."""

    SCORE = "score"  # how values, scores, ranks and grades come about
    ELIGIBILITY = "eligibility"  # who is scored by what, and when
    TARGET = "target"
    WEIGHT = "weight"
    CURVE = "curve"
    STRUCTURE = "structure"  # moved, renamed, or there without being used
    LABEL = "label"  # what people read, and examples: they score nobody
    FORMAT = "format"  # the same meaning in another form; never a change of meaning


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"

    @classmethod
    def between(cls, old: object, new: object) -> Kind:
        """Of something that is None on the side where it is not there."""
        if old is None:
            return cls.ADDED
        return cls.REMOVED if new is None else cls.CHANGED


_UNSCORED = (Category.STRUCTURE, Category.LABEL, Category.FORMAT)


@dataclass(frozen=True, slots=True)
class Subject:
    """What changed: a fact of a section, or the whole section where `fact` is "".

    `section` is its kind (`measure`), `name` its name on the new side, if it is there. A part of a
    card says which one: `scorecard`, and `version` by its first day; both are "" elsewhere.
    """

    section: str
    name: str
    fact: str = ""
    scorecard: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `old` and `new` are canonical text, None where there is nothing.

    `cards` are the names of the scorecards that the change may reach: those that it stands in, and
    those that use it, also through other definitions.
    """

    category: Category
    kind: Kind
    subject: Subject
    old: str | None
    new: str | None
    old_span: Span | None
    new_span: Span | None
    cards: tuple[str, ...] = ()

    @property
    def can_change_scores(self) -> bool:
        """A measure that moves is a share of another whole, though its own line is the same."""
        moved = self.kind is Kind.MOVED and self.subject.section == "measure"
        return moved or self.category not in _UNSCORED
