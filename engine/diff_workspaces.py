"""Two workspaces -> what is different in their meaning.

Sections go together by kind and name, versions of a card by their first day, parts of a card by the
card; what goes with nothing and says the same as another section is renamed. In what follows the
old side is read with the new names, so that a rename shows once and not wherever it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from engine.changes import Category, Change, Kind, Subject
from engine.diff_categories import SECTIONS
from engine.diff_facts import FactChange, fact_changes
from engine.diff_sections import (
    ORDERED,
    Place,
    WholeCard,
    cards,
    definitions,
    inside,
    matched,
    parts_of,
    with_renamed,
)
from engine.diff_text import fact_text, header_text, label_text, sections_text
from engine.meaning import Meaning
from engine.model import CardVersion, Workspace, key_of
from engine.pairing import out_of_order
from engine.references import used_by
from grammar import Span
from grammar import syntax as s

T = TypeVar("T")


def diff(old: Workspace, new: Workspace, language: str = "en") -> tuple[Change, ...]:
    """What is different in the meaning of two workspaces, the most severe category first.

    Texts are printed in `language`, `en` or `zh`. What could not be read takes no part; what is
    wrong in another way, like a name that is not defined, is compared as it is written.
    """
    found = _Comparison(old, new, language).changes()
    order = list(Category)
    return tuple(sorted(found, key=lambda change: order.index(change.category)))


class _Comparison:
    def __init__(self, old: Workspace, new: Workspace, language: str) -> None:
        self.language = language
        # One calendar for both sides: that it is another one is a change of its own.
        self.after = Meaning(new.calendar)
        self.definitions = (definitions(old), definitions(new))
        self.cards = (cards(old), cards(new))
        plain = Meaning(new.calendar, frozenset(old.kpis))
        before = with_renamed(*self.definitions, plain)
        self.before = with_renamed(*self.cards, before)
        self.users = (used_by(old), used_by(new))

    def changes(self) -> Iterator[Change]:
        yield from self._sections(*self.definitions, self.before)
        for one, other in matched(*self.cards, self.before, self.after, WholeCard.key):
            yield from self._card(one, other)

    # ── cards ────────────────────────────────────────────────────────────────────────────────

    def _card(self, old: WholeCard | None, new: WholeCard | None) -> Iterator[Change]:
        versions = matched(
            old.versions if old else (),
            new.versions if new else (),
            self.before,
            self.after,
            lambda version, _meaning: version.version,
            lambda _version, _meaning: None,
        )
        for one, other in versions:
            if one is None or other is None:
                yield self._whole(_place(one), _place(other))
            else:
                yield from self._version(one, other)

    def _version(self, old: CardVersion, new: CardVersion) -> Iterator[Change]:
        parts = (parts_of(old), parts_of(new))
        before = with_renamed(*parts, inside(old, self.before))
        yield from self._both(Place(old.section, old), Place(new.section, new), before)
        yield from self._sections(*parts, before)

    # ── sections ─────────────────────────────────────────────────────────────────────────────

    def _sections(
        self, old: Sequence[Place], new: Sequence[Place], before: Meaning
    ) -> Iterator[Change]:
        pairs = matched(old, new, before, self.after, Place.key)
        for one, other in pairs:
            if one is None or other is None:
                yield self._whole(one, other)
            else:
                yield from self._both(one, other, before)
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        for kind in ORDERED:
            ordered = [pair for pair in both if isinstance(pair[1].section, kind)]
            for one, other in out_of_order(old, ordered):
                texts = _headers(one, other)
                yield self._change(Category.STRUCTURE, Kind.MOVED, one, other, *texts)

    def _whole(self, old: Place | None, new: Place | None) -> Change:
        """A section that is on one side only."""
        place = new or old
        assert place is not None
        category = SECTIONS[place.kind.split()[0]]
        unused = place.card is None and not self._users(old, new)
        if unused or place.is_only_shown:
            category = Category.STRUCTURE
        texts = _both_sides(self._text, old, new)
        return self._change(category, Kind.between(old, new), old, new, *texts)

    def _text(self, place: Place) -> str:
        """All of a section; of a card with its parts."""
        parts = place.card.parts if place.card and place.kind == "scorecard" else ()
        return sections_text((place.section, *parts), self.language)

    def _both(self, old: Place, new: Place, before: Meaning) -> Iterator[Change]:
        """What is different in a section that is on both sides."""
        if _renamed(old, new):
            same = key_of(old.name) == key_of(new.name) or new.kind == "example"
            category = Category.LABEL if same else Category.STRUCTURE
            yield self._change(category, Kind.RENAMED, old, new, *_headers(old, new))
        if old.head(before) != new.head(self.after):
            fact = "share" if new.kind == "judge" else "measure"
            category = SECTIONS[new.kind]
            yield self._change(category, Kind.CHANGED, old, new, *_headers(old, new), fact=fact)
        if old.above(before) != new.above(self.after):
            yield self._change(Category.STRUCTURE, Kind.MOVED, old, new, _above(old), _above(new))
        if old.label != new.label:
            kind = Kind.between(old.label, new.label)
            texts = _both_sides(label_text, old.label, new.label)
            yield self._change(Category.LABEL, kind, old, new, *texts, fact="label")
        for each in fact_changes(old.section, new.section, before, self.after):
            yield self._fact(old, new, each)

    # ── changes ──────────────────────────────────────────────────────────────────────────────

    def _fact(self, old: Place, new: Place, found: FactChange) -> Change:
        category, fact = found.concern
        printed = partial(fact_text, language=self.language)
        texts = _both_sides(printed, found.old, found.new)
        change = self._change(category, found.kind, old, new, *texts, fact=fact)
        return replace(change, old_span=_span(found.old), new_span=_span(found.new))

    def _change(
        self,
        category: Category,
        kind: Kind,
        old: Place | None,
        new: Place | None,
        old_text: str | None,
        new_text: str | None,
        fact: str = "",
    ) -> Change:
        place = new or old
        assert place is not None
        card = place.card
        names = (card.name, card.version) if card else ("", "")
        subject = Subject(place.kind, place.name, fact, *names)
        return Change(
            category,
            kind,
            subject,
            old_text,
            new_text,
            _span(old.section if old else None),
            _span(new.section if new else None),
            self._users(old, new),
        )

    def _users(self, *places: Place | None) -> tuple[str, ...]:
        """The cards that use a section on one of both sides."""
        found: set[str] = set()
        for place, users in zip(places, self.users, strict=True):
            if place is not None:
                card = place.card
                key = ("scorecard", card.name) if card else (place.kind, place.name)
                found |= users.get((key[0], key_of(key[1])), frozenset())
        return tuple(sorted(found))


def _both_sides(
    printed: Callable[[T], str], old: T | None, new: T | None
) -> tuple[str | None, str | None]:
    """The texts of what may be missing on a side."""
    return (
        None if old is None else printed(old),
        None if new is None else printed(new),
    )


def _place(version: CardVersion | None) -> Place | None:
    return Place(version.section, version) if version is not None else None


def _span(node: s.Node | None) -> Span | None:
    return node.span if node is not None else None


def _headers(old: Place, new: Place) -> tuple[str, str]:
    return header_text(old.section), header_text(new.section)


def _renamed(old: Place, new: Place) -> bool:
    """Whether a section itself has another name, and not only what it is called like."""
    match old.section, new.section:
        case s.MeasureSection(alias=None), s.MeasureSection(alias=None):
            return old.name != new.name and key_of(old.name) == key_of(new.name)
        case s.ChangeSection() | s.RemoveSection(), _:
            return False
    return old.name != new.name


def _above(place: Place) -> str:
    """Where a measure stands: below a perspective, or below the card itself."""
    if place.parent is not None:
        return f"perspective {place.parent.text}"
    return f"scorecard {place.card.name}" if place.card else ""
