"""A syntax error as a diagnostic: what stands there, and what could stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import category

from lark import Token, UnexpectedInput

from grammar.diagnostics import Diagnostic, Edit, Fix
from grammar.source import Source, Span
from grammar.suggest import similarity
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
_CARD_PARTS = ("measure", "perspective", "rule", "bonus", "penalty", "grade")
HEADERS = (
    *("calendar", "entity", "data", "targets", "kpi", "scorecard", "judge", "policy", "example"),
    *_CARD_PARTS,
    *(f"{verb}_{part}" for verb in ("change", "remove") for part in _CARD_PARTS),
)
_WORD = re.compile(r'"[^"\n]*"|\w+|\S')


def syntax_error(
    source: Source, error: UnexpectedInput, text: str | None = None, base: int = 0
) -> Diagnostic:
    """The first place where the text leaves the grammar.

    `text` is what was parsed, where it is only a part of the file that begins at `base`.
    """
    span = _span(source, error, source.text if text is None else text, base)
    accepted = _accepted(error)
    phrases = _phrases(accepted)
    if _mixes(span.text, phrases):
        return Diagnostic("K0106", span)
    if span.text and (not span.text.strip() or category(span.text[0]) == "Cf"):
        edit = Edit(span, " ")
        fix = Fix("replace it by a space", (edit,), safe=True)
        return Diagnostic("K0113", span, {"name": f"U+{ord(span.text[0]):04X}"}, fixes=(fix,))
    glued = _glued(span, phrases)
    if glued is not None:
        return glued
    starts_line = not source.text[: span.start].rpartition("\n")[2].strip()
    starts_line = starts_line and not _inside_expression(accepted)
    if starts_line and span.text.strip():
        return _unknown_line(source, span, phrases)
    found = span.text.strip() or "the end of the line"
    near = _nearest(source, span, phrases)
    data = {"found": found, "expected": _listed(accepted, phrases), "hint": _hint(near)}
    return Diagnostic("K0101", span, data, fixes=_fixes(near))


def _unknown_line(source: Source, span: Span, phrases: list[str]) -> Diagnostic:
    """A line that begins like no fact of its section."""
    headers = {phrase for header in HEADERS for phrase in words().spellings(header)}
    facts = sorted(p for p in phrases if p not in headers and p.isascii())
    shown = facts or sorted(p for p in phrases if p.isascii())
    near = _nearest(source, span, phrases)
    if _is_known(span.text):  # a right word at the wrong place is not to be corrected
        near = None
    data = {
        "found": span.text,
        "section": _section_above(source, span.start),
        "expected": ", ".join(f"`{phrase}`" for phrase in shown),
        "hint": _hint(near),
    }
    return Diagnostic("K0102", span, data, fixes=_fixes(near))


def _is_known(word: str) -> bool:
    """Whether some line of some section begins with this word."""
    first = {phrase.split()[0] for known in words().phrases.values() for phrase in known}
    return word.lower() in first


def _nearest(source: Source, span: Span, phrases: list[str]) -> tuple[Span, str] | None:
    """The accepted phrase most like the words that stand here, with the place of those words."""
    line = source.text[span.start :].split("\n", maxsplit=1)[0]
    places = [match.span() for match in re.finditer(r"\S+", line)]
    best: tuple[float, Span, str] | None = None
    for phrase in phrases:
        count = len(phrase.split())
        if count > len(places):
            continue
        end = places[count - 1][1]
        written = " ".join(line[a:b] for a, b in places[:count])
        likeness = similarity(written, phrase)
        if likeness and (best is None or likeness > best[0]):
            best = (likeness, Span(source, span.start, span.start + end), phrase)
    return None if best is None else (best[1], best[2])


def _hint(near: tuple[Span, str] | None) -> str:
    return f"Did you mean `{near[1]}`? " if near else ""


def _fixes(near: tuple[Span, str] | None) -> tuple[Fix, ...]:
    if near is None:
        return ()
    place, phrase = near
    return (Fix(f"write `{phrase}`", (Edit(place, phrase),), safe=True),)


def _glued(span: Span, phrases: list[str]) -> Diagnostic | None:
    """`权重40%`: a keyword with what follows it."""
    run = span.source.text[span.start :].split(maxsplit=1)[:1]
    text = run[0] if run else ""
    for phrase in sorted(phrases, key=len, reverse=True):
        rest = text[len(phrase) :]
        joined = rest and text.lower().startswith(phrase)
        if joined and (not phrase.isascii() or rest[0].isdigit()):
            place = Span(span.source, span.start + len(phrase), span.start + len(phrase))
            fix = Fix(f"write `{phrase} {rest}`", (Edit(place, " "),), safe=True)
            return Diagnostic("K0108", span, {"word": phrase, "rest": rest}, fixes=(fix,))
    return None


def _span(source: Source, error: UnexpectedInput, text: str, base: int) -> Span:
    position = error.pos_in_stream
    token = getattr(error, "token", None)
    if isinstance(token, Token) and token.type == "$END":
        position = len(text.rstrip())
    if position is None or position < 0 or position > len(text):
        position = len(text.rstrip())
    position += base
    match = _WORD.match(source.text, position)
    end = match.end() if match else position
    here = source.text[position : position + 1]
    odd = here and here not in "\n \t" and (not here.strip() or category(here) == "Cf")
    if odd:  # a space that is none of the language's, or nothing that can be seen
        return Span(source, position, position + 1)
    return Span(source, position, end)


def _accepted(error: UnexpectedInput) -> set[str]:
    parser = getattr(error, "interactive_parser", None)
    return set(parser.accepts()) if parser is not None else set()


def _inside_expression(accepted: set[str]) -> bool:
    """Where a value is wanted, the line above goes on."""
    return "NUMBER" in accepted and "_OPEN" in accepted


def _mixes(found: str, phrases: list[str]) -> bool:
    """`and` after `or` (or the reverse) where only the other may go on."""
    for this, other in (("and", "or"), ("or", "and")):
        if found.lower() in words().spellings(this):
            return any(spelling in phrases for spelling in words().spellings(other))
    return False


def _phrases(accepted: Iterable[str]) -> list[str]:
    """The phrases that may stand here, in every language."""
    known = words().phrases
    return [phrase for each in accepted if each in known for phrase in known[each]]


def _listed(accepted: set[str], phrases: list[str]) -> str:
    plain = sorted({_FRIENDLY[each] for each in accepted - _LAST if each in _FRIENDLY})
    keywords = sorted(f"`{phrase}`" for phrase in phrases if phrase.isascii())
    everything = plain + keywords
    if not everything:
        return "something else"
    shown = everything[:_MOST]
    more = f" … ({len(everything) - _MOST} more)" if len(everything) > _MOST else ""
    return ", ".join(shown) + more


def _section_above(source: Source, offset: int) -> str:
    """The header of the section a place is in; empty above the first."""
    for line in reversed(source.text[:offset].split("\n")):
        for header in HEADERS:
            if any(line.lower().startswith(f"{p} ") for p in words().spellings(header)):
                return words().canonical(header)
    return ""
