"""What is said in another language than English, beside the sentences of diagnostics.

The English stands where it is said. `phrases.toml` holds, by language and kind, what it is
called there; a kind is a placeholder of a message (`gap`: `5% too little`), `label`, `fix`, or
`output`, the fixed words of what is printed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What is worded anew in each language, rather than translated: a list of keywords, a unit."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


def in_language(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of a message; names, figures and unknown phrases stay as they are."""
    return {name: phrase(name, value, language) for name, value in data.items()}


def phrase(kind: str, said: Any, language: str) -> Any:
    """A phrase of that kind; what is not known as one stays as it is."""
    if isinstance(said, Said):
        return said.zh if language == "zh" else said.en
    if not isinstance(said, str):
        return said
    known = _phrases(language, kind)
    if said in known:
        return known[said]
    for pattern, other in _patterns(language, kind):
        match = pattern.fullmatch(said)
        if match:
            return other.format_map(in_language(match.groupdict(), language))
    return said


def _phrases(language: str, kind: str) -> Mapping[str, str]:
    table: Mapping[str, Mapping[str, str]] = _table().get(language, {})
    return table.get(table.get("like", {}).get(kind, kind), {})


@cache
def _patterns(language: str, kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    known = _phrases(language, kind).items()
    return tuple((_pattern(said), other) for said, other in known if "{" in said)


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("grammar").joinpath("phrases.toml").read_text("utf-8"))


def _pattern(said: str) -> re.Pattern[str]:
    """`{gap} too much` as a pattern that finds what stands for `gap`."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(said)), re.DOTALL)
