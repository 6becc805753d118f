"""The fixed words of what is printed, in the language of the reader."""

from __future__ import annotations

from grammar.phrases import phrase


def say(template: str, language: str, **data: object) -> str:
    """A text with its data: `say("{count} ranked", "zh", count=3)` is `3 个参与排名`."""
    written: str = phrase("output", template, language)
    return written.format_map(data)


def counted(count: int, noun: str, language: str = "en") -> str:
    """`1 error`, `2 errors`; `2 个错误`."""
    said = f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
    written: str = phrase("counted", said, language)
    return written
