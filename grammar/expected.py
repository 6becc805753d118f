"""A syntax error as a diagnostic: what stands there, and what could stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import category

from lark import Token, UnexpectedInput
from lark.parsers.lalr_analysis import Shift

from grammar.diagnostics import Diagnostic, Edit, Fix
from grammar.offered import keywords, offered
from grammar.source import Source, Span
from grammar.suggest import similarity
from grammar.traps import trap_at
from grammar.words import words

_CARD_PARTS = ("measure", "perspective", "rule", "bonus", "penalty", "grade")
HEADERS = (
    *("calendar", "entity", "data", "targets", "kpi", "scorecard", "judge", "policy", "example"),
    "constant",
    *_CARD_PARTS,
    *(f"{verb}_{part}" for verb in ("change", "remove") for part in _CARD_PARTS),
)
_WORD = re.compile(r'"[^"\n]*"|\w+|\S')
_SAFE = 0.8


@dataclass(frozen=True, slots=True)
class _Near:
    """A phrase that may have been meant, how like it the words are, and where they stand."""

    likeness: float
    place: Span
    phrase: str


def syntax_error(
    source: Source, error: UnexpectedInput, text: str | None = None, base: int = 0
) -> Diagnostic:
    """The first place where the text leaves the grammar.

    `text` is what was parsed, where it is only a part of the file that begins at `base`.
    """
    whole = source.text if text is None else text
    span = _span(source, error, whole, base)
    accepted = _accepted(error)
    phrases = _phrases(accepted)
    if _mixes(span.text, phrases):
        return Diagnostic("K0106", span)
    if span.text and (not span.text.strip() or category(span.text[0]) == "Cf"):
        edit = Edit(span, " ")
        fix = Fix("replace it by a space", (edit,), safe=True)
        return Diagnostic("K0113", span, {"name": f"U+{ord(span.text[0]):04X}"}, fixes=(fix,))
    known = trap_at(source, span.start) or _glued(span, phrases)
    if known is not None:
        return known
    starts_line = not source.text[: span.start].rpartition("\n")[2].strip()
    starts_line = starts_line and not _inside_expression(accepted)
    later = _later_word(source, span, phrases) if starts_line else None
    if later is not None:
        return later
    if starts_line and span.text.strip():
        return _unknown_line(source, span, phrases, section_above(whole[: span.start - base]))
    found = span.text.strip() or "the end of the line"
    near = _nearest(source, span, phrases)
    data = {"found": found, "expected": offered(accepted, phrases), "hint": _hint(near)}
    return Diagnostic("K0101", span, data, fixes=_fixes(near))


def _unknown_line(source: Source, span: Span, phrases: list[str], section: str) -> Diagnostic:
    """A line that begins like no fact of its section."""
    headers = _header_words()
    facts = [each for each in phrases if each not in headers]
    near = _nearest(source, span, facts) if span.column > 1 else None
    near = near or _nearest(source, span, phrases)
    if _is_known(span.text):  # a right word at the wrong place is not to be corrected
        near = None
    data = {
        "found": span.text,
        "section": f"`{section}`" if section else "the beginning of the file",
        "expected": keywords(facts or phrases),
        "hint": _hint(near),
    }
    return Diagnostic("K0102", span, data, fixes=_fixes(near))


def _later_word(source: Source, span: Span, phrases: list[str]) -> Diagnostic | None:
    """A line that begins with the first words of a fact and goes on with none that fits:
    `curve attainmnt`. None where those words are a fact of another section by themselves."""
    line = source.text[span.start :].split("\n", maxsplit=1)[0].partition("#")[0]
    places = [match.span() for match in re.finditer(r"\S+", line)]
    written = [line[a:b].lower() for a, b in places]
    begun: list[str] = []
    right = 0
    for phrase in phrases:
        split = phrase.split()
        pairs = enumerate(zip(split, written, strict=False))
        same = next((n for n, (a, b) in pairs if a != b), len(written))
        if 0 < same < len(split) and same >= right:
            begun = [*begun, phrase] if same == right else [phrase]
            right = same
    if not begun:
        return None
    start, end = places[right] if right < len(places) else (len(line.rstrip()),) * 2
    place = Span(source, span.start + start, span.start + end)
    near = _nearest(source, place, [" ".join(each.split()[right:]) for each in begun])
    if near is None and any(" ".join(written[:right]) in each for each in words().phrases.values()):
        return None
    found = place.text or "the end of the line"
    data = {"found": found, "expected": keywords(begun, right), "hint": _hint(near)}
    return Diagnostic("K0101", place, data, fixes=_fixes(near))


def _is_known(word: str) -> bool:
    """Whether some line of some section begins with this word."""
    return word.lower() in _first_words()


@lru_cache(maxsize=1)
def _first_words() -> set[str]:
    return {phrase.split()[0] for known in words().phrases.values() for phrase in known}


def _nearest(source: Source, span: Span, phrases: list[str]) -> _Near | None:
    """The accepted phrase most like the words that stand here, with the place of those words."""
    line = source.text[span.start :].split("\n", maxsplit=1)[0]
    places = [match.span() for match in re.finditer(r"\S+", line)]
    best: tuple[tuple[bool, float], Span, str] | None = None
    for phrase in phrases:
        count = len(phrase.split())
        if count > len(places):
            continue
        end = places[count - 1][1]
        written = " ".join(line[a:b] for a, b in places[:count])
        likeness = similarity(written, phrase)
        rank = (_is_other_by_a_letter(written, phrase), likeness)
        if likeness and (best is None or rank > best[0]):
            best = (rank, Span(source, span.start, span.start + end), phrase)
    return None if best is None else _Near(best[0][1], *best[1:])


def _hint(near: _Near | None) -> str:
    return f"Did you mean `{near.phrase}`? " if near else ""


def _fixes(near: _Near | None) -> tuple[Fix, ...]:
    """Safe where a letter or two are wrong; what only resembles a phrase is for the author."""
    if near is None:
        return ()
    edit = Edit(near.place, near.phrase)
    return (Fix(f"write `{near.phrase}`", (edit,), safe=near.likeness >= _SAFE),)


def _glued(span: Span, phrases: list[str]) -> Diagnostic | None:
    """`权重40%`: a keyword with what follows it."""
    run = span.source.text[span.start :].split(maxsplit=1)[:1]
    text = run[0] if run else ""
    if any(_is_other_by_a_letter(text, each) for each in phrases):
        return None
    for phrase in sorted(phrases, key=len, reverse=True):
        rest = text[len(phrase) :]
        joined = rest and text.lower().startswith(phrase)
        if joined and (not phrase.isascii() or rest[0].isdigit()):
            place = Span(span.source, span.start + len(phrase), span.start + len(phrase))
            fix = Fix(f"write `{phrase} {rest}`", (Edit(place, " "),), safe=True)
            whole = Span(span.source, span.start, span.start + len(text))
            return Diagnostic("K0108", whole, {"word": phrase, "rest": rest}, fixes=(fix,))
    return None


def _is_other_by_a_letter(text: str, phrase: str) -> bool:
    """`目标职` is a slip of `目标值`, not `目标` with a name after it."""
    if len(text) != len(phrase):
        return False
    return sum(a != b for a, b in zip(text.lower(), phrase, strict=False)) == 1


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
    """The terminals that could stand here.

    Lark's own `accepts` copies the whole parser for each; only the states decide.
    """
    parser = getattr(error, "interactive_parser", None)
    if parser is None:
        return set()
    states, stack = parser.parser_state.parse_conf.states, parser.parser_state.state_stack
    return {each for each in states[stack[-1]] if each.isupper() and _fits(states, stack, each)}


def _fits(states: Mapping[Any, Any], stack: Sequence[Any], terminal: str) -> bool:
    """Whether a terminal is taken after the reductions that it asks for."""
    stack = list(stack)
    while terminal in states[stack[-1]]:
        action, rule = states[stack[-1]][terminal]
        if action is Shift:
            return True
        if rule.expansion:
            del stack[-len(rule.expansion) :]
        stack.append(states[stack[-1]][rule.origin.name][1])
    return False


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
    return [phrase for each in sorted(accepted) if each in known for phrase in known[each]]


def section_above(text: str) -> str:
    """The header of the section that a text ends in; empty above the first."""
    for line in reversed(text.lower().split("\n")):
        for phrase, header in _header_words().items():
            if line.startswith(f"{phrase} "):
                return header
    return ""


@lru_cache(maxsize=1)
def _header_words() -> dict[str, str]:
    """Every way to write a header, with its English one."""
    return {p: words().canonical(header) for header in HEADERS for p in words().spellings(header)}
