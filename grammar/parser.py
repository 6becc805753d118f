"""Text -> document: one LALR parser for the whole language, built once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, UnexpectedInput

from grammar.build import build
from grammar.diagnostics import Diagnostic
from grammar.recovery import recover
from grammar.source import Source, Span
from grammar.syntax import Document
from grammar.tables import kept
from grammar.words import WordTable, words

_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "propagate_positions": True,
    "maybe_placeholders": True,
}
MAX_CHARACTERS = 2_000_000
MAX_LINE = 20_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of one file. Without a document, the diagnostics say why."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]


def decode(name: str, data: bytes) -> Source | Diagnostic:
    """The text of a file (UTF-8, a byte order mark tolerated) or why it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        source = Source(
            name, data.decode("utf-8", errors="replace")
        )  # for what else is known of it
        return Diagnostic("K0103", Span(source, 0, 0), {"reason": "it is not UTF-8 text"})
    if "\0" in text:
        reason = "it is a binary file"
        return Diagnostic("K0103", Span(Source(name, text), 0, 0), {"reason": reason})
    return Source(name, text)


def parse(source: Source) -> Parsed:
    """Read one file. Lines that cannot be read are reported and left out; all others are read."""
    fault = _unreadable(source)
    if fault is not None:
        return Parsed(None, (fault,))
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    try:
        tree = lark_parser().parse(text)
    except UnexpectedInput:
        found = recover(source, text, lark_parser())
        document = Document(source, tuple(found.sections), tuple(found.damage))
        return Parsed(document, tuple(found.diagnostics))
    built, diagnostics = build(source, tree)
    return Parsed(built, diagnostics)


@lru_cache(maxsize=1)
def lark_parser() -> Lark:
    return kept(_grammar(words()), **_OPTIONS)


def make_parser(table: WordTable) -> Lark:
    """A parser for another word table; tests make one with further spellings."""
    return Lark(_grammar(table), **_OPTIONS)


def _grammar(table: WordTable) -> str:
    return table.grammar(files("grammar").joinpath("scorecard.lark").read_text("utf-8"))


def _unreadable(source: Source) -> Diagnostic | None:
    text = source.text
    if not text.strip():
        return Diagnostic("K0107", Span(source, 0, 0))
    if len(text) > MAX_CHARACTERS:
        reason = f"it has more than {MAX_CHARACTERS:,} characters"
        return Diagnostic("K0103", Span(source, 0, 0), {"reason": reason})
    start = 0
    for line in text.split("\n"):
        if len(line) > MAX_LINE:
            span = Span(source, start, start + 40)
            return Diagnostic("K0103", span, {"reason": f"a line is longer than {MAX_LINE:,}"})
        start += len(line) + 1
    return None
