"""Diagnostics for a terminal: what is wrong, where, what explains it, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from api.render.characters import visible
from api.render.excerpt import GUTTER, Mark, excerpt
from api.render.words import counted, say
from grammar import Diagnostic, Severity, Span

MOST_IN_A_FILE = 50
_MOST_LABELS = 3
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.HINT: "bold cyan"}


def diagnostics_text(diagnostics: Sequence[Diagnostic], language: str = "en") -> Text:
    """All of them, a file at a time, with an empty line between two."""
    found: list[Text] = []
    for _, group in groupby(diagnostics, key=_file):
        here = list(group)
        found += [diagnostic_text(each, language) for each in here[:MOST_IN_A_FILE]]
        hidden = len(here) - MOST_IN_A_FILE
        if hidden > 0:
            file = _file(here[0])
            more = say("... and {hidden} more in {file}", language, hidden=hidden, file=file)
            found.append(Text(more, "bold"))
    return Text("\n\n").join(found)


def count(diagnostics: Sequence[Diagnostic], language: str = "en") -> str:
    """`2 errors, 1 warning`."""
    numbers = Counter(each.severity for each in diagnostics)
    found = (counted(numbers[each], each, language) for each in Severity if numbers[each])
    return say(", ", language).join(found)


def diagnostic_text(diagnostic: Diagnostic, language: str = "en") -> Text:
    """One diagnostic, the line with its carets, the places that explain it, help and fixes."""
    return Text("\n").join(_lines(diagnostic, language))


def _file(diagnostic: Diagnostic) -> str:
    return diagnostic.span.file if diagnostic.span else ""


def _lines(diagnostic: Diagnostic, language: str) -> Iterator[Text]:
    style = _STYLE[diagnostic.severity]
    message = _indented(diagnostic.message(language), 4)
    severity, colon = say(diagnostic.severity, language), say(": ", language)
    yield Text.assemble((f"{severity}[{diagnostic.code}]", style), f"{colon}{message}")
    margin = 1
    if diagnostic.span is not None:
        marks = _marks(diagnostic, diagnostic.span, style, language)
        margin = max(len(str(mark.span.line)) for mark in marks)
        yield from _places(marks, diagnostic.span, margin)
    for kind, words in _advice(diagnostic, language):
        indented = _indented(words, margin + cell_len(kind) + 5)
        yield Text.assemble((f"{'':{margin}} = ", GUTTER), (kind, "bold"), f"{colon}{indented}")


def _marks(diagnostic: Diagnostic, span: Span, style: str, language: str) -> list[Mark]:
    labels = diagnostic.labels[:_MOST_LABELS]
    marks = [Mark(each.span, "-", GUTTER, each.said(language)) for each in labels]
    return [Mark(span, "^", style), *marks]


def _places(marks: list[Mark], first: Span, margin: int) -> Iterator[Text]:
    """The excerpt of the faulty file, then those of other files that labels are in."""
    for name in dict.fromkeys(mark.span.file for mark in marks):
        here = [mark for mark in marks if mark.span.file == name]
        arrow, place = ("-->", first) if name == first.file else (":::", here[0].span)
        where = f"{visible(name)}:{place.line}:{place.column}"
        yield Text.assemble((f"{'':{margin}}{arrow} ", GUTTER), where)
        yield excerpt(here, margin)


def _advice(diagnostic: Diagnostic, language: str) -> Iterator[tuple[str, str]]:
    more = len(diagnostic.labels) - _MOST_LABELS
    if more > 0:
        places = (f"{each.span}" for each in diagnostic.labels[_MOST_LABELS:])
        yield say("also", language), say(", ", language).join(places)
    help_ = diagnostic.help(language).strip()
    if help_:
        yield say("help", language), help_
    for fix in diagnostic.fixes:
        yield say("fix", language), fix.said(language)


def _indented(text: str, cells: int) -> str:
    """Further lines of a text stand under its first."""
    return visible(text, keep="\n").rstrip().replace("\n", "\n" + " " * cells)
