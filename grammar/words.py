"""The keyword table: construct -> spellings per language, and the grammar made from it.

Every word becomes one terminal with a boundary, so that `kpiA` or `权重40%` is never two tokens,
and every construct named in `scorecard.lark` becomes the alternatives of its spellings.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

LANGUAGES = ("en", "zh")

_NEVER = "_NEVER"
_CONSTRUCT = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class WordTable:
    """Spellings by construct and language; the first spelling of a language is canonical."""

    rows: Mapping[str, Mapping[str, object]]

    def spellings(self, construct: str, language: str | None = None) -> list[tuple[str, ...]]:
        """The word sequences of a construct, of one language or of all."""
        row = self.rows[construct]
        found: list[tuple[str, ...]] = []
        for each in LANGUAGES if language is None else (language,):
            phrases = row.get(each, [])
            assert isinstance(phrases, list)
            found.extend(tuple(phrase.split()) for phrase in phrases)
        return list(dict.fromkeys(found))

    def canonical(self, construct: str, language: str = "en") -> str:
        """The words the formatter writes, e.g. `weights by comparison`."""
        return " ".join(self.spellings(construct, language)[0])

    @cached_property
    def terminals(self) -> dict[str, str]:
        """Terminal name -> word, over all constructs and languages."""
        words = {w for c in self.rows for spelling in self.spellings(c) for w in spelling}
        return {_terminal(word): word for word in sorted(words)}

    def grammar(self, template: str) -> str:
        """The Lark grammar: the template with its constructs replaced, and the word terminals."""
        rules = _CONSTRUCT.sub(lambda match: self._alternatives(match[1]), template)
        words = [f"{name}.2: {_pattern(word)}" for name, word in self.terminals.items()]
        never = rf"{_NEVER}: /\x00never/"
        return "\n".join([rules, *words, never, self._continuation()]) + "\n"

    def _alternatives(self, construct: str) -> str:
        sequences = [" ".join(map(_terminal, spelling)) for spelling in self.spellings(construct)]
        if not sequences:  # said otherwise in every language of this table
            return _NEVER
        return sequences[0] if len(sequences) == 1 else "(" + " | ".join(sequences) + ")"

    def _continuation(self) -> str:
        """A line break before a word or sign that continues the line above is no line break."""
        words = {
            spelling[0]
            for construct, row in self.rows.items()
            if row.get("continues")
            for spelling in self.spellings(construct)
        }
        ahead = rf"(?:{'|'.join(map(re.escape, sorted(words)))})(?!\w)|[-+*\/)＋－−×÷＊／）]"
        blank = r"\r?\n[ \t\u3000]*"
        return rf"CONTINUATION.9: /(?:{blank}(?:#[^\n]*)?)*{blank}(?={ahead})/i"

    def constructs(self) -> Iterator[str]:
        return iter(self.rows)


@lru_cache(maxsize=1)
def words() -> WordTable:
    """The table of the language as shipped."""
    return WordTable(tomllib.loads(files("grammar").joinpath("words.toml").read_text("utf-8")))


def _terminal(word: str) -> str:
    """`over` -> _W_OVER; the underscore keeps keywords out of the tree."""
    readable = word.isascii() and word.replace("_", "").isalnum()
    return "_W_" + (word.upper() if readable else word.encode("utf-8").hex().upper())


def _pattern(word: str) -> str:
    return rf"/{re.escape(word)}(?!\w)/i"
