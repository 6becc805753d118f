"""The language of an answer: what the client prefers.

Labels are in the language asked for wherever the cards have them; sentences and messages fall back
to English where they are not written in it yet. Content-Language names the one they are in.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def _is_written(language: str) -> bool:
    """Whether both the messages and the sentences exist in a language."""
    texts = files("engine").joinpath("texts", f"{language}.toml")
    messages = files("grammar").joinpath("messages", f"{language}.toml")
    return texts.is_file() and messages.is_file()


WRITTEN = frozenset(language for language in LANGUAGES if _is_written(language))


def written(language: Language) -> Language:
    """The language of sentences and messages in an answer of that language."""
    return language if language in WRITTEN else "en"


def preferred(header: str | None, otherwise: Language) -> Language:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) likes best, if any."""
    best, liking = otherwise, 0.0
    for entry in (header or "").split(","):
        tag, _, parameter = entry.partition(";")
        primary = tag.strip().partition("-")[0].lower()
        weight = _weight(parameter)
        for language in LANGUAGES:
            if language == primary and weight > liking:
                best, liking = language, weight
    return best


def _weight(parameter: str) -> float:
    """`q=0.8` as a number; 1 where nothing is said, 0 for what cannot be read."""
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    try:
        return float(value) if name.strip().lower() == "q" else 0.0
    except ValueError:
        return 0.0
