"""What comes of one file: its text, or why it is none; its document, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from grammar.diagnostics import Diagnostic
from grammar.source import Source, Span
from grammar.syntax import Document

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


def unreadable(source: Source) -> Diagnostic | None:
    """Why a text is not even tried: it is empty, or too long to be a scorecard."""
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
