"""Pieces of a line: words, signs and names, and how they are put together.

A name is written in brackets only where it would not be read as a name without them: it is no
plain word, or it is a keyword wherever a name may stand too, or it would make one keyword with the
words before it (`link [kpi] by code`, because `link kpi` is a keyword).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from grammar.parser import lark_parser
from grammar.words import LANGUAGES, words

CONTINUATION = "\n    "

_PLAIN = re.compile(r"[^\W\d]\w*")
# Beginnings of lines after which a keyword may stand as well as a name.
_BOTH = (
    "kpi k\nformula ",
    "kpi k\nformula f(",
    "scorecard c\nmeasure m\ntarget ",
    "kpi k\nunit ",
    "scorecard c\nmeasure ",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, and on which sides a space may stand."""

    text: str
    before: bool = True
    after: bool = True
    is_name: bool = False


OPEN = Piece("(", after=False)
CALL = Piece("(", before=False, after=False)
CLOSE = Piece(")", before=False)
COMMA = Piece(",", before=False)
DOT = Piece(".", before=False, after=False)


def name(text: str) -> Piece:
    return Piece(text, is_name=True)


def sign(text: str) -> Piece:
    """A sign that belongs to what follows it."""
    return Piece(text, after=False)


def joined(pieces: Iterable[Piece]) -> str:
    """The line, with single spaces."""
    written = ""
    spaced = False
    for piece in pieces:
        if spaced and piece.before:
            written += " "
        written += _spelled(piece.text, written) if piece.is_name else piece.text
        spaced = piece.after
    return written


def _spelled(text: str, written: str) -> str:
    plain = _PLAIN.fullmatch(text) and not _keywords().fullmatch(text)
    return text if plain and not _completes(text, written) else in_brackets(text)


def in_brackets(text: str) -> str:
    return f"[{text or ' '}]"


def _completes(text: str, written: str) -> bool:
    """Whether a name continues the words before it to the beginning of one keyword."""
    before = written[-80:].lower().split()[-3:]
    said = [*before, text.lower()]
    return any(" ".join(said[first:]) in _beginnings() for first in range(len(before)))


@lru_cache(maxsize=1)
def _keywords() -> re.Pattern[str]:
    """What the grammar may read as a keyword where a name may stand."""
    found: set[str] = set()
    for text in _BOTH:
        state = lark_parser().parse_interactive(text)
        state.exhaust_lexer()
        accepted: Callable[[], set[str]] = state.accepts
        for terminal in accepted():
            found.update(words().phrases.get(terminal, ()))
    return re.compile("|".join(map(re.escape, sorted(found))), re.IGNORECASE)


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """Two and more words with which a keyword begins."""
    phrases = {
        p for row in words().rows for each in LANGUAGES for p in words().spellings(row, each)
    }
    split = [phrase.split() for phrase in phrases]
    return frozenset(" ".join(p[:end]) for p in split for end in range(2, len(p) + 1))
