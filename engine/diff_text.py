"""Facts and sections as a diff shows them: canonical text, without comments and line breaks.

The printer is imported at its first use: where nothing is different nothing is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from grammar import syntax as s
from grammar.print_order import ordered

if TYPE_CHECKING:
    from grammar.print_facts import FactPrinter
    from grammar.print_pieces import Piece

_INDENT = "  "


def fact_text(fact: s.Node, language: str) -> str:
    return _line(lambda printer: printer.fact(fact), language)


def label_text(label: s.Text) -> str:
    """The text beside a name."""
    return _line(lambda printer: printer.expression(label))


def header_text(section: s.Section) -> str:
    """Headers are English in every language."""
    return _line(lambda printer: printer.header(section))


def sections_text(sections: Iterable[s.Section], language: str) -> str:
    """Whole sections, an empty line between two."""
    return "\n\n".join("\n".join(_lines(section, language)) for section in sections)


def _lines(section: s.Section, language: str) -> Iterator[str]:
    yield header_text(section)
    facts = () if isinstance(section, s.RemoveSection) else section.facts
    for fact in ordered(facts):
        yield f"{_INDENT}{fact_text(fact, language)}"


def _line(say: Callable[[FactPrinter], Iterable[Piece]], language: str = "en") -> str:
    from grammar.print_facts import FactPrinter
    from grammar.print_pieces import joined
    from grammar.trivia import Gaps

    return joined(say(FactPrinter(language, Gaps(""))))
