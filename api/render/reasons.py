"""Why there is no score or no rank, in words."""

from __future__ import annotations

from engine.sentences import texts
from grammar.phrases import phrase


def because(reason: str, language: str) -> str:
    """A reason by its name in documents: `no_rows` is `no rows`, 期内无记录."""
    if language == "en":
        return reason.replace("_", " ")
    of_a_value: str | None = texts(language)["reasons"].get(reason)
    return of_a_value or str(phrase("not_ranked", reason, language))
