"""The phrases that fill a message (`gap`: `5% too little`) in the language of the message."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def in_language(data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data of a message; names, figures and unknown phrases stay as they are."""
    return {
        name: _phrase(name, value, language) if isinstance(value, str) else value
        for name, value in data.items()
    }


def _phrase(name: str, said: str, language: str) -> str:
    for pattern, other in _phrases(language).get(name, ()):
        match = pattern.fullmatch(said)
        if match:
            return other.format_map(in_language(match.groupdict(), language))
    return said


@cache
def _phrases(language: str) -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    table = tomllib.loads(files("grammar").joinpath("phrases.toml").read_text("utf-8"))
    return {
        name: tuple((_pattern(said), other) for said, other in phrases.items())
        for name, phrases in table.get(language, {}).items()
    }


def _pattern(said: str) -> re.Pattern[str]:
    """`{gap} too much` as a pattern that finds what stands for `gap`."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(said)), re.DOTALL)
