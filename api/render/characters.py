"""Names and lines from elsewhere, made safe to print: what steers a terminal becomes visible."""

from __future__ import annotations

import unicodedata

_INSTEAD = "\N{REPLACEMENT CHARACTER}"
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str, keep: str = "") -> str:
    """The text without control characters and without those that change the order of reading."""
    return "".join(c if c in keep or not _steers(c) else _INSTEAD for c in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in _REORDERING
