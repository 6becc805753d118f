"""Diagnostics as data. Every stage returns them; none raises them, none renders them.

The words are not here: `messages/en.toml` holds, by code, the severity, the message and the help,
with named placeholders, so that wording is reviewed in one place and can be translated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from grammar.phrases import Said, in_language, phrase
from grammar.source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that explains the first; `text` is shown under its carets."""

    span: Span
    text: str | Said

    def said(self, language: str = "en") -> str:
        return str(phrase("label", self.text, language))


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that remove the fault. A safe fix cannot change a meaning that was already clear."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False

    def said(self, language: str = "en") -> str:
        """The title in that language."""
        return str(phrase("fix", self.title, language))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: a stable code, the data of its sentence, and where it is.

    `span` is None only where no text is at fault (a database that does not answer).
    `follows` marks a consequence of a fault that is reported elsewhere (a name that stands in a
    file that could not be read): it blocks scoring but is not shown.
    """

    code: str
    span: Span | None
    data: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()
    follows: bool = False

    @property
    def severity(self) -> Severity:
        return Severity(catalogue("en")[self.code]["severity"])

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def message(self, language: str = "en") -> str:
        """One sentence that says what is wrong."""
        return self._text("message", language)

    def help(self, language: str = "en") -> str:
        """What to do about it; may be empty."""
        return self._text("help", language)

    def _text(self, part: str, language: str) -> str:
        template = catalogue(language)[self.code].get(part, "")
        return template.format_map(in_language(self.data, language))


class Refused(Exception):
    """A request that cannot be answered, with every reason. Raised only by the front verbs."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code}: {d.message()}" for d in self.diagnostics))


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """All texts of one language by code; English where a language lacks a code, or is not known."""
    path = files("grammar").joinpath("messages", f"{language}.toml")
    own = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    return own if language == "en" else catalogue("en") | own


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by file and place, without repeats; those without a place come first."""
    unique: dict[tuple[Any, ...], Diagnostic] = {}
    for d in diagnostics:
        place = (d.span.file, d.span.start, d.span.end) if d.span else ("", 0, 0)
        unique.setdefault((*place, d.code, d.message()), d)
    return tuple(unique[key] for key in sorted(unique))
