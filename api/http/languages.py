"""The language of an answer: what the client prefers among those that are written."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

Language = Literal["en", "zh"]
DEFAULT: Language = "en"
KNOWN: tuple[Language, ...] = ("en", "zh")


def _is_written(language: str) -> bool:
    """Whether both the messages and the sentences exist in a language."""
    texts = files("engine").joinpath("texts", f"{language}.toml")
    messages = files("grammar").joinpath("messages", f"{language}.toml")
    return texts.is_file() and messages.is_file()


WRITTEN = tuple(language for language in KNOWN if _is_written(language))


def available(language: Language) -> Language:
    """The language, or the default one where it is not written yet."""
    return language if language in WRITTEN else DEFAULT


def preferred(header: str | None) -> Language:
    """The written language that an Accept-Language header (RFC 9110, 12.5.4) likes best."""
    best, liking = DEFAULT, 0.0
    for entry in (header or "").split(","):
        tag, _, parameter = entry.partition(";")
        primary = tag.strip().partition("-")[0].lower()
        weight = _weight(parameter)
        for language in WRITTEN:
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
