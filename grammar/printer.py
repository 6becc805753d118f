"""Canonical text. `format` proves that the text it returns says what the file said.

Headers stand at the left edge, in English in every language, so that a diff names the section it
is in; facts stand below, two spaces in, in the order of `print_order`; an empty line divides
sections. Nothing is aligned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grammar import syntax as s
from grammar.diagnostics import Diagnostic
from grammar.parser import parse
from grammar.print_facts import FactPrinter
from grammar.print_order import ordered
from grammar.print_pieces import joined
from grammar.reading import Parsed
from grammar.source import Source, Span
from grammar.trivia import BESIDE, Gaps, Trivia, comments, facts_of, tidy, trivia
from grammar.words import LANGUAGES

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Formatted:
    """The canonical text of a file; None where the diagnostics say why there is none."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...]


def format(source: Source, language: str = "en") -> Formatted:
    """The canonical text of a file in a language, `en` or `zh`.

    Formatting it again changes nothing. A file with errors is refused with its diagnostics; so is
    one whose canonical text would say something else (K0913), which is a fault of this module.
    """
    parsed = parse(source)
    if parsed.document is None or any(each.is_error for each in parsed.diagnostics):
        return Formatted(None, parsed.diagnostics)
    text = printed(parsed.document, language)
    again = parse(Source(source.name, text))
    too_deep = [each for each in again.diagnostics if each.code == "K0104"]
    if too_deep:  # the parentheses of the canonical text count, too
        place = max(_facts(parsed.document), key=_depth).span
        return Formatted(None, tuple(replace(each, span=place) for each in too_deep))
    changed = _difference(parsed.document, again, text)
    if changed:
        place = Span(source, 0, 0)
        return Formatted(None, (Diagnostic("K0913", place, {"reason": changed}),))
    return Formatted(text, parsed.diagnostics)


def printed(document: s.Document, language: str = "en") -> str:
    """The text of a syntax tree, with the comments and line breaks of its source."""
    if language not in LANGUAGES:
        raise ValueError(f"{language} is not a language of scorecards")
    lines = _Printer(document, language).lines()
    return "".join(f"{line}\n" for line in lines)


class _Printer:
    def __init__(self, document: s.Document, language: str) -> None:
        self.document = document
        self.gaps = Gaps(document.source.text)
        self.trivia: Trivia = trivia(document)
        self.facts = FactPrinter(language, self.gaps)
        self.headers = FactPrinter("en", self.gaps)

    def lines(self) -> Iterator[str]:
        begun = False
        for section in self.document.sections:
            if begun:
                yield ""
            yield from self._section(section)
            begun = True
        last = _trimmed(self.trivia.last)
        if begun and last:
            yield ""
        yield from last

    def _section(self, section: s.Section) -> Iterator[str]:
        start = section.span.start
        yield from _from_first(tidy(self.trivia.above.get(start, ())))
        yield self._beside(joined(self.headers.header(section)), start)
        body = [line for fact in ordered(facts_of(section)) for line in self._fact(fact)]
        body.extend(self.trivia.below.get(start, ()))
        for line in _trimmed(tuple(body)):
            yield f"{INDENT}{line}" if line else ""

    def _fact(self, fact: s.Node) -> Iterator[str]:
        text = joined(self.facts.fact(fact))
        yield from self.trivia.above.get(fact.span.start, ())
        yield from self.gaps.moved(fact)
        yield self._beside(text, fact.span.start)

    def _beside(self, text: str, start: int) -> str:
        comment = self.trivia.beside.get(start, "")
        return f"{text}{BESIDE}{comment}" if comment else text


def _from_first(lines: list[str]) -> list[str]:
    return lines[1:] if lines and not lines[0] else lines


def _trimmed(lines: tuple[str, ...]) -> list[str]:
    """Without blank lines at the beginning and the end."""
    found = _from_first(tidy(lines))
    return found[:-1] if found and not found[-1] else found


def _facts(document: s.Document) -> Iterator[s.Node]:
    return (fact for section in document.sections for fact in facts_of(section))


def _depth(item: object) -> int:
    """How many nodes are inside of each other."""
    if isinstance(item, s.Node):
        names: tuple[str, ...] = item.__match_args__
        return 1 + max((_depth(getattr(item, name)) for name in names), default=0)
    return max(map(_depth, item), default=0) if isinstance(item, tuple) else 0


def _difference(before: s.Document, again: Parsed, text: str) -> str:
    """What formatting would change in the meaning or the comments of a file; empty if nothing."""
    if again.document is None or any(each.is_error for each in again.diagnostics):
        return "the formatted text could not be read again"
    if meaning(again.document) != meaning(before):
        return "the formatted text would say something else"
    if _comments(text) != _comments(before.source.text):
        return "a comment would be lost"
    return ""


# The facts of a section by kind. The order of points and steps decides nothing.
Meaning = dict[type, list[s.Node] | Counter[s.Node]]
_UNORDERED = (s.At, s.From, s.Upto)


def meaning(document: s.Document) -> list[tuple[s.Node, Meaning]]:
    """What a document says: each header with its facts, those of one kind in their order.

    A judgement counts by its number, also where it is a word.
    """
    return [_said(section) for section in document.sections]


def _said(section: s.Section) -> tuple[s.Node, Meaning]:
    kinds: dict[type, list[s.Node]] = {}
    for fact in facts_of(section):
        kinds.setdefault(type(fact), []).append(_without_word(fact))
    facts: Meaning = {
        kind: Counter(each) if kind in _UNORDERED else each for kind, each in kinds.items()
    }
    header = section if isinstance(section, s.RemoveSection) else replace(section, facts=())
    return header, facts


def _without_word(fact: s.Node) -> s.Node:
    if isinstance(fact, s.Prefer):
        return replace(fact, strength=replace(fact.strength, word=None))
    return fact


def _comments(text: str) -> Counter[str]:
    return Counter(each.text for each in comments(text))
