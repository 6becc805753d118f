"""The keyword table: construct -> spellings per language, and the grammar made from it.

A spelling is a phrase of one or more words; it ends at a word boundary, so that `kpiA` or `权重40%`
is never two tokens. A construct whose spellings are its own is one terminal, in all languages
together; a phrase that several constructs share (`from`) is a terminal that they share too,
because the parser, not the lexer, must tell them apart.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

LANGUAGES = ("en", "zh")

_CONSTRUCT = re.compile(r"<([a-z_]+)>")
_NEVER = "_NEVER"  # the terminal of a construct that no language of the table spells
_SPACE = r"[ \t\u3000]+"


@dataclass(frozen=True)
class WordTable:
    """Spellings by construct and language; the first spelling of a language is canonical."""

    rows: Mapping[str, Mapping[str, object]]

    def spellings(self, construct: str, language: str | None = None) -> list[str]:
        """The phrases of a construct, of one language or of all."""
        row = self.rows[construct]
        found: list[str] = []
        for each in LANGUAGES if language is None else (language,):
            phrases = row.get(each, [])
            assert isinstance(phrases, list)
            found.extend(phrases)
        return list(dict.fromkeys(found))

    def canonical(self, construct: str, language: str = "en") -> str:
        """The words the formatter writes, e.g. `weights by comparison`."""
        return self.spellings(construct, language)[0]

    @cached_property
    def phrases(self) -> dict[str, tuple[str, ...]]:
        """Terminal name -> the phrases it stands for, canonical first."""
        found: dict[str, tuple[str, ...]] = {}
        for construct in self.rows:
            found.update(self._terminals(construct))
        return found

    def grammar(self, template: str) -> str:
        """The Lark grammar: the template with its constructs replaced, and the terminals."""
        rules = _CONSTRUCT.sub(lambda match: self._alternatives(match[1]), template)
        words = [f"{name}.2: {_pattern(phrases)}" for name, phrases in self.phrases.items()]
        never = rf"{_NEVER}: /\x00never/"
        return "\n".join([rules, *words, never, self._continuation()]) + "\n"

    @cached_property
    def _users(self) -> dict[str, set[str]]:
        """The constructs that share a phrase."""
        users: dict[str, set[str]] = defaultdict(set)
        for construct in self.rows:
            for phrase in self.spellings(construct):
                users[phrase].add(construct)
        return users

    def _terminals(self, construct: str) -> dict[str, tuple[str, ...]]:
        own = tuple(p for p in self.spellings(construct) if len(self._users[p]) == 1)
        shared = [p for p in self.spellings(construct) if len(self._users[p]) > 1]
        found = {f"_K_{construct.upper()}": own} if own else {}
        return found | {_shared(phrase): (phrase,) for phrase in shared}

    def _alternatives(self, construct: str) -> str:
        names = list(self._terminals(construct))
        if not names:  # said otherwise in every language of this table
            return _NEVER
        return names[0] if len(names) == 1 else "(" + " | ".join(names) + ")"

    def _continuation(self) -> str:
        """A line break before a word or sign that continues the line above is no line break."""
        blank = r"\r?\n[ \t\u3000]*"
        return rf"CONTINUATION.9: /(?:{blank}(?:#[^\n]*)?)*{blank}(?={continuing(self)})/i"


def continuing(table: WordTable) -> str:
    """A pattern of what continues the line above when a line begins with it."""
    words = {
        phrase
        for construct, row in table.rows.items()
        if row.get("continues")
        for phrase in table.spellings(construct)
    }
    return rf"(?:(?:{'|'.join(map(re.escape, sorted(words)))})(?!\w)|[-+*\/)＋－−×÷＊／）])"


@lru_cache(maxsize=1)
def words() -> WordTable:
    """The table of the language as shipped."""
    return WordTable(tomllib.loads(files("grammar").joinpath("words.toml").read_text("utf-8")))


def _shared(phrase: str) -> str:
    """`from` -> _S_FROM; the underscore keeps keywords out of the tree."""
    plain = phrase.replace(" ", "_")
    readable = plain.isascii() and plain.replace("_", "").isalnum()
    return "_S_" + (plain.upper() if readable else plain.encode("utf-8").hex().upper())


def _pattern(phrases: tuple[str, ...]) -> str:
    """Longer phrases first, since the first alternative that fits is taken."""
    ordered = sorted(phrases, key=len, reverse=True)
    written = [_SPACE.join(map(re.escape, phrase.split())) for phrase in ordered]
    return rf"/(?:{'|'.join(written)})(?!\w)/i"
