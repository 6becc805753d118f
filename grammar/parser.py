"""Text -> document: one LALR parser for the whole language, built once per process."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from lark import Lark, UnexpectedInput

from grammar.one_pass import document
from grammar.reading import Parsed, unreadable
from grammar.recovery import recover
from grammar.source import Source
from grammar.syntax import Document
from grammar.tables import kept
from grammar.words import WordTable, words

_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "propagate_positions": True,
    "maybe_placeholders": True,
}


def parse(source: Source) -> Parsed:
    """Read one file. Lines that cannot be read are reported and left out; all others are read."""
    fault = unreadable(source)
    if fault is not None:
        return Parsed(None, (fault,))
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    try:
        parsed = Parsed(*document(lark_parser(), source, text))
    except UnexpectedInput:
        parsed = None
    if parsed is not None and not any(each.code == "K0105" for each in parsed.diagnostics):
        return parsed
    found = recover(source, text, lark_parser())
    read = Document(source, tuple(found.sections), tuple(found.damage))
    return Parsed(read, tuple(found.diagnostics))


@lru_cache(maxsize=1)
def lark_parser() -> Lark:
    return kept(_grammar(words()), **_OPTIONS)


def make_parser(table: WordTable) -> Lark:
    """A parser for another word table; tests make one with further spellings."""
    return Lark(_grammar(table), **_OPTIONS)


def _grammar(table: WordTable) -> str:
    return table.grammar(files("grammar").joinpath("scorecard.lark").read_text("utf-8"))
