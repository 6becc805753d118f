"""The parts of a card that is based on another one: those of the base, changed, removed, added to.

Sections keep the places in which they are written, so that every diagnostic and explanation points
at the line that decides, in whichever of both files it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engine.fact_families import overlaid, says_nothing_new
from engine.facts import Problems, header_line
from engine.finding import did_you_mean
from engine.literals import score_of
from engine.mends import renamed
from engine.model import CardVersion, key_of
from grammar import Edit, Fix, Span
from grammar import syntax as s
from grammar.phrases import Said

_KINDS: dict[type[s.Node], str] = {
    s.PerspectiveSection: "perspective",
    s.MeasureSection: "measure",
    s.RuleSection: "rule",
    s.BonusSection: "bonus",
    s.PenaltySection: "penalty",
    s.GradeSection: "grade",
}
_SAID = {
    "perspective": Said("perspective", "维度"),
    "measure": Said("measure", "考核项"),
    "rule": Said("rule", "规则"),
    "bonus": Said("bonus", "加分项"),
    "penalty": Said("penalty", "扣分项"),
    "grade": Said("grade", "等级"),
}
_OWN_ALONE = (s.ExampleSection,)  # a base's examples speak of its own totals

Key = tuple[str, str]
"""A part that has a name: its kind, and the form in which its name is looked up."""


def merged_parts(
    base: CardVersion, own: tuple[s.Section, ...], problems: Problems
) -> tuple[s.Section, ...]:
    """The parts of the base with what a card based on it changes, removes and adds."""
    return _Merge(base, problems).result(own)


def key_of_part(part: s.Section) -> Key | None:
    """What `change` and `remove` call it by; None for judges and examples."""
    kind = _KINDS.get(type(part))
    return (kind, key_of(_name(part).text)) if kind is not None else None


def _name(part: s.Section) -> s.Name:
    name = part.called if isinstance(part, s.MeasureSection) else getattr(part, "name", None)
    assert isinstance(name, s.Name)
    return name


@dataclass
class _Branch:
    """A perspective (None: the card itself) with the measures and judges below it."""

    head: s.PerspectiveSection | None
    below: list[s.Section] = field(default_factory=list)


class _Merge:
    def __init__(self, base: CardVersion, problems: Problems) -> None:
        self.base = base
        self.problems = problems
        self.named = {key: p for p in base.parts if (key := key_of_part(p)) is not None}
        self.first: dict[
            Key, s.ChangeSection | s.RemoveSection
        ] = {}  # which `change` or `remove` spoke of it

    def result(self, own: tuple[s.Section, ...]) -> tuple[s.Section, ...]:
        changed: dict[Key, s.ChangeSection] = {}
        removed: set[Key] = set()
        for part in own:
            if isinstance(part, s.ChangeSection | s.RemoveSection) and self._is_there(part):
                key = (part.kind, key_of(part.name.text))
                if isinstance(part, s.RemoveSection):
                    removed.add(key)
                else:
                    changed[key] = part
        branches, others = _branches(self.base.parts)
        branches = [b for b in branches if b.head is None or key_of_part(b.head) not in removed]
        for branch in branches:
            branch.below = self._kept(branch.below, changed, removed)
            if branch.head is not None:
                (head,) = self._kept([branch.head], changed, removed)
                assert isinstance(head, s.PerspectiveSection)
                branch.head = head
        rest = self._kept(others, changed, removed)
        self._add(own, branches, rest, removed)
        return (*_flat(branches), *rest)

    def _is_there(self, part: s.ChangeSection | s.RemoveSection) -> bool:
        """Whether the base has what is changed or removed, and that once."""
        key = (part.kind, key_of(part.name.text))
        if key not in self.named:
            known = [_name(p).text for (kind, _), p in self.named.items() if kind == part.kind]
            self.problems.report(
                "K0762",
                part.name.span,
                kind=_SAID[part.kind],
                name=part.name.text,
                base=self.base.name,
                hint=did_you_mean(part.name.text, known),
                fixes=renamed(part.name.span, known),
            )
            return False
        first = self.first.setdefault(key, part)
        if first is not part:
            labels = [(first.name.span, "first")]
            self.problems.report("K0764", part.name.span, labels=labels, name=part.name.text)
            return False
        if _changes_nothing(part, self.named[key]):
            at = str(self.named[key].span)
            self.problems.report(
                "K0767", part.name.span, name=part.name.text, base=self.base.name, at=at
            )
        return True

    def _kept(
        self, parts: list[s.Section], changed: dict[Key, s.ChangeSection], removed: set[Key]
    ) -> list[s.Section]:
        found: list[s.Section] = []
        for part in parts:
            key = key_of_part(part)
            change = changed.get(key) if key is not None else None
            if key in removed or isinstance(part, _OWN_ALONE):
                continue
            if change is not None:
                part = _changed(part, change.facts)
            found.append(part)
        return found

    def _add(
        self,
        own: tuple[s.Section, ...],
        branches: list[_Branch],
        rest: list[s.Section],
        removed: set[Key],
    ) -> None:
        """New sections, each where it would stand in one text."""
        here = branches[0]
        by_name = {key_of(b.head.name.text): b for b in branches if b.head is not None}
        for part in own:
            match part:
                case s.ChangeSection("perspective", name) if key_of(name.text) in by_name:
                    here = by_name[key_of(name.text)]
                case s.ChangeSection() | s.RemoveSection():
                    pass
                case _ if self._is_inherited(part, removed):
                    pass
                case s.PerspectiveSection():
                    here = _Branch(part)
                    branches.append(here)
                case s.MeasureSection() | s.JudgeSection():
                    here.below.append(part)
                case s.GradeSection():
                    rest.insert(_place_of_grade(part, rest), part)
                case _:
                    rest.append(part)

    def _is_inherited(self, part: s.Section, removed: set[Key]) -> bool:
        key = key_of_part(part)
        if key is None or key not in self.named or key in removed:
            return False
        name = _name(part)
        self.problems.report(
            "K0763",
            name.span,
            fixes=_as_change(part, key[0], name),
            kind=_SAID[key[0]],
            header=Said(f"change {key[0]} {name.text}", f"修改{_SAID[key[0]].zh} {name.text}"),
            name=name.text,
            base=self.base.name,
            at=str(self.named[key].span),
        )
        return True


def _changes_nothing(part: s.ChangeSection | s.RemoveSection, inherited: s.Section) -> bool:
    """Without facts a changed perspective is the place of new measures."""
    if isinstance(part, s.RemoveSection) or (part.kind == "perspective" and not part.facts):
        return False
    return says_nothing_new(getattr(inherited, "facts", ()), part.facts)


def _changed(part: s.Section, own: s.Facts) -> s.Section:
    """A section with its facts overlaid; all that can be changed have some."""
    whole: Any = part
    changed: s.Section = replace(whole, facts=overlaid(whole.facts, own))
    return changed


def _as_change(part: s.Section, kind: str, name: s.Name) -> tuple[Fix, ...]:
    """The header as that of a change, where it says nothing but the name."""
    line = header_line(part)
    if line.text.split() != [line.text.split()[0], name.text]:
        return ()
    text = f"change {kind} {name.text}"
    return (Fix(f"write `{text}`", (Edit(Span(line.source, line.start, line.end), text),)),)


def _branches(parts: tuple[s.Section, ...]) -> tuple[list[_Branch], list[s.Section]]:
    """The card itself and its perspectives, each with what is below; and all other sections."""
    branches = [_Branch(None)]
    others: list[s.Section] = []
    for part in parts:
        if isinstance(part, s.PerspectiveSection):
            branches.append(_Branch(part))
        elif isinstance(part, s.MeasureSection | s.JudgeSection):
            branches[-1].below.append(part)
        else:
            others.append(part)
    return branches, others


def _flat(branches: list[_Branch]) -> Iterator[s.Section]:
    for branch in branches:
        if branch.head is not None:
            yield branch.head
        yield from branch.below


def _place_of_grade(new: s.GradeSection, rest: list[s.Section]) -> int:
    """Before the first grade that is lower: grades are read best first, `otherwise` last."""
    least = _least(new)
    for place, part in enumerate(rest):
        if isinstance(part, s.GradeSection):
            other = _least(part)
            if least is not None and (other is None or other < least):
                return place
    last = [place for place, part in enumerate(rest) if isinstance(part, s.GradeSection)]
    return last[-1] + 1 if last else len(rest)


def _least(grade: s.GradeSection) -> float | None:
    lines = (fact.value for fact in grade.facts if isinstance(fact, s.GradeFrom))
    value = next(lines, None)
    return score_of(value, Problems()) if value is not None else None
