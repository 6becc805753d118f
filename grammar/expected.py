"""A syntax error as a diagnostic: what stands there, and what could stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lark import Token, UnexpectedInput

from grammar.diagnostics import Diagnostic, Edit, Fix
from grammar.source import Source, Span
from grammar.suggest import suggest
from grammar.words import words

_FRIENDLY = {
    "NAME": "a name",
    "BRACKETED": "a name",
    "TEXT": 'a text in quotes ("…")',
    "NUMBER": "a number",
    "PERCENT": "a percent (8%)",
    "MONEY": "an amount (CNY 1200)",
    "DATE": "a date (2025-07-01)",
    "PERIOD": "a period (2025Q3)",
    "YEAR": "a year",
    "COMPARE": "a comparison (= <> < <= > >=)",
    "ADD": "+ or -",
    "MULTIPLY": "* or /",
    "_OPEN": "(",
    "_CLOSE": ")",
    "_COMMA": ",",
    "_DOT": ".",
    "_NL": "the end of the line",
    "$END": "the end of the file",
}
# Offered only where nothing else fits: they are nearly always possible and explain nothing.
_LAST = {"_DOT", "BRACKETED", "$END"}
_MOST = 8
_HEADERS = (
    "calendar entity data targets kpi scorecard perspective measure judge rule bonus penalty "
    "grade policy example change remove"
).split()
_WORD = re.compile(r'"[^"\n]*"|\w+|\S')


def syntax_error(source: Source, error: UnexpectedInput) -> Diagnostic:
    """The first place where the text leaves the grammar."""
    span = _span(source, error)
    accepted = _accepted(error)
    if _mixes(span.text, accepted):
        return Diagnostic("K0106", span)
    starts_line = not source.text[: span.start].rpartition("\n")[2].strip()
    if starts_line and span.text.strip():
        return _unknown_line(source, span, accepted)
    found = span.text.strip() or "the end of the line"
    return Diagnostic("K0101", span, {"found": found, "expected": _listed(accepted)})


def _unknown_line(source: Source, span: Span, accepted: set[str]) -> Diagnostic:
    """A line whose first word is no fact of its section."""
    section = _section_above(source, span.start)
    known = _words_of(accepted)
    close = suggest(span.text, known)
    fixes = tuple(Fix(f"write `{word}`", (Edit(span, word),)) for word in close[:1])
    data = {
        "found": span.text,
        "section": section,
        "expected": ", ".join(f"`{word}`" for word in sorted(known)),
        "hint": f"did you mean `{close[0]}`? " if close else "",
    }
    return Diagnostic("K0102", span, data, fixes=fixes)


def _span(source: Source, error: UnexpectedInput) -> Span:
    position = error.pos_in_stream
    token = getattr(error, "token", None)
    if isinstance(token, Token) and token.type == "$END":
        position = len(source.text.rstrip())
    if position is None or position < 0 or position > len(source.text):
        position = len(source.text)
    match = _WORD.match(source.text, position)
    return Span(source, position, match.end() if match else position)


def _accepted(error: UnexpectedInput) -> set[str]:
    parser = getattr(error, "interactive_parser", None)
    return set(parser.accepts()) if parser is not None else set()


def _mixes(found: str, accepted: set[str]) -> bool:
    """`and` after `or` (or the reverse) where only the other may go on."""
    names = words().terminals
    spelled = {"and": words().spellings("and"), "or": words().spellings("or")}
    possible = {names.get(each, "") for each in accepted}
    for this, other in (("and", "or"), ("or", "and")):
        if (found.lower(),) in spelled[this]:
            return any(spelling[0] in possible for spelling in spelled[other])
    return False


def _words_of(accepted: Iterable[str]) -> list[str]:
    terminals = words().terminals
    return [terminals[each] for each in accepted if each in terminals]


def _listed(accepted: set[str]) -> str:
    plain = sorted({_FRIENDLY[each] for each in accepted - _LAST if each in _FRIENDLY})
    keywords = sorted(f"`{word}`" for word in _words_of(accepted))
    everything = plain + keywords
    if not everything:
        return "something else"
    shown = everything[:_MOST]
    more = f" … ({len(everything) - _MOST} more)" if len(everything) > _MOST else ""
    return ", ".join(shown) + more


def _section_above(source: Source, offset: int) -> str:
    """The header word of the section a place is in; empty above the first."""
    spelled = {s[0]: header for header in _HEADERS for s in words().spellings(header)}
    for line in reversed(source.text[:offset].split("\n")):
        first = line.split(maxsplit=1)
        if first and first[0].lower() in spelled:
            return spelled[first[0].lower()]
    return ""
