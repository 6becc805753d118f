"""The facts of one section: a single-valued fact stands once, a repeat is an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from engine.mends import without_repeat
from grammar import Diagnostic, Fix, Label, Span
from grammar import syntax as s
from grammar.phrases import Said

F = TypeVar("F", bound=s.Node)

# What may be said several times in a section; of everything else there is one.
_MANY: tuple[type[s.Node], ...] = (
    *(s.BusinessHours, s.Holiday, s.AddsUp),
    *(s.Label, s.Note, s.OnlyWhere, s.Attribute, s.BelongsTo),
    *(s.Link, s.LinkThrough, s.Group, s.Column, s.Benchmark, s.Drives),
    *(s.Assign, s.Exempt, s.Weight, s.Prefer, s.TargetLine, s.At, s.From, s.Upto, s.WordScore),
    s.ConstantValue,
    *(s.WhenMissing, s.CapPerspective, s.AppliesTo, s.RequireMeasureAtMost, s.RequirePerspective),
    *(s.RequireCount, s.RequireReview, s.Given, s.GivenTarget),
)


class Problems:
    """Diagnostics as they are found."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def report(
        self,
        code: str,
        span: Span | None,
        data: Mapping[str, object] | None = None,
        *,
        labels: Iterable[tuple[Span, str | Said]] = (),
        fixes: tuple[Fix, ...] = (),
        follows: bool = False,
        **more: object,
    ) -> None:
        marks = tuple(Label(place, text) for place, text in labels)
        values = {**(data or {}), **more}
        self.found.append(Diagnostic(code, span, values, marks, fixes, follows=follows))

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.found if d.is_error]


def header_line(node: s.Node) -> Span:
    """The first line of a section; all of a fact that stands on one line."""
    first = node.span.text.split("\n", maxsplit=1)[0].rstrip()
    return Span(node.span.source, node.span.start, node.span.start + len(first))


class Facts:
    """Typed access to the facts below one header."""

    def __init__(self, section: s.Section, problems: Problems) -> None:
        self.section = section
        self.problems = problems
        self.all: s.Facts = getattr(section, "facts", ())

    def every(self, kind: type[F]) -> Iterator[F]:
        return (fact for fact in self.all if isinstance(fact, kind))

    def one(self, kind: type[F]) -> F | None:
        """The fact of a kind that may stand once; the first of several (`check_repeats`)."""
        return next(self.every(kind), None)

    def named(self, kind: type[F], field: str) -> dict[str, F]:
        """Facts that may stand once per name, by that name in lower case."""
        found: dict[str, F] = {}
        for fact in self.every(kind):
            name: s.Name | str = getattr(fact, field)
            key = (name if isinstance(name, str) else name.text).casefold()
            first = found.setdefault(key, fact)
            if first is not fact:
                self.repeated(first, fact)
        return found

    def check_repeats(self) -> None:
        """Report every fact that stands twice and may not, whether anybody reads it or not."""
        firsts: dict[type[s.Node], s.Node] = {}
        for fact in self.all:
            first = firsts.setdefault(type(fact), fact)
            if first is not fact and not isinstance(fact, _MANY):
                self.repeated(first, fact)

    def repeated(self, first: s.Node, again: s.Node) -> None:
        keyword = again.span.text.split(maxsplit=1)[0]
        self.problems.report(
            "K0701",
            again.span,
            labels=[(first.span, "first")],
            fixes=without_repeat(first, again),
            fact=keyword,
        )

    def labels(self, beside: s.Text | None) -> dict[str, str]:
        labels = {"": beside.value} if beside is not None else {}
        for fact in self.named(s.Label, "language").values():
            labels[fact.language.text.lower()] = fact.text.value
        return labels
